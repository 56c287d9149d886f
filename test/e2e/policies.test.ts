import { chmodSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { rootCertificates } from "node:tls";
import { createAuthority } from "../support/authority";
import type { Stack } from "../support/stack";
import { useEmulator, useStack } from "../support/use";

const root = resolve(__dirname, "../..");

/**
 * The engine runs a pack by its language host, or any executable file as an analyzer. The language host that can be built
 * from Go modules runs no packs, so this is such a file: it does what the host would.
 */
function analyzer(folder: string): string {
  const pack = join(root, "policies");
  const file = join(folder, "analyzer");
  const host = JSON.stringify(join(root, "node_modules/@pulumi/pulumi/cmd/run-policy-pack"));
  writeFileSync(
    file,
    `#!/usr/bin/env node\nprocess.env.PULUMI_NODEJS_TYPESCRIPT = "true";\nprocess.chdir(${JSON.stringify(pack)});\n` +
      `process.argv.push(${JSON.stringify(pack)});\nrequire(${host});\n`,
  );
  chmodSync(file, 0o755);
  return file;
}

function judged(stack: Stack, config: Record<string, object> = {}) {
  const file = join(stack.folder, "policies.json");
  writeFileSync(file, JSON.stringify(config));
  return stack.preview("--policy-pack", analyzer(stack.folder), "--policy-pack-config", file);
}

async function account() {
  const emulator = await useEmulator({ zones: ["x.com"] });
  const { accountId } = emulator;
  const zoneId = emulator.zones["x.com"] ?? "";
  const of = (args: object) => `new MutualTls("m", ${JSON.stringify({ accountId, ...args })});\n`;
  return { of, zoneId, stack: await useStack(emulator, "") };
}

test("the policy pack has nothing to say about a sound stack", async () => {
  const { of, zoneId, stack } = await account();
  const { pem } = await createAuthority("Ours");
  const zones = [{ zoneId, hostnames: ["a.x.com", "b.x.com"] }];
  stack.program(of({ cas: { one: { certificates: pem } }, zones }));
  const { code, output } = await judged(stack, { "mtls-rule-enforces": { stacks: "^test" } });
  expect({ code, output: code === 0 ? "" : output }).toEqual({ code: 0, output: "" });
  expect(output).not.toMatch(/\[(mandatory|advisory)\]/);
});

test("the policy pack names a rule that only logs, a CA that expires, a public CA, an open hostname, and what stays adopted", async () => {
  const { of, zoneId, stack } = await account();
  const zones = [{ zoneId, hostnames: ["a.x.com"] }];
  stack.program(
    of({ action: "log", cas: { one: { certificates: rootCertificates.at(-1) } }, zones }) +
      `new HostnameAssociations("open", { zoneId: "${zoneId}", caCertificateId: CLOUDFLARE_MANAGED_CA, hostnames: ["open.x.com"], adopt: true });\n`,
  );
  const { code, output } = await judged(stack, {
    "mtls-rule-enforces": { stacks: "^test" },
    "mtls-ca-expiry": { days: 36_500 },
  });
  expect(code).not.toBe(0);
  expect(output).toMatch(/\[mandatory\] +mtls-rule-enforces/);
  expect(output).toMatch(/\[mandatory\] +mtls-ca-expiry/);
  expect(output).toMatch(/\[mandatory\] +mtls-public-ca-has-subjects/);
  expect(output).toMatch(/\[mandatory\] +mtls-hostname-has-rule/);
  expect(output).toContain("No rule of this stack stands for open.x.com");
  expect(output).not.toMatch(/stands for [^:]*a\.x\.com/);
  expect(output).toMatch(/\[advisory\] +mtls-adopt-is-for-once/);
});
