import fc from "fast-check";
import { canonicalHostname, canonicalHostnames, isInZone } from "../../src/rules/hostname";
import { runs } from "../support/runs";

/** The canonical name, or the problem with a mark in front. */
function fold(input: string): string {
  const read = canonicalHostname(input);
  return "hostname" in read ? read.hostname : `!${read.problem}`;
}

test.each([
  ["api.example.com", "api.example.com"],
  ["API.Example.COM", "api.example.com"],
  ["api.example.com.", "api.example.com"],
  ["bücher.example.com", "xn--bcher-kva.example.com"],
  ["BÜCHER.example.com", "xn--bcher-kva.example.com"],
  ["bu\u0308cher.example.com", "xn--bcher-kva.example.com"],
  ["xn--bcher-kva.example.com", "xn--bcher-kva.example.com"],
  ["XN--BCHER-KVA.Example.com.", "xn--bcher-kva.example.com"],
  ["faß.de", "xn--fa-hia.de"],
  ["日本。jp", "xn--wgv71a.jp"],
  ["日本.jp。", "xn--wgv71a.jp"],
  ["ｅｘａｍｐｌｅ.com", "example.com"],
  ["نامه\u200cای.com", "xn--mgba3gch31f060k.com"],
  ["☃.net", "xn--n3h.net"],
  ["r3---sn-abc.example.com", "r3---sn-abc.example.com"],
  ["1.2.3.4.example.com", "1.2.3.4.example.com"],
  ["0x7f.example.com", "0x7f.example.com"],
  ["123.com", "123.com"],
  ["example.v2", "example.v2"],
  ["example.3d", "example.3d"],
  ["a.b", "a.b"],
  [`${"a".repeat(63)}.com`, `${"a".repeat(63)}.com`],
  [`${"abcdefg.".repeat(31)}abc.d`, `${"abcdefg.".repeat(31)}abc.d`],
])("%s is the host %s", (input, hostname) => {
  expect(canonicalHostname(input)).toEqual({ hostname, warnings: [] });
});

describe("Letters of one look and two scripts in one label give a warning", () => {
  test.each([
    ["раypal.com", /mixes Latin and Cyrillic .*\(U\+0440, U\+0430\)/],
    ["www.gοοgle.com", /mixes Latin and Greek .*\(U\+03BF\)/],
    ["xn--ypal-43d9g.com", /mixes Latin and Cyrillic/],
    ["аα.com", /mixes Cyrillic and Greek .*\(U\+0430, U\+03B1\)/],
    ["aбвгдеж.com", /mixes Latin and Cyrillic .*\(U\+0431, U\+0432, U\+0433, U\+0434, U\+0435\)/],
    ["Ꭺpple.com", /mixes Latin and Cherokee/],
  ])("%s", (input, words) => {
    expect(canonicalHostname(input)).toMatchObject({ warnings: [expect.stringMatching(words)] });
  });

  test("but not in labels of their own, nor where a language mixes scripts", () => {
    for (const input of ["пример.example.com", "παράδειγμα.com", "日本ひらがなabc.jp", "bücher.com"]) {
      expect(canonicalHostname(input)).toMatchObject({ warnings: [] });
    }
  });
});

describe("A list is a set", () => {
  test("sorted, each host once, with a warning for what was folded", () => {
    expect(
      canonicalHostnames(["b.example.com", "A.example.com", "a.example.com.", "b.example.com", "ä.example.com"]),
    ).toEqual({
      hostnames: ["a.example.com", "b.example.com", "xn--4ca.example.com"],
      warnings: [
        '"b.example.com" is listed 2 times ("b.example.com"): it is kept once.',
        '"a.example.com" is listed 2 times ("A.example.com", "a.example.com."): it is kept once.',
      ],
      problems: [],
    });
  });

  test("of more than three spellings three are shown", () => {
    expect(canonicalHostnames(["a.b", "A.b", "a.B", "A.B"]).warnings).toEqual([
      '"a.b" is listed 4 times ("a.b", "A.b", "a.B"): it is kept once.',
    ]);
  });

  test("every problem is listed, beside what could be read", () => {
    const { hostnames, problems } = canonicalHostnames(["a.example.com", "*.example.com", "", "x:1.example.com"]);
    expect(hostnames).toEqual(["a.example.com"]);
    expect(problems).toEqual([
      expect.stringContaining("wildcard"),
      expect.stringContaining("empty"),
      expect.stringContaining("port"),
    ]);
  });

  test.each([
    ["api_v1.example.com", "an edge certificate for *.example.com."],
    ["api.team_a.example.com", "an uploaded edge certificate of a CA of your own."],
    ["a_.b_.example.com", "an uploaded edge certificate of a CA of your own."],
  ])("an underscore is possible, and told what it needs: %s", (input, needs) => {
    const warning = `"${input}" has an underscore: no public CA issues a certificate with that name, so the host needs ${needs}`;
    expect(canonicalHostnames([input.toUpperCase()])).toEqual({
      hostnames: [input],
      warnings: [warning],
      problems: [],
    });
  });

  test("a warning about scripts is given once for a host", () => {
    expect(canonicalHostnames(["раypal.com", "раYPAL.com"]).warnings).toHaveLength(2);
  });
});

describe("A host is in a zone", () => {
  test.each([
    ["example.com", "example.com", true],
    ["a.b.EXAMPLE.com.", "example.com", true],
    ["a.example.com", "Example.COM.", true],
    ["a.bücher.example", "xn--bcher-kva.example", true],
    ["a.xn--bcher-kva.example", "bücher.example", true],
    ["badexample.com", "example.com", false],
    ["example.com", "a.example.com", false],
    ["example.com.evil.org", "example.com", false],
    ["a.other.com", "example.com", false],
    ["*.example.com", "example.com", false],
    ["a.example.com", "", false],
    ["a.undefined", "*", false],
    ["a.example.com", "com", false],
  ])("%s in %s: %s", (hostname, zone, expected) => {
    expect(isInZone(hostname, zone)).toBe(expected);
  });
});

const unicode = fc.string({ unit: "grapheme", maxLength: 12 });
const label = fc.oneof(
  unicode,
  fc.string({ unit: fc.constantFrom(..."abcxyz019-"), maxLength: 8 }),
  fc.string({ unit: fc.constantFrom(..."xn--a0z9"), maxLength: 10 }),
);
const name = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.array(label, { minLength: 1, maxLength: 5 }).map((labels) => labels.join(".")),
  fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => `xn--${labels.join(".xn--")}.com`),
  fc.webUrl(),
  fc.domain(),
  fc.ipV4Extended(),
  fc.ipV6(),
  fc.emailAddress(),
);

test("Any text is read without a throw; what comes out is a hostname, and folds to itself", () => {
  let accepted = 0;
  fc.assert(
    fc.property(name, (input) => {
      const read = canonicalHostname(input);
      if ("problem" in read) {
        expect(read.problem.length).toBeLessThan(400);
        expect(read.problem).not.toMatch(/[\p{Cc}\p{Cs}]/u);
        return;
      }
      accepted += 1;
      const { hostname } = read;
      expect(hostname).toMatch(
        /^(?=.{3,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+(?!\d+$|0x[0-9a-f]*$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/,
      );
      expect(canonicalHostname(hostname)).toEqual(read);
      expect(canonicalHostname(`${hostname.toUpperCase()}.`)).toEqual(read);
    }),
    { numRuns: runs(20_000) },
  );
  expect(accepted).toBeGreaterThan(runs(1000));
});

test("Any domain folds to what a browser makes of it", () => {
  fc.assert(
    fc.property(fc.domain(), (domain) => {
      expect(fold(domain)).toBe(new URL(`https://${domain}`).hostname);
    }),
    { numRuns: runs(2000) },
  );
});
