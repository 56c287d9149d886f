import type { Emulator } from "../../src/emulator";
import { authorities } from "../support/authority";
import { Dashboard } from "../support/dashboard";
import { knock } from "../support/prober";
import type { Client } from "../support/prober";
import type { Stack } from "../support/stack";
import { useEmulator, useProber, useStack } from "../support/use";
import { isWrite, writesOf } from "../support/writes";

/* One CA in several components: whose hostnames stand in its list, and what a program may say of the CA of a MutualTls. */

const API = "api.x.com";
const WWW = "www.x.com";
const SHOP = "shop.x.com";
const UNDERSCORE = "old_shop.x.com";
const NOBODY: Client = { name: "nobody" };
const SLOW = { latency: 30, lag: { associations: 300, deletion: 400, visibleAfterDelete: 500 } };
const UP = ["up", "--yes", "--skip-preview"] as const;

test.each([
  ["a CaCertificate of the program", "ca"],
  ["a CA told by its id", "{ id: ca.id, issuerSkis: ca.issuerSkis }"],
])(
  "two MutualTls of one zone that use %s each have their own hostnames in its list, and take out no other's",
  async (_what, used) => {
    const { A, emulator, client, list } = await setting(SLOW);
    const program = (...components: (readonly string[])[]) =>
      certificate(emulator, A.pem) +
      components.map((hostnames, index) => component(emulator, `m${index}`, used, hostnames)).join("");
    const stack = await useStack(emulator, program([API], [WWW]));
    await stack.must("up", "--yes");
    expect(list()).toEqual([API, WWW]);

    const prober = useProber(emulator, [API, WWW], [NOBODY, client], 60);
    const quietAt = async (hostnames: string[], edit: () => Promise<unknown>) => {
      await prober.round();
      const from = Date.now();
      await edit();
      await prober.round();
      for (const hostname of hostnames)
        expect([prober.story("nobody", hostname, from), prober.story(client.name, hostname, from)]).toEqual([
          [403],
          [200],
        ]);
    };
    const up = async (...components: (readonly string[])[]) => {
      stack.program(program(...components));
      await stack.must(...UP);
    };

    await quietAt([API, WWW], () => up([API, SHOP, UNDERSCORE], [WWW]));
    expect(list()).toEqual([API, UNDERSCORE, SHOP, WWW].sort());
    expect(await answers(emulator, UNDERSCORE, client)).toEqual([403, 200]);
    await quietAt([API, WWW], () => up([API], [SHOP, WWW]));
    expect(list()).toEqual([API, SHOP, WWW]);
    await stack.must(...UP, "--expect-no-changes");
    await quietAt([API], () => up([API]));
    expect(list()).toEqual([API]);
    expect(await answers(emulator, WWW, client)).toEqual([200, 200]);
    await quietAt([API], () => up([API], [WWW]));
    expect(list()).toEqual([API, WWW]);
    await stack.must("destroy", "--yes", "--skip-preview");
    expect(emulator.state().certificates).toEqual([]);
  },
);

test("two stacks that use one CA in one zone each have their own hostnames in its list, and take out no other's", async () => {
  const { A, emulator, client, list } = await setting(SLOW);
  const owner = await useStack(emulator, certificate(emulator, A.pem));
  await owner.must(...UP);
  const { id } = await owner.outputs();
  const got = `const ca = CaCertificate.get("ca", ${JSON.stringify(id)}, ${JSON.stringify(emulator.accountId)});\n`;
  const [one, two] = [await useStack(emulator, ""), await useStack(emulator, "")];
  const up = async (stack: Stack, hostnames: string[]) => {
    stack.program(got + component(emulator, stack === one ? "one" : "two", "ca", hostnames));
    await stack.must("up", "--yes");
  };

  await up(one, [API]);
  await up(two, [WWW]);
  expect(list()).toEqual([API, WWW]);
  const prober = useProber(emulator, [API], [NOBODY, client], 60);
  await up(two, [SHOP, WWW]);
  await up(two, [SHOP]);
  expect(list()).toEqual([API, SHOP]);
  await two.must("destroy", "--yes", "--skip-preview");
  await prober.round();
  expect([prober.story("nobody", API), prober.story(client.name, API)]).toEqual([[403], [200]]);
  expect(list()).toEqual([API]);
  await one.must("up", "--yes", "--skip-preview", "--refresh", "--expect-no-changes");
  await one.must("destroy", "--yes", "--skip-preview");
  expect(list()).toEqual([]);
});

test("a MutualTls beside one that uploads its CA is refused in preview, with the names of both and the line that lets them share", async () => {
  const { A, emulator, client, list } = await setting();
  const program = (mode: string) =>
    component(emulator, "owner", JSON.stringify({ certificates: A.pem }), [API], mode) +
    component(emulator, "user", "owner.cas.a", [WWW]);
  const stack = await useStack(emulator, program(""));
  const { code, output } = await stack.preview();
  expect(code).not.toBe(0);
  expect(output).toMatch(/Another resource of this program, (owner|user)-x-a, manages the list of a CA that is yet/);
  expect(output).toMatch(/'(owner|user)-x-a' has a problem/);
  expect(output).toContain('Write `mode: "shared"` in the arguments of both, or of the MutualTls that makes them');
  expect(emulator.requests.filter(isWrite)).toEqual([]);

  stack.program(program('mode: "shared", '));
  await stack.must("up", "--yes");
  expect(list()).toEqual([API, WWW]);
  for (const hostname of [API, WWW]) expect(await answers(emulator, hostname, client)).toEqual([403, 200]);
  await stack.must("destroy", "--yes", "--skip-preview");
  expect(emulator.state().certificates).toEqual([]);
});

test("with adopt, the list of a CA that the component only uses is its own, and strangers leave it", async () => {
  const { A, emulator, list } = await setting();
  const dashboard = new Dashboard(emulator);
  const { id } = await dashboard.upload(A.pem, "by hand");
  await dashboard.putHostnames("x.com", id, [API, "legacy.x.com"]);
  const used = JSON.stringify({ id, issuerSkis: [A.ski] });
  const stack = await useStack(emulator, component(emulator, "m", used, [API], "adopt: true, "));
  await stack.must("up", "--yes");
  expect(list()).toEqual([API]);
});

test("neither the order of the CAs nor that of the zones is a difference", async () => {
  const { B, A, emulator } = await setting({ zones: ["x.com", "y.com"] });
  const program = (turn: <T>(items: T[]) => T[]) => {
    const cas = turn([A, B]).map(
      ({ pem }, index) => [turn(["old", "next"])[index] ?? "", { certificates: pem }] as const,
    );
    const zones = ["x.com", "y.com"].map((name) => ({ zoneId: emulator.zones[name], hostnames: [`api.${name}`] }));
    return `new MutualTls("m", ${JSON.stringify({ accountId: emulator.accountId, cas: Object.fromEntries(cas), zones: turn(zones) })});`;
  };
  const stack = await useStack(
    emulator,
    program((items) => items),
  );
  await stack.must(...UP);
  const calls = emulator.requests.length;
  stack.program(program((items) => items.toReversed()));
  await stack.must("up", "--yes", "--expect-no-changes");
  expect(emulator.requests).toHaveLength(calls);
});

test("a rule stands after another by that one's id, in a zone that a promise gives, with lists that nobody may change", async () => {
  const { A, emulator, zoneId, client } = await setting();
  const program = `
    const zone = Promise.resolve({ id: ${JSON.stringify(zoneId)}, name: "x.com" });
    const ca = new CaCertificate("ca", { accountId: ${JSON.stringify(emulator.accountId)}, certificates: ${JSON.stringify(A.pem)}, zoneIds: [zone.then(({ id }) => id)] });
    const rule = (name, hostname, position) => {
      const hostnames = Object.freeze([hostname]);
      const list = new HostnameAssociations(name, { zoneId: zone, caCertificateId: ca.id, hostnames, mode: "shared" });
      return new MtlsRule(name, { zoneId: zone, hostnames, issuerSkis: ca.issuerSkis, position, associations: Object.freeze([list]) });
    };
    const first = rule("first", ${JSON.stringify(API)}, "first");
    rule("second", ${JSON.stringify(WWW)}, { after: first.ruleIds[0] });`;
  const stack = await useStack(emulator, program);
  await stack.must("up", "--yes");
  const rules = emulator.state().zones["x.com"]?.rules ?? [];
  expect(rules.map(({ expression }) => /"([^"]+)"/.exec(expression)?.[1])).toEqual([API, WWW]);
  for (const hostname of [API, WWW]) expect(await answers(emulator, hostname, client)).toEqual([403, 200]);
  await stack.must("up", "--yes", "--expect-no-changes");
});

test("`aliases` and `deleteBeforeReplace` reach the CA of a MutualTls through `transforms`", async () => {
  const { A, B, emulator, zoneId, list } = await setting();
  const names = { zones: { x: zoneId }, authorities: { A, B } };
  const given = (ca: string) => certificate(emulator, ca, "partners");
  const stack = await useStack(emulator, given(A.pem) + component(emulator, "m", "ca", [API]));
  await stack.must(...UP);
  const calls = emulator.requests.length;

  // It moves into the component: nothing is uploaded, deleted or replaced.
  const inside = (pem: string, options: string) =>
    component(emulator, "m", JSON.stringify({ certificates: pem }), [API], 'mode: "shared", ').replace(
      /\);\n$/,
      `, { transforms: [({ type, props, opts }) => type === CaCertificate.__pulumiType ? { props, opts: { ...opts, ${options} } } : undefined] });\n`,
    );
  const alias = 'aliases: [{ name: "partners", parent: pulumi.rootStackResource }]';
  stack.program(inside(A.pem, alias));
  await stack.must("up", "--yes");
  expect(writesOf(emulator, names, calls)).toEqual([]);
  expect(stack.resources("CaCertificate").map(({ urn }) => urn.split("::").at(-1))).toEqual(["m-a"]);

  stack.program(inside(B.pem, "deleteBeforeReplace: true"));
  const run = await stack.must("up", "--yes");
  expect(run.output).toContain("is replaced delete-first: no client certificate is accepted on api.x.com");
  expect(writesOf(emulator, names, calls)).toEqual([
    "list x A:",
    "delete A",
    "upload B",
    "list x B: api",
    "change rule x: api | B",
  ]);
  expect(list()).toEqual([API]);

  // Those of the component reach all that it makes: only the rule's mark is written anew.
  const before = emulator.requests.length;
  stack.program(
    component(emulator, "renamed", JSON.stringify({ certificates: B.pem }), [API], 'mode: "shared", ').replace(
      /\);\n$/,
      ', { aliases: [{ name: "m" }] });\n',
    ),
  );
  await stack.must("up", "--yes");
  expect(writesOf(emulator, names, before)).toEqual(["change rule x: api | B"]);
  expect(stack.resources("CaCertificate").map(({ urn }) => urn.split("::").at(-1))).toEqual(["renamed-a"]);
});

async function setting(options: object = {}) {
  const { A, B } = await authorities("A", "B");
  const emulator = await useEmulator({ zones: ["x.com"], ...options });
  const client: Client = { name: "client", ...(await A.issue("client")) };
  const list = () =>
    Object.values(emulator.state().zones["x.com"]?.hostnames ?? {})
      .flat()
      .sort();
  return { A, B, emulator, zoneId: emulator.zones["x.com"] ?? "", client, list };
}

function certificate({ accountId }: Emulator, certificates: string, name = "ca"): string {
  return `const ca = new CaCertificate("${name}", ${JSON.stringify({ accountId, certificates })});\nexports.id = ca.id;\n`;
}

/** @param ca text of the CA, whose key is `a` */
function component(emulator: Emulator, name: string, ca: string, hostnames: readonly string[], options = ""): string {
  const zones = JSON.stringify([{ key: "x", zoneId: emulator.zones["x.com"], hostnames }]);
  return `const ${name} = new MutualTls("${name}", { accountId: "${emulator.accountId}", ${options}cas: { a: ${ca} }, zones: ${zones} });\n`;
}

/** What nobody is answered, and the client. */
async function answers(emulator: Emulator, hostname: string, client: Client): Promise<(number | string)[]> {
  const probes = await Promise.all([NOBODY, client].map((who) => knock(emulator.edge, hostname, who)));
  return probes.map(({ status }) => status);
}
