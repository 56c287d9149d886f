import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createAuthority } from "../support/authority";
import { pluginsIn } from "../support/plugins";
import type { Stack } from "../support/stack";
import { useEmulator, useStack } from "../support/use";
import { programOf } from "../support/wish";
import { isWrite } from "../support/writes";

/*
 * Whose credentials are used where a program names a provider. The engine runs dynamic resources by a package of its own, so that a
 * cloudflare.Provider can't provide them; its credentials can.
 */

const OTHER = "another-token-of-the-account";
const NOWHERE = { CLOUDFLARE_API_TOKEN: "the-wrong-one", CLOUDFLARE_BASE_URL: "" };

test("the credentials of a cloudflare.Provider are used, in the preview too, also where default providers are switched off", async () => {
  const { emulator, wish, stack } = await account();
  const given = { apiToken: emulator.apiToken, baseUrl: emulator.apiUrl };
  const own = programOf(wish).replace(/\);\n$/, ", { provider: cf });\n");
  stack.program(cloudflareProvider(given) + own);

  const previewed = await stack.must("preview");
  expect(previewed.output).not.toContain("doesn't look at the account");
  expect(emulator.requests.length).toBeGreaterThan(0);
  expect(emulator.requests.filter((request) => isWrite(request) && request.path.includes("mtls_certificates"))).toEqual(
    [],
  );
  await stack.must("up", "--yes", "--skip-preview");
  const { certificates } = emulator.state();
  expect(certificates).toHaveLength(1);
  expect(emulator.state().zones["x.com"]?.rules).toHaveLength(1);

  expect(JSON.stringify(stack.state())).not.toContain(emulator.apiToken);

  // A token that is rotated changes nothing but the providers.
  stack.program(cloudflareProvider({ ...given, apiToken: OTHER }) + own);
  expect((await stack.must("up", "--yes")).output).toMatch(/~ 2 updated\n\s+5 unchanged/);

  // A component of the program's own hands it down.
  const handed = own.replace(
    "provider: cf",
    'parent: new pulumi.ComponentResource("a:b:C", "c", {}, { provider: cf })',
  );
  stack.program(
    cloudflareProvider(given) +
      handed
        .replace("new MutualTls(", "new MutualTls(")
        .replace(/\}\);\n$/, ", aliases: [{ parent: pulumi.rootStackResource }] });\n"),
  );
  expect((await stack.must("up", "--yes")).output).not.toMatch(/replaced|deleted/);
  expect(emulator.state().certificates).toEqual(certificates);

  configure(stack, { "pulumi:disable-default-providers": '["*"]' });
  await stack.must("up", "--yes");
  expect(emulator.state().certificates).toEqual(certificates);
  await stack.must("destroy", "--yes", "--skip-preview");
  expect(emulator.state().certificates).toEqual([]);
});

test("a provider of a preview is one whose mistakes are found there: a token that isn't allowed, a setting that isn't there", async () => {
  const { emulator, wish, stack } = await account();
  const own = programOf(wish).replace(/\);\n$/, ", { provider: cf });\n");
  stack.program(cloudflareProvider({ apiToken: "not-a-token", baseUrl: emulator.apiUrl }) + own);
  expect(await stack.preview()).toMatchObject({
    code: 1,
    output: expect.stringMatching(/The token isn't allowed/) as string,
  });
  stack.program(cloudflareProvider({ apiToken: emulator.apiToken, baseUrl: emulator.apiUrl }) + own);
  configure(stack, { "cloudflare-mtls:preflight": "nein" });
  expect((await stack.preview()).output).toContain(
    'cloudflare-mtls:preflight (or CLOUDFLARE_MTLS_PREFLIGHT) is "nein"',
  );
});

test("a provider of another package is refused in words, and one of the engine's own for dynamic resources works", async () => {
  const { emulator, wish, stack } = await account();
  const own = programOf(wish).replace(/\);\n$/, ", { provider: cf });\n");
  const providerOf = (name: string, inputs: object) =>
    `class P extends pulumi.ProviderResource { constructor(...args) { super("${name}", ...args); } }
     const cf = new P("cf", ${JSON.stringify(inputs)});\n`;
  stack.program(providerOf("random", {}) + own);
  expect((await stack.preview()).output).toContain(
    "The resource option `provider` is one of random. Give a cloudflare.Provider",
  );

  configure(stack, { "pulumi:disable-default-providers": '["*"]' });
  stack.program(programOf(wish));
  expect((await stack.preview()).output).toContain("Default provider for 'pulumi-nodejs' disabled");
  const inputs = { "cloudflare:apiToken": emulator.apiToken, "cloudflare:baseUrl": emulator.apiUrl };
  stack.program(providerOf("pulumi-nodejs", inputs) + own);
  await stack.must("up", "--yes");
  expect(emulator.state().zones["x.com"]?.rules).toHaveLength(1);
});

async function account() {
  const [A, emulator] = await Promise.all([
    createAuthority("A"),
    useEmulator({ zones: ["x.com"], tokens: [{ token: OTHER }] }),
  ]);
  const zones = { x: { zoneId: emulator.zones["x.com"] ?? "", hostnames: ["api.x.com"] } };
  const stack = await useStack(emulator, "");
  stack.setEnvironment({
    ...NOWHERE,
    PATH: `${pluginsIn(join(stack.folder, "bin"), ["cloudflare", "random"])}:${process.env.PATH}`,
  });
  return { emulator, stack, wish: { accountId: emulator.accountId, cas: { a: A.pem }, zones } };
}

function cloudflareProvider(inputs: object): string {
  return `const cf = new (require("@pulumi/cloudflare").Provider)("cf", ${JSON.stringify(inputs)});\n`;
}

function configure(stack: Stack, config: Readonly<Record<string, string>>): void {
  const file = join(stack.folder, "Pulumi.test.yaml");
  const [before = ""] = readFileSync(file, "utf8").split("config:");
  const lines = Object.entries(config).map(([key, value]) => `  ${key}: ${value}\n`);
  writeFileSync(file, `${before.trimEnd()}\nconfig:\n${lines.join("")}`);
}
