import { evaluate, ExpressionError, type Fields, parseExpression } from "../../src/language/index";

const SKI = "A5AC554235DBA6D963B9CDE0185CFAD6E3F55E9F";
const FIELDS: Fields = {
  "cf.tls_client_auth.cert_verified": true,
  "cf.tls_client_auth.cert_presented": true,
  "cf.tls_client_auth.cert_issuer_ski": SKI,
  "http.host": "API.example.com",
  "http.request.uri.path": "/admin/a%20b+c",
  "http.request.headers": { accept: ["text/html", "*/*"], "x-one": ["1"] },
  "http.request.headers.names": ["accept", "x-one"],
  "http.request.cookies": { session: ["abc"] },
  "ip.src": "10.1.2.3",
  ssl: true,
};

function truth(text: string, fields: Fields = FIELDS): boolean {
  return evaluate(parseExpression(text), fields);
}

function refusal(text: string): ExpressionError {
  try {
    parseExpression(text);
  } catch (error) {
    if (error instanceof ExpressionError) return error;
    throw error;
  }
  throw new Error(`${text} was accepted`);
}

describe("the rule that this package writes", () => {
  const rule = `(lower(http.host) in {"api.example.com"} and not (cf.tls_client_auth.cert_verified and cf.tls_client_auth.cert_issuer_ski in {"${SKI}" "BEEF"}))`;

  it.each([
    ["a verified leaf of a pinned issuer", {}, false],
    ["an issuer in lower case", { "cf.tls_client_auth.cert_issuer_ski": SKI.toLowerCase() }, true],
    ["an unverified leaf", { "cf.tls_client_auth.cert_verified": false }, true],
    ["another host", { "http.host": "www.example.com", "cf.tls_client_auth.cert_verified": false }, false],
    ["another case of the host", { "cf.tls_client_auth.cert_verified": false, "http.host": "aPi.Example.COM" }, true],
  ])("on %s", (_, change, blocked) => {
    expect(truth(rule, { ...FIELDS, ...change })).toBe(blocked);
  });

  it("can be slipped past with another case where lower() is missing", () => {
    expect(truth('http.host in {"api.example.com"}')).toBe(false);
  });
});

describe("what the open engine refuses is refused in its layout", () => {
  it.each([
    ["a field that does not exist", "http.hosst", "1:1", "unknown identifier"],
    ["a slip in a client certificate field", "cf.tls_client_auth.cert_issuer_sky", "1:1", "unknown identifier"],
    ["a truth compared", "cf.tls_client_auth.cert_verified eq true", "1:33", "unrecognised input"],
    ["a comma in a set", 'http.host in {"a","b"}', "1:18", "invalid digit found in string"],
    ["a tab between words", 'http.host\teq "a"', "1:10", "expected ComparisonOp"],
    ["a comment", "ssl # always", "1:4", "unrecognised input"],
    ["an operator in capitals", 'http.host EQ "a"', "1:11", "expected ComparisonOp"],
    ["an escape of the usual kind", '"\\n"', "1:1", "expected identifier character"],
    ["a newline escape", 'http.host eq "\\n"', "1:16", 'expected ", xHH or OOO after \\'],
    ["a single quote", "http.host eq 'a'", "1:14", "invalid digit found in string"],
    ["an open quote", 'http.host eq "a', "1:15", "could not find an ending quote"],
    ["nothing", "", "1:1", "expected identifier character"],
    ["an error on the second line", "ssl and\nhttp.hosst", "2:1", "unknown identifier"],
    ["a column after a letter of two bytes", 'http.host eq "é" or x', "1:22", "unknown identifier"],
    ["a literal where a field must be", 'lower("A") eq "a"', "1:7", "expected argument of kind Field, but got Literal"],
    [
      "a field where a literal must be",
      "starts_with(http.host, http.host)",
      "1:24",
      "expected argument of kind Literal",
    ],
    ["too few arguments", "starts_with(http.host)", "1:22", "invalid number of arguments"],
    ["too many arguments", "lower(http.host, http.host)", "1:18", "invalid number of arguments"],
    [
      "a list as a verdict",
      'http.request.headers["a"][*] eq "b"',
      "1:36",
      "expected value of type Bool, but got Array<Bool>",
    ],
    ["a list asked for a key", 'http.request.headers["a"]["b"] eq "c"', "1:26", 'cannot access index MapKey("b") for'],
    ["a list compared as a whole", 'http.request.headers["a"] eq "b"', "1:27", "cannot perform this operation on type"],
    [
      "each element of a second argument",
      'concat(http.host, http.request.headers.names[*]) eq "a"',
      "1:19",
      "invalid use of map each access operator",
    ],
    ["two stars in a wildcard", 'http.host wildcard "**"', "1:20", "wildcard contains a double star"],
    ["depth without end", `${"(".repeat(129)}ssl${")".repeat(129)}`, "1:129", "nesting limit of 128 exceeded"],
    ["negations without end", `${"!".repeat(129)}ssl`, "1:129", "nesting limit of 128 exceeded"],
    ["calls without end", `${"lower(".repeat(129)}http.host`, "1:774", "nesting limit of 128 exceeded"],
  ])("%s", (_, text, place, reason) => {
    const error = refusal(text);
    expect(`${error.line}:${error.column}`).toBe(place);
    expect(error.reason).toContain(reason);
    expect(error.message.startsWith(`Filter parsing error (${place}):\n`)).toBe(true);
  });

  it.each([
    ["parentheses", `${"(".repeat(128)}ssl${")".repeat(128)}`],
    ["negations", `${"not ".repeat(128)}ssl`],
  ])("but 128 levels are none too many: of %s", (_, text) => {
    expect(truth(text)).toBe(true);
  });

  it("points at the piece", () => {
    expect(refusal("ssl and\nhttp.hosst and ssl").message).toBe(
      "Filter parsing error (2:1):\nhttp.hosst and ssl\n^^^^^^^^^^ unknown identifier",
    );
  });
});

describe("what Cloudflare has and the emulator has not is refused by name", () => {
  it.each([
    ['ip.src.country in {"DE"}', "ip.src.country exists at Cloudflare"],
    ["cf.bot_management.score lt 30", "cf.bot_management.score exists at Cloudflare"],
    ["http.request.body.size gt 5", "http.request.body.size exists at Cloudflare"],
    ['regex_replace(http.host, "a", "b") eq "b"', "regex_replace exists at Cloudflare"],
    ["ip.src in $office", "the list $office is not known to the emulator"],
    ['http.host matches "(?s)a.b"', "the emulator does not evaluate this part of a regular expression"],
  ])("%s", (text, reason) => {
    expect(refusal(text).reason).toContain(reason);
  });
});

describe("functions, lists and maps", () => {
  it.each([
    ['starts_with(http.request.uri.path, "/admin/")', true],
    ['ends_with(http.request.uri.path, "/admin/")', false],
    ['ends_with(lower(http.host), ".example.com")', true],
    ['not starts_with(http.request.uri.path, "")', false],
    ['concat(http.host, "/", http.request.uri.path) contains "com//admin"', true],
    ['url_decode(http.request.uri.path) eq "/admin/a b c"', true],
    ['any(http.request.headers["accept"][*] eq "*/*")', true],
    ['all(http.request.headers["accept"][*] eq "*/*")', false],
    ['any(http.request.headers["none"][*] eq "*/*")', false],
    ['all(http.request.headers["none"][*] eq "*/*")', true],
    ['http.request.headers["accept"][1] eq "*/*"', true],
    ['http.request.headers["accept"][2] eq "*/*"', false],
    ['http.request.headers["accept"][2] ne "*/*"', true],
    ['http.request.headers["none"][0] ge ""', false],
    ['not http.request.headers["none"][0] in {"a"}', true],
    ['any(lower(http.request.headers.names[*])[*] eq "x-one")', true],
    ['any((http.request.headers.names[*] eq "accept" and http.request.headers.names[*] eq "x-one"))', false],
    ['any(not http.request.headers.names[*] contains "a")', true],
    ['any((http.request.headers.names[*] eq "accept" and http.request.headers.names[*] contains "c"))', true],
    ['all((http.request.headers.names[*] eq "accept" or http.request.headers.names[*] eq "x-one"))', true],
    ['any((http.request.headers.names[*] eq "b" or http.request.headers.names[*] eq "c"))', false],
    ['all((http.request.headers.names[*] eq "b" or http.request.headers.names[*] eq "c"))', false],
    ['any((http.request.headers.names[*] eq "b" or http.request.headers.names[*] eq "x-one"))', true],
    ['any((http.request.headers.names[*] eq "b" xor http.request.headers.names[*] eq "x-one"))', true],
    ['all((http.request.headers.names[*] contains "" xor http.request.headers.names[*] contains ""))', false],
    ['any(not http.request.headers.names[*] contains "e")', false],
    ['all(not http.request.headers.names[*] contains "q")', true],
    ['all((http.request.headers.names[*] eq "accept" xor http.request.headers.names[*] eq "x-one"))', true],
    ['any((http.request.headers.names[*] contains "" xor http.request.headers.names[*] contains ""))', false],
    ['all((http.request.headers.names[*] eq "accept" and http.request.cookies["session"][*] eq "abc"))', true],
    ['any((http.request.headers.names[*] eq "x-one" or http.request.cookies["session"][*] eq "b"))', false],
    ['lower(http.request.headers["none"][0]) eq ""', false],
    ['lower(http.request.headers["none"][0]) ne ""', true],
    ['concat(http.request.headers["none"][0], http.request.headers["none"][1]) eq ""', false],
    ['concat(http.request.headers["none"][0], "a") eq "a"', true],
    ['lower(http.request.headers["none"][0]) ge ""', false],
    ['any(http.request.headers[*][0] eq "1")', true],
    ['any(http.request.headers[*][1] eq "1")', false],
    ['any(starts_with(http.request.headers.names[*], "x-"))', true],
    ["any(len(http.request.headers.names[*])[*] gt 5)", true],
    ['http.request.cookies["session"][0] eq "abc"', true],
    ['http.host wildcard "api.*.com"', true],
    ['http.host wildcard "api.example.com*api.example.com"', false],
    ['http.host wildcard "*m*com"', true],
    ['http.host strict wildcard "api.*"', false],
    ["true", true],
    ["ip.src in {10/8} and ssl", true],
    ["ip.src in {}", false],
    ["not ip.src in {}", true],
    ["ssl xor ssl or ssl", true],
    ["ssl xor (ssl or ssl)", false],
    ['not http.host eq "x" and ssl', true],
    ["not ssl or ssl", true],
  ])("%s", (text, expected) => {
    expect(truth(text)).toBe(expected);
  });

  it("fails loudly on an address that is none", () => {
    expect(() => truth("ip.src eq 10.1.2.3", { "ip.src": "10.1.2" })).toThrow('"10.1.2" is no IP address.');
  });

  it("fails loudly on a field that was given no value", () => {
    expect(() => evaluate(parseExpression('http.referer eq ""'), FIELDS)).toThrow(
      "http.referer, which was given no value",
    );
  });
});
