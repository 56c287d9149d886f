import { comparisons, everything, parseExpression, print, reads, usesRegex } from "../../src/language/index";

describe("the names that an expression reads", () => {
  it.each([
    ["true", []],
    ["ssl or ssl", ["ssl"]],
    ['not (http.host eq "a" and ssl) xor cf.client.bot', ["cf.client.bot", "http.host", "ssl"]],
    [
      'any((starts_with(http.request.headers.names[*], "a")[*] and http.request.headers.values[*] eq "b"))',
      ["http.request.headers.names", "http.request.headers.values"],
    ],
    ['concat(lower(http.host), "x", http.referer) in {"a"}', ["http.host", "http.referer"]],
  ])("of %s are %j", (text, expected) => {
    expect([...reads(parseExpression(text, everything))].sort()).toEqual(expected);
  });
});

describe("whether an expression has a regular expression", () => {
  it.each([
    ["true", false],
    ['http.host eq "matches"', false],
    ['ssl and concat(http.host, "a") in {"a"}', false],
    ['http.host matches "a"', true],
    ['ssl or not http.host ~ "a"', true],
    ['any(http.request.headers["x"][*] matches "a")', true],
    ['any((http.request.headers.names[*] eq "a" and http.request.headers.names[*] matches "a"))', true],
    ['len(to_string(starts_with(http.host, "a"))) eq 4', false],
    ['to_string(http.host matches "a") eq "true"', true],
    ['len(to_string(http.host matches "a")) eq 4', true],
    ['http.host matches "(?s)a"', true],
  ])("%s: %s", (text, expected) => {
    expect(usesRegex(parseExpression(text, everything))).toBe(expected);
  });
});

describe("the comparisons of an expression", () => {
  it.each([
    ["true", []],
    ['http.host eq "a"', ['http.host eq "a"']],
    [
      'not (ssl and (http.host eq "a" or not ssl)) xor ip.src in $a',
      ["ssl", 'http.host eq "a"', "ssl", "ip.src in $a"],
    ],
    ['any((http.request.headers.names[*] eq "a")) and ssl', ['any(http.request.headers.names[*] eq "a")', "ssl"]],
  ])("of %s are %j", (text, expected) => {
    expect(comparisons(parseExpression(text, everything)).map(print)).toStrictEqual(expected);
  });
});
