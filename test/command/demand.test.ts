import * as fc from "fast-check";
import { demandOf } from "../../src/command/demand";
import type { Issuers } from "../../src/command/demand";
import { evaluate, everything, parseExpression } from "../../src/language";
import { buildExpressions } from "../../src/rules/expression";

/* What `import` makes of a rule: hosts, paths and issuers that mean the same, or the reason why there are none. */

const [A, B, C] = ["A", "B", "C"].map((letter) => letter.repeat(40)) as [string, string, string];
const CLOSED: Issuers = { known: [A, B], further: () => undefined };
const OPEN: Issuers = { known: [A, B], further: () => "there may be more" };

function rule(expression: string) {
  return { id: "r", ref: "r", action: "block", enabled: true, expression };
}

const HOSTS = ["api.x.com", "www.x.com", "other.x.com"];
const PATHS = ["/", "/admin", "/admin/users", "/adm", "/health", "/admin-x", "/shop"];
const CLIENTS = [
  { cert_presented: false, cert_verified: false, cert_issuer_ski: "" },
  ...[A, B, C].flatMap((cert_issuer_ski) =>
    [true, false].map((cert_verified) => ({ cert_presented: true, cert_verified, cert_issuer_ski })),
  ),
];
const REQUESTS = HOSTS.flatMap((host) =>
  PATHS.flatMap((path) =>
    CLIENTS.map((client) => ({
      "http.host": host,
      "http.request.uri.path": path,
      ...Object.fromEntries(Object.entries(client).map(([name, value]) => [`cf.tls_client_auth.${name}`, value])),
    })),
  ),
);
type Request = (typeof REQUESTS)[number] & Record<string, string | boolean>;

/** Those that one rule refuses and the others don't. Nobody has a certificate of an issuer that the account doesn't know. */
function differences(expression: string, printed: readonly string[], isAnonymousIssuer: boolean): Request[] {
  const refuses = (text: string) => {
    const parsed = parseExpression(text, everything);
    return (request: Request) => evaluate(parsed, request);
  };
  const before = refuses(expression);
  const after = printed.map(refuses);
  const mayCome = (request: Request) =>
    !isAnonymousIssuer ||
    request["cf.tls_client_auth.cert_issuer_ski"] !== C ||
    request["cf.tls_client_auth.cert_verified"] === false;
  return (REQUESTS as Request[])
    .filter(mayCome)
    .filter((request) => before(request) !== after.some((one) => one(request)));
}

const VERIFIED = "cf.tls_client_auth.cert_verified";
const SKI = "cf.tls_client_auth.cert_issuer_ski";

test.each([
  ["any issuer", `http.host in {"api.x.com" "www.x.com"} and not ${VERIFIED}`, { issuerSkis: [A, B] }],
  ["one issuer", `http.host eq "api.x.com" and not (${VERIFIED} and ${SKI} eq "${A}")`, { issuerSkis: [A] }],
  ["any but one issuer", `http.host eq "api.x.com" and (not ${VERIFIED} or ${SKI} eq "${A}")`, { issuerSkis: [B] }],
  [
    "a path",
    `http.host eq "api.x.com" and http.request.uri.path eq "/admin" and not ${VERIFIED}`,
    { paths: ["/admin"] },
  ],
  [
    "what is below a path, and one more",
    `(starts_with(http.request.uri.path, "/admin/") or http.request.uri.path in {"/shop"}) and http.host eq "api.x.com" and not ${VERIFIED}`,
    { paths: ["/admin/*", "/shop"] },
  ],
  ["a host in a negation", `not (http.host ne "api.x.com" or ${VERIFIED})`, { hostnames: ["api.x.com"] }],
])("a rule about %s becomes inputs that mean the same", (_what, expression, inputs) => {
  const demand = demandOf(rule(expression), CLOSED);
  expect(demand).toMatchObject(inputs);
  if (typeof demand === "string") return;
  expect(differences(expression, [...buildExpressions(demand).values()], true)).toEqual([]);
});

const ON_API = 'http.host eq "api.x.com"';
test.each([
  [
    "another address",
    `${ON_API} and not ${VERIFIED} and not ip.src in {192.0.2.0/24}`,
    /has a condition .*: ip\.src in/,
  ],
  ["a list", `${ON_API} and not ${VERIFIED} and not ip.src in $office`, /has a condition .*: ip\.src in \$office/],
  ["plain HTTP", `${ON_API} and ssl and not ${VERIFIED}`, /has a condition that an MtlsRule hasn't: ssl/],
  ["a method", `${ON_API} and http.request.method eq "POST" and not ${VERIFIED}`, /http\.request\.method eq "POST"/],
  ["a family of hosts", `ends_with(http.host, ".x.com") and not ${VERIFIED}`, /has a condition .*: ends_with/],
  ["all hosts but one", `http.host ne "www.x.com" and not ${VERIFIED}`, /names no host|hosts that it doesn't name/],
  ["every host", `not ${VERIFIED}`, /names no host/],
  ["a path without its host", `http.request.uri.path eq "/admin" and not ${VERIFIED}`, /names no host/],
  ["all paths but one", `${ON_API} and http.request.uri.path ne "/health" and not ${VERIFIED}`, /path \/health/],
  [
    "another path on each host",
    `not ${VERIFIED} and (${ON_API} and http.request.uri.path eq "/admin" or http.host eq "www.x.com" and http.request.uri.path eq "/shop")`,
    /it lets in a client without a certificate where no MtlsRule .* does: on api\.x\.com, path \/shop/,
  ],
  [
    "another issuer on each host",
    `${ON_API} and not (${VERIFIED} and ${SKI} eq "${A}") or http.host eq "www.x.com" and not (${VERIFIED} and ${SKI} eq "${B}")`,
    /it refuses some client's certificate where no MtlsRule/,
  ],
  [
    "a shown certificate",
    `${ON_API} and not cf.tls_client_auth.cert_presented`,
    /it lets in some client's certificate/,
  ],
  ["a subject", `${ON_API} and cf.tls_client_auth.cert_subject_dn ne "CN=x"`, /cert_subject_dn ne "CN=x"/],
  ["a path that no request has", `${ON_API} and http.request.uri.path eq "/a//b" and not ${VERIFIED}`, /"\/a\/\/b"/],
  ["a host that no request has", `http.host in {"API.x.com"} and not ${VERIFIED}`, /"API\.x\.com", which no request/],
  ["nobody", `${ON_API} and (not ${VERIFIED} or ${VERIFIED})`, /it lets nobody in/],
  [
    "more paths than a program's rule has room for",
    `${ON_API} and http.request.uri.path in {${Array.from({ length: 150 }, (_, n) => `"/path-${n}"`).join(" ")}} and not ${VERIFIED}`,
    /its program would be too long\. paths leave no room/,
  ],
  ["an empty path", `${ON_API} and starts_with(http.request.uri.path, "") and not ${VERIFIED}`, /compares with "\*"/],
  ["nonsense", `${ON_API} and and not ${VERIFIED}`, /its text can't be read here/],
])("a rule about %s is left out with the reason", (_what, expression, reason) => {
  expect(demandOf(rule(expression), CLOSED)).toMatch(reason);
});

test("where clients may have issuers that nobody can name, a rule that takes any is left out, and one that names its own is not", () => {
  expect(demandOf(rule(`${ON_API} and not ${VERIFIED}`), OPEN)).toBe(
    "it takes a certificate of any issuer, and there may be more",
  );
  const named = `${ON_API} and not (${VERIFIED} and ${SKI} in {"${C}"})`;
  expect(demandOf(rule(named), OPEN)).toMatchObject({ issuerSkis: [C] });
});

const atom = fc.oneof(
  fc.constantFrom(VERIFIED, `not ${VERIFIED}`, "cf.tls_client_auth.cert_presented"),
  fc.constantFrom(A, B).map((ski) => `${SKI} eq "${ski}"`),
  fc.constantFrom(`${SKI} in {"${A}" "${B}"}`, `${SKI} ne "${A}"`),
  fc.subarray(HOSTS.slice(0, 2), { minLength: 1 }).map((hosts) => `http.host in {"${hosts.join('" "')}"}`),
  fc.constantFrom(...HOSTS).map((host) => `lower(http.host) ne "${host}"`),
  fc.constantFrom("/admin", "/health").map((path) => `http.request.uri.path eq "${path}"`),
  fc.constantFrom("/adm", "/admin/", "/").map((path) => `starts_with(http.request.uri.path, "${path}")`),
);
const { text } = fc.letrec<{ text: string }>((tie) => ({
  text: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    atom,
    fc
      .tuple(tie("text"), fc.constantFrom("and", "or"), tie("text"))
      .map(([l, operator, r]) => `(${l} ${operator} ${r})`),
    tie("text").map((inner) => `not (${inner})`),
  ),
}));
/** Mostly a rule as people write it, with something more or less in it. */
const likely = fc
  .tuple(fc.constantFrom(`http.host in {"api.x.com" "www.x.com"}`, ON_API), text, fc.constantFrom("and", "or"), text)
  .map(([hosts, first, operator, second]) => `${hosts} and (${first} ${operator} ${second}) and not ${VERIFIED}`);

test("whatever is made of these conditions, the inputs mean the same as the text, or there are none", () => {
  let taken = 0;
  fc.assert(
    fc.property(fc.oneof(text, likely), fc.boolean(), (expression, isOpen) => {
      const demand = demandOf(rule(expression), isOpen ? OPEN : CLOSED);
      if (typeof demand === "string") return;
      taken += 1;
      expect(differences(expression, [...buildExpressions(demand).values()], !isOpen)).toEqual([]);
    }),
    { numRuns: 3000 },
  );
  expect(taken).toBeGreaterThan(100);
});
