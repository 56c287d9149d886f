import * as fc from "fast-check";
import type { Demand } from "../../src/rules/expression";

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);
export const hostname = fc.tuple(label, label).map((labels) => [...labels, "example.com"].join("."));
export const hostnames = (max: number) => fc.uniqueArray(hostname, { minLength: 1, maxLength: max });
export const ski = fc.stringMatching(/^[0-9A-F]{40}$/);
/** Anything a user could type behind the slash, quotes and backslashes included; control characters are refused. */
export const path = fc.string({ unit: "grapheme", maxLength: 20 }).map((text) => `/${text.replace(/[\p{Cc}*]/gu, "")}`);

export interface Request {
  readonly host: string;
  readonly uri: string;
  readonly verified: boolean;
  readonly issuer: string;
}

/** A request that has a fair chance of being meant by the demand: its hosts, paths and issuers come back in it. */
export function requestFor({ hostnames, issuerSkis, paths = [] }: Demand): fc.Arbitrary<Request> {
  const spelled = fc
    .tuple(fc.constantFrom(...hostnames), fc.boolean())
    .map(([host, shout]) => (shout ? host.toUpperCase() : host));
  const named = paths.length > 0 ? [fc.constantFrom(...paths).map((pattern) => pattern.replace("*", "below"))] : [];
  return fc.record({
    host: fc.oneof({ weight: 3, arbitrary: spelled }, { weight: 1, arbitrary: hostname }),
    uri: fc.oneof(path, ...named),
    verified: fc.boolean(),
    issuer: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...issuerSkis) }, { weight: 1, arbitrary: ski }),
  });
}

export function demand(maxHosts: number, withPrefixes: boolean): fc.Arbitrary<Demand> {
  const pattern = fc.tuple(path, fc.boolean()).map(([text, below]) => (below && withPrefixes ? `${text}*` : text));
  return fc.record({
    hostnames: hostnames(maxHosts),
    issuerSkis: fc.uniqueArray(ski, { minLength: 1, maxLength: 3 }),
    paths: fc.array(pattern, { maxLength: 3 }),
  });
}

/** What the rule means, said in another way. */
export function isBlocked({ hostnames, issuerSkis, paths }: Demand, { host, uri, verified, issuer }: Request): boolean {
  const within = (pattern: string) => (pattern.endsWith("*") ? uri.startsWith(pattern.slice(0, -1)) : uri === pattern);
  const meant = hostnames.includes(host.toLowerCase()) && (!paths?.length || paths.some(within));
  return meant && !(verified && issuerSkis.includes(issuer));
}
