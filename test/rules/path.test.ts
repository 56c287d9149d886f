import fc from "fast-check";
import { normalizedPath } from "../../src/emulator/edge/url-normalization";
import { canonicalPath, pathSamples } from "../../src/rules/path";
import { runs } from "../support/runs";

test.each([
  ["an escaped letter", "/%61dmin", "/admin"],
  ["an escaped digit, hyphen, dot, underscore and tilde", "/%31%2d%2E%5f%7e", "/1-._~"],
  ["an escaped dot that makes no dot segment", "/%2ewell-known/a%2eb/...", "/.well-known/a.b/..."],
  ["an escape in lower case", "/a%2fb%c3%a9", "/a%2Fb%C3%A9"],
  ["escapes that a character needs", "/%7Bid%7D%22%3C%3E%20%25%5C", "/%7Bid%7D%22%3C%3E%20%25%5C"],
  ["reserved characters, bare and escaped, which aren't the same", "/:@!$&'()+,;=[]%3A%40", "/:@!$&'()+,;=[]%3A%40"],
  ["letters outside ASCII", "/caf\u00e9/\u65e5\u672c", "/caf%C3%A9/%E6%97%A5%E6%9C%AC"],
  ["bytes that are no UTF-8", "/caf%e9", "/caf%E9"],
  ["a path below which everything is meant", "/%61dmin/*", "/admin/*"],
  ["the beginning of a name", "/.git*", "/.git*"],
  ["an escaped asterisk, which is none", "/a%2a", "/a%2A"],
  ["a slash at the end, which another path has not", "/admin/", "/admin/"],
])("%s: %s is %s", (_, given, path) => {
  expect(canonicalPath(given)).toEqual({ path });
  expect(canonicalPath(path)).toEqual({ path });
});

const SLASHES = /^Cloudflare merges slashes and turns backslashes .* Write single slashes\.$/;
const DOTS = /^Cloudflare resolves dot segments .* Write the path that they lead to\.$/;
const ASTERISK = /^an asterisk stands for any ending, .* Write "\/admin" for that path alone/;
const CHARACTER = /^it has a character that no URL has, .* Write it percent-encoded/;
const LETTER = /^it has characters that aren't letters, or look like others\. Write it percent-encoded/;
test.each([
  ["/a//b", SLASHES],
  ["//admin", SLASHES],
  ["/admin//", SLASHES],
  ["/a//*", SLASHES],
  ["/a\\b", SLASHES],
  ["/a/../b", DOTS],
  ["/a/%2e%2E/b", DOTS],
  ["/a/.%2e", DOTS],
  ["/%2e/a", DOTS],
  ["/a/..", DOTS],
  ["/admin/.*", ASTERISK],
  ["/admin/%2e*", ASTERISK],
  ["/*/a", ASTERISK],
  ["/**", ASTERISK],
  ["admin", /^it doesn't begin with a slash\. Write "\/admin"/],
  ["https://api.example.com/admin", /^it doesn't begin with a slash/],
  ["*", /^it doesn't begin with a slash/],
  ["", /^it doesn't begin with a slash/],
  ["/admin?a=b", /^a rule's path has neither query nor fragment\. Leave that out\.$/],
  ["/admin#top", /^a rule's path has neither query nor fragment/],
  ["/100%", /^its percent sign begins no escape\. Write %25/],
  ["/a%2*", /^its percent sign begins no escape/],
  ["/%%30%30", /^its percent sign begins no escape/],
  ["/%zz", /^its percent sign begins no escape/],
  ["/users/{id}", CHARACTER],
  ["/users/<id>", CHARACTER],
  ['/"admin"', CHARACTER],
  ["/(a|b)", CHARACTER],
  ["/a^b", CHARACTER],
  ["/a`b", CHARACTER],
  ["/a b", CHARACTER],
  ["/a\tb", CHARACTER],
  ["/a\0", CHARACTER],
  ["/\u0430dmin", LETTER],
  ["/cafe\u0301", LETTER],
  ["/a\u200b", LETTER],
  ["/a\ud800", LETTER],
  ["/\u{1f600}", LETTER],
])("%s can't be a rule's path: the reason, and what to write", (given, problem) => {
  expect(canonicalPath(given)).toEqual({ problem: expect.stringMatching(problem) as string });
});

test("There is a path of each kind that a rule tells apart, and none where it is for the whole host", () => {
  expect(pathSamples(["/admin", "/api/*", "/.git*"])).toEqual([
    "/admin",
    "/api/any-other-path",
    "/.git/any-other-path",
  ]);
  expect(pathSamples([])).toStrictEqual([]);
  expect(pathSamples(undefined)).toStrictEqual([undefined]);
});

const piece = fc.oneof(
  fc.constantFrom(...'/ / a b . .. % %2e %2F %5c %61 %7b { } " < > | \\ ^ ` ~ * ? # é \u0430 \u0301'.split(" ")),
  fc.nat(255).map((byte) => `%${byte.toString(16).padStart(2, "0")}`),
  fc.string({ unit: "binary", maxLength: 2 }),
);

test("What is accepted is what Cloudflare makes of it in either way, and what a rule can then match", () => {
  let accepted = 0;
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const known = canonicalPath(`/${pieces.join("")}`);
      if ("problem" in known) return;
      accepted++;
      const { path } = known;
      expect(canonicalPath(path)).toEqual({ path });
      const sent = path.replace(/\*$/, "x");
      const asGiven = Buffer.from(`/${pieces.join("")}`.replace(/\*$/, "x")).toString("latin1");
      for (const how of ["cloudflare", "rfc3986"] as const) {
        expect(normalizedPath(sent, how)).toBe(sent);
        expect(normalizedPath(asGiven, how)).toBe(sent);
      }
    }),
    { numRuns: runs(20_000) },
  );
  expect(accepted).toBeGreaterThan(runs(500));
});
