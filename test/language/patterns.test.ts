import { evaluate, everything, type ExpressionError, parseExpression } from "../../src/language/index";
import { type Facts, fieldsOf, openOracle, oracleScheme } from "./oracle";

const oracle = openOracle();
afterAll(() => oracle.close());

const about = (host: string, city = ""): Facts => ({
  host,
  method: "GET",
  path: "/",
  ip: "::1",
  city,
  vpn: true,
  tor: true,
  relay: true,
  headers: {},
});

type Answer = boolean | { readonly refusal: string };

/** What both say, of a refusal as much as they have in common: where it is. */
async function both(text: string, facts: Facts): Promise<[ours: Answer, theirs: Answer]> {
  const place = (message: string) => ({ refusal: message.split(" regex parse error:")[0] ?? "" });
  const theirs = await oracle.ask(text, facts);
  let ours: Answer;
  try {
    ours = evaluate(parseExpression(text, oracleScheme), fieldsOf(facts));
  } catch (error) {
    ours = place((error as Error).message);
  }
  return [ours, typeof theirs === "string" ? place(theirs) : theirs];
}

/** As they stand, backslashes and all. */
const all = (...block: Parameters<typeof String.raw>): string[] =>
  String.raw(...block)
    .trim()
    .split(/\s+/);

it.each([
  "",
  ...all`^a  ^A  (?i)^A  b\.c  B\.c  \d  ^\D+$  ^\S+$  \s  [[]  []]  [^]]$  ]$  [\w.]{3}  (a|b)-
  (?:x)?a  a{0}-  a{2}  a{2,}  -{1,2}B  -{1,2}?B  a+?-  \x61  [\x2d]  \AaB  \Aa  1\]\z  \bB  \Bc  .-.  a|  $  ^$
  ^\a  ^[\a]  ^[^\a]  \\1  [\\1]  -]
  (  )  a{2,1}  a{2,1}b{1}  *a  a|*  [  []  [^]  [a  [z-a]  \1  [\1]  (?=a)  (?<!a)  \q  a{,2}  a{  [\b]  [a-\d]  [\d-a]  (?P<n  \  (?  [a\
  [A-Za-z0-9_.-]+  ^(a|b|c)-[A-Z]\.c\d\]$  [^\s]  [\d-]  [\d_a-z]  [a-c\-\d]  [\x2d-a]  [a]b&&c  [a]--  [a-]  \-  \/  \_  \.\*\+\?\(\)\[\]\{\}\|\^\$`,
])("%j means the same in both engines, or is refused at the same place", async (pattern) => {
  for (const text of [
    `http.host matches r#"${pattern}"# and ip.src.vpn`,
    `http.host matches "${pattern}" or ip.src.tor`,
  ]) {
    const [ours, theirs] = await both(text, about("a-B.c1]"));
    expect([text, ours]).toEqual([text, theirs]);
  }
});

it.each([
  ...["\n", "\r", "a", "é", "", "ab"].map((city) => ["^.$", city]),
  ...["\u000b", " ", "à", "\u00a0", "_"].flatMap((city) =>
    all`\s  [\s]  ^[^\s]+$  ^\S+$  ^\w$  ^\W+$`.map((text) => [text, city]),
  ),
  ...["\u0007", "a", "\\"].flatMap((city) => all`^\a$  ^[\a]$  ^[a]$  [\\a]  [\\a-z]`.map((text) => [text, city])),
  ...["a\n", "a", "xa", "ax"].flatMap((city) => all`a$  a\z  ^a  \Aa`.map((text) => [text, city])),
  ["\\\\1", "\\1"],
])("%j means the same of %j in both engines", async (pattern = "", city) => {
  const [ours, theirs] = await both(`ip.src.city matches r#"${pattern}"#`, about("a", city));
  expect(ours).toBe(theirs);
});

const PART = "the emulator does not evaluate this part of a regular expression";
it.each([
  ["é+", `${PART}: characters outside ASCII`],
  ["(?s)a", `${PART}: (?s)`],
  ["a(?i)B", `${PART}: (?i)`],
  ["(?P<n>a(?=b))", `${PART}: (?P<`],
  ["(?-u)a", `${PART}: (?-u`],
  ["\\pL+", `${PART}: \\p`],
  ["\\x{61}", `${PART}: \\x`],
  ["[[:alpha:]]", `${PART}: [:`],
  ["[a&&b]", `${PART}: &&`],
  ["[a--b]", `${PART}: --`],
  ["[a~~b]", `${PART}: ~~`],
  ["[\\q]", `${PART}: \\q`],
  ["a{,2}", "unclosed counted repetition"],
  ["a\\1", "backreferences are not supported"],
  ["a(?!b)", "look-around, including look-ahead and look-behind, is not supported"],
  ["a(?<=b)", "look-around, including look-ahead and look-behind, is not supported"],
  ["[ab", "unclosed character class"],
  ["[a-\\d]", "invalid character class range"],
  ["[\\w-z]", "invalid character class range"],
  ["a**", "the emulator cannot compile it"],
])("%s is refused by name, whatever the engine makes of it; to read others' rules it is taken", (pattern, reason) => {
  const text = `http.host matches r"${pattern}"`;
  expect(() => parseExpression(text, oracleScheme)).toThrow(
    expect.objectContaining({ reason: `regex parse error: ${reason}` }) as ExpressionError,
  );
  expect(parseExpression(text, everything)).toMatchObject({ test: { pattern: undefined } });
});
