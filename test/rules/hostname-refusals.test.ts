import { canonicalHostname } from "../../src/rules/hostname";

const seen = new Set<string>();

function problemOf(input: string): string {
  seen.add(input);
  const read = canonicalHostname(input);
  if (!("problem" in read)) throw new Error(`Accepted ${JSON.stringify(input)} as ${read.hostname}`);
  return read.problem;
}

const hosts = ["api.example.com", "x.example.org", "API.Example.com"];
const cross = (...lists: string[][]): string[] =>
  lists.reduce((left, right) => left.flatMap((head) => right.map((tail) => head + tail)), [""]);
const points = (...codes: number[]) => codes.map((code) => String.fromCodePoint(code));

/** What is refused, the words that name it, and the remedy that is offered. */
const table: Record<string, { inputs: string[]; says: RegExp; remedy: RegExp }> = {
  "a URL": {
    inputs: cross(["https://", "http://", "//", "wss://", "HTTPS://", "ftp://user@"], hosts, ["", "/", ":8443/a?b#c"]),
    says: /is a URL, not a hostname\./,
    remedy: /Write "(api|x)\.example\.(com|org)"\.$/,
  },
  "a port": {
    inputs: cross(hosts, [":443", ":8443", ":", ":http", ":443:443"]),
    says: /has a port: an association is for every port/,
    remedy: /Write "(api|x)\.example\.(com|org)"\.$/,
  },
  "a path": {
    inputs: cross(hosts, ["/", "/admin", "/*", "\\admin", "?a=b", "#top", "/a:b"]),
    says: /has a path: .* paths belong to the rule/,
    remedy: /Write "(api|x)\.example\.(com|org)"\.$/,
  },
  "user information": {
    inputs: cross(["me@", "me:pass@", "mailto:me@"], hosts),
    says: /has user information or is a mail address/,
    remedy: /Write "(api|x)\.example\.(com|org)"\.$/,
  },
  "an IPv6 address": {
    inputs: [
      "::1",
      "[::1]",
      "[::1]:443",
      "2001:db8::1",
      "2001:db8::/32",
      "fe80::1%eth0",
      "::ffff:1.2.3.4",
      "1:2:3:4:5:6:7:8",
      "[2001:DB8::1]",
      "::",
    ],
    says: /is an IPv6 address: only names of a zone/,
    remedy: /such as "api\.example\.com"/,
  },
  "an IPv4 address in any of its forms": {
    inputs: [
      "127.0.0.1",
      "1.2.3.4",
      "1.2.3.4.",
      "0x7f.1",
      "0x7f.0.0.1",
      "0X7F.0.0.0x1",
      "127.1",
      "0177.0.0.1",
      "2130706433",
      "0x7f000001",
      "017700000001",
      "1.2.3.4.5",
      "999.999.999.999",
      "１.２.３.４",
      "①②⑦.1",
      "example.123",
      "a.0x1",
      "a.0x",
      "1。2。3。4",
    ],
    says: /is an IPv4 address or ends like one/,
    remedy: /such as "api\.example\.com"/,
  },
  "a wildcard": {
    inputs: cross(["*.", "a.*.", "*", "www*.", "*.*."], ["example.com", "example.org"]).concat("*", "example.*"),
    says: /is a wildcard: Cloudflare's associations take fully qualified hostnames only/,
    remedy: /List each hostname/,
  },
  "nothing at all": {
    inputs: ["", " ", "\t", "\n", " \r\n ", "\u00a0", "\u3000", "\ufeff"],
    says: /is empty/,
    remedy: /such as "api\.example\.com"/,
  },
  "white space around": {
    inputs: cross([" ", "\t", "\n", "\u00a0"], hosts).concat(cross(hosts, [" ", "\n", "\r\n", " # comment"])),
    says: /has white space in it/,
    remedy: /Write "(api|x)\.example\.(com|org)"\.$/,
  },
  "white space inside": {
    inputs: [
      "api example.com",
      "a.example.com, b.example.com",
      "a.example.com b.example.com",
      "api. example.com",
      "a\u2003b.com",
    ],
    says: /has white space in it/,
    remedy: /Write /,
  },
  "an empty label": {
    inputs: [
      "a..b.com",
      ".example.com",
      "example.com..",
      "..",
      ".",
      "a.b..",
      "...",
      "a...b.com",
      "。com",
      "a.。b.com",
      "example.com。.",
    ],
    says: /has an empty label/,
    remedy: /such as "api\.example\.com"/,
  },
  "a hyphen at an edge": {
    inputs: [
      "-a.com",
      "a-.com",
      "-.com",
      "a.-b.com",
      "a.b-.com",
      "example.-com",
      "example.com-",
      "--.com",
      "xn--zzzz--.com",
      "a.com-.",
    ],
    says: /begins or ends with a hyphen/,
    remedy: /such as "api\.example\.com"/,
  },
  "a long label": {
    inputs: [
      `${"a".repeat(64)}.com`,
      `${"a".repeat(100)}.com`,
      `x.${"b".repeat(64)}`,
      `${"ä".repeat(60)}.com`,
      `www.${"z".repeat(70)}.com`,
    ],
    says: /has a label of \d+ characters in ASCII; 63 are allowed/,
    remedy: /Use a shorter one/,
  },
  "a long name": {
    inputs: [
      `${"abcdefg.".repeat(32)}com`,
      `${"a.".repeat(200)}com`,
      `${"ä.".repeat(60)}com`,
      "x".repeat(2001),
      "x.".repeat(5000),
    ],
    says: /has \d+ characters( in ASCII)?; a hostname has at most 253/,
    remedy: /Use a shorter one|such as/,
  },
  "percent-encoding": {
    inputs: ["ex%61mple.com", "%65xample.com", "a%2eb.com", "a%00.com", "%.com", "%HOST%.example.com", "a%C3%A4.com"],
    says: /is percent-encoded, or has a placeholder/,
    remedy: /such as "api\.example\.com"/,
  },
  "a character that can't be seen": {
    inputs: points(
      0,
      1,
      7,
      8,
      27,
      127,
      128,
      0x9f,
      0xad,
      0x200b,
      0x200e,
      0x200f,
      0x202e,
      0x2060,
      0x2066,
      0xd800,
      0xdfff,
      0xe0041,
      0x61c,
    ).map((character) => `a${character}b.example.com`),
    says: /has a control or invisible character \(U\+[0-9A-F]{4,5}\)/,
    remedy: /Type it anew/,
  },
  "a character that no hostname has": {
    inputs: [..."!\"$&'()+,;<=>^`{|}~"]
      .map((character) => `a${character}b.example.com`)
      .concat("${HOST}.example.com", "<host>.example.com", "api.example.com,", "'api.example.com'"),
    says: /has .* in it \(U\+[0-9A-F]{4}\): a hostname has letters, digits, hyphens and dots/,
    remedy: /such as "api\.example\.com"/,
  },
  "a single label": {
    inputs: ["localhost", "com", "com.", "api", "API", "bücher", "xn--bcher-kva", "a", "a-b"],
    says: /is a single label/,
    remedy: /Write the whole name, such as "[a-z0-9-]+\.example\.com"/,
  },
  "what IDNA doesn't allow": {
    inputs: [
      "xn--a.com",
      "xn--.com",
      "xn--a-ecp.com",
      "a\u200db.com",
      "a\u200cb.com",
      "\u0301a.com",
      "a／b.com",
      "a％b.com",
      "a．．b：c.com",
      "\ufffd.com",
      "א1a.com",
      "xn--0.com",
      "xn--bücher.com",
      "\u115fa.com",
    ],
    says: /is not a name that IDNA \(UTS 46\) allows/,
    remedy: /such as "api\.example\.com"/,
  },
  "an Output that became text": {
    inputs: ["Calling [toString] on an [Output<T>] is not supported.", "https://Calling [toJSON] on an [Output<T>]"],
    says: /is a Pulumi Output/,
    remedy: /pulumi\.interpolate/,
  },
};

const rows = Object.entries(table).flatMap(([what, { inputs, says, remedy }]) =>
  inputs.map((input) => ({ what, input, says, remedy })),
);

test.each(rows)("$what is refused: $input", ({ input, says, remedy }) => {
  const problem = problemOf(input);
  expect(problem).toMatch(says);
  expect(problem).toMatch(remedy);
  expect(problem).toMatch(/^The hostname "/);
  expect(problem.length).toBeLessThan(330);
});

test.each([
  ["undefined", undefined],
  ["null", null],
  ["number", 5],
  ["boolean", true],
  ["object", {}],
  ["object", ["a.example.com"]],
  ["object", Buffer.from("a.example.com")],
])("A value that is no text is refused, as %s: %p", (type, value) => {
  expect(canonicalHostname(value)).toEqual({
    problem: expect.stringContaining(`must be a text, not ${type}. Write the name alone`) as string,
  });
});

test("Passwords and query strings in a URL are not repeated", () => {
  for (const input of [
    "https://me:hunter2@api.example.com/x?token=hunter2",
    "me:hunter2@api.example.com",
    "api.example.com?token=hunter2#hunter2",
  ]) {
    expect(problemOf(input)).not.toContain("hunter2");
  }
});

test.each([
  ["what a URL's user information may hold is left out", "https://me:hunter2@api.example.com/x", "…@api.example.com/x"],
  ["and what a query may hold", "api.example.com/x?token=hunter2#top", "api.example.com/x?…"],
  ["an at sign in a path is none of user information", "api.example.com/@me", "api.example.com/@me"],
  ["nor is one behind two slashes in a path", "api.example.com/a//b@c", "api.example.com/a//b@c"],
  ["what can't be seen is written out", "a\u200bb.example.com", "a\\u{200B}b.example.com"],
  ["120 characters are shown whole", `${"x".repeat(119)}*`, `${"x".repeat(119)}*`],
  ["one more, and the end is cut", `${"x".repeat(120)}*`, `${"x".repeat(119)}…`],
  ["no letter is cut in two", `${"x".repeat(118)}𐐀*`, `${"x".repeat(118)}…`],
])("In a message %s", (_what, input, shown) => {
  expect(problemOf(input).startsWith(`The hostname "${shown}" `)).toBe(true);
});

test.each(["a'b.example.com/admin", "*x.example.com:443", "%HOST%.example.com/"])(
  "A part of a name that is no good by itself is not suggested: %s",
  (input) => {
    expect(problemOf(input)).toMatch(/ Write the name alone, such as "api\.example\.com"\.$/);
  },
);

test("A text that is far too long is counted as it was given", () => {
  expect(problemOf("x".repeat(2001))).toContain(" has 2001 characters; a hostname has at most 253.");
  expect(problemOf("x".repeat(2000))).toContain(" has 2000 characters in ASCII; a hostname has at most 253.");
});

test("More than 250 different bad hostnames were given", () => {
  expect(seen.size).toBeGreaterThan(250);
  process.stdout.write(`bad hostnames: ${seen.size}\n`);
});
