import { comparisons, print, type Comparison, type Expression } from "../language";
import { UNNAMED } from "../plan/demand";
import { rulesOf, type Rule } from "../plan/picture";
import { literalsOf, parsed, pinsOf, refusal, type Shown } from "../plan/refusal";
import { buildExpressions, type Demand } from "../rules/expression";
import { ELSEWHERE, pathSamples } from "../rules/path";
import { shown } from "../wording/shown";

/** The issuers of whoever may come: those that the account tells, and why there may be more. */
export interface Issuers {
  readonly known: readonly string[];
  further(hostnames: readonly string[]): string | undefined;
}

const HOST = /^(?:http\.host|lower\(http\.host\)) (?:eq|ne|in) /;
const PATH = /^http\.request\.uri\.path (?:eq|ne|in) /;
const PREFIX = /^starts_with\(http\.request\.uri\.path, "([^"\\]*)"\)$/;
const CERTIFICATE =
  /^cf\.tls_client_auth\.(?:cert_verified|cert_presented)$|^(?:(?:upper|lower)\()?cf\.tls_client_auth\.cert_issuer_ski\)? (?:eq|ne|in) /;
/** What an MtlsRule can say, too: with `subjects`, with `revoked`, or of the managed CA. */
const BY_HAND = /cert_(?:subject_dn_rfc2253|serial|fingerprint_sha256|revoked)\b/;
const WRITE = "Where an MtlsRule can say the same, write it yourself, with this id as `adopt`.";
/** A path as requests have it once Cloudflare has normalised them; at its end an asterisk may stand for the rest. */
const PLAIN_PATH = /^(?=\/)(?:\/(?!\.{1,2}(?:\/|\*?$))[\w.~!$&'()+,;=:@-]+)*\/?\*?$/;
const NOBODYS_HOST = "any-other-host.example";

/**
 * The hosts, paths and issuers with which an MtlsRule does to every request what this rule does; or why there are none.
 *
 * The rule may compare its host and path with literals only. So hosts and paths fall into few kinds, the same in both texts, and
 * evaluating one request of each kind from each client proves that the two mean the same. A host in capitals is the same host.
 */
export function demandOf(rule: Rule, issuers: Issuers): Demand | string {
  const expression = parsed(rule.expression);
  if (!expression) return "its text can't be read here";
  const { hosts, patterns, odd } = namesIn(expression);
  if (odd)
    return BY_HAND.test(odd)
      ? `${odd}: that isn't printed here. ${WRITE}`
      : `it has a condition that an MtlsRule hasn't: ${odd}`;
  const strange = hosts.find((host) => host !== host.toLowerCase()) ?? patterns.find((path) => !PLAIN_PATH.test(path));
  if (strange !== undefined) return `it compares with ${shown(strange)}, which no request looks like`;
  const samples = [...pathSamples(patterns), ELSEWHERE].map((path, index) => ({ path, pattern: patterns[index] }));
  const rules = [rule];
  const closed = (hostname: string) => samples.filter(({ path }) => refusal(rules, "nothing", hostname, path) === true);
  const hostnames = hosts.filter((hostname) => closed(hostname).length > 0).sort();
  if (hosts.length === 0) return `it names no host. \`everyHost\` closes paths on all. ${WRITE}`;
  if (hostnames.length === 0) return "it names no host that it closes to clients without a certificate";
  const admits = (issuerSki: string) =>
    hostnames.some((hostname) =>
      closed(hostname).some(({ path }) => refusal(rules, { issuerSki, verified: true }, hostname, path) === false),
    );
  const isAny = admits(UNNAMED);
  const further = isAny ? issuers.further(hostnames) : undefined;
  if (further !== undefined) return `it takes a certificate of any issuer, and ${further}`;
  const pins = pinsOf(rules);
  const issuerSkis = [...new Set([...pins, ...(isAny ? issuers.known : [])])].filter(admits).sort();
  if (issuerSkis.length === 0) return "it lets nobody in";
  const paths = [...new Set(hostnames.flatMap(closed).map(({ pattern }) => pattern))];
  const demand = { hostnames, issuerSkis, paths: paths.includes(undefined) ? undefined : (paths as string[]) };
  const clients: Shown[] = [UNNAMED, ...pins, ...issuers.known].flatMap((issuerSki) => [
    { issuerSki, verified: false },
    ...(isAny && issuerSki === UNNAMED ? [] : [{ issuerSki, verified: true }]),
  ]);
  return differenceOf(rules, demand, [...hosts, NOBODYS_HOST], ["nothing", ...clients], samples) ?? demand;
}

/** The hosts and paths that an expression names, and its first condition that is about something else. */
export function namesIn(expression: Expression): { hosts: string[]; patterns: string[]; odd: string | undefined } {
  const all = comparisons(expression).map((comparison) => ({ comparison, text: print(comparison) }));
  const of = (pattern: RegExp) => all.filter(({ text }) => pattern.test(text));
  const literals = (found: readonly { comparison: Comparison }[]) => [
    ...new Set(found.flatMap(({ comparison }) => literalsOf(comparison))),
  ];
  const odd = all.find(({ text }) => ![HOST, PATH, PREFIX, CERTIFICATE].some((pattern) => pattern.test(text)));
  const prefixes = of(PREFIX).map(({ text }) => `${PREFIX.exec(text)?.[1] ?? ""}*`);
  const patterns = [...new Set([...literals(of(PATH)), ...prefixes])].sort();
  return { hosts: literals(of(HOST)), patterns, odd: odd?.text };
}

function differenceOf(
  rules: readonly Rule[],
  demand: Demand,
  hosts: readonly string[],
  clients: readonly Shown[],
  samples: readonly { path: string | undefined }[],
): string | undefined {
  let expressions: string[];
  try {
    expressions = [...buildExpressions(demand).values()];
  } catch (error) {
    return `its program would be too long. ${(error as Error).message}`;
  }
  const printed = rulesOf({ ref: "", action: "block", expressions });
  for (const host of hosts)
    for (const { path } of samples)
      for (const client of clients) {
        const isRefused = refusal(rules, client, host, path) === true;
        if (isRefused === refusal(printed, client, host, path)) continue;
        const who = client === "nothing" ? "a client without a certificate" : "some client's certificate";
        const where = `${host === NOBODYS_HOST ? "hosts that it doesn't name" : host}, path ${path ?? ELSEWHERE}`;
        return `it ${isRefused ? "refuses" : "lets in"} ${who} where no MtlsRule of its hosts, paths and issuers does: on ${where}`;
      }
  return undefined;
}
