import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { tmpdir } from "node:os";
import { pathToFileURL } from "node:url";
import { startEmulator } from "pulumi-cloudflare-mtls/emulator";
import { createAuthority } from "../support/authority";
import { cloudflareAt, engineEnvironment, startPulumi } from "../support/pulumi";
import { writeProject } from "./project";
import { install, nodeFolder, type Toolchain } from "./toolchain";

const root = resolve(__dirname, "../..");
const { peerDependencies } = jest.requireActual<{ peerDependencies: Record<string, string> }>("../../package.json");
const SDK = { oldest: peerDependencies["@pulumi/pulumi"]?.replace("^", "") ?? "", newest: "latest" };

/** Each value of a column stands in two rows at least, with other neighbours. */
const ROWS: Toolchain[] = [
  { node: "20", manager: "npm", program: "CommonJS", sdk: "oldest" },
  { node: "22", manager: "npm", program: "ESM", sdk: "newest" },
  { node: "24", manager: "npm", program: "ts-node", sdk: "newest" },
  { node: "20", manager: "npm", program: "tsx", sdk: "newest" },
  { node: "22", manager: "pnpm", program: "ts-node", sdk: "oldest" },
  { node: "24", manager: "pnpm", program: "ESM", sdk: "oldest" },
  { node: "20", manager: "pnpm workspace", program: "ESM", sdk: "newest" },
  { node: "22", manager: "pnpm workspace", program: "tsx", sdk: "oldest" },
  { node: "22", manager: "Yarn classic", program: "CommonJS", sdk: "newest" },
  { node: "24", manager: "Yarn classic", program: "ts-node", sdk: "oldest" },
  { node: "20", manager: "Yarn PnP", program: "CommonJS", sdk: "oldest" },
  { node: "24", manager: "Yarn PnP", program: "CommonJS", sdk: "newest" },
];

jest.setTimeout(300_000);

const folder = mkdtempSync(join(tmpdir(), "cloudflare-mtls-matrix-"));
const results: string[] = [];
let tarball: string;

beforeAll(() => {
  const packed = join(folder, "packed");
  mkdirSync(packed);
  execFileSync("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", packed], { cwd: root });
  tarball = join(packed, readdirSync(packed)[0] ?? "");
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  const header = "| Node.js | package manager | program | SDK | up, no-op, destroy |\n| --- | --- | --- | --- | --- |";
  process.stdout.write(`\n${header}\n${results.join("\n")}\n\n`);
});

test.each(ROWS)("$manager, $program, Node.js $node, $sdk SDK: up, nothing to do, destroy", async (toolchain) => {
  const tell = (result: string) => {
    const { node, manager, program, sdk } = toolchain;
    results.push(`| ${node} | ${manager} | ${program} | ${sdk} | ${result} |`);
  };
  try {
    const seconds = await life(toolchain);
    tell(seconds.map((each) => `${each.toFixed(1)} s`).join(", "));
  } catch (error) {
    tell("fails");
    throw error;
  }
});

/** What `yarn run` sets. */
function hooksOfPnp(project: string): string {
  const loader = join(project, ".pnp.loader.mjs");
  const forModules = existsSync(loader) ? ` --experimental-loader ${pathToFileURL(loader).href}` : "";
  return `--require ${join(project, ".pnp.cjs")}${forModules}`;
}

/** How long each of the three took. */
async function life(toolchain: Toolchain): Promise<number[]> {
  const home = mkdtempSync(join(folder, "row-"));
  const project = writeProject(toolchain, join(home, "project"), tarball, SDK[toolchain.sdk]);
  const tools = join(folder, "tools");
  const path = [await nodeFolder(tools, toolchain.node), process.env.PATH].join(delimiter);
  await install(toolchain, project, tools, { ...process.env, PATH: path });

  const emulator = await startEmulator({ zones: ["example.com"] });
  try {
    mkdirSync(join(home, "state"));
    writeFileSync(join(home, "ca.pem"), (await createAuthority("Stranger's CA")).pem);
    const environment = {
      ...engineEnvironment(join(home, "state"), join(home, "pulumi")),
      PATH: path,
      ...cloudflareAt(emulator),
      ACCOUNT_ID: emulator.accountId,
      ZONE_ID: emulator.zones["example.com"] ?? "",
      CA_FILE: join(home, "ca.pem"),
      ...(toolchain.manager === "Yarn PnP" ? { NODE_OPTIONS: hooksOfPnp(project) } : {}),
    };
    const pulumi = async (...args: string[]) => {
      const since = Date.now();
      const { code, output } = await startPulumi([...args, "--stack", "test"], project, environment).ended;
      expect({ code, output: code === 0 ? "" : output }).toEqual({ code: 0, output: "" });
      return (Date.now() - since) / 1000;
    };
    await pulumi("stack", "init");
    const up = await pulumi("up", "--yes", "--skip-preview");
    expect(emulator.state().zones["example.com"]?.rules).toHaveLength(1);
    const calls = emulator.requests.length;
    const again = await pulumi("up", "--yes", "--skip-preview", "--expect-no-changes");
    expect(emulator.requests.length).toBe(calls);
    const destroy = await pulumi("destroy", "--yes", "--skip-preview");
    expect(emulator.state().certificates).toEqual([]);
    return [up, again, destroy];
  } finally {
    await emulator.close();
  }
}
