import { startEmulator } from "pulumi-cloudflare-mtls/emulator";
import type { Emulator, JournalEntry } from "pulumi-cloudflare-mtls/emulator";
import { isWrite } from "../test/support/writes";

export const ZONE = "example.com";

/** An account as teams have it: somebody else's custom rules stand in the zone already. */
export async function openAccount(): Promise<Emulator> {
  const emulator = await startEmulator({ zones: [ZONE], lag: { associations: 400, deletion: 400 } });
  const rules = [
    { action: "block", expression: 'http.request.uri.path eq "/wp-login.php"', description: "no WordPress here" },
    { action: "log", expression: 'http.user_agent contains "curl"', description: "who uses curl?" },
  ];
  const answer = await fetch(`${emulator.apiUrl}/zones/${zoneId(emulator)}/rulesets`, {
    method: "POST",
    headers: { Authorization: `Bearer ${emulator.apiToken}`, "Content-Type": "application/json" },
    body: JSON.stringify({ name: "default", kind: "zone", phase: "http_request_firewall_custom", rules }),
  });
  if (!answer.ok) throw new Error(`The emulator refused the foreign rules: ${await answer.text()}`);
  return emulator;
}

export function zoneId(emulator: Emulator): string {
  return emulator.zones[ZONE] ?? "";
}

/** Everything in the account but the rules of others, and those rules to the letter. */
export function inventory(emulator: Emulator, foreignIds: readonly string[]): { own: string[]; foreign: string } {
  const { certificates, zones } = emulator.state();
  const zone = zones[ZONE];
  const rules = zone?.rules ?? [];
  const own = [
    ...certificates.map(({ id }) => `CA ${id}`),
    ...Object.entries(zone?.hostnames ?? {}).flatMap(([ca, names]) => (names.length > 0 ? [`hostnames of ${ca}`] : [])),
    ...rules.filter(({ id }) => !foreignIds.includes(id)).map(({ id }) => `rule ${id}`),
  ];
  return { own, foreign: JSON.stringify(rules.filter(({ id }) => foreignIds.includes(id))) };
}

/** A write to the API in a few words, for people; undefined for a read, and for what a preview only tries. */
export function nameOfWrite(entry: JournalEntry): string | undefined {
  if (!isWrite(entry)) return undefined;
  const { method, path } = entry;
  if (path.includes("mtls_certificates")) return method === "POST" ? "upload CA" : "delete CA";
  if (path.includes("hostname_associations")) return "hostnames";
  if (path.includes("/rules")) return { POST: "add rule", PATCH: "change rule", DELETE: "delete rule" }[method];
  return method.toLowerCase();
}
