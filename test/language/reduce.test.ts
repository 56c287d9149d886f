import * as fc from "fast-check";
import { evaluate, everything, type Fields, parseExpression, print, reads, reduce } from "../../src/language/index";
import { runs } from "../support/runs";
import { fieldsOf, LONGEST_EXPRESSION, openOracle, oracleScheme } from "./oracle";
import { facts, ownFields, ownScheme, ownText, validText } from "./texts";

const RUNS = runs(6000);
const ASKED_OF_ORACLE = runs(4000);

const oracle = openOracle();
afterAll(() => oracle.close());

function left(text: string, known: Fields): string {
  const rest = reduce(parseExpression(text, everything), known);
  return typeof rest === "boolean" ? String(rest) : print(rest);
}

/** The fields of `one`, and of `other` where the coin of a field says so. */
function mixed<Value extends object>(one: Value, other: Value, coins: readonly boolean[]): Value {
  const names = Object.keys(one).sort();
  return {
    ...one,
    ...pick(
      other,
      names.filter((_, index) => coins[index % coins.length]),
    ),
  };
}

function pick(fields: object, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)));
}

const coins = fc.array(fc.boolean(), { minLength: 26, maxLength: 26 });

describe("with every field known, what is left is the verdict", () => {
  it.each([
    ["ssl", { ssl: true }, "true"],
    ["ssl", { ssl: false }, "false"],
    ["true", {}, "true"],
    ['http.host eq "a"', { "http.host": "a" }, "true"],
    ['http.request.headers["x"][0] ne "a"', { "http.request.headers": {} }, "true"],
    ['ip.src.country in {"DE"}', { "ip.src.country": "DE" }, "true"],
    ["cf.edge.server_ip in {10.0.0.0/8}", { "cf.edge.server_ip": "10.1.2.3" }, "true"],
    ["cf.edge.server_ip in {10.0.0.0/8}", { "cf.edge.server_ip": "11.1.2.3" }, "false"],
    ["cf.bot_management.score lt 30", { "cf.bot_management.score": 30 }, "false"],
    ["cf.bot_management.score lt 30", { "cf.bot_management.score": 29 }, "true"],
    ["cf.edge.server_port in {443}", { "cf.edge.server_port": 443 }, "true"],
  ])("of %s with %j: %s", (text, known, expected) => {
    expect(left(text, known)).toBe(expected);
  });
});

describe("three values: a is true, b is false, x and y are unknown", () => {
  const names: Record<string, string> = {
    a: "ssl",
    b: "cf.client.bot",
    x: "cf.waf.auth_detected",
    y: "cf.edge.client_tcp",
  };
  const long = (text: string) => text.replace(/\b[abxy]\b/g, (name) => names[name] ?? "");
  const known: Fields = { ssl: true, "cf.client.bot": false };

  it.each([
    ["a and x", "x"],
    ["x and a", "x"],
    ["b and x", "false"],
    ["x and b", "false"],
    ["x and y", "x and y"],
    ["a and a", "true"],
    ["a and b", "false"],
    ["a or x", "true"],
    ["x or a", "true"],
    ["b or x", "x"],
    ["x or b", "x"],
    ["x or y", "x or y"],
    ["b or b", "false"],
    ["b or a", "true"],
    ["a xor x", "not x"],
    ["x xor a", "not x"],
    ["b xor x", "x"],
    ["x xor y", "x xor y"],
    ["a xor a", "false"],
    ["a xor b", "true"],
    ["a xor x xor a", "x"],
    ["a xor x xor y", "not (x xor y)"],
    ["x xor x", "false"],
    ["x xor y xor x", "y"],
    ["x xor not x", "true"],
    ["not x xor not y", "x xor y"],
    ["not x xor y", "not (x xor y)"],
    ["not (a xor x) xor y", "x xor y"],
    ["(x xor y) xor (y xor x)", "false"],
    ["x xor (a and (x xor y))", "y"],
    ["not a", "false"],
    ["not b", "true"],
    ["not x", "not x"],
    ["not not x", "x"],
    ["not not not x", "not x"],
    ["not (a and not x)", "x"],
    ["x and x", "x"],
    ["x or y or x", "x or y"],
    ["x and y and x", "x and y"],
    ["x and not x", "false"],
    ["not x and y and x", "false"],
    ["x or not x", "true"],
    ["y or not x or x", "true"],
    ["not (x and y) and (x and y)", "not (x and y) and x and y"],
    ["x and (a and (y or b))", "x and y"],
    ["x and not not (y and x)", "x and y"],
    ["x or not not (y or x)", "x or y"],
    ["(x or b) and (y or a)", "x"],
    ["(x or y) and (x or y or b)", "x or y"],
    ["not (b or x or y)", "not (x or y)"],
    ["x or y and a", "x or y"],
  ])("%s leaves %s", (text, expected) => {
    expect(left(long(text), known)).toBe(long(expected));
  });
});

describe("a comparison stays whole", () => {
  it.each([
    ["under a map over an unknown field", 'any(http.request.headers["x"][*] eq "y")'],
    [
      "in a chain of lists, although half is known",
      'any((http.request.headers.names[*] eq "b" and http.request.headers.values[*] eq "y"))',
    ],
    ["with an unknown field inside a function", "len(lower(http.user_agent)) gt 3"],
    ["with a known field beside an unknown one", 'concat(http.host, http.user_agent) eq "ab"'],
    ["with a list", "ip.src in $office"],
    ["with a function of Cloudflare's", 'regex_replace(http.host, "a", "b") eq "b"'],
    ["with options that the edge doesn't know", 'url_decode(http.host, "r") eq "a"'],
    ["with a pattern that can't be translated", 'http.host matches "(?s)a"'],
  ])("%s", (_, text) => {
    const known = { "http.host": "a", "ip.src": "1.2.3.4", "http.request.headers.names": ["a"] };
    expect(left(text, known)).toBe(text);
    expect(left(`not (${text}) and http.host eq "b"`, known)).toBe("false");
  });

  it("and has no verdict, so that evaluating it fails with what is missing", () => {
    const evaluated = (text: string) => () =>
      evaluate(parseExpression(text, everything), { "ip.src": "1.2.3.4", ssl: true });
    expect(evaluated('concat(http.host, http.referer) eq "" and ssl')).toThrow(
      "The expression reads http.host, http.referer, which was given no value.",
    );
    expect(evaluated("ip.src in $office")).toThrow(
      "Nothing here can tell whether a request matches ip.src in $office.",
    );
    expect(evaluated("ip.src in $office or ssl")()).toBe(true);
  });

  it("not even where a field is there and holds nothing", () => {
    const nothing = { ssl: undefined } as unknown as Fields;
    expect(() => reduce(parseExpression("ssl"), nothing)).toThrow("The field ssl has no value.");
  });

  it("save where the function takes any number of arguments, all known", () => {
    expect(left('concat(http.host, "b", "c", "d") eq "abcd"', { "http.host": "a" })).toBe("true");
    expect(left('url_decode(http.host) eq "a"', { "http.host": "%61" })).toBe("true");
  });
});

describe("what is left agrees with every request that it is about", () => {
  it(`to our own evaluator: ${RUNS} texts`, () => {
    let settled = 0;
    let rests = 0;
    fc.assert(
      fc.property(ownText, ownFields, ownFields, coins, coins, (text, one, other, isKnown, isOther) => {
        const expression = parseExpression(text, ownScheme);
        const names = Object.keys(one)
          .sort()
          .filter((_, index) => isKnown[index]);
        const known = pick(one, names) as Fields;
        const complete = { ...mixed(one, other, isOther), ...known };
        const rest = reduce(expression, known);
        const truth = evaluate(expression, complete);
        if (typeof rest === "boolean") {
          settled++;
          expect(rest).toBe(truth);
          return;
        }
        rests++;
        expect(evaluate(rest, complete)).toBe(truth);
        // Nothing decided is left in it, it is in its last form, and its text says it all.
        expect(print(reduce(rest, known) as typeof rest)).toBe(print(rest));
        expect(print(parseExpression(print(rest), ownScheme))).toBe(print(rest));
        const open = [...reads(rest)].filter((name) => !names.includes(name));
        expect(open.length).toBeGreaterThan(0);
      }),
      { numRuns: RUNS },
    );
    expect(settled / RUNS).toBeGreaterThan(0.25);
    expect(rests / RUNS).toBeGreaterThan(0.25);
  });

  it(`to Cloudflare's open engine: ${ASKED_OF_ORACLE} texts`, async () => {
    let settled = 0;
    let rests = 0;
    await fc.assert(
      fc.asyncProperty(validText, facts, facts, coins, coins, async (text, one, other, isKnown, isOther) => {
        const fields = fieldsOf(one);
        const names = Object.keys(fields)
          .sort()
          .filter((_, index) => isKnown[index]);
        const rest = reduce(parseExpression(text, oracleScheme), pick(fields, names) as Fields);
        const complete = mixed(one, other, isOther);
        for (const [name, fact] of FACT_OF_FIELD)
          if (names.includes(name)) Object.assign(complete, { [fact]: one[fact] });
        const truth = await oracle.ask(text, complete);
        expect(typeof truth).toBe("boolean");
        if (typeof rest === "boolean") {
          settled++;
          expect(rest).toBe(truth);
          return;
        }
        const remaining = print(rest);
        fc.pre(Buffer.byteLength(remaining) <= LONGEST_EXPRESSION);
        rests++;
        expect(await oracle.ask(remaining, complete)).toBe(truth);
      }),
      { numRuns: ASKED_OF_ORACLE },
    );
    expect(settled / ASKED_OF_ORACLE).toBeGreaterThan(0.25);
    expect(rests / ASKED_OF_ORACLE).toBeGreaterThan(0.25);
  }, 120_000);
});

const FACT_OF_FIELD = [
  ["http.host", "host"],
  ["http.request.headers", "headers"],
  ["http.request.method", "method"],
  ["http.request.uri.path", "path"],
  ["ip.src", "ip"],
  ["ip.src.city", "city"],
  ["ip.src.relay", "relay"],
  ["ip.src.tor", "tor"],
  ["ip.src.vpn", "vpn"],
] as const;
