import * as fc from "fast-check";
import { buildExpression, buildExpressions, EXPRESSION_LIMIT } from "../../src/rules/expression";
import { runs } from "../support/runs";
import { hostnames } from "./demands";

const SKI = "A5AC554235DBA6D963B9CDE0185CFAD6E3F55E9F";

function names(expression: string): string[] {
  return [...expression.matchAll(/"([^"]+\.example\.com)"/g)].map((match) => match[1] ?? "");
}

test("one host and one issuer give one plain expression", () => {
  expect(buildExpressions({ hostnames: ["api.example.com"], issuerSkis: [SKI] })).toEqual([
    `lower(http.host) in {"api.example.com"} and not (cf.tls_client_auth.cert_verified and cf.tls_client_auth.cert_issuer_ski in {"${SKI}"})`,
  ]);
});

test("paths are exact, or everything below an asterisk", () => {
  const [text] = buildExpressions({ hostnames: ["a.example.com"], issuerSkis: [SKI], paths: ["/admin", "/api/*"] });
  expect(text).toContain('and (http.request.uri.path eq "/admin" or starts_with(http.request.uri.path, "/api/"))');
});

test.each([
  [{ hostnames: [], issuerSkis: [SKI] }, "Name fewer."],
  [{ hostnames: ["a.example.com"], issuerSkis: [] }, "A set in an expression must not be empty."],
])("an empty set never becomes an expression: %j", (demand, words) => {
  expect(() => buildExpressions(demand)).toThrow(words);
});

test("a quote or a backslash in a path ends no literal", () => {
  const [text] = buildExpressions({ hostnames: ["a.example.com"], issuerSkis: [SKI], paths: ['/a"b', "/c\\d"] });
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
const LONGEST_PATH =
  EXPRESSION_LIMIT - buildExpression({ hostnames: ["a.example.com"], issuerSkis: [SKI], paths: [""] }).length;

test.each([
  [0, 1],
  [1, 0],
])("an expression may be as long as Cloudflare takes it, and no longer: %i characters over it", (over, rules) => {
  const build = () =>
    buildExpressions({ hostnames: ["a.example.com"], issuerSkis: [SKI], paths: ["x".repeat(LONGEST_PATH + over)] });
  if (rules === 0) expect(build).toThrow(/leave no room for a hostname/);
  else expect(build().map(({ length }) => length)).toEqual([EXPRESSION_LIMIT]);
});

test("hosts that don't fit into one expression get as many as they need, and empty ones have no text", () => {
  const paths = ["x".repeat(LONGEST_PATH)];
  const expressions = buildExpressions({ hostnames: ["a.example.com", "b.example.com"], issuerSkis: [SKI], paths });
  // By their hashes both fall into the second of two places, so there are four.
  expect(expressions.map(names)).toEqual([[], ["a.example.com"], [], ["b.example.com"]]);
  expect(expressions.filter((text) => text === "")).toHaveLength(2);
});

test("every host stands in exactly one expression, and none is too long", () => {
  fc.assert(
    fc.property(hostnames(400), (all) => {
      const expressions = buildExpressions({ hostnames: all, issuerSkis: [SKI] }).filter(Boolean);
      expect(expressions.flatMap(names).sort()).toEqual([...all].sort());
      for (const expression of expressions) expect(expression.length).toBeLessThanOrEqual(EXPRESSION_LIMIT);
    }),
    { numRuns: runs(60) },
  );
});

test("a host added among 3,000 changes one expression", () => {
  const many = Array.from({ length: 3000 }, (_, index) => `host-${index}.some-team.example.com`);
  const before = buildExpressions({ hostnames: many, issuerSkis: [SKI] });
  const after = buildExpressions({ hostnames: [...many, "one-more.some-team.example.com"].sort(), issuerSkis: [SKI] });
  const sorted = buildExpressions({ hostnames: [...many].sort(), issuerSkis: [SKI] });
  expect(after).toHaveLength(before.length);
  expect(after.filter((text, index) => text !== sorted[index])).toHaveLength(1);
});
