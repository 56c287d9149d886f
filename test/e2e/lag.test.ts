import { createAuthority } from "../support/authority";
import { useEmulator, useStack } from "../support/use";
import { programOf } from "../support/wish";
import { isWrite } from "../support/writes";

/*
 * Cloudflare shows a list a while after it took it, calls a CA "in use" a while after its lists were cleared, and shows it
 * a while after it was deleted. Seconds here, minutes there; that a wait in vain ends, too, is in
 * test/provider/patience.test.ts, where it needn't last those minutes.
 */

test("every wait is begun aloud and ends: the rule after its list shows, the CA's delete after it is let go of", async () => {
  const A = await createAuthority("A");
  const emulator = await useEmulator({
    zones: ["x.com"],
    lag: { associations: 2000, deletion: 2500, visibleAfterDelete: 60_000 },
  });
  const zoneId = emulator.zones["x.com"] ?? "";
  const zones = { x: { zoneId, hostnames: ["api.x.com"] } };
  const stack = await useStack(emulator, programOf({ accountId: emulator.accountId, cas: { a: A.pem }, zones }));
  const uploads = () => emulator.state().certificates.map(({ id }) => id);

  const up = await stack.must("up", "--yes", "--skip-preview");
  const [first] = uploads();
  expect(up.output).toContain(
    `waiting until zone ${zoneId} shows the hostnames of CA ${first} as they were put (for up to 120 s)`,
  );
  const put = emulator.requests.findIndex(({ method }) => method === "PUT");
  const rule = emulator.requests.findIndex(({ path }) => path.endsWith("/rulesets"));
  const looks = emulator.requests.slice(put, rule).filter(({ path }) => path.includes("/hostname_associations?"));
  const shown = looks.map(
    ({ answer }) => (answer as { result: { hostnames: string[] | null } }).result.hostnames?.length ?? 0,
  );
  expect(shown.slice(0, 3)).toEqual([0, 0, 0]);
  expect(shown.at(-1)).toBe(1);

  emulator.configure({ lag: { associations: 0 } });
  const destroyed = await stack.must("destroy", "--yes", "--skip-preview");
  expect(destroyed.output).toContain(`waiting until Cloudflare lets go of CA ${first} (for up to 5 s)`);
  expect(uploads()).toEqual([]);
  const deletes = emulator.requests.filter(({ method, path }) => method === "DELETE" && path.endsWith(`/${first}`));
  expect(deletes.map(({ status }) => status)).toEqual([...deletes.slice(1).map(() => 400), 200]);
  expect(deletes.length).toBeGreaterThan(2);

  // The deleted CA is still shown, and stops no preview. The next upload's answer gets lost: the dead one must not be taken for it.
  const again = emulator.requests.length;
  await stack.must("preview");
  emulator.inject({ kind: "reset-after", method: "POST", path: "*/mtls_certificates" });
  await stack.must("up", "--yes", "--skip-preview");
  expect(emulator.state().zones["x.com"]?.hostnames).toEqual({ [uploads()[0] ?? ""]: ["api.x.com"] });
  expect(emulator.requests.slice(again).filter(isWrite)).toHaveLength(3);

  // Nor does `adopt` take the dead one over.
  await stack.must("destroy", "--yes", "--skip-preview");
  const ca = JSON.stringify({ accountId: emulator.accountId, certificates: A.pem, adopt: true });
  stack.program(
    `const { id } = new CaCertificate("ca", ${ca});\nnew HostnameAssociations("list", { zoneId: "${zoneId}", caCertificateId: id, hostnames: ["api.x.com"] });`,
  );
  await stack.must("up", "--yes", "--skip-preview");
  expect(emulator.state().zones["x.com"]?.hostnames).toEqual({ [uploads()[0] ?? ""]: ["api.x.com"] });
});

test("a service that is told of for a while after it let go is waited for by name", async () => {
  const A = await createAuthority("A");
  const emulator = await useEmulator({ zones: ["x.com"] });
  const { accountId } = emulator;
  const associations = [{ service: "gateway", status: "active", lasts: 30_000 }];
  const [id] = emulator.seed({ certificates: [{ certificates: A.pem, associations }] }).certificates;
  const ca = { accountId, certificates: A.pem, adopt: true, retain: false };
  const stack = await useStack(emulator, `new CaCertificate("ca", ${JSON.stringify(ca)});`);
  await stack.must("up", "--yes", "--skip-preview");
  const destroyed = await stack.must("destroy", "--yes", "--skip-preview");
  expect(destroyed.output).toContain(`CA ${id} is used by gateway, or was until minutes ago: waiting for that, too`);
  expect(destroyed.output).toContain(`waiting until Cloudflare lets go of CA ${id}`);
  expect(emulator.state().certificates).toEqual([]);
});
