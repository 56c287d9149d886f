import { authorities } from "../support/authority";
import type { Authority } from "../support/authority";
import { Dashboard } from "../support/dashboard";
import type { DashboardRule } from "../support/dashboard";
import type { Emulator, EmulatorOptions } from "../../src/emulator";
import type { Stack } from "../support/stack";
import { useEmulator, useStack } from "../support/use";
import { programOf } from "../support/wish";
import type { Wish } from "../support/wish";
import { writesOf } from "../support/writes";

/* One rule among everybody's: found by its ref, changed in place, and no other touched. */

const API = "api.x.com";

test("what was changed in the dashboard is shown by field and repaired in place, with the rule's id unchanged", async () => {
  const { stack, dashboard, emulator, own, writes, others } = await enforced({}, [API], 5);
  const [rule] = await own();
  const id = rule!.id;
  const foreign = await others();

  const drifts: [edit: Partial<DashboardRule> & { position?: object }, shown: RegExp, change: string][] = [
    [{ enabled: false }, /enabled\s*: (true => false|false => true)/, "change rule x: api | A"],
    [
      { expression: `(lower(http.host) in {"www.x.com"})` },
      /expressions\s*:[\s\S]*www\.x\.com/,
      "change rule x: api | A",
    ],
    [{ position: { after: "" } }, /position\s*: /, "change rule x: api | A"],
  ];
  for (const [edit, shown, change] of drifts) {
    await dashboard.editRule("x.com", id, edit);
    const before = emulator.requests.length;
    const preview = await stack.preview("--refresh", "--diff");
    expect(preview.output).toMatch(shown);
    const refresh = await stack.run("refresh", "--yes", "--diff");
    expect(refresh.output).toMatch(shown);
    await stack.must("up", "--yes", "--skip-preview");
    expect(writes(before)).toEqual([change]);
    expect((await dashboard.entryPoint("x.com")).rules.map((present) => present.id)).toEqual([
      id,
      ...foreign.map((present) => present.id),
    ]);
    expect((await own())[0]).toMatchObject({ id, ref: rule!.ref, enabled: true, expression: rule!.expression });
    expect(await others()).toEqual(foreign);
  }
});

test("a rule that was deleted is made again at its place, and so is the whole entry point", async () => {
  const { stack, dashboard, own, writes, emulator, others } = await enforced({}, [API], 2);
  const foreign = await others();
  await dashboard.deleteRule("x.com", (await own())[0]!.id);
  let before = emulator.requests.length;
  expect((await stack.must("up", "--yes", "--skip-preview", "--refresh")).output).toContain("MtlsRule");
  // Before a rule comes to stand on a list that this run hasn't written, the list is written once more.
  expect(writes(before)).toEqual(["list x A: api", "add rule x: api | A"]);
  expect((await dashboard.entryPoint("x.com")).rules.map(({ ref }) => ref.split("_")[0])).toEqual([
    "mtls",
    "somebody",
    "somebody",
  ]);
  expect(await others()).toEqual(foreign);

  await dashboard.deleteEntryPoint("x.com");
  before = emulator.requests.length;
  await stack.must("up", "--yes", "--skip-preview", "--refresh");
  expect(writes(before)).toEqual(["list x A: api", "make entry point x: api | A"]);
});

test("two who make the entry point at one moment both find their rules in it", async () => {
  const { emulator, names, wish, dashboard } = await account({}, [API]);
  const stack = await useStack(emulator, programOf(wish));
  const hold = emulator.inject({ kind: "hold", method: "POST", path: "*/rulesets" });
  const { ended } = stack.start("up", "--yes", "--skip-preview");
  while (hold.hits === 0) await new Promise((later) => setTimeout(later, 10));
  await dashboard.makeRules("x.com", 1);
  hold.release();
  expect((await ended).code).toBe(0);
  const { rules } = await dashboard.entryPoint("x.com");
  expect(rules.map(({ ref }) => ref.split("_")[0])).toEqual(["mtls", "somebody"]);
  expect(writesOf(emulator, names)).toEqual([
    "upload A",
    "list x A: api",
    expect.stringContaining("make entry point x"),
    "add rule x: api | A",
  ]);
});

test("the rule stands first unless it is told otherwise, and moves without being made anew", async () => {
  const { stack, dashboard, wish, own } = await enforced({}, [API], 3);
  const id = (await own())[0]!.id;
  const order = async () =>
    (await dashboard.entryPoint("x.com")).rules.map(({ id: one, ref }) => (one === id ? "ours" : ref));
  expect(await order()).toEqual(["ours", "somebody_0", "somebody_1", "somebody_2"]);
  for (const [position, expected] of [
    [{ after: "somebody_1" }, ["somebody_0", "somebody_1", "ours", "somebody_2"]],
    ["last", ["somebody_0", "somebody_1", "somebody_2", "ours"]],
  ] as const) {
    stack.program(programOf(wish).replace('"hostnames":', `"position":${JSON.stringify(position)},"hostnames":`));
    await stack.must("up", "--yes", "--skip-preview");
    expect(await order()).toEqual(expected);
  }
});

test("400 hostnames stand in several rules, and one more changes one of them", async () => {
  const hostnames = Array.from({ length: 400 }, (_, index) => `host-number-${index}.x.com`);
  const { stack, emulator, wish, own, others } = await enforced({ plan: "enterprise" }, hostnames, 2);
  const before = await own();
  expect(before.length).toBeGreaterThan(2);
  expect(before.every(({ expression }) => Buffer.byteLength(expression) <= 4096)).toBe(true);
  const foreign = await others();

  const calls = emulator.requests.length;
  const more = [...hostnames, "one-more.x.com"];
  stack.program(programOf({ ...wish, zones: { x: { ...wish.zones.x!, hostnames: more } } }));
  await stack.must("up", "--yes", "--skip-preview");
  const after = await own();
  expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
  expect(after.filter(({ version }, index) => version !== before[index]?.version)).toHaveLength(1);
  expect(emulator.requests.slice(calls).filter(({ method }) => method === "PATCH")).toHaveLength(1);
  const named = after.flatMap(({ expression }) =>
    Array.from(expression.matchAll(/"([^"]*\.x\.com)"/g), (match) => match[1]),
  );
  expect(named.sort()).toEqual([...more].sort());
  expect(await others()).toEqual(foreign);

  await stack.must("destroy", "--yes", "--skip-preview");
  expect(await own()).toEqual([]);
  expect(await others()).toEqual(foreign);
});

test("a rule that would lock everybody out is refused before it is written", async () => {
  const { emulator, names, wish } = await account({}, [API]);
  const lists = programOf(wish, "dependsOn");
  const wider = lists.replace("hostnames, issuerSkis,", 'hostnames: ["api.x.com", "www.x.com"], issuerSkis,');
  expect(wider).not.toBe(lists);
  const stack = await useStack(emulator, wider);
  const run = await stack.up();
  expect(run.code).not.toBe(0);
  expect(run.output).toMatch(/would lock every client out of www\.x\.com in zone/);
  expect(writesOf(emulator, names)).toEqual(["upload A", "list x A: api"]);
});

test("an association that somebody's rule still demands stays, and the rule is named", async () => {
  const { stack, dashboard, emulator, names, wish, own } = await enforced({}, [API], 1);
  const expression = `(http.host eq "api.x.com" and not cf.tls_client_auth.cert_verified)`;
  await dashboard.addRule("x.com", { action: "block", expression, description: "made by hand", enabled: true });
  const byHand = (await dashboard.entryPoint("x.com")).rules.find(({ description }) => description === "made by hand")!;
  const ours = (await own())[0]!.id;

  const calls = emulator.requests.length;
  const refused = await stack.destroy();
  expect(refused.code).not.toBe(0);
  expect(refused.output).toContain(`rule ${byHand.id} ("made by hand") still demands its certificates`);
  expect(writesOf(emulator, names, calls)).toEqual(["remove rule x"]);
  expect(Object.values(emulator.state().zones["x.com"]?.hostnames ?? {})).toEqual([[API]]);
  expect(ours).not.toBe(byHand.id);

  // Once it is disabled, nothing stands in the way.
  await dashboard.editRule("x.com", byHand.id, { enabled: false });
  await stack.must("destroy", "--yes", "--skip-preview");
  expect(emulator.state().certificates).toEqual([]);
  expect(wish.cas).toBeDefined();
});

test("what is gone already is no obstacle: for refresh, for up, for destroy", async () => {
  const { stack, dashboard, emulator, names } = await enforced({}, [API], 0);
  const [{ id } = { id: "" }] = emulator.state().certificates;
  const wipe = async () => {
    await dashboard.deleteEntryPoint("x.com");
    const [present] = emulator.state().certificates;
    await dashboard.putHostnames("x.com", present?.id ?? "", []);
    await dashboard.call("DELETE", `/accounts/${emulator.accountId}/mtls_certificates/${present?.id}`);
  };
  await wipe();
  await stack.must("refresh", "--yes", "--skip-preview");
  expect(stack.state().resources?.filter(({ type }) => type.includes("dynamic/cloudflare"))).toEqual([]);
  const calls = emulator.requests.length;
  await stack.must("up", "--yes", "--skip-preview");
  expect(writesOf(emulator, names, calls)).toEqual(["upload A", "list x A: api", "make entry point x: api | A"]);
  expect(emulator.state().certificates[0]?.id).not.toBe(id);

  await wipe();
  await stack.must("destroy", "--yes", "--skip-preview");
  expect(stack.state().resources ?? []).toEqual([]);
});

test("a zone that is gone is no obstacle to destroy", async () => {
  const { stack, dashboard, emulator } = await enforced({}, [API], 0);
  await dashboard.call("DELETE", `/zones/${dashboard.zoneId("x.com")}`);
  await stack.must("destroy", "--yes", "--skip-preview");
  expect(emulator.state().certificates).toEqual([]);
});

interface Account {
  readonly emulator: Emulator;
  readonly dashboard: Dashboard;
  readonly names: { zones: Record<string, string>; authorities: Record<string, Authority> };
  readonly wish: Wish;
}

async function account({ plan }: { plan?: "enterprise" }, hostnames: readonly string[]): Promise<Account> {
  const options: EmulatorOptions = { zones: [{ name: "x.com", ...(plan ? { plan } : {}) }] };
  const [{ A }, emulator] = await Promise.all([authorities("A"), useEmulator(options)]);
  const dashboard = new Dashboard(emulator);
  const zoneId = dashboard.zoneId("x.com");
  const wish = { accountId: emulator.accountId, cas: { a: A.pem }, zones: { x: { zoneId, hostnames } } };
  return { emulator, dashboard, names: { zones: { x: zoneId }, authorities: { A } }, wish };
}

/** A stack that is up, in a zone with rules of others. */
async function enforced(options: { plan?: "enterprise" }, hostnames: readonly string[], foreign: number) {
  const made = await account(options, hostnames);
  const { emulator, dashboard, names, wish } = made;
  if (foreign > 0) await dashboard.makeRules("x.com", foreign);
  const stack: Stack = await useStack(emulator, programOf(wish));
  await stack.must("up", "--yes", "--skip-preview");
  const rules = async (ours: boolean): Promise<DashboardRule[]> =>
    (await dashboard.entryPoint("x.com")).rules.filter(({ ref }) => ref.startsWith("mtls_") === ours);
  return {
    ...made,
    stack,
    own: () => rules(true),
    others: () => rules(false),
    writes: (from: number) => writesOf(emulator, names, from),
  };
}
