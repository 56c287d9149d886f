import type { Emulator } from "../../src/emulator";
import { startEmulator } from "../support/emulator";
import { oddCertificate } from "../support/odd-certificates";
import { processAt, reasonsOf } from "../support/session";

/* What a CA is let in with, its rule takes: both say so before anything is uploaded. */

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ zones: ["x.example"] });
});
afterAll(() => emulator.close());

async function reasonsFor(ski: Buffer): Promise<{ ca: string[]; rule: string[] }> {
  const { provider } = processAt(emulator);
  const { pem } = oddCertificate({ ski });
  const news = { accountId: emulator.accountId, certificates: pem, name: "odd", owner: "p/s/odd" };
  const ca = await provider("ca-certificate").check({}, news);
  const issuerSkis = ca.inputs.issuerSkis ?? [ski.toString("hex")];
  return { ca: reasonsOf(ca), rule: reasonsOf(await checkRule(issuerSkis as string[])) };
}

function checkRule(issuerSkis: string[], more: object = {}) {
  const given = { zoneId: emulator.zones["x.example"], hostnames: ["api.x.example"], issuerSkis, owner: "p/s/rule" };
  return processAt(emulator)
    .provider("mtls-rule")
    .check({}, { ...given, ...more });
}

test.each([1, 2, 5, 7, 8, 20, 32, 64])(
  "a subject key identifier of %i bytes is taken by CA and rule",
  async (length) => {
    expect(await reasonsFor(Buffer.alloc(length, 0xa5))).toEqual({ ca: [], rule: [] });
  },
);

test.each([
  [0, "has no subject key identifier"],
  [65, "has a subject key identifier of 65 bytes"],
])("one of %i bytes is refused by both, and the CA comes first", async (length, words) => {
  const { ca, rule } = await reasonsFor(Buffer.alloc(length, 0xa5));
  expect(ca).toEqual([expect.stringContaining(`"CN=Odd", ${words}, so a rule can't pin it`)]);
  expect(rule).toHaveLength(1);
});
