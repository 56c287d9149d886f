import { connect } from "../cloudflare/client";
import { readAccess } from "../cloudflare/credentials";
import { mermaid } from "../wording/diagram";
import { identifier, readAccount } from "./account";
import { chartOf, stateOf } from "./chart";
import { findingsOf, isEnding, type Finding } from "./findings";
import { wholeNumber } from "./options";
import { namesOf, standingOf, type Standing } from "./standing";
import { draw } from "./svg";
import { table, wrapped } from "./table";
import { UsageError, withProgress, type Command } from "./terminal";

const USUAL_DAYS = 30;

const HELP = `Usage: cloudflare-mtls status --account ID [--zone ID …] [options]

Reads the CAs of an account, and the hostname associations and custom rules of its zones, and tells what is enforced
where, by which CA, and until when; what no stack holds; which hostnames ask for a certificate that no rule demands, and
which ones a rule closes to everybody. Who gets in is worked out from the rules' texts. It only reads.

  --account ID            id of the account, 32 characters of 0-9 and a-f
  --zone ID               id of a zone to look at; may be repeated (every zone of the account that the token can read)
  --expires-within DAYS   end with 1 where a CA that a hostname stands on expires within so many days
  --json                  a JSON text instead of the tables
  --svg                   a picture instead: hostnames between CAs and rules, and a timeline of what expires
  --mermaid               the same as a Mermaid flowchart, for a page in a repository
  -h, --help              this text

The token is read from CLOUDFLARE_API_TOKEN, the address of the API from CLOUDFLARE_BASE_URL where that is set. It needs
to read only. Without --expires-within it marks what expires within ${USUAL_DAYS} days, and ends with 0.
It ends with 1 where the account can't be read, and with 2 where it was called wrongly.
`;

/** Tells what an account enforces. */
export const command: Command = {
  help: HELP,
  options: ["account", "zone", "expires-within"],
  flags: ["json", "svg", "mermaid"],
  async run(given, terminal) {
    const accountId = identifier("--account", given.account?.at(-1));
    const zoneIds = new Set((given.zone ?? []).map((value) => identifier("--zone", value)));
    const limit = wholeNumber("--expires-within", given["expires-within"]?.at(-1), 36_500);
    const within = limit ?? USUAL_DAYS;
    const forms = ["json", "svg", "mermaid"].filter((form) => given[form]);
    if (forms.length > 1) throw new UsageError(`--${forms.join(" and --")} can't be had at once`);
    const now = new Date();
    let standing: Standing;
    try {
      const cloudflare = connect(
        readAccess(() => undefined, process.env),
        (line) => terminal.err(line),
      );
      const read = (told: (what: string) => void) => readAccount(cloudflare, accountId, [...zoneIds], told);
      standing = standingOf(await withProgress(terminal, read), now);
    } catch (error) {
      terminal.err((error as Error).message);
      return 1;
    }
    const findings = findingsOf(standing, within);
    const chart = chartOf(standing, within);
    const title = `Mutual TLS in account ${accountId}, ${now.toISOString().slice(0, 10)}`;
    if (given.json)
      terminal.out(`${JSON.stringify({ accountId, readOn: now, ...standing, findings }, undefined, 2)}\n`);
    else if (given.svg) terminal.out(draw(title, chart, standing.cas, now, within));
    else if (given.mermaid) terminal.out(mermaid(chart));
    else terminal.out(textOf(title, standing, findings, within));
    return limit !== undefined && standing.cas.some((ca) => isEnding(ca, limit)) ? 1 : 0;
  },
};

function textOf(title: string, { cas, hosts, rules }: Standing, findings: readonly Finding[], within: number): string {
  const named = (ids: readonly string[]) => namesOf(ids, cas) || "-";
  const caRows = cas.map((ca) => [
    ca.name,
    ...(ca.notAfter === undefined
      ? ["-", "-"]
      : [ca.notAfter.slice(0, 10), `${ca.daysLeft}${isEnding(ca, within) ? "!" : ""}`]),
    String(ca.hostnames),
    ca.stack ?? "-",
  ]);
  const hostRows = hosts.map((host) => [
    ...[host.hostname, stateOf(host), named(host.cas)],
    host.state === "open" ? "everybody" : host.state === "locked out" ? "nobody" : named(host.letsIn),
  ]);
  const ruleRows = rules.map((rule) => {
    const guards = hosts.filter((host) => host.rules.includes(rule.id)).length;
    return [rule.name, rule.zone, rule.enabled ? rule.action : "disabled", String(guards), rule.stack ?? "-"];
  });
  const part = (head: readonly string[], rows: readonly (readonly string[])[]) =>
    rows.length > 0 ? [table([head, ...rows])] : [];
  return [
    `${title}\n`,
    ...part(["CA", "UNTIL", "DAYS", "HOSTNAMES", "STACK"], caRows),
    ...part(["HOSTNAME", "WITHOUT A CERTIFICATE", "ASKS FOR", "LETS IN"], hostRows),
    ...part(["RULE", "ZONE", "ACTION", "HOSTNAMES", "STACK"], ruleRows),
    ...(cas.length + hosts.length + rules.length === 0
      ? ["There is no CA, no association and no rule that looks at certificates.\n"]
      : []),
    ...(findings.length > 0 ? [findings.map(({ text }) => wrapped(`! ${text}`)).join("")] : []),
  ].join("\n");
}
