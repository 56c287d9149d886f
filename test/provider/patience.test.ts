import { createAuthority } from "../support/authority";
import { made, processAt, refusalOf } from "../support/session";
import { useEmulator } from "../support/use";

/*
 * What happens when Cloudflare takes longer than it is waited for: two minutes in production, seconds here. That such
 * waits end well on the real engine is shown in test/e2e/lag.test.ts, and so is the length of the real ones.
 */

const OWNER = "project/stack/ca";
const PATIENCE = { visible: 4000, released: 4000 };

test("a list that isn't shown in time is told as not yet visible and kept in state, and the next update goes on", async () => {
  const { emulator, certificates, accountId, zoneId } = await account();
  const { provider, lines } = processAt(emulator, {}, PATIENCE);
  const list = provider("hostname-associations");
  const { id: caCertificateId } = await made(provider("ca-certificate"), { accountId, certificates, owner: OWNER });
  emulator.configure({ lag: { associations: 60_000 } });
  const inputs = { zoneId, caCertificateId, hostnames: ["api.x.com"], mode: "exclusive" };
  const held = { ...inputs, hostnames: "api.x.com\n" };
  const started = Date.now();
  const refusal = await refusalOf(made(list, inputs));
  expect(Date.now() - started).toBeLessThan(PATIENCE.visible + 1500);
  expect(refusal.message).toMatch(
    /not yet visible after 4 s. Nothing that depends on them was changed; run `pulumi up`/,
  );
  expect(lines).toContain(
    `waiting until zone ${zoneId} shows the hostnames of CA ${caCertificateId} as they were put (for up to 4 s)`,
  );
  // What the engine keeps the resource by.
  expect(refusal).toMatchObject({ id: `${zoneId}/${caCertificateId}`, properties: held });

  emulator.configure({ lag: { associations: 0 } });
  const { properties = {} } = refusal;
  expect(await list.update(refusal.id ?? "", properties, properties)).toMatchObject({ outs: held });
  expect(emulator.state().zones["x.com"]?.hostnames).toEqual({ [caCertificateId]: ["api.x.com"] });
});

test("a list that was put and can't be read back is kept in state, whatever the reason", async () => {
  const { emulator, certificates, accountId, zoneId } = await account();
  const { provider } = processAt(emulator, {}, PATIENCE);
  const { id: caCertificateId } = await made(provider("ca-certificate"), { accountId, certificates, owner: OWNER });
  const path = `/zones/${zoneId}/certificate_authorities/hostname_associations*`;
  // A CA of this run has a new list, which needs no look before the PUT.
  emulator.inject({ kind: "status", status: 403, code: 10000, method: "GET", path, count: Infinity });
  const inputs = { zoneId, caCertificateId, hostnames: ["api.x.com"], mode: "exclusive" };
  const held = { ...inputs, hostnames: "api.x.com\n" };
  const refusal = await refusalOf(made(provider("hostname-associations"), inputs));
  expect(refusal.message).toContain("[code: 10000]");
  expect(refusal).toMatchObject({ id: `${zoneId}/${caCertificateId}`, properties: held });
});

test("a CA that isn't let go of in time stays in state and in the account, and the next delete finishes", async () => {
  const { emulator, certificates, accountId, zoneId } = await account();
  const { provider } = processAt(emulator, {}, PATIENCE);
  const { id, outs } = await made(provider("ca-certificate"), { accountId, certificates, owner: OWNER });
  const associated = await made(provider("hostname-associations"), {
    zoneId,
    caCertificateId: id,
    hostnames: ["api.x.com"],
  });

  // A destroy, which is another process: nothing is declared in it.
  emulator.configure({ lag: { deletion: 60_000 } });
  const destroying = processAt(emulator, {}, PATIENCE);
  await destroying.provider("hostname-associations").delete(associated.id, associated.outs);
  const started = Date.now();
  const refusal = await refusalOf(destroying.provider("ca-certificate").delete(id, outs));
  expect(Date.now() - started).toBeLessThan(PATIENCE.released + 1500);
  expect(refusal.message).toContain("in use");
  expect(destroying.lines).toContain(`waiting until Cloudflare lets go of CA ${id} (for up to 4 s)`);
  expect(emulator.state().certificates.map((present) => present.id)).toEqual([id]);

  emulator.configure({ lag: { deletion: 0 } });
  await destroying.provider("ca-certificate").delete(id, outs);
  expect(emulator.state().certificates).toEqual([]);
});

test("a service that stays is waited for, too, and then named", async () => {
  const { emulator, certificates, accountId } = await account();
  const associations = [{ service: "gateway", status: "active" }];
  const [id = ""] = emulator.seed({ certificates: [{ certificates, associations }] }).certificates;
  const inputs = { accountId, certificates, owner: OWNER, adopt: true, retain: false };
  const { outs } = await made(processAt(emulator).provider("ca-certificate"), inputs);
  const { provider, lines } = processAt(emulator, {}, { visible: 4000, released: 8000 });
  const started = Date.now();
  expect((await refusalOf(provider("ca-certificate").delete(id, outs))).message).toMatch(
    /can't be deleted: [^]*It is used by:\n {2}the service gateway/,
  );
  expect(Date.now() - started).toBeGreaterThan(5000);
  expect(lines).toContain(`CA ${id} is used by gateway, or was until minutes ago: waiting for that, too`);
}, 20_000);

async function account() {
  const [{ pem }, emulator] = await Promise.all([createAuthority("A"), useEmulator({ zones: ["x.com"] })]);
  return { emulator, certificates: pem, accountId: emulator.accountId, zoneId: emulator.zones["x.com"] ?? "" };
}
