import * as fc from "fast-check";
import { edge, type Fields, type Scheme } from "../../src/language/index";
import { type Facts, fieldsOf, LONGEST_EXPRESSION, oracleScheme } from "./oracle";

const HOSTS = ["api.example.com", "API.Example.com", "a.b", "xn--wgv71a.jp", "a", ""];
const CITIES = ["A5AC554235DBA6D963B9CDE0185CFAD6E3F55E9F", "a5ac", "Zürich", "日本", 'say "hi"\\', "*", ""];
const PATHS = ["/", "/admin", "/admin/Keys", "/a*b", "/a//b"];
const METHODS = ["GET", "POST", "get"];
const ADDRESSES = ["1.2.3.4", "10.0.0.1", "255.255.255.255", "::1", "2001:db8::5", "::ffff:1.2.3.4"];
const HEADERS = { accept: "*/*", "x-kind": "Robot" };

export const facts: fc.Arbitrary<Facts> = fc.record({
  host: fc.constantFrom(...HOSTS.filter((host) => host !== "")),
  method: fc.constantFrom(...METHODS),
  path: fc.constantFrom(...PATHS),
  ip: fc.constantFrom(...ADDRESSES),
  city: fc.constantFrom(...CITIES),
  vpn: fc.boolean(),
  tor: fc.boolean(),
  relay: fc.boolean(),
  headers: fc.constant(HEADERS),
});

const gap = fc.constantFrom(" ", " ", " ", "  ", "\n", "\r\n ");
const noGap = fc.constantFrom("", "", " ", "\n");

function spaced(...parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  return fc.tuple(...parts).map((texts) => texts.join(""));
}

function escaped(text: string): string {
  return `"${text.replace(/[\\"]/g, "\\$&")}"`;
}

function hexBytes(text: string, separator: string): string {
  return Array.from(Buffer.from(text, "utf8"), (byte) => byte.toString(16).padStart(2, "0")).join(separator);
}

/** The texts that fields hold, with pieces and other cases of them, so that about half of all comparisons are true. */
const content = fc
  .constantFrom(...HOSTS, ...CITIES, ...PATHS, ...METHODS, ...Object.values(HEADERS))
  .chain((text) =>
    fc.constantFrom(text, text, text, text.toLowerCase(), text.toUpperCase(), text.slice(0, 3), text.slice(-4)),
  );

const bytesLiteral = fc.oneof(
  { weight: 5, arbitrary: content.map(escaped) },
  { weight: 1, arbitrary: content.map((text) => `"${hexBytes(text, "\\x").replace(/^(?=.)/, "\\x")}"`) },
  { weight: 1, arbitrary: content.map((text) => `r##"${text}"##`) },
  { weight: 1, arbitrary: content.map((text) => (text.includes('"') ? '"\\101"' : `r"${text}"`)) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(content, fc.constantFrom(":", "-", "."))
      .map(([text, separator]) => (Buffer.byteLength(text) < 2 ? "61:2E" : hexBytes(text, separator))),
  },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 6 }).map(escaped) },
);

const wildcardLiteral = fc
  .oneof(
    content.map((text) => escaped(text.replace(/\\/g, "\\\\"))),
    fc.constantFrom(
      '"*"',
      '"/*"',
      '"*.example.com"',
      '"API.*.com"',
      '"/a*B"',
      '"*a*m*"',
      '""',
      '"a?b"',
      '"a*a"',
      '"/*/"',
      '"/a\\\\*b"',
    ),
  )
  .filter((text) => !text.includes("**"));

const pattern = fc
  .constantFrom(
    ...['"^api"', '"\\.com$"', '"^/admin(/|$)"', '"^[A-F0-9]{40}$"', 'r"^(?i)x"', '"[^a-z]"', '"."', '""', '"^\\w+$"'],
    ...['"GE?T"', 'r#"\\x2f"#', '"(a|b)+"', '"\\""', '"^[]-]"', '"\\*"', '"(?:ad)min\\b"', '"^\\S+$"', '"a|^$"'],
  )
  .map((text) => (text === 'r"^(?i)x"' ? 'r"(?i)EXAMPLE"' : text));

const integer = fc.constantFrom("0", "1", "3", "4", "15", "0x0f", "017", "-1", "9223372036854775807", "40", "100");
const range = fc
  .tuple(fc.constantFrom("0", "1", "0x2", "-5"), fc.constantFrom("3", "15", "40"))
  .map((ends) => ends.join(".."));
const address = fc.constantFrom(...ADDRESSES, "1.2.3.5", "::");
const block = fc.constantFrom(
  ...["1.2.3.0/24", "10.0.0.0/8", "10/8", "1.2/16", "0.0.0.0/0", "::/0", "2001:db8::/32", "::1/128", "001.002.003.004"],
  ...["1.2.3.0..1.2.3.9", "::1..::f", "255.255.255.255/32", "10"],
);

function set(item: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .array(item, { maxLength: 4 })
    .chain((items) => spaced(fc.constant("{"), noGap, fc.constant(items.join(" ")), noGap, fc.constant("}")));
}

const bytesField = fc.constantFrom(
  ...["http.host", "http.request.method", "http.request.uri.path", "ip.src.city", "http.host", "ip.src.city"],
  ...['http.request.headers["accept"]', 'http.request.headers[ "x-kind" ]'],
);

const bytesValue = fc.oneof(
  { weight: 3, arbitrary: bytesField },
  {
    weight: 1,
    arbitrary: spaced(
      fc.constantFrom("lower", "upper"),
      noGap,
      fc.constant("("),
      noGap,
      bytesField,
      noGap,
      fc.constant(")"),
    ),
  },
  { weight: 1, arbitrary: bytesField.map((field) => `lower(upper(${field}))`) },
);
const integerValue = bytesValue.map((value) => `len(${value})`);
const truth = fc.constantFrom("ip.src.vpn", "ip.src.tor", "ip.src.relay");

const ordering = fc.constantFrom("eq", "==", "ne", "!=", "ge", ">=", "le", "<=", "gt", ">", "lt", "<");

const comparison = fc.oneof(
  { weight: 3, arbitrary: truth },
  { weight: 3, arbitrary: spaced(bytesValue, gap, ordering, gap, bytesLiteral) },
  { weight: 2, arbitrary: spaced(bytesValue, gap, fc.constant("in"), noGap, set(bytesLiteral)) },
  { weight: 1, arbitrary: spaced(bytesValue, gap, fc.constant("contains"), noGap, bytesLiteral) },
  {
    weight: 1,
    arbitrary: spaced(bytesValue, gap, fc.constantFrom("wildcard", "strict wildcard"), gap, wildcardLiteral),
  },
  { weight: 1, arbitrary: spaced(integerValue, noGap, ordering, noGap, integer) },
  { weight: 1, arbitrary: spaced(integerValue, gap, fc.constantFrom("&", "bitwise_and"), gap, integer) },
  { weight: 1, arbitrary: spaced(integerValue, gap, fc.constant("in"), noGap, set(fc.oneof(integer, range))) },
  { weight: 1, arbitrary: spaced(fc.constant("ip.src"), gap, ordering, gap, address) },
  { weight: 2, arbitrary: spaced(fc.constant("ip.src in"), noGap, set(fc.oneof(address, block))) },
);
const match = spaced(bytesValue, gap, fc.constantFrom("matches", "~"), gap, pattern);

function logic(leaf: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const { expression } = fc.letrec<{ expression: string; simple: string }>((tie) => ({
    simple: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      { weight: 4, arbitrary: leaf },
      { weight: 1, arbitrary: spaced(fc.constantFrom("not ", "!", "not  ", "! "), tie("simple")) },
      { weight: 1, arbitrary: spaced(fc.constant("("), noGap, tie("expression"), noGap, fc.constant(")")) },
    ),
    expression: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      { weight: 2, arbitrary: tie("simple") },
      {
        weight: 3,
        arbitrary: spaced(
          tie("simple"),
          gap,
          fc.constantFrom("and", "&&", "or", "||", "xor", "^^"),
          gap,
          tie("expression"),
        ),
      },
    ),
  }));
  return expression.filter((text) => Buffer.byteLength(text) <= LONGEST_EXPRESSION);
}

/** Valid texts, with every operator, literal and spelling that both engines know. */
export const validText = logic(fc.oneof({ weight: 9, arbitrary: comparison }, { weight: 1, arbitrary: match }));

/** Leaves that the open engine as Arcjet builds it can't read: lists, and functions with more than one argument. */
const ownLeaf = fc.constantFrom(
  ...[
    "ssl",
    "cf.tls_client_auth.cert_verified",
    '!cf.tls_client_auth.cert_serial == "01"',
    "cf.edge.server_port in {443 80..90}",
  ],
  ...['any(http.request.headers.names[*] eq "accept")', 'any(not http.request.headers.names[ * ] == "accept")'],
  ...['any((http.request.headers.names[*] eq "accept" and http.request.headers.values[*] ne "b"))'],
  ...[
    'all(lower(http.request.cookies["a"][*])[*] in {"b" "a" "b"})',
    'any((starts_with(http.request.cookies["a"][*], "")[*]))',
  ],
  ...[
    'http.request.cookies["a"][1] eq "B"',
    'http.request.cookies["none"][0] ne "B"',
    'all(http.request.cookies["none"][*]~"^a")',
  ],
  ...['starts_with( http.request.uri.path, "/admin" )', 'ends_with(lower(http.host), r".com")'],
  ...['concat(http.host, ":", http.request.uri.path) eq "a.b:/"', 'len(concat(http.request.method,"é")) eq 5'],
);

/** Valid texts of everything that the edge understands, under the scheme `ownScheme`. */
export const ownText = logic(
  fc.oneof({ weight: 3, arbitrary: comparison }, { weight: 1, arbitrary: match }, { weight: 3, arbitrary: ownLeaf }),
);

export const ownScheme: Scheme = { ...edge, fields: { ...edge.fields, ...oracleScheme.fields } };

const list = fc.array(fc.constantFrom("accept", "a", "B", "b"), { maxLength: 3 });

/** A value for every field that `ownText` reads. */
export const ownFields: fc.Arbitrary<Fields> = fc
  .record({
    facts,
    ssl: fc.boolean(),
    verified: fc.boolean(),
    serial: fc.constantFrom("", "01"),
    port: fc.constantFrom(443, 85, 8443),
    names: list,
    values: list,
    cookie: list,
  })
  .map(({ facts: about, ssl, verified, serial, port, names, values, cookie }) => ({
    ...fieldsOf(about),
    "cf.edge.server_port": port,
    "cf.tls_client_auth.cert_serial": serial,
    "cf.tls_client_auth.cert_verified": verified,
    "http.request.cookies": { a: cookie },
    "http.request.headers.names": names,
    "http.request.headers.values": values,
    ssl,
  }));

/** Regular expressions are left out: what is an error in one is where the two dialects part. */
const mutableText = logic(comparison);

const SCRAPS = [
  ...[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    '"',
    "\\",
    ",",
    ".",
    "..",
    "/",
    ":",
    "-",
    "+",
    "#",
    "r",
    "$",
    "&",
    "|",
    "!",
    "=",
    "<",
  ],
  ...[
    " ",
    "\t",
    "\n",
    "\r",
    "é",
    "日",
    "0",
    "9",
    "a",
    "F",
    "x",
    "G",
    "_",
    "*",
    "'",
    ";",
    "%",
    "\u00a0",
    "\0",
    "0x",
    "$x",
  ],
  ...[" and ", " or ", "not ", " in ", " eq ", " true", "lower(", "len(", "http.host", "ip.src", "ip.src.vpn", '"a"'],
  ...[
    "contains",
    "wildcard",
    "strict",
    "{}",
    "()",
    '["accept"]',
    "[0]",
    "[*]",
    "1.2.3.4",
    "/8",
    "r#",
    "61:62",
    "\\x4",
    "\\1",
  ],
];

type Edit = (text: string) => string;

const edit: fc.Arbitrary<Edit> = fc
  .tuple(
    fc.constantFrom("insert", "remove", "replace", "cut", "repeat"),
    fc.nat(),
    fc.nat(12),
    fc.constantFrom(...SCRAPS),
  )
  .map(([kind, place, length, scrap]) => (text) => {
    const at = place % (text.length + 1);
    const end = at + length;
    switch (kind) {
      case "insert":
        return text.slice(0, at) + scrap + text.slice(at);
      case "remove":
        return text.slice(0, at) + text.slice(end);
      case "replace":
        return text.slice(0, at) + scrap + text.slice(at + 1);
      case "cut":
        return text.slice(0, at);
      case "repeat":
        return text.slice(0, end) + text.slice(at);
      default:
        return text;
    }
  });

/** Valid texts with up to three things done to them; most are no longer valid. */
export const mutatedText = fc
  .tuple(mutableText, fc.array(edit, { minLength: 1, maxLength: 3 }))
  .map(([text, edits]) => edits.reduce((sofar, change) => change(sofar), text))
  // A lone half of a surrogate pair is no text and arrives at either engine as something else.
  .filter((text) => !/\p{Surrogate}/u.test(text) && Buffer.byteLength(text) <= LONGEST_EXPRESSION);
