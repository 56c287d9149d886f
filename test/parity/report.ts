import { readFileSync } from "node:fs";
import { join } from "node:path";
import { claims } from "./claims";
import type { Finding, Outcome, Place } from "./kit";
import { UNTRIED } from "./probes/untried";
import type { Observed } from "./told";

const ORDER = ["different", "not tried", "same as far as recorded", "same", "left out"] as const;
const MANIFEST = join(__dirname, "../../package.json");

/** What was seen, for an issue: without the token, and with ids that nobody can use. */
export function report(place: Place, outcome: Outcome, date: Date): { markdown: string; json: string } {
  const { version } = JSON.parse(readFileSync(MANIFEST, "utf8")) as { version: string };
  const at = {
    date: date.toISOString().slice(0, 10),
    version,
    ...{ baseUrl: place.baseUrl, plan: place.plan ?? "unknown" },
    ...{ account: short(place.accountId), zone: short(place.zoneId) },
  };
  const findings = [
    ...outcome.findings,
    ...Object.entries(UNTRIED).map(([claim, why]): Finding => ({ claim, verdict: "left out", notes: [why] })),
  ];
  const of = (verdict: Finding["verdict"]) => findings.filter((finding) => finding.verdict === verdict);
  const lines = [
    "# The emulator beside Cloudflare",
    "",
    `${at.date}, version ${at.version}, ${at.baseUrl}, account ${at.account}, zone ${at.zone} (plan ${at.plan}).`,
    `${ORDER.map((verdict) => `${of(verdict).length} ${verdict}`).join(", ")}.`,
    ...(outcome.left.length > 0 ? ["", `Left behind: ${outcome.left.map(nameless).join("; ")}.`] : []),
    ...ORDER.flatMap((verdict) => (of(verdict).length > 0 ? section(verdict, of(verdict)) : [])),
  ];
  const clean = (text: string) => text.replaceAll(place.token, "<token>");
  const json = { ...at, findings, left: outcome.left.map(nameless) };
  return { markdown: clean(`${lines.join("\n")}\n`), json: clean(`${JSON.stringify(json, undefined, 2)}\n`) };
}

export const short = (id: string) => `${id.slice(0, 6)}…`;
const nameless = (text: string) => text.replace(/[0-9a-f]{8}[0-9a-f-]{24,}/g, short);

function section(verdict: Finding["verdict"], findings: readonly Finding[]): string[] {
  const title = `${verdict.slice(0, 1).toUpperCase()}${verdict.slice(1)}`;
  const isShort = ["same", "not tried", "left out"].includes(verdict);
  const items = isShort
    ? ["", ...findings.map(({ claim, notes }) => `- ${[claim, ...notes].join(": ")}`)]
    : findings.flatMap(inFull);
  return ["", `## ${title}`, ...items];
}

function inFull({ claim, emulator = null, cloudflare = null, notes }: Finding): string[] {
  const [one, other] = differing(emulator, cloudflare);
  const said = claims().find(({ text }) => text === claim);
  return [
    ...["", `### ${claim}`, ""],
    `- As it is written of Cloudflare: ${said?.cloudflare ?? "?"}`,
    `- As it is written of the emulator: ${said?.emulator ?? "?"}`,
    ...["", "Seen at the emulator:", "", ...block(one)],
    ...["", "Seen at Cloudflare:", "", ...block(other)],
    ...(notes.length > 0 ? ["", ...notes] : []),
  ];
}

const block = (value: Observed) => ["```json", JSON.stringify(value, undefined, 2), "```"];

/** Of several observations those that differ. */
function differing(one: Observed, other: Observed): [Observed, Observed] {
  const isNamed = (value: Observed): value is Readonly<Record<string, Observed>> =>
    value !== null && typeof value === "object" && !Array.isArray(value);
  if (!isNamed(one) || !isNamed(other)) return [one, other];
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])].filter(
    (name) => JSON.stringify(one[name]) !== JSON.stringify(other[name]),
  );
  const some = (value: Readonly<Record<string, Observed>>) =>
    Object.fromEntries(names.map((name) => [name, name in value ? (value[name] ?? null) : "(missing)"]));
  return [some(one), some(other)];
}
