import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { evaluate, everything, parseExpression } from "../../src/language";
import type { Emulator } from "../../src/emulator";
import { createAuthority } from "../support/authority";
import { Dashboard } from "../support/dashboard";
import { secrets, tracesOf } from "../support/secrets";
import type { Stack } from "../support/stack";
import { cloudflareAt } from "../support/pulumi";
import { useEmulator, useStack } from "../support/use";
import { isWrite } from "../support/writes";

const COMMAND = resolve(__dirname, "../../dist/command/index.js");

/** A stack of the program that the command printed, to the letter, after its first `up`. */
async function upAsPrinted(emulator: Emulator, program: string): Promise<Stack> {
  const stack = await useStack(emulator, "");
  const extended = JSON.stringify({ extends: "../../../examples/quickstart/tsconfig.json" });
  writeFileSync(join(stack.folder, "index.ts"), program);
  writeFileSync(join(stack.folder, "Pulumi.yaml"), "name: e2e\nruntime: nodejs\nmain: index.ts\n");
  writeFileSync(join(stack.folder, "tsconfig.json"), extended);
  await stack.must("up", "--yes");
  return stack;
}

test("the program that `import` prints takes over what was made by hand: one change of the rule, and the lists as they are", async () => {
  const [A, B] = await Promise.all(["A", "B"].map((name) => createAuthority(name, { pathLength: 0 })));
  if (!A || !B) throw new Error("two authorities are needed");
  const emulator = await useEmulator({ zones: ["x.com"] });
  const dashboard = new Dashboard(emulator);
  const a = await dashboard.upload(A.pem.replaceAll("\n", "\r\n"), "Partners 2025");
  const b = await dashboard.upload(B.pem, "Partners 2026");
  await dashboard.upload((await createAuthority("C", { pathLength: 0 })).pem, "vendors (pulumi shop/prod/vendors)");
  await dashboard.putHostnames("x.com", a.id, ["api.x.com", "www.x.com"]);
  await dashboard.putHostnames("x.com", b.id, ["api.x.com"]);
  await dashboard.makeRules("x.com", 1);
  const expression = '(http.host in {"api.x.com" "www.x.com"} and\n not cf.tls_client_auth.cert_verified)';
  await dashboard.addRule("x.com", { action: "block", expression, description: "mTLS `${x}` */", enabled: true });
  const before = emulator.state();
  const rules = (await dashboard.entryPoint("x.com")).rules;

  const environment = cloudflareAt(emulator);
  const calls = emulator.requests.length;
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [COMMAND, "import", "--account", emulator.accountId, "--zone", dashboard.zoneId("x.com")],
    { env: { ...process.env, ...environment } },
  );
  expect(stderr).toMatch(/^left out: CA \S+ "vendors .*": it is a stack's already\n$/);
  expect(emulator.requests.slice(calls).filter(isWrite)).toEqual([]);

  const stack = await upAsPrinted(emulator, stdout);
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

test("a rule that no program can mean is left out with the reason, stays as it is, and one with paths keeps them", async () => {
  const A = await createAuthority("A", { pathLength: 0 });
  const C = await createAuthority("C");
  const emulator = await useEmulator({ zones: ["x.com"] });
  const dashboard = new Dashboard(emulator);
  const a = await dashboard.upload(A.pem, "Partners");
  const c = await dashboard.upload(C.pem, "vendors (pulumi shop/prod/vendors)");
  const lists = `/zones/${dashboard.zoneId("x.com")}/certificate_authorities/hostname_associations`;
  await dashboard.putHostnames("x.com", a.id, ["api.x.com", "www.x.com"]);
  await dashboard.putHostnames("x.com", c.id, ["vendors.x.com"]);
  await dashboard.call("PUT", lists, { hostnames: ["app.x.com"] });
  await dashboard.makeRules("x.com", 1);
  const pinned = `not (cf.tls_client_auth.cert_verified and cf.tls_client_auth.cert_issuer_ski eq "${A.ski}")`;
  const response = { status_code: 401, content: "{}", content_type: "application/json" };
  const kept = [
    ["wide", `http.host in {"api.x.com" "vendors.x.com" "app.x.com"} and ${pinned}`],
    ["office", `http.host eq "api.x.com" and not ip.src in {192.0.2.0/24} and ${pinned}`],
    ["any", 'http.host eq "www.x.com" and not cf.tls_client_auth.cert_verified'],
    ["hooks", `http.host eq "www.x.com" and not cf.tls_client_auth.cert_subject_dn_rfc2253 in {"CN=h"}`],
    ["lost", `http.host eq "api.x.com" and cf.tls_client_auth.cert_serial eq "C0FFEE"`],
    ["everywhere", `http.request.uri.path eq "/admin" and ${pinned}`],
  ] as const;
  for (const [description, expression] of kept)
    await dashboard.addRule("x.com", { action: "block", expression, description, enabled: true });
  const json = `(http.host eq "www.x.com" and ${pinned})`;
  const answers = { action_parameters: { response } };
  await dashboard.addRule("x.com", {
    action: "block",
    expression: json,
    description: "json",
    enabled: true,
    ...answers,
  });
  const expression = `http.host eq "api.x.com" and starts_with(http.request.uri.path, "/admin/") and ${pinned}`;
  await dashboard.addRule("x.com", { action: "block", expression, description: "", enabled: true });
  const rules = (await dashboard.entryPoint("x.com")).rules;

  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [COMMAND, "import", "--account", emulator.accountId, "--zone", dashboard.zoneId("x.com")],
    { env: { ...process.env, ...cloudflareAt(emulator) } },
  );
  for (const why of [
    /CA \S+ "vendors .*": it is a stack's already/,
    /rule \S+ "wide" of zone x\.com: no CA that is taken over has these hosts on its list: app\.x\.com, vendors\.x\.com/,
    /"office" of zone x\.com: it has a condition that an MtlsRule hasn't: ip\.src in /,
    /"any" .*: it takes a certificate of any issuer, and certificates under CA \S+ "vendors .*" may have issuers that no/,
    /the list of the Cloudflare-managed CA in zone x\.com \(app\.x\.com\): .* write a HostnameAssociations with/,
    /"hooks" .*: cf\.tls_client_auth\.cert_subject_dn_rfc2253 in .*: that isn't printed here\. Where an MtlsRule can/,
    /"lost" .*: cf\.tls_client_auth\.cert_serial eq "C0FFEE": that isn't printed here/,
    /"everywhere" .*: it names no host\. `everyHost` closes paths on all\. Where an MtlsRule can/,
  ])
    expect(stderr).toMatch(why);
  expect(stderr.trimEnd().split("\n")).toHaveLength(8);

  await upAsPrinted(emulator, stdout);
  const after = (await dashboard.entryPoint("x.com")).rules;
  expect(after.slice(0, -2)).toEqual(rules.slice(0, -2));
  expect(after.at(-2)).toMatchObject({ id: rules.at(-2)?.id, description: "json", ...answers });
  expect(after.at(-1)?.id).toBe(rules.at(-1)?.id);
  const pairs = [expression, json].map((text, index) =>
    [text, after.at(-1 - index)?.expression ?? ""].map((one) => parseExpression(one, everything)),
  );
  for (const host of ["api.x.com", "www.x.com", "vendors.x.com", "app.x.com"])
    for (const path of ["/", "/admin", "/admin/", "/admin/users"])
      for (const ski of [A.ski, C.ski, ""])
        for (const verified of [true, false]) {
          const request = {
            ...{ "http.host": host, "http.request.uri.path": path },
            ...{ "cf.tls_client_auth.cert_verified": verified, "cf.tls_client_auth.cert_issuer_ski": ski },
          };
          for (const [before, now] of pairs)
            expect([request, now && evaluate(now, request)]).toEqual([request, before && evaluate(before, request)]);
        }
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

test("a key or a token in a wrong place is shown by no command in any of its characters", async () => {
  const all = secrets();
  const isIn = tracesOf(all);
  const spans = all.filter((_, index) => index % 6 === 0);
  for (const secret of spans) {
    const given = [
      [secret],
      ["emulator", secret],
      ["import", `--${secret.replaceAll("=", "")}`],
      ["import", "--account", secret],
      ["import", "--account", "0".repeat(32), "--zone", secret],
      ["verify", "--hostname", secret],
      ["verify", "--hostname", "api.x.com", `--certificate=${secret}`, `--key=${secret}`],
      ...["account", "host", "port", "lag", "verification"].map((name) => [
        "emulator",
        "--zone=x.com",
        `--${name}`,
        secret,
      ]),
      ["emulator", `--zone=${secret}`],
    ];
    const ended = await Promise.all(given.map((args) => run(args)));
    expect(ended.map(({ code }) => code)).toEqual(given.map(() => 2));
    for (const { stderr } of ended) expect(stderr).toMatch(/^cloudflare-mtls: [^]*\nSee cloudflare-mtls /);
    expect(ended.flatMap(({ stdout, stderr }) => [stdout, stderr]).filter(isIn)).toEqual([]);
  }
});

function run(args: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [COMMAND, ...args], (_error, stdout, stderr) => {
      resolve({ code: child.exitCode, stdout, stderr });
    });
  });
}
