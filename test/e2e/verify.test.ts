import { spawn } from "node:child_process";
import { resolve } from "node:path";
import type { Emulator } from "../../src/emulator";
import { authorities } from "../support/authority";
import { expectOnPage, filesOf } from "../support/command";
import { Dashboard } from "../support/dashboard";
import { cloudflareAt } from "../support/pulumi";
import { useEmulator, useStack } from "../support/use";

const COMMAND = resolve(__dirname, "../../dist/command/index.js");

/** The command as it is built, with something on its stdin. */
function run(emulator: Emulator, args: readonly string[], input = "") {
  const env = { ...process.env, ...cloudflareAt(emulator) };
  const child = spawn(process.execPath, [COMMAND, ...args], { env });
  const said = { out: "", err: "" };
  child.stdout.on("data", (chunk: Buffer) => (said.out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (said.err += chunk.toString()));
  child.stdin.end(input);
  return new Promise<{ code: number | null; out: string; err: string }>((done) =>
    child.on("close", (code) => done({ code, ...said })),
  );
}

test("what `up` made is verified from what Pulumi prints of the stack, told by `status`, drawn as an output; and a rule that somebody disables is found out", async () => {
  const { A, B } = await authorities("A", "B");
  const emulator = await useEmulator({ zones: ["example.com", "example.org"] });
  const dashboard = new Dashboard(emulator);
  const [x, y] = ["example.com", "example.org"].map((zone) => dashboard.zoneId(zone));
  const stack = await useStack(
    emulator,
    `const accountId = ${JSON.stringify(emulator.accountId)};
     const partners = new MutualTls("partners", { accountId,
       cas: { "2026": { certificates: ${JSON.stringify(A.pem)} } },
       zones: [{ key: "example.com", zoneId: "${x}", hostnames: ["api.example.com", "hooks.example.com"] }, { key: "example.org", zoneId: "${y}", hostnames: ["example.org"], paths: ["/admin/*"] }] });
     const vendors = new MutualTls("vendors", { accountId, cas: { own: { certificates: ${JSON.stringify(B.pem)} } },
       zones: [{ key: "example.com", zoneId: "${x}", hostnames: ["vendors.example.com"] }] });
     exports.partners = partners; exports.rules = vendors.rules; exports.diagram = partners.diagram;`,
  );
  await stack.must("preview");
  await stack.must("up", "--yes", "--skip-preview");

  const { certificate, key } = await A.issue("client");
  const files = filesOf({ ca: emulator.edge.certificate, crt: certificate, key });
  const at = ["--connect", `127.0.0.1:${emulator.edge.port}`, "--ca-file", files.ca];
  const verify = ["verify", "--stack", "-", "--certificate", files.crt, "--key", files.key, ...at];
  const exported = (await stack.must("stack", "export")).stdout;
  const rows = [
    "api.example.com / 1.2 1.3 yes 403 403 200 403 403 as declared",
    "example.org /admin/any-other-path 1.2 1.3 yes 403 403 200 403 - as declared",
    "hooks.example.com / 1.2 1.3 yes 403 403 200 403 403 as declared",
    "vendors.example.com / 1.2 1.3 yes 403 403 403 403 403 as declared",
  ];
  const verified = await run(emulator, verify, exported);
  expect(
    verified.out
      .split("\n")
      .slice(1, -1)
      .map((line) => line.replace(/ +/g, " ")),
  ).toEqual(rows);
  expect(verified.code).toBe(0);
  const outputs = (await stack.must("stack", "output", "--json")).stdout;
  expect((await run(emulator, verify, outputs)).out).toBe(verified.out);
  const { diagram } = JSON.parse(outputs) as { diagram: string };
  expectOnPage(diagram);

  const status = ["status", "--account", emulator.accountId];
  const told = await run(emulator, [...status, "--expires-within", "30"]);
  expect(told.code).toBe(0);
  expect(told.out).toMatch(/^partners-2026 +\d{4}-\d\d-\d\d +\d+ +3 +e2e\/test\/partners-2026$/m);
  expect(told.out).toMatch(/^example\.org +closed: \/admin\/\* +partners-2026 +partners-2026$/m);
  expect(told.out).not.toContain("!");

  const [rule] = (await dashboard.entryPoint("example.com")).rules.filter(({ expression }) =>
    expression.includes("api.example.com"),
  );
  await dashboard.editRule("example.com", rule?.id ?? "", { enabled: false });
  const open = await run(emulator, verify, exported);
  expect(open.code).toBe(1);
  expect(open.out).toMatch(/^api\.example\.com +\/ +1\.2 1\.3 +yes +200! +200! +200 +200! +200! +WRONG$/m);
  const seen = (await run(emulator, status)).out.replaceAll("\n  ", " ");
  expect(seen).toMatch(
    /^! api\.example\.com asks .* lets everybody in: its rule \(partners-example\.com\) is disabled\./m,
  );
});
