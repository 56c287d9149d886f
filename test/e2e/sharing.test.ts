import { authorities } from "../support/authority";
import { Dashboard } from "../support/dashboard";
import { useEmulator, useStack } from "../support/use";
import { isWrite } from "../support/writes";

/* One account and several who write to it: another stack, another product of Cloudflare's, somebody at the same moment. */

test("a list that somebody writes at the same moment: shared keeps both, exclusive names the stranger, and neither is silent", async () => {
  const { A } = await authorities("A");
  const emulator = await useEmulator({ zones: ["shared.com", "taken.com", "joined.com"] });
  const dashboard = new Dashboard(emulator);
  const { id } = await dashboard.upload(A.pem, "by hand");
  const lists = (zone: string) => [...(emulator.state().zones[zone]?.hostnames[id] ?? [])].sort();
  const list = (zone: string, options: object = {}) => {
    const inputs = { zoneId: dashboard.zoneId(zone), caCertificateId: id, hostnames: [`api.${zone}`], ...options };
    return `new HostnameAssociations("${zone}", ${JSON.stringify(inputs)});\n`;
  };
  const others = list("shared.com", { mode: "shared" }) + list("joined.com");
  const stack = await useStack(emulator, others + list("taken.com"));

  // Each list was written, and its read-back is held up until somebody wrote it too, from what was there before.
  const holds = Object.fromEntries(
    ["shared.com", "taken.com", "joined.com"].map((zone) => {
      const path = `/zones/${dashboard.zoneId(zone)}/certificate_authorities/hostname_associations?*`;
      return [zone, emulator.inject({ kind: "hold", method: "GET", path, nth: 2 })] as const;
    }),
  );
  const { ended } = stack.start("up", "--yes", "--skip-preview", "--continue-on-error");
  while (Object.values(holds).some(({ hits }) => hits === 0)) await new Promise((later) => setTimeout(later, 10));
  await dashboard.putHostnames("shared.com", id, ["legacy.shared.com"]);
  await dashboard.putHostnames("taken.com", id, ["legacy.taken.com"]);
  await dashboard.putHostnames("joined.com", id, ["api.joined.com", "legacy.joined.com"]);
  for (const hold of Object.values(holds)) hold.release();
  const run = await ended;
  expect(run.code).not.toBe(0);
  const said = (zone: string) =>
    `Somebody else put legacy.${zone} into the hostnames of CA ${id} in zone ${dashboard.zoneId(zone)} at the same moment`;
  expect(run.output).toContain(`${said("shared.com")}, and ours don't show. Looking again.`);
  expect(lists("shared.com")).toEqual(["api.shared.com", "legacy.shared.com"]);
  expect(run.output).toContain(`warning: ${said("joined.com")}.`);
  expect(run.output).toMatch(
    /associated in zone \w+ with legacy\.taken\.com too, which this resource neither declares/,
  );
  expect(lists("taken.com")).toEqual(["legacy.taken.com"]);

  // The list that was written once is known, and goes on when the stranger is declared. What joined is drift.
  expect(stack.resources("HostnameAssociations")).toHaveLength(3);
  stack.program(others + list("taken.com", { hostnames: ["api.taken.com", "legacy.taken.com"] }));
  const next = await stack.must("up", "--yes", "--skip-preview", "--refresh", "--diff");
  expect(next.output).toMatch(/- legacy\.joined\.com/);
  expect(lists("taken.com")).toEqual(["api.taken.com", "legacy.taken.com"]);
  expect(lists("joined.com")).toEqual(["api.joined.com"]);
  expect(lists("shared.com")).toEqual(["api.shared.com", "legacy.shared.com"]);
});

test("a shared list that somebody overwrites around our read-back is written again; what one takes out stays out", async () => {
  const { A } = await authorities("A");
  const emulator = await useEmulator({ zones: ["x.com"] });
  const dashboard = new Dashboard(emulator);
  const { id } = await dashboard.upload(A.pem, "by hand");
  const zoneId = dashboard.zoneId("x.com");
  const list = () => [...(emulator.state().zones["x.com"]?.hostnames[id] ?? [])].sort();
  const inputs = { zoneId, caCertificateId: id, hostnames: ["api.x.com"], mode: "shared" };
  const stack = await useStack(emulator, `new HostnameAssociations("list", ${JSON.stringify(inputs)});`);
  // As somebody does it who looked before our PUT: ours was read back already.
  const overwritten = async (command: "up" | "destroy", stale: string[]) => {
    const before = emulator.requests.length;
    const { ended } = stack.start(command, "--yes", "--skip-preview");
    const readBack = () => {
      const calls = emulator.requests.slice(before).map(({ method }) => method);
      return calls.lastIndexOf("GET") > calls.indexOf("PUT") && calls.includes("PUT");
    };
    while (!readBack()) await new Promise((later) => setTimeout(later, 10));
    await dashboard.putHostnames("x.com", id, stale);
    const { code, output } = await ended;
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(output).toMatch(/Somebody else overwrote the hostnames of CA \S+ in zone \w+ .+ Looking again\./);
  };

  await dashboard.putHostnames("x.com", id, ["legacy.x.com"]);
  await overwritten("up", ["legacy.x.com", "new.x.com"]);
  expect(list()).toEqual(["api.x.com", "legacy.x.com", "new.x.com"]);
  await overwritten("destroy", ["api.x.com", "new.x.com"]);
  expect(list()).toEqual(["new.x.com"]);

  // And before it was read back: what shows then is neither what was there nor what was put, and names nobody new.
  await stack.must("up", "--yes", "--skip-preview");
  const path = `/zones/${zoneId}/certificate_authorities/hostname_associations?*`;
  const hold = emulator.inject({ kind: "hold", method: "GET", path, nth: 2 });
  const { ended } = stack.start("destroy", "--yes", "--skip-preview");
  while (hold.hits === 0) await new Promise((later) => setTimeout(later, 10));
  await dashboard.putHostnames("x.com", id, ["api.x.com"]);
  hold.release();
  const { code, output } = await ended;
  expect({ code, output }).toMatchObject({ code: 0 });
  expect(output).toMatch(
    /Somebody else changed the hostnames of CA \S+ in zone \w+ at the same moment, .+ Looking again\./,
  );
  expect(list()).toEqual([]);
});

test("two stacks can't own one CA, and what Gateway or Access manage is neither taken over nor touched", async () => {
  const { A, G, X, Y } = await authorities("A", "G", "X", "Y");
  const emulator = await useEmulator({ zones: ["x.com"], quota: 3 });
  emulator.seed({
    certificates: [
      { certificates: G.pem, name: "Inspection", type: "gateway_managed" },
      { certificates: X.pem, name: "Devices", type: "access_managed" },
    ],
  });
  const managed = emulator.state().certificates;
  const ca = (name: string, certificates: string, options: object = {}) =>
    `new CaCertificate("${name}", ${JSON.stringify({ accountId: emulator.accountId, certificates, ...options })});\n`;
  const owner = await useStack(emulator, ca("owner", A.pem));
  await owner.must("up", "--yes", "--skip-preview");
  const [{ id } = { id: "" }] = owner.resources("CaCertificate");
  const calls = emulator.requests.length;

  const other = await useStack(emulator, ca("other", A.pem));
  const refused = await other.preview();
  expect(refused.code).not.toBe(0);
  expect(refused.output).toContain(`as ${id} "pulumi e2e/test/owner", uploaded 20`);
  other.program(ca("other", G.pem, { adopt: true }));
  for (const run of [await other.preview(), await other.up()]) {
    expect(run.code).not.toBe(0);
    expect(run.output).toContain(
      `"Inspection", managed by another product of Cloudflare's (gateway_managed): it can't be taken over`,
    );
  }
  const tried = emulator.requests.slice(calls).filter(isWrite);
  expect(tried.map(({ method, status }) => [method, status])).toEqual([["POST", 400]]);

  // Gateway's takes a slot and Access's none: of three, one is left.
  other.program(ca("other", Y.pem));
  await other.must("up", "--yes", "--skip-preview");
  await Promise.all([owner, other].map((stack) => stack.must("destroy", "--yes", "--skip-preview")));
  expect(emulator.state().certificates).toEqual(managed);
});
