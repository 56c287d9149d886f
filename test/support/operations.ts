import type { Emulator } from "../../src/emulator";
import type { Authority } from "./authority";
import type { Stack } from "./stack";

type CaKey = "a" | "b";

/** What each operation costs in calls, over the life of one component with a hostname or two in each of these zones. */
export async function callsOfOperations(
  emulator: Emulator,
  stack: Stack,
  { A, B }: Readonly<Record<"A" | "B", Authority>>,
  zones: readonly string[],
): Promise<Record<string, number>> {
  const declare = (cas: Partial<Record<CaKey, Authority>>, ...labels: string[]) => {
    const args = {
      accountId: emulator.accountId,
      cas: Object.fromEntries(Object.entries(cas).map(([key, { pem }]) => [key, { certificates: pem }])),
      zones: zones.map((name) => ({
        zoneId: emulator.zones[name],
        hostnames: labels.map((label) => `${label}.${name}`),
      })),
    };
    stack.program(`new MutualTls("m", ${JSON.stringify(args)});`);
  };
  const calls = async (...command: string[]) => {
    const before = emulator.requests.length;
    await stack.must(...command);
    return emulator.requests.length - before;
  };
  const once = (command: string) => calls(command, "--yes", "--skip-preview");
  const up = (...plan: Parameters<typeof declare>) => {
    declare(...plan);
    return once("up");
  };
  declare({ a: A }, "api");
  return {
    preview: await calls("preview"),
    create: await up({ a: A }, "api"),
    "no change": await up({ a: A }, "api"),
    "hostname added": await up({ a: A }, "api", "www"),
    "hostname removed": await up({ a: A }, "api"),
    "CA added": await up({ a: A, b: B }, "api"),
    "CA removed": await up({ b: B }, "api"),
    "PEM replaced": await up({ b: A }, "api"),
    refresh: await once("refresh"),
    destroy: await once("destroy"),
  };
}
