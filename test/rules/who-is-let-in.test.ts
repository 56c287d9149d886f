import fc from "fast-check";
import { everything, evaluate, parseExpression } from "../../src/language";
import { buildExpressions, EXPRESSION_LIMIT } from "../../src/rules/expression";
import type { Demand } from "../../src/rules/expression";
import { surplus } from "../../src/plan/room";

/* The texts of a demand, evaluated for clients of every kind: who is let in, and who isn't. */

const [OWN, PARTNER, MANAGED] = ["A1".repeat(20), "B2".repeat(20), "C3".repeat(20)];
const HOST = "api.example.com";

interface Shown {
  readonly issuer?: string;
  readonly serial?: string;
  readonly subject?: string;
  readonly fingerprint?: string;
  readonly revoked?: boolean;
}

function isLetIn(demand: Demand, shown: Shown, hostname = HOST, path = "/"): boolean {
  const client = "cf.tls_client_auth.";
  const fields = {
    "http.host": hostname,
    "http.request.uri.path": path,
    [`${client}cert_verified`]: shown.issuer !== undefined,
    [`${client}cert_issuer_ski`]: shown.issuer ?? "",
    [`${client}cert_serial`]: shown.serial ?? "0A",
    [`${client}cert_subject_dn_rfc2253`]: shown.subject ?? "",
    [`${client}cert_fingerprint_sha256`]: shown.fingerprint ?? "",
    [`${client}cert_revoked`]: shown.revoked ?? false,
  };
  return ![...buildExpressions(demand).values()].some((text) => evaluate(parseExpression(text, everything), fields));
}

const demand: Demand = {
  hostnames: [HOST],
  issuerSkis: [OWN],
  cas: [
    { issuerSkis: [PARTNER], subjects: ["CN=hooks,O=Partner", 'CN=a "quoted" \\, name'] },
    { issuerSkis: [MANAGED], isManaged: true },
  ],
  revoked: [`${OWN}/0C0FFEE0`, "ab".repeat(32)],
};

test.each<[string, boolean, Shown]>([
  ["nobody", false, {}],
  ["a client of the own CA", true, { issuer: OWN }],
  ["the same, when it is revoked", false, { issuer: OWN, serial: "0C0FFEE0" }],
  ["the same, when no zero is printed in front", false, { issuer: OWN, serial: "C0FFEE0" }],
  ["another CA's client with that serial number", true, { issuer: MANAGED, serial: "0C0FFEE0" }],
  ["a certificate with a revoked fingerprint", false, { issuer: OWN, fingerprint: "ab".repeat(32) }],
  ["a listed subject", true, { issuer: PARTNER, subject: "CN=hooks,O=Partner" }],
  ["a listed subject with a quote in it", true, { issuer: PARTNER, subject: 'CN=a "quoted" \\, name' }],
  ["a subject that isn't listed", false, { issuer: PARTNER, subject: "CN=hooks,O=Partner,C=US" }],
  ["a listed subject of the own CA: it has no limits", true, { issuer: OWN, subject: "CN=anybody" }],
  ["the managed CA's client", true, { issuer: MANAGED }],
  ["the same, when Cloudflare revoked it", false, { issuer: MANAGED, revoked: true }],
  ["an uploaded CA's client: cert_revoked isn't asked", true, { issuer: OWN, revoked: true }],
  ["a stranger", false, { issuer: "D4".repeat(20) }],
])("%s is let in: %s", (_who, expected, shown) => {
  expect(isLetIn(demand, shown)).toBe(expected);
});

test("the managed CA without an issuer is whoever verifies and isn't revoked", () => {
  const open: Demand = { hostnames: [HOST], issuerSkis: [], cas: [{ issuerSkis: [], isManaged: true }] };
  expect([...buildExpressions(open).values()]).toEqual([
    `lower(http.host) in {"${HOST}"} and not (cf.tls_client_auth.cert_verified and not cf.tls_client_auth.cert_revoked)`,
  ]);
});

test("a rule for every host has paths, closes them everywhere, and nothing else", () => {
  const everywhere: Demand = { hostnames: [HOST], everyHost: true, issuerSkis: [OWN], paths: ["/admin/*"] };
  const admitted = (hostname: string, path: string, shown: Shown = {}) => isLetIn(everywhere, shown, hostname, path);
  expect([admitted("other.example.com", "/admin/x"), admitted("other.example.com", "/")]).toEqual([false, true]);
  expect(admitted("other.example.com", "/admin/x", { issuer: OWN })).toBe(true);
  expect(() => buildExpressions({ ...everywhere, paths: undefined })).toThrow("has paths");
});

const serial = (index: number) => `${OWN}/${(index + 0x70000).toString(16).toUpperCase().padStart(40, "7")}`;

test("revoked certificates are dealt out to rules of their own, each within the limit, and none is forgotten", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 60 }), (many, hosts) => {
      const hostnames = Array.from({ length: hosts }, (_, index) => `${"h".repeat(30)}${index}.example.com`);
      const revoked = Array.from({ length: many }, (_, index) => serial(index));
      const texts = [...buildExpressions({ ...demand, hostnames, revoked }).values()];
      expect(texts.every((text) => Buffer.byteLength(text) <= EXPRESSION_LIMIT)).toBe(true);
      const all = { ...demand, hostnames, revoked };
      const of = (entry: string) => ({ issuer: OWN, serial: entry.slice(entry.indexOf("/") + 1) });
      expect(isLetIn(all, of(revoked.at(-1) ?? ""), hostnames.at(-1))).toBe(false);
      expect(isLetIn(all, of(serial(many)), hostnames.at(-1))).toBe(true);
    }),
    { numRuns: 25 },
  );
});

/** The figures of docs/who-is-let-in.md. */
test.each([
  [1, 1],
  [91, 1],
  [92, 2],
  [100, 2],
  [1_000, 16],
])("%i revoked serial numbers of 40 digits on one host take %i rules beside the first", (many, expected) => {
  const revoked = Array.from({ length: many }, (_, index) => serial(index));
  expect(buildExpressions({ ...demand, revoked }).size - 1).toBe(expected);
});

test.each([
  ["free", 4, 6, 1],
  ["enterprise", 4, 1_000, 0],
  ["enterprise", 990, 1_010, 10],
  ["free", 8, 7, 0],
  [undefined, 1, 5_000, 0],
] as const)("on the plan %s, %i rules that become %i are %i too many", (plan, present, wanted, expected) => {
  expect(surplus(plan, present, wanted)).toBe(expected);
});
