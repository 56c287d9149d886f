import { authorities } from "../support/authority";
import { Dashboard } from "../support/dashboard";
import { useEmulator, useStack } from "../support/use";
import { programOf } from "../support/wish";

/* Two stacks, each with runs of its own, on one zone at one moment. */

test("two stacks that go up, change and go away at one moment each keep their own rule, and a list that they share", async () => {
  const { A, B, shared } = await authorities("A", "B", "shared");
  const emulator = await useEmulator({ zones: ["x.com"] });
  const dashboard = new Dashboard(emulator);
  const zoneId = dashboard.zoneId("x.com");
  const { accountId } = emulator;
  const { id } = await dashboard.upload(shared.pem, "everybody's");
  await dashboard.putHostnames("x.com", id, ["legacy.x.com"]);
  const program = (pem: string, name: string, hosts: string[]) => `
    ${programOf({ accountId, cas: { own: pem }, zones: { [name]: { zoneId, hostnames: hosts } } })}
    new HostnameAssociations("everybody", ${JSON.stringify({ zoneId, caCertificateId: id, hostnames: hosts, mode: "shared" })});`;
  const first = await useStack(emulator, program(A.pem, "first", ["a.x.com"]));
  const second = await useStack(emulator, program(B.pem, "second", ["b.x.com"]));
  const both = (...args: string[]) => Promise.all([first.must(...args), second.must(...args)]);
  const list = () => [...(emulator.state().zones["x.com"]?.hostnames[id] ?? [])].sort();
  const rules = () => (emulator.state().zones["x.com"]?.rules ?? []).map(({ expression }) => expression);

  await both("up", "--yes", "--skip-preview");
  expect(list()).toEqual(["a.x.com", "b.x.com", "legacy.x.com"]);
  expect(rules()).toHaveLength(2);

  first.program(program(A.pem, "first", ["a.x.com", "a2.x.com"]));
  second.program(program(B.pem, "second", ["b2.x.com"]));
  await both("up", "--yes", "--skip-preview");
  expect(list()).toEqual(["a.x.com", "a2.x.com", "b2.x.com", "legacy.x.com"]);
  expect(rules().filter((text) => text.includes('"a2.x.com"'))).toHaveLength(1);
  expect(rules().filter((text) => text.includes('"b2.x.com"') && !text.includes('"b.x.com"'))).toHaveLength(1);
  for (const { output } of await both("up", "--yes", "--skip-preview")) expect(output).toContain("6 unchanged");

  await both("destroy", "--yes", "--skip-preview");
  expect(list()).toEqual(["legacy.x.com"]);
  expect(rules()).toEqual([]);
  expect(emulator.state().certificates.map((left) => left.id)).toEqual([id]);
});
