import * as fc from "fast-check";
import { buildExpression, buildExpressions, EXPRESSION_LIMIT } from "../../src/rules/expression";
import type { Demand } from "../../src/rules/expression";
import { runs } from "../support/runs";
import { hostname, hostnames, ski } from "./demands";

const SKI = "A5AC554235DBA6D963B9CDE0185CFAD6E3F55E9F";

function texts(demand: Demand): string[] {
  return [...buildExpressions(demand).values()];
}

function names(expression: string): string[] {
  return [...expression.matchAll(/"([^"]+\.example\.com)"/g)].map((match) => match[1] ?? "");
}

test("one host and one issuer give one plain expression", () => {
  expect(texts({ hostnames: ["api.example.com"], issuerSkis: [SKI] })).toEqual([
    `lower(http.host) in {"api.example.com"} and not (cf.tls_client_auth.cert_verified and cf.tls_client_auth.cert_issuer_ski in {"${SKI}"})`,
  ]);
});

test("several hosts and issuers stand in sets, with spaces between them", () => {
  const [text] = texts({ hostnames: ["a.example.com", "b.example.com"], issuerSkis: [SKI, "AB"] });
  expect(text).toMatch(/^lower\(http\.host\) in \{"a\.example\.com" "b\.example\.com"\} .* in \{"A5.*9F" "AB"\}\)$/);
});

test("paths are exact, or everything below an asterisk", () => {
  const [text] = texts({ hostnames: ["a.example.com"], issuerSkis: [SKI], paths: ["/admin", "/api/*"] });
  expect(text).toContain('and (http.request.uri.path eq "/admin" or starts_with(http.request.uri.path, "/api/"))');
});

test.each([
  [{ hostnames: [], issuerSkis: [SKI] }, "A set in an expression must not be empty."],
  [{ hostnames: ["a.example.com"], issuerSkis: [] }, "A set in an expression must not be empty."],
])("an empty set never becomes an expression: %j", (demand, words) => {
  expect(() => buildExpressions(demand)).toThrow(words);
});

test("a quote or a backslash in a path ends no literal", () => {
  const [text] = texts({ hostnames: ["a.example.com"], issuerSkis: [SKI], paths: ['/a"b', "/c\\d"] });
  expect(text).toContain(String.raw`(http.request.uri.path eq "/a\"b" or http.request.uri.path eq "/c\\d")`);
});

test("a control character never becomes part of an expression", () => {
  expect(() => buildExpressions({ hostnames: ["a.example.com"], issuerSkis: [SKI], paths: ["/\t"] })).toThrow(
    /Control characters/,
  );
});

test("paths that leave no room for a host are refused", () => {
  expect(() =>
    buildExpressions({ hostnames: ["a.example.com"], issuerSkis: [SKI], paths: [`/${"x".repeat(4000)}`] }),
  ).toThrow(RangeError);
});

/** One path of this many characters leaves room for exactly `a.example.com`. */
const longestPath = () =>
  EXPRESSION_LIMIT - buildExpression({ hostnames: ["a.example.com"], issuerSkis: [SKI], paths: [""] }).length;

test.each([
  [0, 1],
  [1, 0],
])("an expression may be as long as Cloudflare takes it, and no longer: %i characters over it", (over, rules) => {
  const build = () =>
    texts({ hostnames: ["a.example.com"], issuerSkis: [SKI], paths: ["x".repeat(longestPath() + over)] });
  if (rules === 0) expect(build).toThrow(/leave no room for the hostname/);
  else expect(build().map(({ length }) => length)).toEqual([EXPRESSION_LIMIT]);
});

test("hosts that don't fit into one expression get as many as they need, and the first place is never empty", () => {
  const paths = ["x".repeat(longestPath())];
  const expressions = buildExpressions({ hostnames: ["a.example.com", "b.example.com"], issuerSkis: [SKI], paths });
  expect([...expressions].map(([place, text]) => [place, names(text)])).toEqual([
    ["", ["a.example.com"]],
    ["_1", ["b.example.com"]],
  ]);
});

test("the texts are the same in whatever order the parts of a demand come", () => {
  const some = <T>(of: fc.Arbitrary<T>, minLength: number) => fc.uniqueArray(of, { minLength, maxLength: 6 });
  const serial = fc.tuple(ski, fc.stringMatching(/^([0-9A-F]{2}){1,3}$/)).map((both) => both.join("/"));
  const parts = fc.record({
    hostnames: some(hostname, 1),
    issuerSkis: some(ski, 1),
    paths: some(fc.stringMatching(/^\/[a-z]{1,9}\*?$/), 0),
    revoked: some(fc.oneof(serial, fc.stringMatching(/^[0-9a-f]{64}$/)), 0),
    cas: fc.array(fc.record({ issuerSkis: some(ski, 1), subjects: some(hostname, 1) }), { maxLength: 4 }),
  });
  const backwards = (demand: Demand): Demand => ({
    hostnames: demand.hostnames.toReversed(),
    issuerSkis: demand.issuerSkis.toReversed(),
    paths: demand.paths?.toReversed(),
    revoked: demand.revoked?.toReversed(),
    cas: demand.cas?.toReversed().map(({ subjects, issuerSkis }) => ({
      subjects: subjects?.toReversed(),
      issuerSkis: issuerSkis.toReversed(),
    })),
  });
  fc.assert(
    fc.property(parts, (demand) => {
      expect([...buildExpressions(backwards(demand))]).toEqual([...buildExpressions(demand)]);
    }),
    { numRuns: runs(300) },
  );
});

test("every host stands in exactly one expression, and none is too long", () => {
  fc.assert(
    fc.property(hostnames(400), (all) => {
      const expressions = texts({ hostnames: all, issuerSkis: [SKI] });
      expect(expressions.flatMap(names).sort()).toEqual([...all].sort());
      for (const expression of expressions) expect(expression.length).toBeLessThanOrEqual(EXPRESSION_LIMIT);
    }),
    { numRuns: runs(60) },
  );
});

test("expressions come in the order of their places", () => {
  const hostnames = Array.from({ length: 3000 }, (_, index) => `host-${index}.some-team.example.com`);
  const places = [...buildExpressions({ hostnames, issuerSkis: [SKI] }).keys()].map(Number);
  expect(places).toEqual([...places].sort((one, other) => one - other));
});

test("a host added among 3,000 changes one expression", () => {
  const many = Array.from({ length: 3000 }, (_, index) => `host-${index}.some-team.example.com`);
  const before = texts({ hostnames: many, issuerSkis: [SKI] });
  const after = texts({ hostnames: [...many, "one-more.some-team.example.com"].sort(), issuerSkis: [SKI] });
  const sorted = texts({ hostnames: [...many].sort(), issuerSkis: [SKI] });
  expect(after).toHaveLength(before.length);
  expect(after.filter((text, index) => text !== sorted[index])).toHaveLength(1);
});

const host = (index: number) => `h${String(index).padStart(4, "0")}.example.com`;
/** A path that leaves room for one such host and so many characters: up to 19 for it alone, where the hashes meet most often. */
const pathLeaving = (spare: number) => "x".repeat(longestPath() - host(0).length + "a.example.com".length - spare);
const tight = fc.integer({ min: 0, max: 90 }).map(pathLeaving);

test("a way is found whenever every host fits alone, however few fit beside each other", () => {
  for (const spare of [0, 20, 45]) {
    const all = Array.from({ length: 3000 }, (_, index) => host(index));
    const expressions = texts({ hostnames: all, issuerSkis: [SKI], paths: [pathLeaving(spare)] });
    expect(expressions.flatMap(names).sort()).toEqual(all);
    expect(Math.max(...expressions.map(({ length }) => length))).toBeLessThanOrEqual(EXPRESSION_LIMIT);
  }
});

test("whatever hosts come, go and stay: from write to write no host that stays is without its rule", () => {
  const some = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(some, some, tight, tight, (one, other, pathBefore, pathAfter) => {
      const of = (indices: number[], path: string) => {
        const hostnames = indices.map(host);
        const expressions = buildExpressions({ hostnames, issuerSkis: [SKI], paths: [path] });
        return new Map([...expressions].map(([place, text]) => [place, names(text)] as const));
      };
      const [before, after] = [of(one, pathBefore), of(other, pathAfter)];
      expect([...before.keys()][0]).toBe("");
      const staying = [...before.values()].flat().filter((name) => [...after.values()].flat().includes(name));
      const zone = new Map(before);
      const covers = () => staying.every((name) => [...zone.values()].flat().includes(name));
      for (const place of after.keys()) if (!before.has(place)) zone.set(place, after.get(place) ?? []);
      for (const place of after.keys()) {
        zone.set(place, after.get(place) ?? []);
        expect(covers()).toBe(true);
      }
    }),
    { numRuns: runs(300) },
  );
});

test.each([
  ["issuerSkis", { issuerSkis: Array.from({ length: 110 }, (_, index) => index.toString(16).padStart(40, "0")) }],
  ["paths", { paths: Array.from({ length: 120 }, (_, index) => `/some/path/${index}`) }],
])("where %s leave no room, they are named, with the host and what to do", (property, demand) => {
  const build = () => buildExpressions({ hostnames: ["a.example.com"], issuerSkis: [SKI], ...demand });
  expect(build).toThrow(`${property} leave no room for the hostname a.example.com within the 4096 characters`);
  expect(build).toThrow("Name fewer");
});

test("ninety issuers fit beside a host", () => {
  const issuerSkis = Array.from({ length: 90 }, (_, index) => index.toString(16).padStart(40, "0"));
  expect(texts({ hostnames: ["api.some-team.example.com"], issuerSkis })).toHaveLength(1);
});
