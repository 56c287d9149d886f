import { namesOf, type Standing, type StandingCa, type StandingHost } from "./standing";

/** What somebody should look at: where nobody is kept out, where nobody gets in, what ends, what nobody's stack holds. */
export interface Finding {
  readonly kind: "open" | "locked out" | "kept out" | "expires" | "rule";
  readonly text: string;
}

/** @param within days: what ends until then is told */
export function findingsOf(standing: Standing, within: number): Finding[] {
  const { cas, hosts, rules } = standing;
  const finding = (kind: Finding["kind"], text: string): Finding => ({ kind, text });
  return [
    ...cas.flatMap((ca) => (isEnding(ca, within) ? finding("expires", `CA ${ca.name} ${ending(ca)}`) : [])),
    ...hosts.flatMap((host) => {
      const [kind, text] = hostFinding(standing, host) ?? [];
      return kind === undefined ? [] : finding(kind, `${host.hostname} ${text}`);
    }),
    ...rules.flatMap(({ zone, name, id, enabled, action }) => {
      const what = !enabled ? "is disabled" : action === "log" ? "only logs" : undefined;
      return what === undefined ? [] : finding("rule", `Rule ${name} of ${zone} (${id}) ${what}: it keeps nobody out.`);
    }),
  ];
}

/** A CA that no hostname stands on may end. */
export function isEnding({ daysLeft, hostnames }: StandingCa, within: number): boolean {
  return daysLeft !== undefined && daysLeft <= within && hostnames > 0;
}

function ending({ notAfter = "", daysLeft = 0, hostnames }: StandingCa): string {
  const when = daysLeft < 0 ? "has expired on" : `expires in ${daysLeft} ${daysLeft === 1 ? "day" : "days"}, on`;
  const who = hostnames === 1 ? "1 hostname stands" : `${hostnames} hostnames stand`;
  return `${when} ${notAfter.slice(0, 10)}, and ${who} on it. Add the next CA beside it under a key of its own, and give out new client certificates.`;
}

const NEVER_ASKS = "is on no CA's list, so that it never asks for the certificate which a rule demands";
const ASSOCIATE = "Put it on the list of a CA that the rule names";

function hostFinding({ cas, rules }: Standing, host: StandingHost): [Finding["kind"], string] | undefined {
  const by = namesOf(host.rules, rules);
  const asked = `asks for certificates of ${namesOf(host.cas, cas)}`;
  const isBare = host.cas.length === 0;
  if (host.state === "open") return ["open", `${asked}, and lets everybody in: ${whyOpen(rules, host, by)}`];
  if (host.state === "locked out") {
    const why = isBare ? NEVER_ASKS : `${asked}, and the rules let in none of them`;
    return ["locked out", `${why} (${by}): nobody gets in. ${ASSOCIATE}, or take it out of the rule.`];
  }
  if (isBare) return ["locked out", `${NEVER_ASKS} (${by}). ${ASSOCIATE}.`];
  const out = host.cas.filter((ca) => !host.letsIn.includes(ca));
  if (out.length === 0) return undefined;
  const refused = `asks for certificates of ${namesOf(out, cas)} too, and refuses them`;
  return ["kept out", `${refused}: the rules (${by}) name other issuers.`];
}

function whyOpen(rules: Standing["rules"], host: StandingHost, by: string): string {
  const here = rules.filter(({ id }) => host.rules.includes(id));
  if (here.length === 0) return "no rule demands one. An MtlsRule for it closes it.";
  if (here.every(({ enabled }) => !enabled))
    return `its rule (${by}) is disabled. Enable it, or run \`pulumi up --refresh\` of its stack.`;
  if (here.every(({ enabled, action }) => !enabled || action === "log")) return `its rule (${by}) only logs.`;
  return `a skip rule comes before its rule (${by}). Move that one up: an MtlsRule is first unless it has a position.`;
}
