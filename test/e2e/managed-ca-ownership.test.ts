import type { EmulatorOptions } from "../../src/emulator";
import { authorities } from "../support/authority";
import type { Authority } from "../support/authority";
import { Dashboard } from "../support/dashboard";
import { killedAtEachWrite } from "../support/interruption";
import { knock } from "../support/prober";
import { useEmulator, useProber, useStack } from "../support/use";
import { writesOf } from "../support/writes";

/* The managed CA's list is owned as any list is: exclusive or shared, taken over when told, guarded, repaired, let go of. */

const API = "api.x.com";
const WWW = "www.x.com";
const OLD = "old.x.com";

/** An account whose managed CA is `managed`, and in which others made a rule. */
async function account(options: Partial<EmulatorOptions> = {}) {
  const { A, managed } = await authorities("A", "managed");
  const emulator = await useEmulator({ zones: ["x.com"], ...options });
  emulator.seed({ managedCa: managed.pem });
  const dashboard = new Dashboard(emulator);
  await dashboard.makeRules("x.com", 1);
  const zoneId = dashboard.zoneId("x.com");
  const path = `/zones/${zoneId}/certificate_authorities/hostname_associations`;
  const names = { zones: { x: zoneId }, authorities: { A, managed } };
  const client = async (name: string, authority: Authority) => ({ name, ...(await authority.issue(name)) });
  const clients = [{ name: "nobody" }, await client("A", A), await client("managed", managed)];
  return {
    ...{ A, managed, emulator, dashboard, zoneId, names, clients },
    stack: await useStack(emulator, ""),
    /** As somebody at the dashboard writes it. */
    put: (...hostnames: string[]) => dashboard.call("PUT", path, { hostnames }),
    list: () => [...(emulator.state().zones["x.com"]?.hostnames.managed ?? [])].sort(),
    answers: (hostname: string) =>
      Promise.all(clients.map(async (who) => (await knock(emulator.edge, hostname, who)).status)),
    /** A MutualTls with the managed CA, beside others where they are given. */
    component: (name: string, hostnames: readonly string[], { cas = "", ...options }: Record<string, string> = {}) => {
      const fields = { accountId: emulator.accountId, ...options, zones: [{ key: "x", zoneId, hostnames }] };
      const ca = `{ id: CLOUDFLARE_MANAGED_CA, issuerSkis: ["${managed.ski}"] }`;
      return `new MutualTls("${name}", { ...${JSON.stringify(fields)}, cas: { ${cas || `cloudflare: ${ca}`} } });\n`;
    },
    /** Without a constructor around it. */
    single: (hostnames: readonly string[], options: object = {}) =>
      `new HostnameAssociations("list", { ...${JSON.stringify({ zoneId, hostnames, ...options })}, caCertificateId: CLOUDFLARE_MANAGED_CA });\n`,
  };
}

test("exclusive: strangers are refused by name and taken over when told, drift is put back, and a rule of others holds its hosts", async () => {
  const { emulator, dashboard, names, stack, put, list, answers, component } = await account();
  const exclusive = (...hostnames: string[]) => component("m", hostnames, { mode: "exclusive" });
  await put(API, OLD);
  stack.program(exclusive(API));
  const refused = await stack.preview();
  expect(refused.code).not.toBe(0);
  expect(refused.output).toMatch(/CA cloudflare-managed-ca is associated in zone \w+ with old\.x\.com too/);
  stack.program(component("m", [API, WWW], { mode: "exclusive" }).replace("accountId", 'adopt": true, "accountId'));
  const { output } = await stack.must("up", "--yes");
  expect(output).toMatch(/the list of CA cloudflare-managed-ca in zone \w+ is taken over, and loses old\.x\.com/);
  expect(list()).toEqual([API, WWW]);
  expect(await answers(API)).toEqual([403, 403, 200]);

  // What somebody did by hand is drift, and one call of each puts it back.
  await put(API, "more.x.com");
  stack.program(exclusive(API, WWW));
  let calls = emulator.requests.length;
  const repaired = await stack.must("up", "--yes", "--skip-preview", "--refresh", "--diff");
  expect(repaired.output).toMatch(/hostnames\s*:\s+api\.x\.com\s+- www\.x\.com\s+\+ more\.x\.com/);
  expect(writesOf(emulator, names, calls)).toEqual(["list x the managed CA: api www"]);

  // A rule by hand asks for any certificate at WWW: the host leaves our rule, and stays on the list until that rule is gone.
  const expression = `(http.host eq "${WWW}" and not cf.tls_client_auth.cert_verified)`;
  await dashboard.addRule("x.com", { action: "block", expression, description: "by hand", enabled: true });
  stack.program(exclusive(API));
  calls = emulator.requests.length;
  const held = await stack.must("up", "--yes", "--skip-preview");
  expect(held.output).toMatch(/www\.x\.com: associated until rule \w+ \("by hand"\) demands no certificate there/);
  expect(list()).toEqual([API, WWW]);
  expect(await answers(WWW)).toEqual([403, 403, 200]);
  const stopped = await stack.destroy();
  expect(stopped.code).not.toBe(0);
  expect(stopped.output).toMatch(
    /association of www\.x\.com with CA cloudflare-managed-ca in zone \w+ stays: rule \w+/,
  );
  expect(await answers(WWW)).toEqual([403, 403, 200]);

  const byHand = (await dashboard.entryPoint("x.com")).rules.find(({ description }) => description === "by hand");
  await dashboard.deleteRule("x.com", byHand?.id ?? "");
  await stack.must("destroy", "--yes", "--skip-preview");
  expect(list()).toEqual([]);
  expect((await dashboard.entryPoint("x.com")).rules).toHaveLength(1);
});

test("shared, as a component has it unless told otherwise: others keep their hosts through all of two components' and two stacks' life", async () => {
  const { emulator, names, stack, put, list, answers, component } = await account();
  await put(OLD);
  const two = (...hostnames: string[]) => component("m", hostnames) + component("n", ["n.x.com"]);
  const other = await useStack(emulator, component("other", ["other.x.com"]));
  stack.program(two(API, WWW));
  await Promise.all([stack, other].map((one) => one.must("up", "--yes", "--skip-preview")));
  expect(list()).toEqual([API, "n.x.com", OLD, "other.x.com", WWW]);

  // Somebody takes one of ours out and puts one of theirs in: ours comes back, theirs stays.
  await put(OLD, "more.x.com", WWW, "n.x.com", "other.x.com");
  expect(await answers(API)).toEqual([403, 403, 403]);
  stack.program(two(API));
  await stack.must("up", "--yes", "--skip-preview", "--refresh");
  expect(list()).toEqual([API, "more.x.com", "n.x.com", OLD, "other.x.com"]);
  expect(await answers(API)).toEqual([403, 403, 200]);
  const calls = emulator.requests.length;
  expect((await stack.must("up", "--yes", "--skip-preview")).output).toContain("7 unchanged");
  expect(writesOf(emulator, names, calls)).toEqual([]);

  await Promise.all([stack, other].map((one) => one.must("destroy", "--yes", "--skip-preview")));
  expect(list()).toEqual(["more.x.com", OLD]);
});

test("an uploaded CA gives way to the managed one and the other way, and no client is refused that was let in before and after", async () => {
  const slow = { latency: 30, lag: { associations: 300, deletion: 400 } };
  const { A, managed, emulator, names, clients, stack, list, component } = await account(slow);
  const [own, cloudflare] = [
    `own: { certificates: ${JSON.stringify(A.pem)} }`,
    `cloudflare: { id: CLOUDFLARE_MANAGED_CA, issuerSkis: ["${managed.ski}"] }`,
  ];
  const prober = useProber(emulator, [API], clients, 60);
  const up = async (...cas: string[]) => {
    stack.program(component("m", [API], { cas: cas.join(", ") }));
    await prober.round();
    const [from, calls] = [Date.now(), emulator.requests.length];
    await stack.must("up", "--yes", "--skip-preview");
    await prober.round();
    return {
      stories: clients.map(({ name }) => prober.story(name, API, from)),
      writes: writesOf(emulator, names, calls),
    };
  };
  expect((await up(own)).stories).toEqual([[200, 403], [200], [200, 403]]);
  expect(await up(own, cloudflare)).toEqual({
    stories: [[403], [200], [403, 200]],
    writes: ["list x the managed CA: api", "change rule x: api | A managed"],
  });
  expect(await up(cloudflare)).toEqual({
    stories: [[403], [200, 403], [200]],
    writes: ["change rule x: api | managed", "list x A:", "delete A"],
  });
  // In one step the new one is there before the old one goes.
  const { stories, writes } = await up(own);
  expect(stories).toEqual([[403], [403, 200], [200, 403]]);
  expect(writes).toEqual(["upload A", "list x A: api", "change rule x: api | A", "list x the managed CA:"]);
  expect(list()).toEqual([]);
});

test("a run that is killed at each of its writes is finished by the next one, and destroyed by the next one after that", async () => {
  const { emulator, stack, list, answers, component } = await account();
  stack.program(component("m", [API], { mode: "exclusive" }));
  expect(await killedAtEachWrite(emulator, stack, "after", "up", "--yes", "--skip-preview")).toBe(2);
  expect(await answers(API)).toEqual([403, 403, 200]);
  expect(await killedAtEachWrite(emulator, stack, "before", "destroy", "--yes", "--skip-preview")).toBe(2);
  expect(list()).toEqual([]);
  expect(await answers(API)).toEqual([200, 200, 200]);
});

test("what would go wrong is refused in preview: rivals for the list, no pin beside an upload; and a rule needn't name its list", async () => {
  const { A, managed, emulator, dashboard, zoneId, stack, list, answers, component, single } = await account();
  const { id } = await dashboard.upload(A.pem, "by hand");
  await dashboard.putHostnames("x.com", id, [API]);
  const refusals: [program: string, reason: RegExp][] = [
    [component("m", [API]) + single([WWW]), /manages the list of CA cloudflare-managed-ca in zone \w+ too/],
    [single([API], { mode: "shared", adopt: true }), /adopt takes a list over, and mode "shared" leaves it to others/],
    [
      component("m", [API], { cas: "cloudflare: { id: CLOUDFLARE_MANAGED_CA }" }),
      /api\.x\.com: an uploaded CA is associated/,
    ],
  ];
  for (const [program, reason] of refusals) {
    stack.program(program);
    const { code, output } = await stack.preview();
    expect(output).toMatch(reason);
    expect(code).not.toBe(0);
  }
  await dashboard.putHostnames("x.com", id, []);
  const cas = [`{ id: CLOUDFLARE_MANAGED_CA, issuerSkis: ["${managed.ski}"] }`];
  stack.program(
    `const list = ${single([API])}new MtlsRule("rule", { zoneId: "${zoneId}", hostnames: list.hostnames, cas: [${cas.join()}] });`,
  );
  await stack.must("up", "--yes");
  expect(await answers(API)).toEqual([403, 403, 200]);
  await stack.must("destroy", "--yes", "--skip-preview");
  expect(list()).toEqual([]);
  expect(emulator.state().certificates.map((present) => present.id)).toEqual([id]);
});

test("a stack of the same names in another backend, which uploads nothing, is refused by the rule that it finds, and its destroy opens nothing", async () => {
  const { emulator, stack: first, answers, component } = await account();
  const program = component("m", [API]);
  first.program(program);
  await first.must("up", "--yes", "--skip-preview");
  const before = emulator.state();
  const rule = before.zones["x.com"]?.rules?.find(({ ref }) => ref.startsWith("mtls_"))?.id ?? "";

  const second = await useStack(emulator, program);
  for (const run of [await second.preview(), await second.up()]) {
    expect(run.code).not.toBe(0);
    expect(run.output).toMatch(new RegExp(`rule ${rule} .+ and state had not all of the lists that it stands on`));
    expect(run.output).toContain(`set \`adopt: "${rule}"\`; if it is another stack's, give this stack`);
    expect(emulator.state()).toEqual(before);
  }
  const destroyed = await second.destroy();
  expect(destroyed.output).toMatch(new RegExp(`api\\.x\\.com .+ stays: rule ${rule}`));
  expect(emulator.state()).toEqual(before);
  expect(await answers(API)).toEqual([403, 403, 200]);
  expect((await first.must("up", "--yes", "--skip-preview", "--refresh")).output).toContain("4 unchanged");
});
