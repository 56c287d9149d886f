import { createHash } from "node:crypto";

/** What a rule demands: a verified client certificate from one of these issuers, on these hosts (and paths). */
export interface Demand {
  /** Canonical hostnames (see hostname.ts); never empty, because an empty set would match nothing, or everything. */
  readonly hostnames: readonly string[];
  /** Subject key identifiers of the issuers that are let in: upper-case hex without colons, as Cloudflare writes them. */
  readonly issuerSkis: readonly string[];
  /** Paths under the demand: exact, or everything below one that ends in an asterisk. Absent or empty: the whole host. */
  readonly paths?: readonly string[];
}

/** Characters that Cloudflare takes in one expression (developers.cloudflare.com, rules language, "Expressions"). */
export const EXPRESSION_LIMIT = 4096;

/** Not even one host fits, and `property` takes most of the room. */
export class NoRoom extends RangeError {
  readonly property: "paths" | "issuerSkis";

  constructor(demand: Demand) {
    const isOfPaths = buildExpression({ ...demand, paths: [] }).length < EXPRESSION_LIMIT / 2;
    const property = isOfPaths ? "paths" : "issuerSkis";
    super(
      `${property} leave no room for the hostname ${demand.hostnames.join()} within the ${EXPRESSION_LIMIT} characters that Cloudflare takes in one expression. Name fewer; what belongs to other hosts, under a rule of their own.`,
    );
    this.property = property;
  }
}

/**
 * The rule texts for a demand, by their place: one, nearly always, whose place is 0.
 *
 * A request is blocked when any one rule matches, so the hosts can be dealt out to several rules freely. Those that don't fit
 * into one are parted by the next bit of their hashes: who has it moves to a place that had no rule, and hosts come back only
 * from a place that has none any more. Whoever writes new rules first, changes second and deletes last therefore never leaves a
 * host without its rule. A bit that all of them share parts nothing and counts for no place, so that place 0 is never empty.
 *
 * @throws NoRoom when a host doesn't even fit alone beside the paths and issuers.
 */
export function buildExpressions(demand: Demand): ReadonlyMap<bigint, string> {
  const hosts = [...new Set(demand.hostnames)].map((hostname): Host => [hostname, hashOf(hostname)]);
  return new Map(deal(demand, hosts, 1n, 0n).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/**
 * One expression. `lower()` because the comparison is byte-exact and the Host header is the client's to spell:
 * without it `API.Example.com` walks past a rule for `api.example.com`.
 */
export function buildExpression(demand: Demand): string {
  const hosts = `lower(http.host) in ${set(demand.hostnames)}`;
  const admitted = `cf.tls_client_auth.cert_verified and cf.tls_client_auth.cert_issuer_ski in ${set(demand.issuerSkis)}`;
  const paths = demand.paths?.length ? ` and (${demand.paths.map(path).join(" or ")})` : "";
  return `${hosts}${paths} and not (${admitted})`;
}

function path(pattern: string): string {
  return pattern.endsWith("*")
    ? `starts_with(http.request.uri.path, ${quote(pattern.slice(0, -1))})`
    : `http.request.uri.path eq ${quote(pattern)}`;
}

function set(items: readonly string[]): string {
  // `{}` is legal, never matches, and so turns `not … in {}` into "everyone": it must not come out of here.
  if (items.length === 0) throw new RangeError("A set in an expression must not be empty.");
  return `{${items.map(quote).join(" ")}}`;
}

/** A string literal: the language knows no escape for control characters, so they are refused rather than sent. */
function quote(text: string): string {
  if (/[\u0000-\u001f\u007f]/.test(text))
    throw new RangeError(`Control characters cannot stand in an expression: ${JSON.stringify(text)}`);
  return `"${text.replace(/[\\"]/g, "\\$&")}"`;
}

type Host = readonly [hostname: string, hash: bigint];

function deal(demand: Demand, hosts: readonly Host[], bit: bigint, place: bigint): [place: bigint, text: string][] {
  const part = { ...demand, hostnames: hosts.map(([hostname]) => hostname) };
  const text = buildExpression(part);
  if (Buffer.byteLength(text) <= EXPRESSION_LIMIT) return [[place, text]];
  if (hosts.length === 1) throw new NoRoom(part);
  const having = hosts.filter(([, hash]) => hash & bit);
  const without = hosts.filter(([, hash]) => !(hash & bit));
  if (without.length === 0 || having.length === 0) return deal(demand, hosts, bit << 1n, place);
  return [...deal(demand, without, bit << 1n, place), ...deal(demand, having, bit << 1n, place | bit)];
}

function hashOf(hostname: string): bigint {
  return BigInt(`0x${createHash("sha256").update(hostname).digest("hex")}`);
}
