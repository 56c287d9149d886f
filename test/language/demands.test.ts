import { everything, type Fields, parseExpression, print, reads, reduce } from "../../src/language/index";

const SKI = "A5AC554235DBA6D963B9CDE0185CFAD6E3F55E9F";
const CERT = "cf.tls_client_auth.cert_";

const texts = Object.keys(everything.fields).filter((name) => name.startsWith(CERT));

/** What the edge says of a client that showed no certificate: every truth is false and every text empty. */
const WITHOUT: Fields = Object.fromEntries(
  texts.map((name) => [name, everything.fields[name] === "Bool" ? false : ""]),
);

/** A client of the pinned issuer. Its serial, its fingerprint and its subject could be any. */
const VERIFIED: Fields = {
  [`${CERT}verified`]: true,
  [`${CERT}presented`]: true,
  [`${CERT}revoked`]: false,
  [`${CERT}issuer_ski`]: SKI,
};

function left(rule: string, client: Fields): string {
  const rest = reduce(parseExpression(rule, everything), { "http.host": "api.example.com", ...client });
  return typeof rest === "boolean" ? String(rest) : print(rest);
}

describe("what a rule demands of a client of api.example.com", () => {
  it("is asked with all 21 fields of a certificate", () => {
    expect(Object.values(WITHOUT).filter((value) => value === false)).toHaveLength(5);
    expect(Object.values(WITHOUT).filter((value) => value === "")).toHaveLength(16);
  });

  it.each([
    [
      "in a set, as the documentation's template",
      `(http.host in {"www.example.com" "api.example.com"} and not ${CERT}verified)`,
      "true",
      "false",
    ],
    [
      "in lower case, as this package writes it",
      `(lower(http.host) in {"api.example.com"} and not (${CERT}verified and ${CERT}issuer_ski in {"${SKI}"}))`,
      "true",
      "false",
    ],
    [
      "of another issuer",
      `lower(http.host) in {"api.example.com"} and not (${CERT}verified and ${CERT}issuer_ski in {"BEEF"})`,
      "true",
      "true",
    ],
    ["by eq", `http.host eq "api.example.com" and not ${CERT}verified`, "true", "false"],
    ["by == and !", `http.host == "api.example.com" && !${CERT}verified`, "true", "false"],
    ["of another host", `http.host eq "www.example.com" and not ${CERT}verified`, "false", "false"],
    ["of all other hosts", `http.host ne "www.example.com" and not ${CERT}verified`, "true", "false"],
    ["by contains", `http.host contains "api" and not ${CERT}verified`, "true", "false"],
    ["by a wildcard in another case", `http.host wildcard "*.Example.com" and not ${CERT}verified`, "true", "false"],
    ["by a strict wildcard", `http.host strict wildcard "*.example.com" and not ${CERT}verified`, "true", "false"],
    [
      "by a strict wildcard in another case",
      `http.host strict wildcard "*.Example.com" and not ${CERT}verified`,
      "false",
      "false",
    ],
    ["by its ending", `ends_with(http.host, ".example.com") and not ${CERT}verified`, "true", "false"],
    ["by its beginning", `starts_with(http.host, "www.") and not ${CERT}verified`, "false", "false"],
    [
      "by a regular expression",
      `http.host matches "^(api|www)\\\\.example\\\\.com$" and not ${CERT}verified`,
      "false",
      "false",
    ],
    [
      "by a regular expression with plain escapes",
      `http.host matches "^(api|www)\\.example\\.com$" and not ${CERT}verified`,
      "true",
      "false",
    ],
    [
      "by a regular expression beyond us",
      `http.host matches "(?s)^api" and not ${CERT}verified`,
      'http.host matches "(?s)^api"',
      "false",
    ],
    ["of every host", `not ${CERT}verified`, "true", "false"],
    ["of every host, and not revoked", `(not ${CERT}verified) or ${CERT}revoked`, "true", "false"],
    [
      "of every host with this path",
      `http.request.uri.path in {"/b" "/a"} and not ${CERT}verified`,
      'http.request.uri.path in {"/a" "/b"}',
      "false",
    ],
    [
      "for paths below one",
      `http.host eq "api.example.com" and starts_with(http.request.uri.path, "/x/") and not ${CERT}verified`,
      'starts_with(http.request.uri.path, "/x/")',
      "false",
    ],
    ["by the issuer alone", `${CERT}issuer_ski ne "${SKI}"`, "true", "false"],
    ["by another issuer alone", `${CERT}issuer_ski ne "BEEF"`, "true", "true"],
    ["by the serial", `${CERT}serial ne "01AB" and http.host eq "api.example.com"`, "true", `${CERT}serial ne "01AB"`],
    ["by a list of serials", `not ${CERT}serial in {"02" "01"}`, "true", `not ${CERT}serial in {"01" "02"}`],
    [
      "by the fingerprint",
      `${CERT}fingerprint_sha256 ne "ab" and http.host in {"api.example.com"}`,
      "true",
      `${CERT}fingerprint_sha256 ne "ab"`,
    ],
    ["by the subject", `not ${CERT}subject_dn contains "CN=a"`, "true", `not ${CERT}subject_dn contains "CN=a"`],
    ["against one leaf", `${CERT}verified and ${CERT}serial eq "01AB"`, "false", `${CERT}serial eq "01AB"`],
    ["by what was shown", `http.host eq "api.example.com" and not ${CERT}presented`, "true", "false"],
    ["against what was shown", `${CERT}presented and not ${CERT}verified`, "false", "false"],
    ["by a negation of the whole", `not (http.host eq "api.example.com" and ${CERT}verified)`, "true", "false"],
    ["by a negation of another host", `not (http.host eq "www.example.com" and ${CERT}verified)`, "true", "true"],
    ["by xor", `http.host eq "api.example.com" xor ${CERT}verified`, "true", "false"],
    ["by xor with what isn't known", `ssl xor ${CERT}verified`, "ssl", "not ssl"],
    ["beside a country", `ip.src.country ne "DE" and not ${CERT}verified`, 'ip.src.country ne "DE"', "false"],
    ["or a score", `not ${CERT}verified or cf.bot_management.score lt 30`, "true", "cf.bot_management.score lt 30"],
    ["or a list", `ip.src in $office and not ${CERT}verified`, "ip.src in $office", "false"],
    [
      "or a header",
      `any(http.request.headers["x"][*] eq "y") and not ${CERT}verified`,
      'any(http.request.headers["x"][*] eq "y")',
      "false",
    ],
    [
      "save for a path",
      `not ${CERT}verified and not http.request.uri.path eq "/health"`,
      'not http.request.uri.path eq "/health"',
      "false",
    ],
    ["everything", "true", "true", "true"],
    ["nothing: a country", 'ip.geoip.country eq "KP"', 'ip.geoip.country eq "KP"', 'ip.geoip.country eq "KP"'],
    ["nothing, for it can't be both", `${CERT}verified and not ${CERT}verified`, "false", "false"],
    ["nothing: two ways to say a path", `ssl and (ssl or ${CERT}verified)`, "ssl", "ssl"],
  ])("%s", (_, rule, without, verified) => {
    expect(left(rule, WITHOUT)).toBe(without);
    expect(left(rule, VERIFIED)).toBe(verified);
  });

  it("is not seen in the text where a known field stands in one comparison with an unknown one, but in what it reads", () => {
    const rule = `concat(http.request.uri.path, ${CERT}serial) eq "/"`;
    expect(left(rule, WITHOUT)).toBe(left(rule, VERIFIED));
    expect(reads(parseExpression(left(rule, WITHOUT), everything))).toContain(`${CERT}serial`);
  });
});
