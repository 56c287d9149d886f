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

/**
 * The rule text for a demand, in as many expressions as the length limit asks for: one, nearly always.
 *
 * A request is blocked when any one rule matches, so the hosts can be dealt out to several rules freely. Each host
 * has its place by its own hash in a power-of-two number of rules: a host added or removed touches one rule, and when
 * the number doubles, hosts only move from an old rule to a new one. Whoever writes new rules first, changes second
 * and deletes last therefore never leaves a host without its rule.
 *
 * @throws RangeError when not even one host fits beside the paths and issuers.
 */
export function buildExpressions(demand: Demand): string[] {
  const placed = demand.hostnames.map((hostname) => ({ hostname, place: place(hostname) }));
  for (let count = 1; count <= 2 * demand.hostnames.length; count *= 2) {
    const expressions: string[] = [];
    for (const hostnames of deal(placed, count)) {
      const text = hostnames.length === 0 ? "" : buildExpression({ ...demand, hostnames });
      if (Buffer.byteLength(text) > EXPRESSION_LIMIT) break;
      expressions.push(text);
    }
    if (expressions.length === count) return expressions;
  }
  throw new RangeError(
    `The paths and issuer SKIs leave no room for a hostname within Cloudflare's ${EXPRESSION_LIMIT} characters for one expression (about 90 issuers, without paths). Name fewer.`,
  );
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

function deal(placed: readonly { hostname: string; place: number }[], count: number): string[][] {
  return Array.from({ length: count }, (_, hand) =>
    placed.filter(({ place }) => place % count === hand).map(({ hostname }) => hostname),
  );
}

function place(hostname: string): number {
  return createHash("sha256").update(hostname).digest().readUInt32BE(0);
}
