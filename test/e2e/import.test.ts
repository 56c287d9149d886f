import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { authorities, createAuthority } from "../support/authority";
import { Dashboard } from "../support/dashboard";
import { useEmulator, useStack } from "../support/use";
import { isWrite } from "../support/writes";

const COMMAND = resolve(__dirname, "../../dist/command/index.js");

test("the program that `import` prints takes over what was made by hand: one change of the rule, and the lists as they are", async () => {
  const { A, B } = await authorities("A", "B");
  const emulator = await useEmulator({ zones: ["x.com"] });
  const dashboard = new Dashboard(emulator);
  const a = await dashboard.upload(A.pem.replaceAll("\n", "\r\n"), "Partners 2025");
  const b = await dashboard.upload(B.pem, "Partners 2026");
  await dashboard.upload((await createAuthority("C")).pem, "vendors (pulumi shop/prod/vendors)");
  await dashboard.putHostnames("x.com", a.id, ["api.x.com", "www.x.com"]);
  await dashboard.putHostnames("x.com", b.id, ["api.x.com"]);
  await dashboard.makeRules("x.com", 1);
  const expression = '(http.host in {"api.x.com" "www.x.com"} and\n not cf.tls_client_auth.cert_verified)';
  await dashboard.addRule("x.com", { action: "block", expression, description: "mTLS `${x}` */", enabled: true });
  const before = emulator.state();
  const rules = (await dashboard.entryPoint("x.com")).rules;

  const environment = { CLOUDFLARE_API_TOKEN: emulator.apiToken, CLOUDFLARE_BASE_URL: emulator.apiUrl };
  const calls = emulator.requests.length;
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [COMMAND, "import", "--account", emulator.accountId, "--zone", dashboard.zoneId("x.com")],
    { env: { ...process.env, ...environment } },
  );
  expect(stderr).toMatch(/^left out: CA \S+ "vendors .*": it is a stack's already\n$/);
  expect(emulator.requests.slice(calls).filter(isWrite)).toEqual([]);

  const stack = await useStack(emulator, "");
  writeFileSync(join(stack.folder, "index.ts"), stdout);
  writeFileSync(join(stack.folder, "Pulumi.yaml"), "name: e2e\nruntime: nodejs\nmain: index.ts\n");
  writeFileSync(
    join(stack.folder, "tsconfig.json"),
    JSON.stringify({ extends: "../../../examples/quickstart/tsconfig.json" }),
  );
  await stack.must("up", "--yes");
  const writes = emulator.requests.slice(calls).filter((request) => isWrite(request));
  // A list that is taken over is written as it is: what a look shows may be old.
  expect(writes.map(({ method }) => method)).toEqual(["PUT", "PUT", "PATCH"]);
  const after = emulator.state();
  expect(after.certificates).toEqual(before.certificates);
  expect(after.zones["x.com"]?.hostnames).toEqual(before.zones["x.com"]?.hostnames);
  const rulesAfter = (await dashboard.entryPoint("x.com")).rules;
  expect(rulesAfter.map(({ id }) => id)).toEqual(rules.map(({ id }) => id));
  expect(rulesAfter[0]).toEqual(rules[0]);
  expect((await stack.must("up", "--yes", "--skip-preview")).output).toMatch(/6 unchanged/);
});

test.each([
  ["no account", [], "--account must be an id of 32 characters"],
  [
    "a zone's name for its id",
    ["--account", "0".repeat(32), "--zone", "x.com"],
    '--zone must be an id of 32 characters of 0-9 and a-f, not "x.com"',
  ],
  ["a mistyped option", ["--acount", "x"], "did you mean --account?"],
  ["no token", ["--account", "0".repeat(32), "--zone", "0".repeat(32)], "No Cloudflare API token was found."],
] as const)("`import` with %s says what to change", async (_title, args, words) => {
  const env = { PATH: process.env.PATH };
  const failed = promisify(execFile)(process.execPath, [COMMAND, "import", ...args], { env });
  await expect(failed).rejects.toMatchObject({ stdout: "", stderr: expect.stringContaining(words) as string });
});
