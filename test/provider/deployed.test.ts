import type { Emulator } from "../../src/emulator";
import type { Properties } from "../../src/provider/engine/contract";
import { startEmulator } from "../support/emulator";
import { createAuthority } from "../support/authority";
import { processAt, reasonsOf } from "../support/session";
import type { Kind } from "../support/session";

/* What is deployed already: it grows old, and comes back from state. */

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ zones: ["x.example"] });
});
afterAll(() => emulator.close());

const DAY = 86_400_000;

test("a deployed CA that has expired warns and stops no run; to upload it is refused", async () => {
  const [notBefore, notAfter] = [new Date(Date.now() - 30 * DAY), new Date(Date.now() - 2 * DAY)];
  const { pem } = await createAuthority("Old", { notBefore, notAfter });
  const { provider, lines } = processAt(emulator);
  const news = { accountId: emulator.accountId, certificates: pem, name: "partners", owner: "p/s/partners" };
  const refused = await provider("ca-certificate").check({}, news);
  expect(reasonsOf(refused)).toEqual([expect.stringMatching(/expired on .*, 2 days ago\. Give its successor/)]);

  const { inputs } = await provider("ca-certificate").check({}, { ...news, allowExpired: true });
  lines.length = 0;
  const again = await provider("ca-certificate").check(inputs, news);
  expect(reasonsOf(again)).toEqual([]);
  expect(lines).toEqual([
    expect.stringMatching(
      /^warning: CA partners: .*"CN=Old", expired on .*, 2 days ago\. No client certificate verifies/,
    ),
  ]);
  expect(await provider("ca-certificate").diff("id", inputs, again.inputs)).toEqual({ changes: false, replaces: [] });
});

test("with `ignoreChanges: ['*']` the engine gives back what the state holds, computed properties too", async () => {
  const { pem, ski } = await createAuthority("A");
  const zoneId = emulator.zones["x.example"] ?? "";
  const caCertificateId = "00000000-0000-4000-8000-000000000001";
  const hostnames = ["api.x.example"];
  const given: Record<Kind, Properties> = {
    "ca-certificate": { accountId: emulator.accountId, certificates: pem, name: "a", owner: "p/s/a" },
    "hostname-associations": { zoneId, caCertificateId, hostnames },
    "mtls-rule": { zoneId, hostnames, issuerSkis: [ski], associations: [], owner: "p/s/rule" },
  };
  const outputs: Record<Kind, Properties> = {
    "ca-certificate": { uploadedOn: "2026-01-01T00:00:00Z", adopted: true },
    "hostname-associations": { held: ["www.x.example"] },
    "mtls-rule": { rulesetId: "0".repeat(32), ruleIds: ["1".repeat(32)] },
  };
  for (const [kind, news] of Object.entries(given) as [Kind, Properties][]) {
    const { provider } = processAt(emulator);
    const { inputs } = await provider(kind).check({}, news);
    const back = await provider(kind).check(inputs, { ...inputs, ...outputs[kind] });
    expect({ kind, reasons: reasonsOf(back) }).toEqual({ kind, reasons: [] });
  }
});
