import { randomBytes } from "node:crypto";
import type { Emulator } from "../../src/emulator";
import { shown, withoutSecrets } from "../../src/wording/shown";
import { startEmulator } from "../support/emulator";
import { createAuthority } from "../support/authority";
import { secrets, tracesOf } from "../support/secrets";
import { KINDS, processAt, reasonsOf, refusalOf } from "../support/session";
import type { Kind } from "../support/session";
import { OPTIONS, rightInputs } from "./bad-inputs";
import type { Inputs } from "./bad-inputs";

/* What a person pastes where it doesn't belong is in no message and no log line: not 24 characters of it in a row. */

jest.setTimeout(120_000);

const SECRETS = secrets();
const isIn = tracesOf(SECRETS);

let emulator: Emulator;
let right: Record<Kind, Inputs>;

beforeAll(async () => {
  emulator = await startEmulator({ zones: ["x.example"] });
  const [caCertificateId = ""] = emulator.seed({
    certificates: [{ certificates: (await createAuthority("Present")).pem }],
  }).certificates;
  const zoneId = emulator.zones["x.example"] ?? "";
  right = rightInputs({
    accountId: emulator.accountId,
    zoneId,
    caCertificateId,
    ca: (await createAuthority("CA")).pem,
  });
});

afterAll(() => emulator.close());

/** The ways in which a text can stand in a property. */
const shapesOf = (text: string): unknown[] => [
  text,
  [text],
  ["api.x.example", `${text}.x.example`, `https://${text}/`, `/${text}`, `${text}:443`],
  { before: text },
  { after: [text] },
  { [text]: text },
  [{ caCertificateId: text, hostnames: [text] }],
];

test.each(KINDS)("in any property of %s, and as the name of one", async (kind) => {
  let said = 0;
  for (const secret of SECRETS)
    for (const property of [...OPTIONS[kind], "owner", "secret"])
      for (const value of shapesOf(secret)) {
        const change = property === "secret" ? { [secret]: value } : { [property]: value };
        const { provider, lines } = processAt(emulator, { CLOUDFLARE_MTLS_RETRY_BUDGET: "0" });
        const checked = await provider(kind).check({}, { ...right[kind], ...change, __preview: true });
        const told = [...reasonsOf(checked), ...lines];
        said += told.length;
        expect({ property, leaks: told.filter(isIn) }).toEqual({ property, leaks: [] });
      }
  expect(said).toBeGreaterThan(SECRETS.length * OPTIONS[kind].length);
});

test.each(KINDS)("in an operation on a %s that fails, and in what the API repeats of it", async (kind) => {
  for (const secret of SECRETS) {
    const { provider, lines } = processAt(emulator);
    const texts = Object.entries(right[kind]).filter(([, value]) => typeof value === "string");
    const inputs = { ...right[kind], fingerprints: [], expressions: [], ref: "mtls_x", ...mapped(texts, secret) };
    const echo = { kind: "status", status: 400, code: 1003, message: `no such thing: ${secret}`, count: 1 } as const;
    const injected = emulator.inject(echo);
    for (const call of [
      () => provider(kind).create(inputs),
      () => provider(kind).update("x", inputs, inputs),
      () => provider(kind).delete("x", inputs),
    ]) {
      const error = await refusalOf(call()).catch(() => undefined);
      const told = [error?.message ?? "", ...lines, ...((error as { reasons?: string[] } | undefined)?.reasons ?? [])];
      expect(told.filter(isIn)).toEqual([]);
    }
    injected.release();
  }
});

/** Where an id, a serial number or a name of one's own may stand, 32 hex digits are no mistake. */
const NO_PLACE_FOR_IDS: Readonly<Record<Kind, readonly string[]>> = {
  "ca-certificate": ["certificates", "adopt", "retain", "allowExpired", "expiryWarningDays"],
  "hostname-associations": ["caCertificateId", "hostnames", "mode", "adopt"],
  "mtls-rule": ["hostnames", "everyHost", "cas", "paths", "response", "action", "position", "associations"],
};

test.each(KINDS)(
  "32 hex digits look like an id, and are shown where none belongs in a %s no more than the rest",
  async (kind) => {
    const secret = randomBytes(16).toString("hex");
    for (const property of [...NO_PLACE_FOR_IDS[kind], "unknown"])
      for (const value of [secret, [secret], { [secret]: secret }, `${secret}, ${secret}`, [`?${secret}`]]) {
        const change = property === "unknown" ? { [secret]: value } : { [property]: value };
        const { provider, lines } = processAt(emulator, { CLOUDFLARE_MTLS_RETRY_BUDGET: "0" });
        const checked = await provider(kind).check({}, { ...right[kind], ...change, __preview: true });
        const told = [...reasonsOf(checked), ...lines];
        expect(told.length).toBeGreaterThan(0);
        expect({ property, leaks: told.filter((line) => line.includes(secret.slice(0, 24))) }).toEqual({
          property,
          leaks: [],
        });
      }
  },
);

function mapped(entries: readonly [string, unknown][], secret: string): Inputs {
  return Object.fromEntries(entries.map(([key]) => [key, secret]));
}

test("in the stack's config and in the environment", async () => {
  for (const secret of SECRETS)
    for (const variable of [
      ...["CLOUDFLARE_MTLS_RETRY_BUDGET", "CLOUDFLARE_MTLS_ANSWER_TIMEOUT", "CLOUDFLARE_MTLS_PREFLIGHT"],
      ...["CLOUDFLARE_BASE_URL", "CLOUDFLARE_API_TOKEN"],
    ]) {
      const { provider, lines, session } = processAt(emulator, { [variable]: secret });
      const checked = await provider("hostname-associations").check(
        {},
        { ...right["hostname-associations"], __preview: true },
      );
      session.stopLookingAhead(`${variable} is ${secret}`);
      const error = await refusalOf(
        provider("ca-certificate").delete(secret, { accountId: emulator.accountId, fingerprints: [] }),
      ).catch(() => undefined);
      expect([...reasonsOf(checked), ...lines, error?.message ?? ""].filter(isIn)).toEqual([]);
    }
});

test.each([
  "my-very-long-service-name-in-production.example.com",
  "k8s-istio-ingress-3f2a1b9c.eu-central-1.example.com",
  "0123456789abcdef0123456789abcdef",
  "2458ce5a-0c35-4c7f-82c7-8e9487d3ff60",
  "A5AC554235DBA6D963B9CDE0185CFAD6E3F55E9F",
  "mtls_0123456789ab_ba9876543210",
  "/zones/0123456789abcdef0123456789abcdef/certificate_authorities/hostname_associations",
  "CLOUDFLARE_MTLS_ANSWER_TIMEOUT",
  "organisation/MyProject2024-Staging/partners",
])("a name, an id or a path stays as it is: %s", (text) => {
  expect(withoutSecrets(text)).toBe(text);
  expect(shown(text)).toBe(`"${text}"`);
});

test("neither function takes long over a long text", () => {
  const start = Date.now();
  for (const piece of ["a", "aB", "aa:", "a1-", "aA/", "00: "]) withoutSecrets(piece.repeat(300_000));
  expect(Date.now() - start).toBeLessThan(3000);
});
