import type { Emulator } from "../../src/emulator";
import { authorities, createAuthority } from "../support/authority";
import type { Authority } from "../support/authority";
import { knock } from "../support/prober";
import type { Client } from "../support/prober";
import type { Stack } from "../support/stack";
import { useEmulator, useProber, useStack } from "../support/use";

/*
 * Certificates that come, go, or change their place in the program. Cloudflare takes an upload once, by its first
 * certificate, so each of these meets what is there already. Judged at the edge, all through the runs.
 */

const HOSTNAME = "api.x.com";
const isWrite = ({ method }: { method: string }) => method !== "GET";

async function clientsOf(all: Readonly<Record<string, Authority>>): Promise<Client[]> {
  const clients = Object.entries(all).map(async ([name, authority]) => ({
    name,
    ...(await authority.issue("client")),
  }));
  return [{ name: "nobody" }, ...(await Promise.all(clients))];
}

/** CAs by key, each a text or with options, for one host. */
function programFor(
  emulator: Emulator,
  cas: Readonly<Record<string, string | object>>,
  name = "m",
  more = "{}",
): string {
  const given = Object.fromEntries(
    Object.entries(cas).map(([key, ca]) => [key, typeof ca === "string" ? { certificates: ca } : ca]),
  );
  const zones = [{ key: "x", zoneId: emulator.zones["x.com"], hostnames: [HOSTNAME] }];
  return `const ${name} = new MutualTls("${name}", { ...${JSON.stringify({ accountId: emulator.accountId, cas: given, zones })}, ...${more} });\n`;
}

/** Previews and applies, then runs again, which must ask for nothing. */
async function change(emulator: Emulator, stack: Stack, program: string): Promise<string> {
  stack.program(program);
  const { output } = await stack.must("up", "--yes");
  const calls = emulator.requests.length;
  await stack.must("up", "--yes", "--skip-preview", "--expect-no-changes");
  expect(emulator.requests.slice(calls)).toEqual([]);
  return output;
}

async function emptied(emulator: Emulator, stack: Stack): Promise<void> {
  await stack.must("destroy", "--yes", "--skip-preview");
  expect(emulator.state().certificates).toEqual([]);
}

test("the next CA becomes the current one under its key, and no client of it is refused on the way", async () => {
  const { A, B } = await authorities("A", "B");
  const emulator = await useEmulator({ zones: ["x.com"], lag: { deletion: 200 } });
  const stack = await useStack(emulator, programFor(emulator, { current: A.pem, next: B.pem }));
  await stack.must("up", "--yes", "--skip-preview");
  const [{ id } = { id: "" }] = emulator.state().certificates.filter(({ name }) => name?.includes("m-next"));
  const prober = useProber(emulator, [HOSTNAME], await clientsOf({ A, B }));
  await prober.round();

  const output = await change(emulator, stack, programFor(emulator, { current: B.pem }));

  await prober.round();
  expect(output).toMatch(new RegExp(`note: CA ${id} "pulumi e2e/test/m-next~\\w+" is this stack's already`));
  expect(prober.story("nobody", HOSTNAME)).toEqual([403]);
  expect(prober.story("A", HOSTNAME)).toEqual([200, 403]);
  expect(prober.story("B", HOSTNAME)).toEqual([200]);
  expect(emulator.state().certificates.map((left) => left.id)).toEqual([id]);
  expect(stack.resources("CaCertificate").map((left) => left.id)).toEqual([id]);
  await emptied(emulator, stack);
});

test("the current CA gets a key of its own beside its successor, and both change places; nobody is refused", async () => {
  const { A, B } = await authorities("A", "B");
  const emulator = await useEmulator({ zones: ["x.com"], lag: { deletion: 200 } });
  const stack = await useStack(emulator, programFor(emulator, { current: A.pem }));
  await stack.must("up", "--yes", "--skip-preview");
  const prober = useProber(emulator, [HOSTNAME], await clientsOf({ A, B }));
  await prober.round();

  stack.program(programFor(emulator, { current: B.pem, old: A.pem }));
  const refused = await stack.preview();
  expect(refused.code).not.toBe(0);
  expect(refused.output).toContain('its label is that of "m-current" in this stack');
  const taken = { certificates: A.pem, adopt: true, retain: false };
  await change(emulator, stack, programFor(emulator, { current: B.pem, old: taken }));
  await prober.round();
  const ids = emulator
    .state()
    .certificates.map(({ id }) => id)
    .sort();
  expect(ids).toHaveLength(2);
  await change(emulator, stack, programFor(emulator, { current: A.pem, old: B.pem }));

  await prober.round();
  expect(prober.story("nobody", HOSTNAME)).toEqual([403]);
  expect(prober.story("A", HOSTNAME)).toEqual([200]);
  expect(prober.story("B", HOSTNAME)).toEqual([403, 200]);
  expect(
    emulator
      .state()
      .certificates.map(({ id }) => id)
      .sort(),
  ).toEqual(ids);
  await emptied(emulator, stack);
});

test("a replacement that failed half-way is put back with --refresh: the CA that state still holds goes on, and no client is wronged", async () => {
  const { A, B } = await authorities("A", "B");
  const emulator = await useEmulator({ zones: ["x.com"], lag: { deletion: 200 } });
  const stack = await useStack(emulator, programFor(emulator, { current: A.pem }));
  await stack.must("up", "--yes", "--skip-preview");
  const ids = emulator.state().certificates.map(({ id }) => id);
  const prober = useProber(emulator, [HOSTNAME], await clientsOf({ A, B }));
  await prober.round();

  const fault = emulator.inject({ kind: "status", status: 403, method: "PUT", path: "*/hostname_associations" });
  stack.program(programFor(emulator, { current: B.pem }));
  expect((await stack.up()).code).not.toBe(0);
  expect(fault.hits).toBe(1);
  stack.program(programFor(emulator, { current: A.pem }));
  const plain = await stack.up();
  expect(plain.code).not.toBe(0);
  expect(plain.output).toContain("run `pulumi up --refresh`");
  await stack.must("up", "--yes", "--refresh");

  await prober.round();
  expect(prober.story("nobody", HOSTNAME)).toEqual([403]);
  expect(prober.story("A", HOSTNAME)).toEqual([200]);
  expect(prober.story("B", HOSTNAME)).toEqual([403]);
  expect(emulator.state().certificates.map(({ id }) => id)).toEqual(ids);
  expect(stack.resources("CaCertificate").map(({ id }) => id)).toEqual(ids);
  await change(emulator, stack, programFor(emulator, { current: A.pem }));
  await emptied(emulator, stack);
});

test("a bundle gains a certificate and loses one, also the first; where that can't be, the preview says what works", async () => {
  const { A, B, C } = await authorities("A", "B", "C");
  const emulator = await useEmulator({ zones: ["x.com"], lag: { deletion: 200 } });
  const stack = await useStack(emulator, programFor(emulator, { ca: A.pem }));
  await stack.must("up", "--yes", "--skip-preview");
  const prober = useProber(emulator, [HOSTNAME], await clientsOf({ A, B }));
  await prober.round();

  await change(emulator, stack, programFor(emulator, { ca: A.pem + B.pem }));
  await prober.round();
  expect(prober.story("B", HOSTNAME)).toEqual([403, 200]);
  await stack.must("refresh", "--yes", "--skip-preview", "--expect-no-changes");

  // B stands first in that upload by now.
  const alone = programFor(emulator, { ca: B.pem });
  const writes = emulator.requests.filter(isWrite).length;
  stack.program(alone);
  const refused = await stack.preview();
  expect(refused.code).not.toBe(0);
  expect(refused.output).toMatch(/The CA CN=B is in account \w+ already, as .* with other certificates behind it/);
  expect(refused.output).toContain("give it one more CA certificate that isn't in the account for one `up`");
  const deleteFirst =
    "pulumi.runtime.registerStackTransformation(({ type, props, opts }) => ({ props, opts: type.endsWith(':CaCertificate') ? { ...opts, deleteBeforeReplace: true } : opts }));";
  expect(emulator.requests.filter(isWrite)).toHaveLength(writes);

  await change(emulator, stack, programFor(emulator, { ca: B.pem + C.pem }));
  await change(emulator, stack, alone);
  await prober.round();
  expect(prober.story("nobody", HOSTNAME)).toEqual([403]);
  expect(prober.story("A", HOSTNAME)).toEqual([200, 403]);
  expect(prober.story("B", HOSTNAME)).toEqual([403, 200]);

  // The other way that was named, with its outage.
  await change(emulator, stack, programFor(emulator, { ca: B.pem + A.pem }));
  await stack.must("config", "set", "cloudflare-mtls:preflight", "off");
  await change(emulator, stack, `${deleteFirst}${programFor(emulator, { ca: A.pem })}`);
  await prober.round();
  expect([prober.story("A", HOSTNAME).at(-1), prober.story("B", HOSTNAME).at(-1)]).toEqual([200, 403]);
  await emptied(emulator, stack);
});

test("two bundles that were uploaded together part without a gap: the one that ends last stays", async () => {
  const [old, next] = await Promise.all([
    createAuthority("Z old", { notAfter: new Date(Date.now() + 90 * 86_400_000) }),
    createAuthority("A new"),
  ]);
  const emulator = await useEmulator({ zones: ["x.com"], lag: { deletion: 200 } });
  const stack = await useStack(emulator, programFor(emulator, { ca: next.pem + old.pem }));
  await stack.must("up", "--yes", "--skip-preview");
  const prober = useProber(emulator, [HOSTNAME], await clientsOf({ old, next }));
  await prober.round();
  await change(emulator, stack, programFor(emulator, { ca: next.pem }));
  await prober.round();
  expect(prober.story("old", HOSTNAME)).toEqual([200, 403]);
  expect(prober.story("next", HOSTNAME)).toEqual([200]);
  await emptied(emulator, stack);
});

test("one text in two components is refused in preview, and the line that it gives works", async () => {
  const { A } = await authorities("A");
  const emulator = await useEmulator({ zones: ["x.com"], lag: { deletion: 200 } });
  const first = programFor(emulator, { ca: A.pem });
  const zones = [{ key: "x", zoneId: emulator.zones["x.com"], hostnames: ["www.x.com"] }];
  const second = (cas: string, mode = "undefined") =>
    `new MutualTls("n", { accountId: "${emulator.accountId}", cas: { ca: ${cas} }, zones: ${JSON.stringify(zones)}, mode: ${mode} });\n`;
  const stack = await useStack(emulator, first + second(JSON.stringify({ certificates: A.pem })));
  const refused = await stack.preview();
  expect(refused.code).not.toBe(0);
  expect(refused.output).toContain(
    'The CaCertificates "m-ca" and "n-ca" of this program have the same certificates (CN=A)',
  );
  expect(refused.output).toContain('write `cas: { "<key>": other.cas["<key>"] }`');
  expect(emulator.requests.filter(isWrite)).toEqual([]);

  const shared = programFor(emulator, { ca: A.pem }, "m", '{ mode: "shared" }');
  await change(emulator, stack, shared + second('m.cas["ca"]', '"shared"'));
  const [nobody, client] = (await clientsOf({ A })) as [Client, Client];
  for (const hostname of [HOSTNAME, "www.x.com"]) {
    expect((await knock(emulator.edge, hostname, client)).status).toBe(200);
    expect((await knock(emulator.edge, hostname, nobody)).status).toBe(403);
  }
  await emptied(emulator, stack);
});

test("a root without a limit is a note when it is new; its intermediate's clients get in once the note is heeded", async () => {
  const root = await createAuthority("Partners Root");
  const issuing = await root.intermediate("Issuing");
  const emulator = await useEmulator({ zones: ["x.com"] });
  const stack = await useStack(emulator, programFor(emulator, { ca: root.pem }));
  const { output } = await stack.must("preview");
  // While it runs, and at the end.
  const note = /note: CA m-ca: .*"CN=Partners Root", allows intermediates and is called a root/g;
  expect(output.match(note)).toHaveLength(2);
  await stack.must("up", "--yes", "--skip-preview");
  const leaf = await issuing.issue("client");
  const client = { name: "client", ...leaf, certificate: `${leaf.certificate}\n${issuing.pem}` };
  expect((await knock(emulator.edge, HOSTNAME, client)).status).toBe(403);
  const direct = { name: "direct", ...(await root.issue("direct")) };
  expect((await knock(emulator.edge, HOSTNAME, direct)).status).toBe(200);

  const again = await stack.must("up", "--yes");
  expect(again.output).not.toContain("allows intermediates");
  const heeded = await change(emulator, stack, programFor(emulator, { ca: root.pem + issuing.pem }));
  expect(heeded).not.toContain("allows intermediates");
  expect((await knock(emulator.edge, HOSTNAME, client)).status).toBe(200);
});
