import { authorities } from "../support/authority";
import { Dashboard } from "../support/dashboard";
import { useEmulator, useStack } from "../support/use";
import { programOf } from "../support/wish";
import { writesOf } from "../support/writes";

/*
 * What somebody changed by hand is shown field by field, and put back with the fewest calls, under the same ids. Whatever
 * is others' stays as it is, the entry point included. (One field at a time: test/e2e/rule.test.ts.)
 */

test("drift in rule, list and CA is shown by field and repaired with one call each, and nothing of others is touched", async () => {
  const { A } = await authorities("A");
  const emulator = await useEmulator({ zones: ["x.com"] });
  const dashboard = new Dashboard(emulator);
  await dashboard.makeRules("x.com", 2);
  const zones = { x: { zoneId: dashboard.zoneId("x.com"), hostnames: ["api.x.com", "www.x.com"] } };
  const names = { zones: { x: zones.x.zoneId }, authorities: { A } };
  const { accountId } = emulator;
  const stack = await useStack(emulator, programOf({ accountId, cas: { a: A.pem }, zones }));
  await stack.must("up", "--yes", "--skip-preview");
  const caId = () => emulator.state().certificates[0]?.id ?? "";
  const ca = caId();
  const [wanted] = (await dashboard.entryPoint("x.com")).rules;
  const { id, ref, description, expression } = wanted!;
  const others = async () => (await dashboard.entryPoint("x.com")).rules.filter((rule) => rule.id !== id);

  // Another rule is put before ours, ours is changed in three fields, one hostname is added to the list and one taken.
  const edit = { action: "managed_challenge", description: "made by hand", ref: "by_hand" };
  await dashboard.editRule("x.com", id, edit);
  const intruder = { action: "log", expression: "true", description: "made by hand too", position: { before: "" } };
  await dashboard.addRule("x.com", intruder);
  await dashboard.putHostnames("x.com", ca, ["api.x.com", "legacy.x.com"]);
  const entryPoint = (await dashboard.entryPoint("x.com")).id;
  const foreign = await others();
  let calls = emulator.requests.length;
  const refresh = await stack.must("refresh", "--yes", "--skip-preview", "--diff");
  for (const shown of [
    /action\s*: "block" => "managed_challenge"/,
    /description\s*: "Mutual TLS, managed by Pulumi \(e2e\/test\/m-x\)" => "made by hand"/,
    new RegExp(`ref\\s*: "${ref}" => "by_hand"`),
    new RegExp(`- position\\s*: "first"\\s+\\+ position\\s*: \\{\\s+\\+ after: "${foreign[0]?.id}"`),
    /hostnames\s*:\s+api\.x\.com\s+- www\.x\.com\s+\+ legacy\.x\.com/,
  ])
    expect(refresh.output).toMatch(shown);
  await stack.must("up", "--yes", "--skip-preview");
  expect(writesOf(emulator, names, calls)).toEqual(["list x A: api www", "change rule x: api www | A"]);
  const repaired = (await dashboard.entryPoint("x.com")).rules[0];
  expect(repaired).toMatchObject({ id, ref, description, expression, action: "block", enabled: true });
  expect(await others()).toEqual(foreign);

  // The CA is deleted, and our rule disabled and loosened.
  await dashboard.editRule("x.com", id, { enabled: false, expression: '(http.host eq "www.x.com")' });
  await dashboard.putHostnames("x.com", ca, []);
  await dashboard.call("DELETE", `/accounts/${accountId}/mtls_certificates/${ca}`);
  calls = emulator.requests.length;
  const up = await stack.must("up", "--yes", "--skip-preview", "--refresh", "--diff");
  for (const shown of [
    /CaCertificate: \(refresh\)[^~]+- accountId/,
    /HostnameAssociations: \(refresh\)[^~]+- hostnames/,
    /enabled\s*: true => false/,
    /~ expressions\s*:\s+- lower\(http\.host\) in [^~]*\+ \(http\.host eq "www\.x\.com"\)/,
    /CaCertificate: \(create\)/,
    /MtlsRule: \(update\)/,
  ])
    expect(up.output).toMatch(shown);
  expect(writesOf(emulator, names, calls)).toEqual(["upload A", "list x A: api www", "change rule x: api www | A"]);
  expect(caId()).not.toBe(ca);
  expect(emulator.state().zones["x.com"]?.hostnames).toEqual({ [caId()]: ["api.x.com", "www.x.com"] });
  expect(await dashboard.entryPoint("x.com")).toMatchObject({ id: entryPoint });
  expect((await dashboard.entryPoint("x.com")).rules[0]).toMatchObject({ id, ref, expression, enabled: true });
  expect(await others()).toEqual(foreign);

  calls = emulator.requests.length;
  expect((await stack.must("up", "--yes", "--skip-preview")).output).toContain("5 unchanged");
  expect(emulator.requests.length).toBe(calls);
});
