import { evaluate, ExpressionError, parseExpression } from "../../src/language/index";
import { type Facts, fieldsOf, openOracle, oracleScheme } from "./oracle";

/* What the generated texts of oracle.test.ts seldom come to: the corners of each literal, and every way to get one wrong. */

const oracle = openOracle();
afterAll(() => oracle.close());

const FACTS: Facts = {
  host: "a.b",
  method: "GET",
  path: "/x*\\",
  ip: "1.2.3.4",
  city: "é",
  vpn: true,
  tor: false,
  relay: true,
  headers: { accept: "*/*", 'a"': "a" },
};

function answer(text: string): boolean | string {
  try {
    return evaluate(parseExpression(text, oracleScheme), fieldsOf(FACTS));
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return error.message;
  }
}

/** The engine shows a compound type by its memory layout, and the rest of such a message is ours. */
function comparable(answer: boolean | string): boolean | string {
  return typeof answer === "string" ? answer.replace(/(on|for) type (Map|Array).*$/s, "$1 type $2") : answer;
}

const H = "http.host";
const HEADERS = "http.request.headers";
const L = `len(${H})`;
const V = "ip.src.vpn";

/** As they stand, backslashes and all, with wide gaps between them. */
const all = (...block: Parameters<typeof String.raw>): string[] =>
  String.raw(...block)
    .trim()
    .split(/ {2,}|\n */);
const after = (words: string, operands: readonly string[]) => operands.map((operand) => `${words} ${operand}`);
const inSet = (words: string, items: readonly string[]) => items.map((item) => `${words} in {${item}}`);

const CORNERS: Record<string, readonly string[]> = {
  "a quoted string": after(
    `${H} eq`,
    all`"  "a  "\  "a\  "\8"  "\q"  "\é"  "\"  "\\"  "\x"  "\x6"  "\x6g"  "\x61.b"  "\x+1"  "\x-1"  "\x  "\x6
    "\141.b"  "\377"  "\400"  "\18"  "\1"  "\1+1"  "\14  "a.b" "a.b"  'a.b'`,
  ),
  "a raw string": after(
    `${H} eq`,
    all`r  r#  r#x  r x  r"  r"a.b  r"a.b"  r#"a.b"  r#"a.b"#  r##"a.b"#  r"a.b"#  r##"a"#"##
    r${"#".repeat(255)}"a.b"${"#".repeat(255)}  r${"#".repeat(256)}"a.b"${"#".repeat(256)}`,
  ),
  "bytes in hexadecimal": after(
    `${H} eq`,
    all`61:2e:62  61-2E.62  6  61  61:  61:6  61:6g  g1:62  61x62  61 62  61é62  é:62  61:62:  +1:+2  +:62  -1:62  ++:62`,
  ),
  "the operand of a text": all`${H}  ${H} eq  ${H} contains  ${H} contains 61:2e  ${H} in  ${H} in x  ${H} in {  ${H} in {"a.b"
    ${H} in {"a" "a.b"}  ${H} in {"a";"b"}  ${H} in{"a.b"61:62}  ${H} & 1  ${H} eq 1.5  ${H} eq 1.2.3.4  ${H} eq"a.b"`,
  "an integer": after(
    `${L} ge`,
    all`x  0  00  03  08  0a  3  3a  a  -  --1  -1  -01  -0x1  0x  0x3  0xg  0X3  -a  +1  "3"
    9223372036854775807  9223372036854775808  -9223372036854775808  -9223372036854775809
    0x7fffffffffffffff  0x8000000000000000  0777777777777777777777  01000000000000000000000
    99999999999999999999a  9a999999999999999999`,
  ),
  "the operand of an integer": after(
    L,
    all`ge  contains "a"  matches "a"  wildcard "a"  strict wildcard "a"  & 2  & 4  & x  &  bitwise_and -1  in  in x  in $`,
  ),
  "a set of integers": inSet(L, ["", ...all`3  2 3  1..3  3..3  3..1  1..  ..3  1...3  1 .. 3  1,3  -1..0x3  1..9..3`]),
  "an address": after(
    "ip.src eq",
    all`x  1.2.3.4  1.2.3  1.2.3.4.5  1.2.3.256  01.2.3.4  1.2.3.4/32  ::  :::  1::2::3  ::1.2.3.4  ::ffff:1.2.3.4
    ::ffff:1.2.3.256  12345::  1:2:3:4:5:6:7:8  1:2:3:4:5:6:7  1:2:3:4:5:6:7:8:9  1:2:3:4:5:6:1.2.3.4  fe80::1%eth0
    FE80::A  "1.2.3.4"`,
  ),
  "the operand of an address": after(
    "ip.src",
    all`eq  contains "1"  & 1  matches "1"  wildcard "1"  ne ::1  lt ::1  ge ::1  lt 1.2.3.5  gt 1.2.3.3  le 1.2.3.4
    in  in $  in $.a  in $a.  in $A  in $ a  in $-`,
  ),
  "a set of addresses": inSet("ip.src", [
    "",
    ...all`1.2.3.4  1.2.3.4/32  1.2.3.4/31  1.2.3.5/31  1.2.3.4/33  1.2.3.0/24  1.2.3.4/24  1.2.3.4/0  0.0.0.0/0
    1.2.3.4/  1.2.3.4/a  1.2.3.4/08  1.2.3.0/024  1.2.3.4/255  1.2.3.4/256  1.2.3.4/9/8  1.2.3.4//8  /8  1/8  1.2/16
    1  1.2.3/24  001.002.003.004  0001.2.3.4  256/8  1.2.3.4.5/8  1./8  .1/8  1.2.3.4:80  a/8  1:2/32  ::/0  ::/128
    ::/129  ::1/127  ::2/127  ::1/  ::ffff:1.2.3.4  1.2.3.0..1.2.3.9  1.2.3.4..1.2.3.4  1.2.3.5..1.2.3.9
    1.2.3.0..1.2.3.3  1.2.3.9..1.2.3.0  1.2.3.4..::5  ::1..::f  ::f..::1  1.2.3.4..  ..1.2.3.4  1..2  1.2..1.2.3.4
    1.2.3.4..1.2.3.5..1.2.3.6  x  1.2.3.4 ::1 9.9.9.9  9.9.9.9 1.2.3.4  1.2.3.4,9.9.9.9`,
  ]),
  "a wildcard": after(
    "http.request.uri.path",
    all`wildcard  wildcard x  wildcard 61:62  wildcard ""  wildcard "*"  wildcard "**"  wildcard "a**"  wildcard "*a*"
    wildcard r"/x\*\\"  wildcard r"*\**"  wildcard r"/x*\*"  wildcard r"\"  wildcard r"/x\"  wildcard r"\x"
    wildcard "*a*b**"  wildcard "*/*"  wildcard "*x*x*"  wildcard r"/x*\*\\"  wildcard r"/\?"  wildcard "/X*"  strict wildcard "/X*"  strict wildcard "/x*"  strict  wildcard"/x*"
    strict eq "/x"`,
  ).concat('http.request.uri.path strict  wildcard "/x*"'),
  "a name": ["", " ", "\n", "\n \n", "\t\n", "\u3000", "é", '"a"', "5", "$a", "HTTP.HOST"].concat(
    all`http.  .http  http..host  http.hosst  http-host  ${H}.`,
  ),
  "white space around": Array.from(
    "\t\u000b\u000c\r\n\u0085\u00a0\u2003\u2028\u202f\u205f\u3000\u1680\u001c\u200b\ufeff\u180e",
    (space) => [space + V, V + space, V + space + space, `${space} ${V} eq 1${space}`],
  ).flat(),
  "white space inside": ["\t", "\n", "\r", "\u00a0", "  "].flatMap((space) => [
    `${V}${space}and${space}${V}`,
    `${H}${space}eq${space}"a.b"`,
    `not${space}${V}`,
    `(${space}${V}${space})`,
  ]),
  "the line and the column": [
    `${V}\nand x`,
    `${V}\n\n and x\nor ${V}`,
    `${H} eq "é" and x`,
    `${H} eq "日\n本" or ${H} eq y\n`,
    `\n\n x`,
    `é\n${V}`,
  ],
  "a chain": [")", "&&", ` and${V}`]
    .map((more) => V + more)
    .concat(
      after(
        V,
        all`and  or  xor  and and  or or ${V}  ${V}  andnot ${V}  xor ${V} and ip.src.tor or ${V}  or(${V})  & 1  & ${V}  | 1  ^ 1  ^^ x  eq ${V}
    eq true  AND ${V}  or ${HEADERS}[*] eq "a" or ${V}  and ${HEADERS}[*] eq "a" and ${HEADERS}[*] eq "a"`,
      ),
    ),
  "parentheses and negations": all`(  ()  )  (${V}  (${V}))  ((${V})  ( ${V} )  not  not not  !  !!  !${V}  ! ! ${V}
    not(${V})  not${V}  nott ${V}  NOT ${V}  not ${H}  (${H})  (${H}) eq "a.b"`,
  "a path into a map": all`${HEADERS}  ${HEADERS} eq "a"`.concat(
    all`[  []  ["accept"  ["accept  ["accept"] eq "*/*"  [ "accept" ] eq "*/*"  [ "a\"" ] eq "a"  ["accept" "b"] eq "a"
    [accept]  [r"accept"]  [0]  [ 1 ]  [-1]  [0x10]  [4294967295]  [4294967296]  [99999999999999999999]  ["\xff"] eq "a"
    ["\xff"]  ["accept"][0] eq "a"  ["accept"]["b"] eq "a"  ["accept"][*] eq "a"  ["accept"].b eq "a"  [*]
    [*] eq "a"  [**]`.map((path) => HEADERS + path),
  ),
  "a path into a text": all`[0]  [*]  ["a"]  [  [x`.map((path) => H + path),
  "a call": [`lower`, `lower (${H}) eq "a.b"`].concat(
    all`(  ()  ( )  (${H}  (${H}) eq "a.b"  ( ${H} ) eq "a.b"  (${H}, )  (${H},)  (${H} ${H})  (${H},${H})  (,${H})
    ("a")  (r"a")  (r#"a"#)  (61:62)  (fa:62)  (1)  (-1)  (::1)  (1.2.3.4)  (ip.src)  (${V})  (not ${V})  (!${V})
    ((${V}))  (${H} eq "a")  (${H} eq)  (${HEADERS})  (${HEADERS}[*])  (${HEADERS}["accept"]) eq "*/*"  (${L})  (x)  (x"a")  (f"a")
    (fa)  (face)  (fa.b)  (!)  (*)  (upper(${H})) eq "a.b"  (${H})  (${H})[0]`.map((call) => `lower${call}`),
  ),
  "a call that gives a number": all`${L}  ${L} eq 3  ${L} == 3  ${L} eq "3"  len(${HEADERS}["accept"]) eq 3  len(lower(${H})) gt 2`,
  "a pattern's quotes": after(
    `${H} matches`,
    all`x  61:62  "  "a  "a\  "[  "[a  "[a"  "[a]  "[\"  "[\"]"  "\""  r"  r  r"a  r#"a"  r"a"  "a"b"`,
  ).concat(`${H} matches`),
};

describe.each(Object.entries(CORNERS))("%s", (_what, texts) => {
  it.each(texts.map((text) => [text.length > 60 ? `${text.slice(0, 57)}…` : text, text]))(
    "%j has the open engine's verdict or its words",
    async (_shown, text) => {
      expect(comparable(answer(text))).toBe(comparable(await oracle.ask(text, FACTS)));
    },
  );
});
