import fc from "fast-check";
import { evaluate } from "../../src/emulator/language/evaluate";
import { parseExpression } from "../../src/emulator/language/parse";
import { buildExpressions, EXPRESSION_LIMIT } from "../../src/rules/expression";
import type { Demand } from "../../src/rules/expression";

const SKI = "A5AC554235DBA6D963B9CDE0185CFAD6E3F55E9F";

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);
const hostname = fc.tuple(label, label).map((labels) => [...labels, "example.com"].join("."));
const hostnames = (max: number) => fc.uniqueArray(hostname, { minLength: 1, maxLength: max });
const ski = fc.stringMatching(/^[0-9A-F]{40}$/);
/** Anything a user could type behind the slash, quotes and backslashes included; control characters are refused. */
const path = fc.string({ unit: "grapheme", maxLength: 20 }).map((text) => `/${text.replace(/[\p{Cc}*]/gu, "")}`);

function names(expression: string): string[] {
  return [...expression.matchAll(/"([^"]+\.example\.com)"/g)].map((match) => match[1] ?? "");
}

test("one host and one issuer give one plain expression", () => {
  expect(buildExpressions({ hostnames: ["api.example.com"], issuerSkis: [SKI] })).toEqual([
    `(lower(http.host) in {"api.example.com"} and not (cf.tls_client_auth.cert_verified and cf.tls_client_auth.cert_issuer_ski in {"${SKI}"}))`,
  ]);
});

test("paths are exact, or everything below an asterisk", () => {
  const [text] = buildExpressions({ hostnames: ["a.example.com"], issuerSkis: [SKI], paths: ["/admin", "/api/*"] });
  expect(text).toContain('and (http.request.uri.path eq "/admin" or starts_with(http.request.uri.path, "/api/"))');
});

test.each([[{ hostnames: [], issuerSkis: [SKI] }], [{ hostnames: ["a.example.com"], issuerSkis: [] }]])(
  "an empty set never becomes an expression: %j",
  (demand) => {
    expect(() => buildExpressions(demand)).toThrow(RangeError);
  },
);

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

test("every host stands in exactly one expression, and none is too long", () => {
  fc.assert(
    fc.property(hostnames(400), (all) => {
      const expressions = buildExpressions({ hostnames: all, issuerSkis: [SKI] }).filter(Boolean);
      expect(expressions.flatMap(names).sort()).toEqual([...all].sort());
      for (const expression of expressions) expect(expression.length).toBeLessThanOrEqual(EXPRESSION_LIMIT);
    }),
    { numRuns: 60 },
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

/** What the rule means, said in another way. */
function blocked(
  { hostnames, issuerSkis, paths }: Demand,
  host: string,
  uri: string,
  verified: boolean,
  issuer: string,
): boolean {
  const inPath =
    !paths?.length ||
    paths.some((pattern) => (pattern.endsWith("*") ? uri.startsWith(pattern.slice(0, -1)) : uri === pattern));
  return hostnames.includes(host.toLowerCase()) && inPath && !(verified && issuerSkis.includes(issuer));
}

test("what is built means what was demanded, whatever a user types: build, parse, evaluate", () => {
  const demand = fc.record({
    hostnames: hostnames(6),
    issuerSkis: fc.uniqueArray(ski, { minLength: 1, maxLength: 3 }),
    paths: fc.array(
      fc.tuple(path, fc.boolean()).map(([text, below]) => (below ? `${text}*` : text)),
      { maxLength: 3 },
    ),
  });
  let compared = 0;
  fc.assert(
    fc.property(
      demand,
      hostname,
      path,
      fc.boolean(),
      ski,
      fc.nat(),
      (wanted, otherHost, otherPath, verified, otherSki, pick) => {
        const host =
          pick % 3 === 0
            ? otherHost
            : (wanted.hostnames[pick % wanted.hostnames.length] ?? "").replace(/^./, (first) =>
                pick % 2 ? first.toUpperCase() : first,
              );
        const uri =
          pick % 5 === 0 ? otherPath : (wanted.paths[pick % (wanted.paths.length || 1)] ?? "/").replace("*", "below");
        const issuer = pick % 7 === 0 ? otherSki : (wanted.issuerSkis[pick % wanted.issuerSkis.length] ?? "");
        const fields = {
          "http.host": host,
          // One character a byte, as a request line arrives.
          "http.request.uri.path": Buffer.from(uri).toString("latin1"),
          "cf.tls_client_auth.cert_verified": verified,
          "cf.tls_client_auth.cert_issuer_ski": issuer,
        };
        const hit = buildExpressions(wanted)
          .filter(Boolean)
          .some((text) => evaluate(parseExpression(text), fields));
        expect(hit).toBe(blocked(wanted, host, uri, verified, issuer));
        compared++;
      },
    ),
    { numRuns: 3000 },
  );
  expect(compared).toBeGreaterThanOrEqual(3000);
});
