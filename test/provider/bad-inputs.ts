import type { Kind } from "../support/session";

/** The inputs of a resource, as a program gives them. */
export type Inputs = Readonly<Record<string, unknown>>;

/** One mistake: what stands in place of a right value, and what the refusal must say of it. */
export interface BadInput {
  readonly kind: Kind;
  /** The property that the message names. */
  readonly property: string;
  /** What is put over the right inputs. */
  readonly change: Inputs;
  readonly says: RegExp;
}

export interface Account {
  readonly accountId: string;
  readonly zoneId: string;
  readonly caCertificateId: string;
  /** PEM of a CA. */
  readonly ca: string;
}

/** Inputs of each kind with nothing wrong in them. */
export function rightInputs({ accountId, zoneId, caCertificateId, ca }: Account): Record<Kind, Inputs> {
  const hostnames = ["api.x.example", "www.x.example"];
  return {
    "ca-certificate": { accountId, certificates: ca, name: "partners", zoneIds: [zoneId], owner: "p/s/ca" },
    "hostname-associations": { zoneId, caCertificateId, hostnames, mode: "exclusive" },
    "mtls-rule": {
      zoneId,
      hostnames,
      issuerSkis: ["A5AC554235DBA6D963B9CDE0185CFAD6E3F55E9F"],
      action: "block",
      position: "first",
      associations: [{ caCertificateId, hostnames }],
      owner: "p/s/rule",
    },
  };
}

export const OPTIONS: Readonly<Record<Kind, readonly string[]>> = {
  "ca-certificate": [
    ...["accountId", "certificates", "name", "adopt", "retain", "forceDetach", "zoneIds"],
    ...["allowExpired", "expiryWarningDays"],
  ],
  "hostname-associations": ["zoneId", "caCertificateId", "hostnames", "mode", "adopt"],
  "mtls-rule": [
    ...["zoneId", "hostnames", "everyHost", "issuerSkis", "cas", "revoked", "paths", "response", "action"],
    ...["description", "position", "adopt", "associations"],
  ],
};

const NOT_TEXTS = [0, 5, -1.5, true, false, [], ["x"], [["x"]], {}, { id: "x" }, { value: null }];
const NOT_FLAGS = ["true", "false", "yes", "no", "", " ", 0, 1, [], [true], {}, { value: true }];
const NOT_LISTS = ["api.x.example", "", "a,b", 5, 0, true, false, {}, { 0: "x" }, { length: 1 }];
const ODD_LISTS = [[5], [null], [true], [["api.x.example"]], [{}], [{ id: "x" }], ["api.x.example", 5], ["a.b", null]];
const BLANKS = [undefined, null, "", " ", "\n", "\t  "];

const HEX = "0123456789abcdef0123456789abcdef";
/** What stands where an id of 32 digits should. */
const NO_IDS = [
  HEX.slice(1),
  `${HEX}0`,
  HEX.toUpperCase(),
  `g${HEX.slice(1)}`,
  `0x${HEX.slice(2)}`,
  `${HEX.slice(0, 16)} ${HEX.slice(16)}`,
  `${HEX.slice(0, 8)}-${HEX.slice(8, 16)}-${HEX.slice(16)}`,
  "2458ce5a-0c35-4c7f-82c7-8e9487d3ff60",
  "example.com",
  "me@example.com",
  `https://dash.cloudflare.com/${HEX}/example.com`,
  `<${HEX}>`,
  `"${HEX}"`,
  `${HEX},${HEX}`,
  "undefined",
  "null",
  "[object Object]",
  "ｆ".repeat(32),
  "x".repeat(5000),
];
/** What stands where the id of an upload should, with hyphens. */
const NO_UPLOADS = [
  ...[HEX, "partners", "2458ce5a0c354c7f82c78e9487d3ff60", "2458CE5A-0C35-4C7F-82C7-8E9487D3FF60"],
  ...["2458ce5a-0c35-4c7f-82c7", "{2458ce5a-0c35-4c7f-82c7-8e9487d3ff60}", "undefined", "managed", "*"],
  `${HEX}/2458ce5a-0c35-4c7f-82c7-8e9487d3ff60`,
  "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
];
const NO_PATHS = [
  ...["admin", "", " ", "/a b", "/a\tb", "/a\nb", "/a?b=c", "/a#b", "/?", "*", "**", "/a*b", "/*/a", "/a/*/b", "/**"],
  ...[
    "/a\\b",
    "/..",
    "/../a",
    "/a/..",
    "/a/./b",
    "/.",
    "https://api.x.example/a",
    "//user@host/ü",
    ...["/a//b", "//admin", "/a/%2e%2E/b", "/%2e", "/{id}", "/<id>", '/"a"', "/a%", "/%zz", "/\u0430dmin", "/u\u0308"],
    "/a\u0000",
  ],
  ...["./a", "a/", "~/a", "^/admin$", "/a\u200b"],
];
const NO_SKIS = [
  ...["", " ", "xyz", "A", "A5AC554235DBA6D963B9CDE0185CFAD6E3F55E9", "0xA5AC554235DBA6D963B9CDE0185CFAD6E3F55E9F"],
  ...["sha1:A5AC554235DBA6D963B9CDE0185CFAD6E3F55E9F", "keyid:A5:AC:55", "A5".repeat(65), "CN=Root", "undefined", '"'],
  ...["pWxVQjXbptljuc3gGFz61uP1Xp8=", "A5AC554235DBA6D963B9CDE0185CFAD6E3F55E9G", '") or true or ("'],
];
const NO_POSITIONS = [
  ...[
    "top",
    "FIRST",
    "start",
    "",
    " ",
    "before",
    "0",
    0,
    1,
    -1,
    true,
    [],
    ["first"],
    {},
    { index: 1 },
    { first: true },
  ],
  ...[{ before: "" }, { before: " " }, { before: null }, { before: 5 }, { after: "" }, { after: [] }, { after: {} }],
  ...[{ before: "a", after: "b" }, { Before: "a" }, { after: "a", index: 2 }, { position: "first" }],
];
const NO_ASSOCIATIONS = [
  ...["x", "", 5, true, {}, { caCertificateId: "x", hostnames: [] }, [null], [undefined], ["x"], [5], [[]], [{}]],
  ...[[{ caCertificateId: "x" }], [{ hostnames: ["a.b"] }], [{ caCertificateId: 5, hostnames: [] }]],
  ...[[{ caCertificateId: "x", hostnames: "a.b" }], [{ caCertificateId: "x", hostnames: [5] }]],
];

/** One of each sort; all of them are in test/rules/hostname-refusals.test.ts. */
const NO_HOSTNAMES: [string, RegExp][] = [
  ["https://api.x.example/a", /is a URL.* Write "api\.x\.example"/],
  ["api.x.example:443", /has a port.* Write "api\.x\.example"/],
  ["api.x.example/admin", /has a path.* Write "api\.x\.example"/],
  ["me@x.example", /has user information.* Write "x\.example"/],
  ["::1", /is an IPv6 address.*Write the name/],
  ["127.0.0.1", /is an IPv4 address.*Write the name/],
  ["*.x.example", /is a wildcard.*List each hostname/],
  ["", /is empty.*Write the name/],
  [" api.x.example", /has white space.* Write "api\.x\.example"/],
  ["a.x.example, b.x.example", /has white space.*Write/],
  ["api..x.example", /has an empty label.*Write/],
  ["-api.x.example", /begins or ends with a hyphen.*Write/],
  [`${"a".repeat(64)}.x.example`, /has a label of 64 characters.*Use a shorter one/],
  [`${"a.".repeat(130)}x.example`, /a hostname has at most 253.*Use a shorter one/],
  ["api%2ex.example", /is percent-encoded.*Write/],
  ["a\u200bpi.x.example", /invisible character \(U\+200B\).*Type it anew/],
  ["a'pi.x.example", /has "'" in it.*Write/],
  ["localhost", /is a single label.*Write the whole name/],
  ["xn--a.x.example", /IDNA.*Write/],
  ["Calling [toString] on an [Output<T>] is not supported.", /is a Pulumi Output.*Pass the Output itself/],
  ["${hostname}", /Write the name/],
];

const over = (kind: Kind, property: string, values: readonly unknown[], says: RegExp): BadInput[] =>
  values.map((value) => ({ kind, property, change: { [property]: value }, says }));

function identifiers(kind: Kind, property: string, otherId: string): BadInput[] {
  return [
    ...over(kind, property, BLANKS, new RegExp(`^${property} is missing\\. The dashboard shows it`)),
    ...over(kind, property, NOT_TEXTS, new RegExp(`^${property} must be a text\\. The dashboard shows it`)),
    ...over(
      kind,
      property,
      [...NO_IDS, otherId],
      /isn't an id of Cloudflare's: 32 characters of 0-9 and a-f\. The dash/,
    ),
  ];
}

function flags(kind: Kind, property: string): BadInput[] {
  return over(kind, property, NOT_FLAGS, new RegExp(`^${property} must be true or false, without quotes\\. Give one`));
}

function hostnameLists(kind: Kind): BadInput[] {
  return [
    ...over(kind, "hostnames", [undefined, null, []], /^hostnames is empty: name at least one hostname, or remove/),
    ...over(
      kind,
      "hostnames",
      NOT_LISTS,
      /^hostnames must be a list of texts\. Write hostnames: \["api\.example\.com"\]/,
    ),
    ...over(
      kind,
      "hostnames",
      ODD_LISTS,
      /^hostnames must be a list of texts, and item [12] is none\. Write hostnames: \[/,
    ),
    ...NO_HOSTNAMES.flatMap(([text, says]) => over(kind, "hostnames", [[text], ["api.x.example", text]], says)),
  ];
}

/** A letter left out, doubled and exchanged; the other case; the plural or singular. */
function misspellings(option: string): string[] {
  const at = Math.floor(option.length / 2);
  const edits = [
    option.slice(0, at) + option.slice(at + 1),
    option.slice(0, at) + option[at] + option.slice(at),
    `${option.slice(0, at - 1)}${option[at]}${option[at - 1]}${option.slice(at + 1)}`,
    option.toUpperCase(),
    option.endsWith("s") ? option.slice(0, -1) : `${option}s`,
  ];
  return [...new Set(edits)].filter((name) => name !== option);
}

function strangeOptions(kind: Kind): BadInput[] {
  const known = OPTIONS[kind];
  const meant = known.flatMap((option) =>
    misspellings(option).map((name) => ({
      kind,
      property: name,
      change: { [name]: "x" },
      says: new RegExp(`^There is no option "${name}"\\. Did you mean "${option}"\\?`),
    })),
  );
  const strangers = ["labels", "privateKey", "certificateBundle", "dependsOn", "expressionText", "hosts-to-use"];
  return [
    ...meant,
    ...strangers.map((name) => ({
      kind,
      property: name,
      change: { [name]: "x" },
      says: new RegExp(`^There is no option "${name}"\\. There are: ${known.join(", ")}\\.`),
    })),
  ];
}

/** @param refused texts that are no CA certificates, each with what must be said; all of them are in test/pki/refusals.test.ts */
export function badInputs(account: Account, refused: readonly [text: unknown, says: RegExp][]): BadInput[] {
  const { accountId, zoneId, caCertificateId } = account;
  const ca = "ca-certificate";
  const list = "hostname-associations";
  const rule = "mtls-rule";
  const texts = (kind: Kind, property: string) =>
    over(kind, property, NOT_TEXTS, new RegExp(`^${property} must be a text\\. Give one, or leave it out`));
  const choices = (kind: Kind, property: string, words: string[]) =>
    over(
      kind,
      property,
      [...words.map((word) => word.toUpperCase()), "", " ", "deny", "merge", 0, true, [], [words[0]], {}],
      new RegExp(`^${property} must be "${words.join('" or "')}"\\. Give one of them, or leave it out`),
    );
  return [
    ...[ca, list, rule].flatMap((kind) => strangeOptions(kind as Kind)),
    ...identifiers(ca, "accountId", caCertificateId),
    ...refused.flatMap(([text, says]) => over(ca, "certificates", [text], says)),
    ...texts(ca, "name"),
    ...["adopt", "retain", "forceDetach", "allowExpired"].flatMap((property) => flags(ca, property)),
    ...over(ca, "zoneIds", NOT_LISTS, /^zoneIds must be a list of texts\. Write zoneIds: \[/),
    ...over(ca, "zoneIds", ODD_LISTS, /^zoneIds must be a list of texts, and item [12] is none\. Write zoneIds: \[/),
    ...NO_IDS.flatMap((id) => over(ca, "zoneIds", [[id], [zoneId, id]], /isn't an id of Cloudflare's: give ids of 32/)),
    ...over(ca, "zoneIds", [[accountId], [zoneId, accountId]], /are the two exchanged\? Give each zone's own id/),
    {
      kind: ca,
      property: "zoneIds",
      change: { accountId: zoneId, zoneIds: [zoneId] },
      says: /Give each zone's own id/,
    },
    {
      kind: ca,
      property: "forceDetach",
      change: { retain: true, forceDetach: true },
      says: /leave one of the two out/,
    },
    ...over(
      ca,
      "expiryWarningDays",
      ["30", "", -1, -0.5, NaN, Infinity, -Infinity, true, [], [30], {}],
      /^expiryWarningDays must be a number of days, 0 or more\. Give one, or leave it out/,
    ),
    ...identifiers(list, "zoneId", caCertificateId),
    ...over(
      list,
      "caCertificateId",
      BLANKS,
      /^caCertificateId is missing\. Give the id of a CaCertificate \(`ca\.id`\)/,
    ),
    ...over(list, "caCertificateId", NOT_TEXTS, /^caCertificateId must be a text\. Give the id of a CaCertificate/),
    ...over(list, "caCertificateId", [...NO_UPLOADS, zoneId], /isn't the id of an uploaded CA, such as .* Give the id/),
    ...hostnameLists(list),
    ...choices(list, "mode", ["exclusive", "shared"]),
    ...flags(list, "adopt"),
    { kind: list, property: "adopt", change: { mode: "shared", adopt: true }, says: /leave one of the two out/ },
    ...identifiers(rule, "zoneId", caCertificateId),
    ...hostnameLists(rule),
    ...over(
      rule,
      "issuerSkis",
      [undefined, null, []],
      /^issuerSkis is empty: give `ca\.issuerSkis` of a CaCertificate/,
    ),
    ...over(
      rule,
      "issuerSkis",
      NOT_LISTS,
      /^issuerSkis must be a list of texts\. Write issuerSkis: \[\.\.\.ca\.issuerSkis\]/,
    ),
    ...over(rule, "issuerSkis", ODD_LISTS, /^issuerSkis must be a list of texts, and item [12] is none\. Write/),
    ...NO_SKIS.flatMap((ski) =>
      over(rule, "issuerSkis", [[ski]], /isn't a subject key identifier in hex digits: give ca/),
    ),
    ...over(rule, "paths", [[]], /^paths is empty: name at least one path, or leave paths out/),
    ...over(rule, "paths", NOT_LISTS, /^paths must be a list of texts\. Write paths: \["\/admin", "\/admin\/\*"\]/),
    ...over(rule, "paths", ODD_LISTS, /^paths must be a list of texts, and item [12] is none\. Write paths: \[/),
    ...NO_PATHS.flatMap((path) => over(rule, "paths", [[path]], /A rule can't be for the path .*: .* (Write|Leave) /)),
    ...over(rule, "paths", [[`/${"a".repeat(4000)}`], longPaths], /leave no room for the hostname .* Name fewer/),
    ...clients(rule),
    ...choices(rule, "action", ["block", "log"]),
    ...texts(rule, "description"),
    ...texts(rule, "adopt"),
    ...over(rule, "adopt", ["", " "], /^adopt is empty: give the id or ref of the rule to take over/),
    ...over(
      rule,
      "position",
      NO_POSITIONS,
      /^position isn't a place among the zone's rules\. Write "first", "last", \{/,
    ),
    ...over(
      rule,
      "associations",
      NO_ASSOCIATIONS,
      /^associations must be HostnameAssociations.*Write associations: \[list\]/,
    ),
    // What only a look at the account tells.
    ...[list, rule].flatMap((kind) => [
      {
        kind: kind as Kind,
        property: "zoneId",
        change: { zoneId: accountId },
        says: /The zone .* can't be read: is its id right/,
      },
      {
        kind: kind as Kind,
        property: "zoneId",
        change: { zoneId: HEX },
        says: /The zone .* can't be read: is its id right/,
      },
      ...[["api.y.example"], ["api.x.example", "xx.example"], ["example"].map((name) => `x.${name}.evil.example`)].map(
        (hostnames) => ({
          kind: kind as Kind,
          property: "hostnames",
          change: kind === rule ? { hostnames, associations: [] } : { hostnames },
          says: /isn't in the zone x\.example .*: associate a hostname in its own zone/,
        }),
      ),
    ]),
    { kind: ca, property: "zoneIds", change: { zoneIds: [HEX] }, says: /The zone .* can't be read: is its id right/ },
    { kind: ca, property: "accountId", change: { accountId: HEX }, says: /a CA serves the zones of its own account/ },
    {
      kind: ca,
      property: "accountId",
      change: { accountId: HEX, zoneIds: [] },
      says: /Authentication error.*\n.*Give it that, or correct `accountId`/,
    },
  ];
}

const longPaths = Array.from({ length: 200 }, (_, index) => `/${"p".repeat(20)}/${index}`);

const SKI = "B6BD655346ECB7EA74CAEF1296DBE7F4F66FA060";
const OWN_SKI = "A5AC554235DBA6D963B9CDE0185CFAD6E3F55E9F";
const NO_CAS = ["ca", 5, 0, true, {}, [5], [null], ["ca"], [[SKI]], [{ issuerSkis: [SKI] }, "ca"]];
const RESPONSE = { statusCode: 403, contentType: "application/json", content: "{}" };

/** Who is let in, and what the others are answered. */
function clients(rule: Kind): BadInput[] {
  const cas = (entries: readonly unknown[], says: RegExp) =>
    over(
      rule,
      "cas",
      entries.map((entry) => [entry]),
      says,
    );
  const subjects = (values: readonly unknown[], says: RegExp) =>
    cas(
      values.map((value) => ({ issuerSkis: [SKI], subjects: value })),
      says,
    );
  const response = (change: object, says: RegExp) => over(rule, "response", [{ ...RESPONSE, ...change }], says);
  return [
    ...over(rule, "cas", NO_CAS, /^cas must be a list of CAs\. Write cas: \[ca\]/),
    ...cas([{}, { issuerSkis: [] }, { issuerSkis: null, subjects: ["CN=a"] }], /^cas: issuerSkis is empty: give/),
    ...cas(
      NOT_LISTS.map((value) => ({ issuerSkis: value })),
      /^cas: issuerSkis must be a list of texts/,
    ),
    ...cas(
      NO_SKIS.map((ski) => ({ issuerSkis: [ski] })),
      /^cas: .*isn't a subject key identifier in hex digits/,
    ),
    ...cas([{ issuerSkis: [SKI], subject: ["CN=a"] }], /^cas: There is no option "subject"\. Did you mean "subjects"/),
    ...subjects([[]], /^cas: subjects is empty, which lets nobody in: name one/),
    ...subjects(NOT_LISTS, /^cas: subjects must be a list of texts/),
    ...subjects(ODD_LISTS, /^cas: subjects must be a list of texts, and item [12] is none/),
    ...subjects(
      [[""], ["hooks"], ["/CN=hooks/O=Partner"], ["CN=a\nO=b"], ["CN"], ["CN=a,,O=b"]],
      /^cas: The subject.* Give the whole/s,
    ),
    ...cas([{ issuerSkis: [OWN_SKI], subjects: ["CN=a"] }], /^cas: Issuer A5AC.* is named twice.* or take one out/),
    ...cas(
      [{ isManaged: true }],
      /^cas: The Cloudflare-managed CA is named without an issuer.* Give one of its client/,
    ),
    ...cas(
      BLANKS.slice(2).map((text) => ({ isManaged: true, clientCertificate: text })),
      /^cas: clientCertificate: .* Give one client/,
    ),
    ...cas(
      [5, true, {}, "nothing", "-----BEGIN CERTIFICATE-----"].map((text) => ({
        isManaged: true,
        clientCertificate: text,
      })),
      /^cas: clientCertificate: .* Give one/s,
    ),
    ...over(rule, "revoked", NOT_LISTS, /^revoked must be a list of texts/),
    ...over(rule, "revoked", ODD_LISTS, /^revoked must be a list of texts, and item [12] is none/),
    ...[
      "",
      " ",
      "zz",
      "1234",
      "not revoked",
      "SHA256 Fingerprint=AB:CD",
      "a".repeat(300),
      "-----BEGIN X509 CRL-----",
    ].flatMap((text) => over(rule, "revoked", [[text]], /^revoked: Entry 1 of 1.* (Give|Write|Copy|Print) /s)),
    ...over(
      rule,
      "revoked",
      [[`${SKI}/0A`]],
      /^revoked: serial number 0A of issuer B6BD.*: that issuer isn't let in here\. Take it out/,
    ),
    {
      kind: rule,
      property: "everyHost",
      change: { everyHost: true },
      says: /^everyHost needs paths.*: name them, or leave/,
    },
    ...flags(rule, "everyHost"),
    ...response({ statusCode: 399 }, /^response can't be sent: statusCode is a number from 400 to 499/),
    ...[500, 200, 403.5, "403", null].flatMap((statusCode) =>
      response({ statusCode }, /statusCode is a number from 400 to 499/),
    ),
    ...["", "json", "application/xml", null, 5].flatMap((contentType) =>
      response({ contentType }, /contentType is one of application\/json, /),
    ),
    ...["", null, 5, {}, "x".repeat(2049), "ä".repeat(1025)].flatMap((content) =>
      response({ content }, /content is a text of 1 to 2048 bytes/),
    ),
    ...response({ status: 403 }, /^response has no option "status"\. Write response/),
    {
      kind: rule,
      property: "response",
      change: { response: RESPONSE, action: "log" },
      says: /^response: action "log" answers nothing\. Leave/,
    },
  ];
}
