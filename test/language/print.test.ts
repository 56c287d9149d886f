import * as fc from "fast-check";
import { evaluate, everything, parseExpression, print, sameMeaning } from "../../src/language/index";
import { runs } from "../support/runs";
import { LONGEST_EXPRESSION, openOracle, oracleScheme } from "./oracle";
import { facts, ownFields, ownScheme, ownText, validText } from "./texts";

const RUNS = runs(5000);
const PRINTED_FOR_ORACLE = runs(4000);

const oracle = openOracle();
afterAll(() => oracle.close());

function printed(text: string): string {
  return print(parseExpression(text, everything));
}

describe("an expression is printed in one spelling", () => {
  it.each([
    ["outer parentheses fall", "((ssl))", "ssl"],
    ["white space is one space", 'http.host  in\n{"a"\r\n"b"} ', 'http.host in {"a" "b"}'],
    ["symbols become words", "!ssl && ssl || ssl ^^ ssl", "not ssl and ssl or ssl xor ssl"],
    ["== becomes eq", 'http.host=="a"', 'http.host eq "a"'],
    ["!= becomes ne", 'http.host!="a"', 'http.host ne "a"'],
    [
      "comparisons keep their sense",
      "len(http.host)<1 or len(http.host)<=2",
      "len(http.host) lt 1 or len(http.host) le 2",
    ],
    ["in either direction", "len(http.host)>1 or len(http.host)>=2", "len(http.host) gt 1 or len(http.host) ge 2"],
    ["& becomes bitwise_and", "len(http.host) & 0x10", "len(http.host) bitwise_and 16"],
    ["~ becomes matches", 'http.host~"a"', 'http.host matches "a"'],
    ["a wildcard stays", 'http.host wildcard r"a*\\*\\\\b"', 'http.host wildcard "a*\\\\*\\\\\\\\b"'],
    ["a strict one stays strict", 'http.host strict wildcard "A*"', 'http.host strict wildcard "A*"'],
    ["contains stays", 'http.host contains "a"', 'http.host contains "a"'],
    ["a chain in a chain is one chain", "ssl and (ssl and (ssl and ssl))", "ssl and ssl and ssl and ssl"],
    ["of or as well", "(ssl or ssl) or (ssl or ssl)", "ssl or ssl or ssl or ssl"],
    ["of xor as well", "ssl xor (ssl xor ssl)", "ssl xor ssl xor ssl"],
    ["needless parentheses fall", "(ssl and ssl) or (not ssl) xor (ssl)", "ssl and ssl or not ssl xor ssl"],
    ["needed ones stay: or in and", "(ssl or ssl) and ssl", "(ssl or ssl) and ssl"],
    ["needed ones stay: or in xor", "ssl xor (ssl or ssl)", "ssl xor (ssl or ssl)"],
    ["needed ones stay: xor in and", "(ssl xor ssl) and ssl", "(ssl xor ssl) and ssl"],
    ["needed ones stay: a chain under not", "not (ssl and ssl)", "not (ssl and ssl)"],
    ["none are needed around a comparison", 'not (http.host eq "a")', 'not http.host eq "a"'],
    ["not not stays", "!!ssl", "not not ssl"],
    ["a set of strings is in order, each once", 'http.host in {"b" "a" "B" "a"}', 'http.host in {"B" "a" "b"}'],
    ["an empty set stays", "http.host in {  }", "http.host in {}"],
    ["a set of integers is in order", "len(http.host) in {10 9 -1 9 3..4 3}", "len(http.host) in {-1 3 3..4 9 10}"],
    ["shorter ranges first", "len(http.host) in {1..9 1..3}", "len(http.host) in {1..3 1..9}"],
    [
      "a set of addresses is in order",
      "ip.src in {::1 10/8 9.9.9.9 1.2.3.4..1.2.3.6}",
      "ip.src in {1.2.3.4..1.2.3.6 9.9.9.9 10.0.0.0/8 ::1}",
    ],
    ["narrower blocks first", "ip.src in {10/8 10/16 10.0.0.0}", "ip.src in {10.0.0.0 10.0.0.0/16 10.0.0.0/8}"],
    ["a range that is a block is a block", "ip.src in {10.0.0.4..10.0.0.7 ::..::f}", "ip.src in {10.0.0.4/30 ::/124}"],
    ["one of another length is none", "ip.src in {0.0.0.3..0.0.0.5}", "ip.src in {0.0.0.3..0.0.0.5}"],
    ["one that begins amiss is none", "ip.src in {10.0.0.2..10.0.0.5}", "ip.src in {10.0.0.2..10.0.0.5}"],
    ["the whole family is a block", "ip.src in {0.0.0.0/0 ::/0}", "ip.src in {0.0.0.0/0 ::/0}"],
    ["the last addresses are too", "ip.src in {255.255.255.254/31}", "ip.src in {255.255.255.254/31}"],
    ["addresses are short", "ip.src eq 2001:0DB8:0:0:0:0:0:05", "ip.src eq 2001:db8::5"],
    ["a mapped address stays one", "ip.src eq ::ffff:1.2.3.4", "ip.src eq ::ffff:102:304"],
    ["hex bytes become a string", "http.host eq 61:2E-62", 'http.host eq "a.b"'],
    ["raw strings become strings", 'http.host eq r#"a"\\"#', 'http.host eq "a\\"\\\\"'],
    ["the first and the last of printable ASCII", 'http.host eq "\\x20\\x7e"', 'http.host eq " ~"'],
    [
      "what isn't is written by its bytes",
      'http.host eq "é\\x1f\\x7f\\0010"',
      'http.host eq "\\xc3\\xa9\\x1f\\x7f\\x010"',
    ],
    ["a pattern stays in quotes", 'http.host matches r"\\.[^a]com$"', 'http.host matches "\\.[^a]com$"'],
    ["save with a quote in it", 'http.host matches "\\"\\\\"', 'http.host matches r#""\\\\"#'],
    ["or a quote in a class", 'http.host matches "[\\"]"', 'http.host matches r#"[\\"]"#'],
    ["with as many marks as it takes", 'http.host matches r##"a"#"##', 'http.host matches r##"a"#"##'],
    ["or a backslash at its end", 'http.host matches r"\\"', 'http.host matches r"\\"'],
    ["or a class that never ends", 'http.host matches r"[a"', 'http.host matches r"[a"'],
    ["a pattern beyond ASCII stays as it is", 'http.host matches "日é"', 'http.host matches "日é"'],
    [
      "paths into lists and maps stay",
      'http.request.headers[ "\\x61" ][ 0 ] eq ""',
      'http.request.headers["a"][0] eq ""',
    ],
    ["a literal argument", 'concat( http.host,r"ab","c" ) eq "c"', 'concat(http.host, "ab", "c") eq "c"'],
    ["arguments of other types", "cidr(ip.src,010,64) eq 1.2.0.0", "cidr(ip.src, 8, 64) eq 1.2.0.0"],
    ["an address as an argument", "cidr6(::0001,64) eq ::", "cidr6(::1, 64) eq ::"],
    [
      "a comparison as an argument",
      'any((http.request.headers.names[*]=="a"))',
      'any(http.request.headers.names[*] eq "a")',
    ],
    [
      "a negation as an argument",
      'any(!http.request.headers.names[*] eq "a")',
      'any(not http.request.headers.names[*] eq "a")',
    ],
    [
      "a chain as an argument keeps its parentheses",
      'any((http.request.headers.names[*] eq "a" or (http.request.headers.names[*] eq "b")))',
      'any((http.request.headers.names[*] eq "a" or http.request.headers.names[*] eq "b"))',
    ],
    [
      "so do the truths of each element",
      'any((starts_with(http.request.headers.names[*], "a")[*]))',
      'any((starts_with(http.request.headers.names[*], "a")[*]))',
    ],
    [
      "but not a list of truths",
      'any((starts_with(http.request.headers.names[*], "a")))',
      'any(starts_with(http.request.headers.names[*], "a"))',
    ],
    ["a list by name", "ip.src  in  $office.de", "ip.src in $office.de"],
    ["all requests", " true ", "true"],
  ])("%s", (_, text, expected) => {
    expect(printed(text)).toBe(expected);
    expect(printed(expected)).toBe(expected);
  });

  it("of a verdict that never holds as well, although no text says it", () => {
    expect(print({ kind: "constant", truth: false })).toBe("false");
  });
});

describe("the printed text", () => {
  it(`is printed as it is, and means what the original means: ${RUNS} texts and requests`, () => {
    let held = 0;
    fc.assert(
      fc.property(ownText, ownFields, (text, fields) => {
        const original = parseExpression(text, ownScheme);
        const again = parseExpression(print(original), ownScheme);
        expect(print(again)).toBe(print(original));
        const truth = evaluate(original, fields);
        expect(evaluate(again, fields)).toBe(truth);
        held += Number(truth);
      }),
      { numRuns: RUNS },
    );
    expect(held / RUNS).toBeGreaterThan(0.2);
    expect(held / RUNS).toBeLessThan(0.8);
  });

  it(`has the original's verdict from Cloudflare's open engine: ${PRINTED_FOR_ORACLE} texts`, async () => {
    await fc.assert(
      fc.asyncProperty(validText, facts, async (text, about) => {
        const again = print(parseExpression(text, oracleScheme));
        fc.pre(Buffer.byteLength(again) <= LONGEST_EXPRESSION);
        const expected = await oracle.ask(text, about);
        expect(typeof expected).toBe("boolean");
        expect(await oracle.ask(again, about)).toBe(expected);
      }),
      { numRuns: PRINTED_FOR_ORACLE },
    );
  }, 120_000);
});

describe("two texts mean the same", () => {
  const rule = 'http.host in {"a" "b"} and not cf.tls_client_auth.cert_verified';

  it.each([
    ["to the letter", rule],
    ["in parentheses", `(${rule})`],
    ["with other white space", `  ${rule.replaceAll(" ", "\n ")}\t`],
    ["with symbols", 'http.host in {"a""b"} && !cf.tls_client_auth.cert_verified'],
    ["with the set in another order", 'http.host in {"b" "a" "b"} and not cf.tls_client_auth.cert_verified'],
    ["with parentheses inside", '(http.host in {"a" "b"}) and (not (cf.tls_client_auth.cert_verified))'],
  ])("%s", (_, other) => {
    expect(sameMeaning(rule, other)).toBe(true);
    expect(sameMeaning(other, rule)).toBe(true);
  });

  it.each([
    ["with a host more", 'http.host in {"a" "b" "c"} and not cf.tls_client_auth.cert_verified'],
    ["with another case", 'http.host in {"A" "b"} and not cf.tls_client_auth.cert_verified'],
    ["without the negation", 'http.host in {"a" "b"} and cf.tls_client_auth.cert_verified'],
    ["with or", 'http.host in {"a" "b"} or not cf.tls_client_auth.cert_verified'],
    ["under a negation", `not (${rule})`],
    ["where it can't be read", `${rule} # ours`],
  ])("but not %s", (_, other) => {
    expect(sameMeaning(rule, other)).toBe(false);
    expect(sameMeaning(other, rule)).toBe(false);
  });

  it("where neither can be read, only to the letter", () => {
    expect(sameMeaning("nonsense", "nonsense")).toBe(true);
    expect(sameMeaning("nonsense", "nonsense ")).toBe(false);
  });

  it("of what nothing here can evaluate as well", () => {
    expect(sameMeaning('ip.src.country=="DE"', '(ip.src.country eq "DE")')).toBe(true);
    expect(sameMeaning("ip.src in $office", "ip.src in $home")).toBe(false);
    expect(sameMeaning('http.host matches r"(?s)a"', 'http.host matches "(?s)a"')).toBe(true);
  });
});
