import { evaluate, parseExpression } from "../../src/language/index";
import { openOracle, oracleScheme } from "./oracle";

const oracle = openOracle();
afterAll(() => oracle.close());

const about = {
  host: "a-B.c1]",
  method: "GET",
  path: "/",
  ip: "::1",
  city: "",
  vpn: true,
  tor: true,
  relay: true,
  headers: {},
};

type Answer = boolean | "refused";

async function both(pattern: string): Promise<[ours: Answer, theirs: Answer]> {
  const text = `http.host matches r#"${pattern}"#`;
  const theirs = await oracle.ask(text, about);
  let ours: Answer;
  try {
    ours = evaluate(parseExpression(text, oracleScheme), { "http.host": about.host });
  } catch {
    ours = "refused";
  }
  return [ours, typeof theirs === "string" ? "refused" : theirs];
}

/** As they stand, backslashes and all. */
const all = (...block: Parameters<typeof String.raw>): string[] =>
  String.raw(...block)
    .trim()
    .split(/\s+/);

it.each([
  "",
  ...all`^a  ^A  (?i)^A  b\.c  B\.c  \d  ^\D+$  ^\S+$  \s  [[]  []]  [^]]$  ]$  [\w.]{3}  (a|b)-
  (?:x)?a  a{0}-  a{2}  a{2,}  -{1,2}B  \x61  [\x2d]  \AaB  \Aa  1\]\z  \bB  \Bc  .-.  a|  $  ^$  ^\a  ^[\a]  ^[^\a]
  (  )  a{2,1}  *a  a|*  [  []  [z-a]  \1  (?=a)  (?<!a)  \q  a{,2}  [\b]  [a-\d]  (?P<n  \
  [A-Za-z0-9_.-]+  ^(a|b|c)-[A-Z]\.c\d\]$  [^\s]  [\d-]  \-  \/  \_  \.\*\+\?\(\)\[\]\{\}\|\^\$`,
])("%s means the same in both engines", async (pattern) => {
  const [ours, theirs] = await both(pattern);
  expect(ours).toBe(theirs);
});

it.each(all`a**  (?s)a  a(?i)B  \pL  [[:alpha:]]  [a&&b]  é  (?P<n>a)  \x{61}  (?-u)a`)(
  "%s is refused here, whatever the engine makes of it",
  async (pattern) => {
    expect((await both(pattern))[0]).toBe("refused");
  },
);
