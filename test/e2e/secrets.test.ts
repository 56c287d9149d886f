import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createAuthority } from "../support/authority";
import type { Stack } from "../support/stack";
import { useEmulator, useStack } from "../support/use";
import { programOf } from "../support/wish";

/* The API token is read anew in each call and kept nowhere: not in state, not in what is printed, at no verbosity. */

const LOUD = ["--debug", "-v=9", "--logtostderr", "--logflow"];

test("a token from the environment is in no state, output or error, at any verbosity", async () => {
  const { emulator, wish, echo } = await account();
  const stack = await useStack(emulator, `${programOf(wish)}exports.lists = m.associations; exports.rule = m.rules.x;`);
  const said: string[] = [];
  const run = async (...args: string[]) => {
    const { code, output } = await stack.run(...args);
    said.push(output);
    return code;
  };

  expect(await run("up", "--yes", ...LOUD)).toBe(0);
  expect(await run("refresh", "--yes", ...LOUD)).toBe(0);
  // An API that gives the header back in its refusal.
  const echoing = emulator.inject(echo);
  expect(await run("refresh", "--yes", "--skip-preview", ...LOUD)).not.toBe(0);
  expect(echoing.hits).toBeGreaterThan(0);
  echoing.release();
  said.push((await stack.must("stack", "export", "--show-secrets")).output, JSON.stringify(await stack.outputs()));
  expect(tracesOf(emulator.apiToken, stack, said)).toEqual([]);

  // Every resource keeps its provider as a text of at most 300 bytes.
  const texts = providerTexts(stack);
  expect(texts).toHaveLength(3);
  for (const text of texts) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(300);
  expect(await run("destroy", "--yes", "--skip-preview", ...LOUD)).toBe(0);
  expect(tracesOf(emulator.apiToken, stack, said)).toEqual([]);
});

test("a token from the stack's config stands in no state and in nothing printed, a wrong one neither", async () => {
  const { emulator, wish, echo } = await account();
  const wrong = "wrong-0123456789abcdef0123456789abcdef";
  const stack = await useStack(emulator, programOf(wish), { CLOUDFLARE_API_TOKEN: "" });
  const said: string[] = [];
  await stack.must("config", "set", "--secret", "cloudflare:apiToken", wrong);
  const refused = await stack.up(...LOUD);
  said.push(refused.output);
  expect(refused.code).not.toBe(0);
  expect(refused.output).toContain("The token isn't allowed to do this.");

  await stack.must("config", "set", "--secret", "cloudflare:apiToken", emulator.apiToken);
  said.push((await stack.must("up", "--yes", "--skip-preview", ...LOUD)).output);
  const echoing = emulator.inject(echo);
  said.push((await stack.refresh(...LOUD)).output);
  expect(echoing.hits).toBeGreaterThan(0);
  echoing.release();
  said.push((await stack.must("stack", "export")).output);
  // At -v=9 the engine itself prints every property that it hands to a provider's process, secret config among them.
  const engines = /Marshaling property for RPC\[Provider\[\w+\]\.\w+\(\)/;
  for (const token of [wrong, emulator.apiToken])
    expect(tracesOf(token, stack, said).filter((line) => !engines.test(line))).toEqual([]);
});

test("a token that was changed since is used by destroy, and is no change to up", async () => {
  const A = await createAuthority("A");
  const emulator = await useEmulator({
    zones: ["x.com"],
    tokens: [
      {
        token: "0123456789abcdef-next",
        permissions: ["account-ssl:write", "zone-ssl:write", "zone-waf:write", "zone:read"],
      },
    ],
  });
  const zones = { x: { zoneId: emulator.zones["x.com"] ?? "", hostnames: ["api.x.com"] } };
  const stack = await useStack(emulator, programOf({ accountId: emulator.accountId, cas: { a: A.pem }, zones }));
  await stack.must("up", "--yes", "--skip-preview");

  stack.setEnvironment({ CLOUDFLARE_API_TOKEN: "0123456789abcdef-next" });
  const calls = emulator.requests.length;
  expect((await stack.must("up", "--yes")).output).toContain("5 unchanged");
  expect(emulator.requests.length).toBe(calls);
  await stack.must("destroy", "--yes", "--skip-preview");
  expect(emulator.state().certificates).toEqual([]);
});

async function account() {
  const A = await createAuthority("A");
  const emulator = await useEmulator({ zones: ["x.com"] });
  const zones = { x: { zoneId: emulator.zones["x.com"] ?? "", hostnames: ["api.x.com"] } };
  const wish = { accountId: emulator.accountId, cas: { a: A.pem }, zones };
  const message = `bad header: Authorization: Bearer ${emulator.apiToken}`;
  const echo = { kind: "status", status: 400, code: 6003, message, method: "GET", count: Infinity } as const;
  return { emulator, wish, echo };
}

/** Where the token can be read: in a file of the stack's folder (but for the source of it), or in something printed. */
function tracesOf(token: string, stack: Stack, printed: readonly string[]): string[] {
  const files = readdirSync(stack.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  expect(files.some((file) => file.includes(join("state", ".pulumi", "stacks")))).toBe(true);
  const shown = printed.flatMap((text) => text.split("\n").filter((line) => line.includes(token)));
  return [
    ...files.filter((file) => readFileSync(file, "utf8").includes(token)),
    ...shown.map((line) => line.slice(0, 300)),
  ];
}

function providerTexts(stack: Stack): string[] {
  const { resources = [] } = stack.state();
  return resources.flatMap(({ outputs }) => (typeof outputs?.__provider === "string" ? [outputs.__provider] : []));
}
