import { authorities, createAuthority } from "../support/authority";
import { Dashboard } from "../support/dashboard";
import { killedAtEachWrite } from "../support/interruption";
import { useEmulator, useStack } from "../support/use";
import { programOf } from "../support/wish";
import { isWrite, writesOf } from "../support/writes";

/*
 * The package touches what it owns. What others put into the account is named, and taken over on demand only.
 */

test("a CA that was uploaded by hand is refused by name, taken over on demand, and left in place by destroy", async () => {
  const A = await createAuthority("A");
  const emulator = await useEmulator({ zones: ["x.com"] });
  const dashboard = new Dashboard(emulator);
  const { id } = await dashboard.upload(`Bag Attributes\r\n${A.pem.replaceAll("\n", "\r\n")}`, "by hand");
  const calls = emulator.requests.length;
  const program = (options: object) =>
    `const ca = new CaCertificate("partners", ${JSON.stringify({ accountId: emulator.accountId, certificates: A.pem, ...options })});\nexports.id = ca.id;`;
  const stack = await useStack(emulator, program({}));

  const refused = await stack.up();
  expect(refused.code).not.toBe(0);
  expect(refused.output).toContain(`as ${id} "by hand", uploaded 20`);
  expect(refused.output).toContain("set `adopt: true`");
  expect(stack.resources("CaCertificate")).toEqual([]);

  stack.program(program({ adopt: true }));
  await stack.must("up", "--yes");
  expect(await stack.outputs()).toEqual({ id });
  await stack.must("destroy", "--yes", "--skip-preview");
  expect(emulator.state().certificates.map((present) => present.id)).toEqual([id]);
  expect(writesOf(emulator, { zones: emulator.zones, authorities: { A } }, calls)).toEqual([]);
});

test("exclusive mode refuses a list with strangers in it and names them, until they are adopted away", async () => {
  const A = await createAuthority("A");
  const emulator = await useEmulator({ zones: ["x.com"] });
  const dashboard = new Dashboard(emulator);
  const { id } = await dashboard.upload(A.pem, "by hand");
  await dashboard.putHostnames("x.com", id, ["legacy.x.com", "api.x.com", "old.x.com"]);
  const calls = emulator.requests.length;
  const names = { zones: { x: dashboard.zoneId("x.com") }, authorities: { A } };
  const program = (hostnames: string[], options: object = {}) =>
    `new HostnameAssociations("list", ${JSON.stringify({ zoneId: names.zones.x, caCertificateId: id, hostnames, ...options })});`;
  const stack = await useStack(emulator, program(["api.x.com"]));

  const refused = await stack.up();
  expect(refused.code).not.toBe(0);
  expect(refused.output).toMatch(/associated in zone \w+ with legacy\.x\.com, old\.x\.com too/);
  expect(refused.output).toContain('mode: "shared"');
  expect(refused.output).toContain("adopt: true");
  expect(writesOf(emulator, names, calls)).toEqual([]);

  stack.program(program(["api.x.com"], { adopt: true }));
  await stack.must("up", "--yes", "--skip-preview");
  expect(emulator.state().zones["x.com"]?.hostnames).toEqual({ [id]: ["api.x.com"] });
});

test("shared mode keeps the hostnames of others through create, update and delete", async () => {
  const A = await createAuthority("A");
  const emulator = await useEmulator({ zones: ["x.com"] });
  const dashboard = new Dashboard(emulator);
  const { id } = await dashboard.upload(A.pem, "by hand");
  await dashboard.putHostnames("x.com", id, ["legacy.x.com"]);
  const zoneId = dashboard.zoneId("x.com");
  const program = (hostnames: string[]) =>
    `new HostnameAssociations("list", ${JSON.stringify({ zoneId, caCertificateId: id, hostnames, mode: "shared" })});`;
  const list = () => [...(emulator.state().zones["x.com"]?.hostnames[id] ?? [])].sort();
  const stack = await useStack(emulator, program(["api.x.com", "www.x.com"]));

  await stack.must("up", "--yes", "--skip-preview");
  expect(list()).toEqual(["api.x.com", "legacy.x.com", "www.x.com"]);

  // Somebody adds one more, which a refresh must not take for ours.
  await dashboard.putHostnames("x.com", id, [...list(), "more.x.com"]);
  stack.program(program(["api.x.com", "new.x.com"]));
  await stack.must("up", "--yes", "--skip-preview", "--refresh");
  expect(list()).toEqual(["api.x.com", "legacy.x.com", "more.x.com", "new.x.com"]);

  await stack.must("destroy", "--yes", "--skip-preview");
  expect(list()).toEqual(["legacy.x.com", "more.x.com"]);
});

test("a full account is explained and nothing made; rotation in it works delete-first, and says that it is a gap", async () => {
  const { A, B, ...others } = await authorities("A", "B", "1", "2", "3", "4");
  const emulator = await useEmulator({ zones: ["x.com"], lag: { deletion: 200 } });
  const dashboard = new Dashboard(emulator);
  for (const [name, { pem }] of Object.entries(others)) await dashboard.upload(pem, `Somebody's CA ${name}`);
  const zones = { x: { zoneId: dashboard.zoneId("x.com"), hostnames: ["api.x.com"] } };
  const { accountId } = emulator;
  const names = { zones: { x: zones.x.zoneId }, authorities: { A, B } };
  const stack = await useStack(emulator, programOf({ accountId, cas: { a: A.pem }, zones }, "associations"));
  await stack.must("up", "--yes", "--skip-preview");

  // Five of five are taken: the rotation has no room beside the old CA.
  const calls = emulator.requests.length;
  const state = stack.resources("CaCertificate");
  stack.program(programOf({ accountId, cas: { a: B.pem }, zones }, "associations"));
  const preview = await stack.preview();
  expect(preview.output).toContain(
    `5 of 5 CA slots of account ${accountId} are taken: this upload needs a free one, a replacement's too`,
  );
  expect(preview.output).not.toContain("is replaced delete-first");
  const refused = await stack.up();
  expect(refused.code).not.toBe(0);
  expect(refused.output).toMatch(/Hit maximum CA cert allocation.*\[code: 1489\]/);
  expect(refused.output).toContain("Every CA slot of the account is taken");
  for (const { name } of emulator.state().certificates)
    expect(refused.output).toMatch(
      new RegExp(`"${name}", valid until 20.*: .*(nothing is seen to use it|used by api\\.x\\.com)`),
    );
  expect(writesOf(emulator, names, calls)).toEqual([]);
  expect(stack.resources("CaCertificate")).toEqual(state);

  const deleteFirst =
    "pulumi.runtime.registerStackTransformation(({ type, props, opts }) => ({ props, opts: type.endsWith(':CaCertificate') ? { ...opts, deleteBeforeReplace: true } : opts }));";
  stack.program(deleteFirst + programOf({ accountId, cas: { a: B.pem }, zones }, "associations"));
  const run = await stack.must("up", "--yes");
  expect(run.output).toMatch(
    /note: CA \S+ is replaced delete-first: no client certificate is accepted on api\.x\.com from its end until the new CA is in place/,
  );
  expect(run.output).toContain("no client certificate is accepted on api.x.com until the new CA is in place");
  expect(writesOf(emulator, names, calls)).toEqual([
    "list x A:",
    "delete A",
    "upload B",
    "list x B: api",
    "change rule x: api | B",
  ]);
});

test("a CA of one's own is one's own also with adopt: a run killed after the upload leaves nothing behind", async () => {
  const A = await createAuthority("A");
  const emulator = await useEmulator({ zones: ["x.com"] });
  const options = { accountId: emulator.accountId, certificates: A.pem, adopt: true };
  const stack = await useStack(emulator, `new CaCertificate("partners", ${JSON.stringify(options)});`);
  expect(await killedAtEachWrite(emulator, stack, "after", "up", "--yes", "--skip-preview")).toBe(1);
  await stack.must("destroy", "--yes", "--skip-preview");
  expect(emulator.state().certificates).toEqual([]);
});

test("a mistake in the CA's id or in a hostname never reaches a list, the managed CA's least of all", async () => {
  const A = await createAuthority("A");
  const emulator = await useEmulator({ zones: ["x.com"] });
  const zoneId = emulator.zones["x.com"];
  const stack = await useStack(emulator, "");
  const associations = (caCertificateId: string, ...hostnames: string[]) =>
    `new HostnameAssociations("list", { zoneId: "${zoneId}", caCertificateId: ${caCertificateId}, hostnames: ${JSON.stringify(hostnames)} });`;
  const mistakes: [program: string, reason: string][] = [
    [associations("undefined", "api.x.com"), "caCertificateId is missing"],
    [associations('""', "api.x.com"), "caCertificateId is missing"],
    [associations("pulumi.output(undefined)", "api.x.com"), "caCertificateId is missing"],
    [
      `const ca = new CaCertificate("ca", ${JSON.stringify({ accountId: emulator.accountId, certificates: A.pem })});\n` +
        associations("ca.id", "api.x.com", "api.other.com"),
      `api.other.com isn't in the zone x.com (${zoneId})`,
    ],
  ];
  for (const [program, reason] of mistakes) {
    stack.program(program);
    for (const run of [await stack.preview(), await stack.up()]) {
      expect(run.output).toContain(reason);
      expect(run.code).not.toBe(0);
    }
  }
  // A CA beside the mistaken list is not refused with it, and may be there.
  const writes = emulator.requests.filter(isWrite).map(({ path }) => path);
  expect(writes.filter((path) => path.startsWith("/zones"))).toEqual([]);
});
