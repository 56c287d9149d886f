import { readDemand } from "../../src/rules/demand";
import { buildExpression } from "../../src/rules/expression";

const SKI = "A5AC554235DBA6D963B9CDE0185CFAD6E3F55E9F";
const rule = (expression: string, enabled = true, action = "block") => ({ expression, enabled, action });

test("our own rule demands certificates of its hosts from its issuers", () => {
  const expression = buildExpression({
    hostnames: ["a.example.com", "b.example.com"],
    issuerSkis: [SKI],
    paths: ["/v1.0/a.b"],
  });
  const demand = readDemand(rule(expression));
  expect([...(demand?.hostnames ?? [])]).toEqual(["a.example.com", "b.example.com"]);
  expect([...(demand?.issuerSkis ?? [])]).toEqual([SKI]);
});

test("the rule of Cloudflare's own documents demands a certificate of any issuer", () => {
  const demand = readDemand(rule('(http.host in {"API.example.com"} and not cf.tls_client_auth.cert_verified)'));
  expect([...(demand?.hostnames ?? [])]).toEqual(["api.example.com"]);
  expect(demand?.issuerSkis).toBeUndefined();
});

test("a path that has a host or an issuer in it is neither", () => {
  const demand = readDemand(
    rule(
      `(http.host eq "a.example.com" and not (cf.tls_client_auth.cert_verified and cf.tls_client_auth.cert_issuer_ski in {"${SKI}"}) and not http.request.uri.path in {"/${SKI}" "${SKI}/" "b.example.com/"})`,
    ),
  );
  expect([...(demand?.hostnames ?? [])]).toEqual(["a.example.com"]);
  expect([...(demand?.issuerSkis ?? [])]).toEqual([SKI]);
});

test.each([
  ["compares the issuer with no identifier", 'cf.tls_client_auth.cert_issuer_ski ne ""'],
  ["compares something else with an identifier", `cf.tls_client_auth.cert_fingerprint_sha256 eq "${SKI}"`],
])("a rule that %s takes a certificate of any issuer", (_what, condition) => {
  const demand = readDemand(
    rule(`http.host eq "a.example.com" and not (cf.tls_client_auth.cert_verified and ${condition})`),
  );
  expect(demand?.hostnames).toEqual(new Set(["a.example.com"]));
  expect(demand?.issuerSkis).toBeUndefined();
});

test.each([
  ["is disabled", rule('http.host eq "a.example.com" and not cf.tls_client_auth.cert_verified', false)],
  ["only logs", rule('http.host eq "a.example.com" and not cf.tls_client_auth.cert_verified', true, "log")],
  ["skips", rule('http.host eq "a.example.com" and not cf.tls_client_auth.cert_verified', true, "skip")],
  ["is about something else", rule('http.host eq "a.example.com" and ip.src eq 192.0.2.1')],
  ["names no host", rule('http.request.uri.path eq "/admin" and not cf.tls_client_auth.cert_verified')],
])("a rule that %s demands nothing of a host", (_what, text) => {
  expect(readDemand(text)).toBeUndefined();
});
