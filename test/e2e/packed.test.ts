import { execFile, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { cloudflareAt, engineEnvironment, startPulumi } from "../support/pulumi";
import { createAuthority } from "../support/authority";

const run = promisify(execFile);
const REPOSITORY = resolve(__dirname, "../..");
const { version } = jest.requireActual<{ version: string }>("../../node_modules/@pulumi/pulumi/package.json");

jest.setTimeout(240_000);

describe("the packed package, installed by a stranger into an empty folder", () => {
  let folder: string;
  let files: string[];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "cloudflare-mtls-packed-"));
    // The scripts are left out: dist was built before the tests.
    const { stdout } = await run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], {
      cwd: REPOSITORY,
    });
    const [packed] = JSON.parse(stdout) as { filename: string; files: { path: string }[] }[];
    files = (packed?.files ?? []).map(({ path }) => path);
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "stranger", private: true, main: "index.js" }));
    await run(
      "npm",
      [
        "install",
        "--no-audit",
        "--no-fund",
        "--prefer-offline",
        `./${packed?.filename ?? ""}`,
        `@pulumi/pulumi@${version}`,
      ],
      { cwd: folder },
    );
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("it holds the compiled code, the licence and the readme, and nothing else", () => {
    const odd = files.filter((path) => !/^(package\.json|README\.md|LICENSE|dist\/.+\.(js|d\.ts))$/.test(path));
    expect(odd).toEqual([]);
    expect(files.length).toBeGreaterThan(60);
  });

  test("its program runs, its provider is found by name, and its command starts the emulator", async () => {
    const emulator = spawn("npx", ["cloudflare-mtls", "emulator", "--zone", "example.com"], {
      cwd: folder,
      stdio: ["ignore", "pipe", "inherit"],
      detached: true,
    });
    try {
      const [line] = (await once(createInterface(emulator.stdout), "line")) as [string];
      const { apiUrl, accountId, apiToken, zones } = JSON.parse(line) as {
        apiUrl: string;
        accountId: string;
        apiToken: string;
        zones: Record<string, string>;
      };
      const { pem } = await createAuthority("Stranger's CA");
      writeFileSync(join(folder, "Pulumi.yaml"), "name: stranger\nruntime: nodejs\nmain: index.js\n");
      writeFileSync(
        join(folder, "index.js"),
        `const { MutualTls } = require("pulumi-cloudflare-mtls");
         const mtls = new MutualTls("mtls", { accountId: "${accountId}", cas: { one: { certificates: ${JSON.stringify(pem)} } },
           zones: [{ key: "example", zoneId: "${zones["example.com"] ?? ""}", hostnames: ["api.example.com"] }] });
         exports.ids = mtls.rules.example.ruleIds;`,
      );
      mkdirSync(join(folder, "state"));
      const environment = {
        ...engineEnvironment(join(folder, "state"), join(folder, "home")),
        ...cloudflareAt({ apiUrl, apiToken }),
      };
      const pulumi = async (...args: string[]) => {
        const { code, output } = await startPulumi(args, folder, environment).ended;
        expect({ code, output: code === 0 ? "" : output }).toEqual({ code: 0, output: "" });
      };
      await pulumi("stack", "init", "test");
      await pulumi("up", "--yes", "--skip-preview", "--stack", "test");
      const { stdout } = await run("pulumi", ["stack", "output", "ids", "--stack", "test"], {
        cwd: folder,
        env: { ...process.env, ...environment },
      });
      expect(JSON.parse(stdout)).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/)]);
      await pulumi("destroy", "--yes", "--skip-preview", "--stack", "test");
    } finally {
      // Closed once nobody holds its output any more: `kill $!` of a script ends npx, and the emulator mustn't outlive it.
      const ended = once(emulator, "close").then(() => "ended");
      emulator.kill();
      const fate = await Promise.race([ended, sleep(10_000, "outlives npx", { ref: false })]);
      if (fate !== "ended") process.kill(-(emulator.pid ?? 0), "SIGKILL");
      expect(fate).toBe("ended");
    }
  });

  test("its types are read by the TypeScript that Pulumi brings along for projects without their own", async () => {
    const compiler = join(folder, "node_modules/@pulumi/pulumi/vendor/typescript@3.8.3/typescript.js");
    writeFileSync(
      join(folder, "program.ts"),
      'import { MutualTls } from "pulumi-cloudflare-mtls";\nexport const kind: string = MutualTls.name;\n',
    );
    const script = `const ts = require(${JSON.stringify(compiler)});
      const program = ts.createProgram(["program.ts"], { noEmit: true, strict: true, target: 4, module: 1, moduleResolution: 2, lib: ["lib.es2019.d.ts"], types: [] });
      const found = ts.getPreEmitDiagnostics(program).filter(({ file }) => !file || /node_modules\\/pulumi-cloudflare-mtls|^program/.test(file.fileName));
      console.log(found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " ")).join("; "));`;
    const { stdout } = await run(process.execPath, ["-e", script], { cwd: folder });
    expect(stdout.trim()).toBe("");
  });
});
