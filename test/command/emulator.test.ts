import { transformFileSync } from "@swc/core";
import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { freePorts } from "../support/ports";
import { nastySettings } from "../../src/emulator/control/nasty";

const REPOSITORY = join(__dirname, "../..");
const running = new Set<Process>();
let folder: string;

/** The command as it is published: plain JavaScript beside its package.json, and nothing it could lean on around it. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "emulator-cli-"));
  cpSync(join(REPOSITORY, "package.json"), join(folder, "package.json"));
  const source = join(REPOSITORY, "src");
  for (const file of readdirSync(source, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".ts")) continue;
    const target = join(folder, "dist", file.replace(/ts$/, "js"));
    mkdirSync(dirname(target), { recursive: true });
    const options = {
      jsc: { parser: { syntax: "typescript" }, target: "es2022" },
      module: { type: "commonjs" },
    } as const;
    writeFileSync(target, transformFileSync(join(source, file), { ...options, swcrc: false }).code);
  }
});

afterEach(() => {
  for (const { child } of running) child.kill("SIGKILL");
  running.clear();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

class Process {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  readonly ended: Promise<number | null>;
  stdout = "";
  stderr = "";

  constructor(args: readonly string[]) {
    const cli = join(folder, "dist/command/index.js");
    this.child = spawn(process.execPath, [cli, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    this.child.stdout.on("data", (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.child.stderr.on("data", (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.ended = new Promise((resolve) => this.child.on("close", resolve));
    running.add(this);
  }

  /** The line that it prints when it is ready. */
  async ready(): Promise<Ready> {
    const line = new Promise<void>((resolve) => {
      this.child.stdout.on("data", () => this.stdout.includes("\n") && resolve());
    });
    await Promise.race([line, this.ended]);
    if (!this.stdout.includes("\n")) throw new Error(`it ended: ${this.stderr}`);
    return JSON.parse(this.stdout) as Ready;
  }
}

interface Ready {
  apiUrl: string;
  edgeUrl: string;
  accountId: string;
  apiToken: string;
  zones: Record<string, string>;
}

async function run(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const process = new Process(args);
  const code = await process.ended;
  return { code, stdout: process.stdout, stderr: process.stderr };
}

test.each(["SIGTERM", "SIGINT"] as const)("prints one line of JSON, serves, and ends with 0 on %s", async (signal) => {
  const id = "1".repeat(32);
  const emulator = new Process(["emulator", "--zone", `example.com=${id}`, "--zone=example.org", "--token", "t"]);
  const ready = await emulator.ready();
  expect(Object.keys(ready)).toEqual(["apiUrl", "edgeUrl", "accountId", "apiToken", "zones"]);
  expect(ready).toMatchObject({
    apiUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/client\/v4$/) as string,
    edgeUrl: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/) as string,
    apiToken: "t",
    zones: { "example.com": id, "example.org": expect.stringMatching(/^[0-9a-f]{32}$/) as string },
  });
  const response = await fetch(`${ready.apiUrl}/zones/${id}`, { headers: { Authorization: "Bearer t" } });
  expect(await response.json()).toMatchObject({ result: { name: "example.com", account: { id: ready.accountId } } });
  emulator.child.kill(signal);
  expect([await emulator.ended, emulator.stdout.split("\n").length, emulator.stderr]).toEqual([0, 2, ""]);
});

test("a call that it doesn't emulate is told on stderr", async () => {
  const emulator = new Process(["emulator", "--zone", "example.com"]);
  const { apiUrl } = await emulator.ready();
  await fetch(`${apiUrl}/radar`);
  emulator.child.kill("SIGTERM");
  await emulator.ended;
  expect(emulator.stderr).toBe("not emulated: GET /client/v4/radar\n");
});

test("options set account, ports, verification, URL normalisation and lag", async () => {
  const [port = "", edgePort = ""] = (await freePorts(2)).map(String);
  const args = ["--account", "a".repeat(32), "--port", port, "--edge-port", edgePort, "--verification", "account"];
  const emulator = new Process([
    "emulator",
    "--zone",
    "example.com",
    ...args,
    "--lag",
    "75000",
    "--url-normalization",
    "none",
  ]);
  const ready = await emulator.ready();
  expect(ready).toMatchObject({
    accountId: "a".repeat(32),
    apiUrl: `http://127.0.0.1:${port}/client/v4`,
    edgeUrl: `https://127.0.0.1:${edgePort}`,
  });
  const settings = await fetch(`http://127.0.0.1:${port}/__emulator/settings`);
  expect(await settings.json()).toMatchObject({
    verification: "account",
    urlNormalization: "none",
    lag: { associations: 75_000, deletion: 75_000 },
  });
});

test("--nasty makes everything lag and fail as its seed has it, and what else is set counts", async () => {
  const emulator = new Process(["emulator", "--zone", "example.com", "--nasty", "7", "--verification", "host"]);
  const { apiUrl } = await emulator.ready();
  const settings = await fetch(apiUrl.replace("/client/v4", "/__emulator/settings"));
  expect(await settings.json()).toMatchObject({ ...nastySettings(7), verification: "host" });
  const { code, stderr } = await run("emulator", "--zone", "example.com", "--nasty", "much");
  expect(code).toBe(2);
  expect(stderr).toContain("--nasty must be a whole number from 0 to 4294967295");
});

test("a port in use is said to be", async () => {
  const occupant = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => occupant.once("listening", resolve));
  const { port } = occupant.address() as AddressInfo;
  for (const option of ["--port", "--edge-port"]) {
    const { code, stdout, stderr } = await run("emulator", "--zone", "example.com", option, String(port));
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(`cloudflare-mtls: port ${port} is in use; give another`);
  }
  occupant.close();
});

test.each([
  [[], "a command is needed: emulator"],
  [["emulater"], 'unknown command "emulater"; did you mean emulator?'],
  [["deploy"], 'unknown command "deploy"'],
  [["emulator"], "at least one --zone is needed"],
  [["emulator", "--zome", "example.com"], "unknown option --zome; did you mean --zone?"],
  [["emulator", "--edgeport=1"], "unknown option --edgeport; did you mean --edge-port?"],
  [["emulator", "--frobnicate"], "unknown option --frobnicate"],
  [["emulator", "example.com"], 'unexpected argument "example.com"'],
  [["emulator", "--zone"], "--zone needs a value"],
  [["emulator", "--zone", "--port", "1"], "--zone needs a value"],
  [["emulator", "--zone", "example"], '"example" is not a zone name'],
  [["emulator", "--zone", "example.com=7"], "the id of zone example.com must be 32 lower-case hex digits"],
  [["emulator", "--zone", "a.com", "--zone", "a.com"], "zone name a.com is given twice"],
  [["emulator", "--zone", "a.com", "--account", "me"], "the account id must be 32 lower-case hex digits"],
  [["emulator", "--zone", "a.com", "--port", "99999"], '--port must be a whole number from 0 to 65535, not "99999"'],
  [["emulator", "--zone", "a.com", "--verification", "none"], 'verification must be "host" or "account", not "none"'],
  [
    ["emulator", "--zone", "a.com", "--url-normalization=off"],
    'urlNormalization must be "cloudflare" or "rfc3986" or "none", not "off"',
  ],
])("%j ends with 2 and says: %s", async (args, message) => {
  const { code, stdout, stderr } = await run(...args);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(`cloudflare-mtls: ${message}`);
  expect(stderr).toMatch(/See cloudflare-mtls (emulator )?--help\.\n$/);
});

test("--version and --help answer on stdout", async () => {
  const { version } = JSON.parse(readFileSync(join(REPOSITORY, "package.json"), "utf8")) as { version: string };
  expect(await run("--version")).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  expect((await run("--help")).stdout).toContain("emulator    a Cloudflare account on this machine");
  expect((await run("emulator", "--help")).stdout).toContain("--zone NAME[=ID]");
});
