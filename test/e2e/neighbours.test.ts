import { authorities } from "../support/authority";
import type { Authority } from "../support/authority";
import { Dashboard } from "../support/dashboard";
import { killedAt } from "../support/interruption";
import { knock } from "../support/prober";
import type { Client } from "../support/prober";
import type { Emulator, EmulatorOptions } from "../../src/emulator";
import type { Stack } from "../support/stack";
import { useEmulator, useProber, useStack } from "../support/use";
import { isWrite, writesOf } from "../support/writes";

/*
 * Neighbours: two uploads of one key, two components on one zone or one host, two stacks of one name, and rules of others.
 * What a client is answered, what the account holds, and what the terminal says.
 */

const API = "api.x.com";
const WWW = "www.x.com";
const SHOP = "shop.x.com";
const NOBODY: Client = { name: "nobody" };
/** Short, but long enough that what stands wrong between two writes is noticed. */
const SLOW: Partial<EmulatorOptions> = {
  latency: 30,
  lag: { associations: 300, deletion: 400, visibleAfterDelete: 500 },
};
const PAUSE = 80;
const QUIET = { code: 0, calls: 0, changes: "" };
const PUT_LIST = { method: "PUT", path: "*/hostname_associations" };

test("a CA renewed with its old key takes over beside the old one or in its place, and no client of that key notices", async () => {
  const { A } = await authorities("A");
  const [renewed, again] = [await A.renew(), await A.renew()];
  const { emulator, zoneId } = await account(["x.com"], SLOW);
  const clients = [NOBODY, await clientOf("old", A), await clientOf("new", renewed)];
  const stack = await useStack(emulator, "");
  const up = async (cas: Record<string, Authority>) => {
    stack.program(component(emulator, "m", cas, [{ key: "x", zoneId, hostnames: [API] }]));
    await stack.must("up", "--yes", "--skip-preview");
    // Of the CAs that the program names, and of no other, there is an upload and a list.
    const { certificates, zones } = emulator.state();
    expect(certificates.map((upload) => squeezed(upload.certificates)).sort()).toEqual(
      Object.values(cas)
        .map(({ pem }) => squeezed(pem))
        .sort(),
    );
    expect(zones["x.com"]?.hostnames).toEqual(Object.fromEntries(certificates.map(({ id }) => [id, [API]])));
    expect(zones["x.com"]?.rules).toHaveLength(1);
  };

  await up({ old: A });
  const prober = useProber(emulator, [API], clients, PAUSE);
  await prober.round();
  await up({ old: A, new: renewed });
  await up({ new: renewed });
  await up({ new: again });
  await prober.round();
  expect(clients.map(({ name }) => prober.story(name, API))).toEqual([[403], [200], [200]]);
  expect(await nextUp(emulator, stack)).toEqual(QUIET);
});

const MOVES: readonly { to: string; whose: "A" | "B"; stays: readonly string[] }[] = [
  { to: "another MutualTls with the same CA", whose: "A", stays: [SHOP] },
  { to: "another MutualTls with a CA of its own", whose: "B", stays: [SHOP] },
  { to: "a MutualTls that is made for it", whose: "B", stays: [] },
];

test.each(MOVES)("a host that moves to $to, and back, is closed all the while", async ({ whose, stays }) => {
  const { A, B } = await authorities("A", "B");
  const { emulator, zoneId } = await account(["x.com"], SLOW);
  const [a, b] = [await clientOf("A", A), await clientOf("B", B)];
  const stack = await useStack(emulator, "");
  const program = (hostnames: readonly string[], others: readonly string[]) => {
    const { accountId } = emulator;
    const mode = whose === "A" ? "shared" : "exclusive";
    const zones = (names: readonly string[]) => [{ key: "x", zoneId, hostnames: names }];
    const first = { accountId, mode, cas: { a: { certificates: A.pem } }, zones: zones(hostnames) };
    const second = { accountId, mode, zones: zones(others) };
    const cas = whose === "A" ? "{ a: first.cas.a }" : JSON.stringify({ b: { certificates: B.pem } });
    return (
      `const first = new MutualTls("first", ${JSON.stringify(first)});\n` +
      (others.length > 0 ? `new MutualTls("second", { ...${JSON.stringify(second)}, cas: ${cas} });` : "")
    );
  };
  stack.program(program([API, WWW], stays));
  await stack.must("up", "--yes", "--skip-preview");

  const watched = [
    { hostname: API, clients: [NOBODY, a] },
    { hostname: WWW, clients: [NOBODY, a, b] },
    { hostname: SHOP, clients: stays.length > 0 ? [NOBODY, whose === "A" ? a : b] : [] },
  ].map((watch) => ({ ...watch, prober: useProber(emulator, [watch.hostname], watch.clients, PAUSE) }));
  const round = () => Promise.all(watched.map(({ prober }) => prober.round()));
  const stories = (from: number) =>
    watched.flatMap(({ hostname, clients, prober }) =>
      clients.map(({ name }) => [`${name} at ${hostname}`, prober.story(name, hostname, from)] as const),
    );
  const unchanged = {
    ...{ [`nobody at ${API}`]: [403], [`A at ${API}`]: [200], [`nobody at ${WWW}`]: [403] },
    ...(stays.length > 0 ? { [`nobody at ${SHOP}`]: [403], [`${whose} at ${SHOP}`]: [200] } : {}),
  };
  const [lets, loses, stayed] = [[403, 200], [200, 403], { A: [200], B: [403] }];

  for (const [first, second, A, B] of [
    [[API], [...stays, WWW], loses, lets],
    [[API, WWW], stays, lets, loses],
  ] as const) {
    stack.program(program(first, second));
    await round();
    const from = Date.now();
    const run = await stack.must("up", "--yes", "--skip-preview");
    await round();
    expect(run.output).not.toContain("Everybody is let in");
    const here = whose === "A" ? stayed : { A, B };
    expect(Object.fromEntries(stories(from))).toEqual({
      ...unchanged,
      ...{ [`A at ${WWW}`]: here.A, [`B at ${WWW}`]: here.B },
    });
    const lists = Object.values(emulator.state().zones["x.com"]?.hostnames ?? {});
    const declared = (whose === "A" ? [[...first, ...second]] : [first, second]).filter(({ length }) => length > 0);
    expect(sorted(lists)).toEqual(sorted(declared));
    expect(await nextUp(emulator, stack)).toEqual(QUIET);
  }
});

test("two MutualTls with different CAs on one host are refused in preview, by name, and told to become one", async () => {
  const { A, B } = await authorities("A", "B");
  const { emulator, zoneId } = await account(["x.com"]);
  const zones = (...hostnames: string[]) => [{ key: "x", zoneId, hostnames }];
  const one = component(emulator, "partners", { a: A }, zones(API, WWW));
  const other = component(emulator, "suppliers", { b: B }, zones(SHOP, WWW));
  const refused = async (stack: Stack) => {
    const calls = emulator.requests.length;
    const { code, output } = await stack.preview();
    expect(code).not.toBe(0);
    expect(output).toMatch(/The rule would lock clients out of www\.x\.com in zone \w+: rule /);
    expect(output).toContain("put both CAs under `cas` of one MutualTls");
    expect(emulator.requests.slice(calls).filter(isWrite)).toEqual([]);
    return {
      named: ["partners-x", "suppliers-x"].filter((name) =>
        output.slice(output.indexOf("Diagnostics:")).includes(name),
      ),
      falseWarnings: output.match(/warning: .* let nobody in, whatever this one does/g) ?? [],
    };
  };

  // Neither is there yet; then the one is in force, and the other comes to it.
  const stack = await useStack(emulator, one + other);
  const together = await refused(stack);
  stack.program(one);
  await stack.must("up", "--yes", "--skip-preview");
  stack.program(one + other);
  const later = await refused(stack);
  // Each time both are named, the one that is refused and the one that it contradicts, and nothing untrue is said.
  const right = { named: ["partners-x", "suppliers-x"], falseWarnings: [] };
  expect({ together, later }).toEqual({ together: right, later: right });
});

test("two lists of one CA in one zone are refused in preview unless both are shared; then each takes out its own only", async () => {
  const { A, B } = await authorities("A", "B");
  const { emulator, dashboard, zoneId } = await account(["x.com"]);
  const { id } = await dashboard.upload(A.pem, "by hand");
  const calls = emulator.requests.length;
  const byId = JSON.stringify(id);
  const made = `new CaCertificate("ca", ${JSON.stringify({ accountId: emulator.accountId, certificates: B.pem })}).id`;
  const list = (name: string, hostnames: string[], mode?: string) =>
    `new HostnameAssociations("${name}", { caCertificateId: id, ...${JSON.stringify({ zoneId, hostnames, mode })} });\n`;
  const lists = (ca: string, ...modes: (string | undefined)[]) =>
    `const id = ${ca};\n` + list("one", [API, WWW], modes[0]) + list("two", [SHOP, WWW], modes[1]);
  const stack = await useStack(emulator, "");

  const madeUp: string[] = [];
  for (const [ca, ...modes] of [[byId], [made], [made, "shared", "exclusive"]] as const) {
    stack.program(lists(ca, ...modes));
    const { code, output } = await stack.preview();
    expect(code).not.toBe(0);
    expect(output).toMatch(
      /Another resource of this program, (one|two), manages the list of .+ too, and (this|that) one wants it/,
    );
    expect(output).toContain('Write `mode: "shared"` in the arguments of both');
    const ids = output.match(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g) ?? [];
    madeUp.push(...ids.filter((shown) => shown !== id));
  }
  expect(emulator.requests.slice(calls).filter(isWrite)).toEqual([]);

  stack.program(lists(byId, "shared", "shared"));
  await stack.must("up", "--yes");
  expect(sortedList(emulator, "x.com", id)).toEqual([API, SHOP, WWW]);
  expect(await nextUp(emulator, stack)).toEqual(QUIET);
  stack.program(`const id = ${byId};\n` + list("one", [API, WWW], "shared"));
  await stack.must("up", "--yes", "--skip-preview");
  expect(sortedList(emulator, "x.com", id)).toEqual([API, WWW]);
  // A CA that is yet to be uploaded has no id that a preview could name.
  expect(madeUp).toEqual([]);
});

test("two component classes that each make a MutualTls of one name in one zone have a rule each, and close both hosts", async () => {
  const { A, B } = await authorities("A", "B");
  const { emulator, zoneId } = await account(["x.com"]);
  const [a, b] = [await clientOf("A", A), await clientOf("B", B)];
  const inside = (name: string, ca: Authority, hostname: string) => `
    class ${name} extends pulumi.ComponentResource {
      constructor(name) {
        super("acme:index:${name}", name);
        new MutualTls("mtls", ${argsOf(emulator, { ca }, [{ key: "x", zoneId, hostnames: [hostname] }])}, { parent: this });
      }
    }
    new ${name}("${name.toLowerCase()}");\n`;
  const stack = await useStack(emulator, inside("Portal", A, API) + inside("Shop", B, SHOP));
  const answers = () =>
    Promise.all(
      [API, SHOP].map((hostname) =>
        Promise.all([NOBODY, a, b].map(async (client) => (await knock(emulator.edge, hostname, client)).status)),
      ),
    );

  await stack.must("up", "--yes");
  const rules = emulator.state().zones["x.com"]?.rules ?? [];
  expect(new Set(rules.map(({ ref }) => ref)).size).toBe(2);
  expect(rules).toHaveLength(2);
  expect(await answers()).toEqual([
    [403, 200, 403],
    [403, 403, 200],
  ]);
  expect(await nextUp(emulator, stack)).toEqual(QUIET);

  await stack.must("destroy", "--yes", "--skip-preview");
  const { certificates, zones } = emulator.state();
  expect({ certificates, ...zones["x.com"] }).toMatchObject({ certificates: [], hostnames: {}, rules: [] });
  expect(stack.state().resources ?? []).toEqual([]);
});

test("a stack of the same names in another backend is refused by what it finds, and leaves the first one's alone", async () => {
  const { A, B } = await authorities("A", "B");
  const { emulator, zoneId } = await account(["x.com"]);
  const program = (ca: Authority, hostname: string) =>
    component(emulator, "m", { a: ca }, [{ key: "x", zoneId, hostnames: [hostname] }]);
  const first = await useStack(emulator, program(A, API));
  await first.must("up", "--yes", "--skip-preview");
  const before = emulator.state();
  const id = before.certificates[0]?.id ?? "";
  const rule = before.zones["x.com"]?.rules?.[0]?.id ?? "";

  // With the same CA it is the upload that is met.
  const second = await useStack(emulator, program(A, API));
  for (const run of [await second.preview(), await second.up()]) {
    expect(run.code).not.toBe(0);
    expect(run.output).toContain(`as ${id} "pulumi e2e/test/m-a`);
    expect(run.output).toContain("it is in use, so that no killed run left it");
    expect(run.output).toContain("set `adopt: true`");
    expect(emulator.state()).toEqual(before);
  }

  // With another CA it is the rule, on the same host or on another.
  for (const hostname of [API, WWW]) {
    second.program(program(B, hostname));
    const { code, output } = await second.preview();
    expect(code).not.toBe(0);
    expect(output).toContain(rule);
    expect({ hostname, output }).toEqual({
      hostname,
      output: expect.stringContaining(`set \`adopt: "${rule}"\``) as string,
    });
    expect(emulator.state()).toEqual(before);
  }
  const written = await second.up();
  expect(written.code).not.toBe(0);
  expect(written.output).toContain(`set \`adopt: "${rule}"\``);
  const after = emulator.state();
  expect(after.zones["x.com"]?.rules).toEqual(before.zones["x.com"]?.rules);
  expect(after.zones["x.com"]?.hostnames[id]).toEqual([API]);
  expect(after.certificates).toEqual(expect.arrayContaining([...before.certificates]));
  expect(await nextUp(emulator, first)).toEqual(QUIET);
});

test("a run killed after its rule was added goes on with that rule, unasked", async () => {
  const { A } = await authorities("A");
  const { emulator, dashboard, zoneId } = await account(["x.com"]);
  await dashboard.makeRules("x.com", 1);
  const calls = emulator.requests.length;
  const stack = await useStack(emulator, component(emulator, "m", { a: A }, [{ key: "x", zoneId, hostnames: [API] }]));
  const up = ["up", "--yes", "--skip-preview"] as const;
  await killedAt(emulator, stack, { method: "POST", path: "*/rules", moment: "after" }, ...up);
  const [rule] = emulator.state().zones["x.com"]?.rules ?? [];
  expect(rule?.ref).toMatch(/^mtls_/);
  expect(stack.resources("MtlsRule")).toEqual([]);

  const preview = await stack.must("preview");
  expect(preview.output).toContain(
    `warning: rule ${rule?.id} bears this resource's mark and says what would be written`,
  );
  const run = await stack.must(...up);
  expect(run.output).toContain(`warning: rule ${rule?.id} bears this resource's mark`);
  expect(emulator.state().zones["x.com"]?.rules?.[0]?.id).toBe(rule?.id);
  expect(writesOf(emulator, { zones: { x: zoneId }, authorities: { A } }, calls)).toEqual([
    "upload A",
    "list x A: api",
    "add rule x: api | A",
    // Put as it was: a look at it may be old, and the rule stands on it.
    "list x A: api",
  ]);
  expect(await nextUp(emulator, stack)).toMatchObject({ code: 0, calls: 0 });
});

test("whatever the program says after a list couldn't be written, its hosts end closed and all others open", async () => {
  const { A } = await authorities("A");
  const { emulator, zoneId } = await account(["x.com"]);
  const a = await clientOf("A", A);
  const stack = await useStack(emulator, "");
  const declare = (hostnames: readonly string[]) =>
    stack.program(component(emulator, "m", { a: A }, [{ key: "x", zoneId, hostnames }]));
  const closed = async () => {
    const hosts = [API, SHOP, WWW];
    const statuses = await Promise.all(
      hosts.map(async (hostname) => {
        expect((await knock(emulator.edge, hostname, a)).status).toBe(200);
        return (await knock(emulator.edge, hostname, NOBODY)).status;
      }),
    );
    return hosts.filter((_, index) => statuses[index] === 403);
  };

  declare([API, WWW]);
  await stack.must("up", "--yes", "--skip-preview");
  const rounds: readonly { status: number; failing: string[]; shut: string[]; then: string[] }[] = [
    // The rule lets go of a host, which can't be taken out of the list; then the program is put back.
    { status: 403, failing: [API], shut: [API], then: [API, WWW] },
    // The same, and then the program is changed again.
    { status: 500, failing: [API], shut: [API], then: [WWW] },
    // One host leaves while another comes; then the program is put back.
    { status: 403, failing: [SHOP], shut: [WWW], then: [WWW] },
    // One host more; then another in its place.
    { status: 403, failing: [SHOP, WWW], shut: [WWW], then: [API, WWW] },
  ];
  for (const { status, failing, shut, then } of rounds) {
    const fault = emulator.inject({ kind: "status", status, ...PUT_LIST, count: Infinity });
    declare(failing);
    const failed = await stack.up();
    expect(failed.code).not.toBe(0);
    expect(failed.output).toContain(`was answered with HTTP ${status}`);
    fault.release();
    expect({ failing, closed: await closed() }).toEqual({ failing, closed: shut });

    declare(then);
    await stack.must("up", "--yes", "--skip-preview");
    expect({ then, closed: await closed() }).toEqual({ then, closed: then });
    const [id = ""] = emulator.state().certificates.map((upload) => upload.id);
    expect({ then, list: sortedList(emulator, "x.com", id) }).toEqual({ then, list: then });
    expect({ then, ...(await nextUp(emulator, stack)) }).toEqual({ then, ...QUIET });
  }
});

test("others' rules that don't name a host keep its association when it leaves our list, and are named", async () => {
  const { A } = await authorities("A");
  const zones = ["x.com", "y.org", "z.net"] as const;
  const { emulator, dashboard } = await account(zones);
  const a = await clientOf("A", A);
  const spellings: Record<string, { path: string; expression: string }> = {
    "x.com": {
      path: "/admin/users",
      expression: 'starts_with(http.request.uri.path, "/admin/") and not cf.tls_client_auth.cert_verified',
    },
    "y.org": { path: "/", expression: 'ends_with(http.host, ".y.org") and not cf.tls_client_auth.cert_verified' },
    "z.net": { path: "/", expression: `cf.tls_client_auth.cert_issuer_ski ne "${A.ski}"` },
  };
  const program = (...labels: string[]) =>
    component(
      emulator,
      "m",
      { a: A },
      zones.map((zone) => ({ zoneId: dashboard.zoneId(zone), hostnames: labels.map((label) => `${label}.${zone}`) })),
    );
  const stack = await useStack(emulator, program("api", "www"));
  await stack.must("up", "--yes", "--skip-preview");
  const rules = new Map<string, string>();
  for (const zone of zones) {
    await dashboard.addRule(zone, { action: "block", description: `theirs in ${zone}`, ...ruleOf(spellings, zone) });
    const theirs = (await dashboard.entryPoint(zone)).rules.find(({ description }) =>
      description?.startsWith("theirs"),
    );
    rules.set(zone, theirs?.id ?? "");
  }

  stack.program(program("api"));
  const run = await stack.must("up", "--yes", "--skip-preview");
  const [id = ""] = emulator.state().certificates.map((upload) => upload.id);
  for (const zone of zones) {
    const { path = "/" } = spellings[zone] ?? {};
    const name = `rule ${rules.get(zone)} ("theirs in ${zone}")`;
    expect(run.output).toMatch(new RegExp(`www\\.${zone}: associated until .*${name.replace(/[().]/g, "\\$&")}`));
    expect(sortedList(emulator, zone, id)).toEqual([`api.${zone}`, `www.${zone}`]);
    const statuses = [NOBODY, a].map(
      async (client) => (await knock(emulator.edge, `www.${zone}`, client, path)).status,
    );
    expect({ zone, statuses: await Promise.all(statuses) }).toEqual({ zone, statuses: [403, 200] });
  }
  expect(await nextUp(emulator, stack)).toEqual(QUIET);

  // Without those rules nothing keeps it.
  for (const zone of zones) await dashboard.deleteRule(zone, rules.get(zone) ?? "");
  await stack.must("up", "--yes", "--skip-preview", "--refresh");
  for (const zone of zones) expect(sortedList(emulator, zone, id)).toEqual([`api.${zone}`]);
  expect(await nextUp(emulator, stack)).toEqual(QUIET);
});

interface Zone {
  readonly key?: string;
  readonly zoneId: string;
  readonly hostnames: readonly string[];
}

/** @param zones the first one's id is given besides */
async function account(zones: readonly string[], options: Partial<EmulatorOptions> = {}) {
  const emulator = await useEmulator({ zones, ...options });
  const dashboard = new Dashboard(emulator);
  return { emulator, dashboard, zoneId: dashboard.zoneId(zones[0] ?? "") };
}

/** Program text: one MutualTls. */
function component(
  emulator: Emulator,
  name: string,
  cas: Readonly<Record<string, Authority>>,
  zones: readonly Zone[],
): string {
  return `new MutualTls("${name}", ${argsOf(emulator, cas, zones)});\n`;
}

function argsOf({ accountId }: Emulator, cas: Readonly<Record<string, Authority>>, zones: readonly Zone[]): string {
  const texts = Object.entries(cas).map(([key, { pem }]) => [key, { certificates: pem }] as const);
  return JSON.stringify({ accountId, cas: Object.fromEntries(texts), zones });
}

async function clientOf(name: string, authority: Authority): Promise<Client> {
  return { name, ...(await authority.issue(`client of ${name}`)) };
}

/** One more `up`: its exit code, and calls and changes, which should be none. */
async function nextUp(emulator: Emulator, stack: Stack) {
  const before = emulator.requests.length;
  const { code, output } = await stack.up();
  const summary = /Resources:\n([\s\S]*?)\n\n/.exec(output)?.[1]?.trim() ?? output;
  return { code, calls: emulator.requests.length - before, changes: summary.replace(/^\d+ unchanged$/, "") };
}

function sortedList(emulator: Emulator, zone: string, id: string): string[] {
  return [...(emulator.state().zones[zone]?.hostnames[id] ?? [])].sort();
}

function ruleOf(spellings: Readonly<Record<string, { expression: string }>>, zone: string) {
  return { expression: spellings[zone]?.expression ?? "", enabled: true };
}

function squeezed(pem: string): string {
  return pem.replace(/\s+/g, "");
}

/** Lists in one order, whatever order they and their hostnames are in. */
function sorted(lists: readonly (readonly string[])[]): string[] {
  return lists.map((list) => [...list].sort().join(" ")).sort();
}
