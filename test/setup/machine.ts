import { spawn } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

export const repository = join(__dirname, "..", "..");
const tools = ["sh", "cat", "chmod", "cp", "mkdir", "mktemp", "sleep", "touch"];

export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
  milliseconds: number;
}

export interface Running {
  pid: number;
  finished: Promise<Finished>;
  /** Resolves when stderr or stdout has said so. */
  says(text: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

/** A user's machine: an empty home, and a PATH that has a few tools, Node.js and what a test puts there. */
export class Machine {
  readonly folder = mkdtempSync(join(tmpdir(), "cloudflare-mtls-setup-"));
  readonly cache = join(this.folder, "cache", "pulumi-cloudflare-mtls");
  readonly bin = join(this.folder, "bin");
  readonly log = join(this.folder, "log");
  readonly env: NodeJS.ProcessEnv;

  constructor() {
    const system = join(this.folder, "system");
    for (const folder of [this.bin, system, join(this.folder, "home")]) mkdirSync(folder);
    for (const tool of tools) symlinkSync(onPath(tool), join(system, tool));
    symlinkSync(process.execPath, join(system, "node"));
    this.env = {
      HOME: join(this.folder, "home"),
      XDG_CACHE_HOME: join(this.folder, "cache"),
      TMPDIR: this.folder,
      PATH: [this.bin, system].join(delimiter),
      NODE_OPTIONS: `--require ${join(__dirname, "loopback-only.js")}`,
      LOG: this.log,
    };
  }

  /** Puts a shell script on PATH (or elsewhere in the machine). */
  script(name: string, body: string): void {
    const file = join(this.bin, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\n${body}\n`);
    chmodSync(file, 0o755);
  }

  /** What fake programs have written to $LOG, one call a line. */
  calls(): string[] {
    return existsSync(this.log) ? readFileSync(this.log, "utf8").split("\n").filter(Boolean) : [];
  }

  cached(): string[] {
    return existsSync(this.cache) ? readdirSync(this.cache).sort() : [];
  }

  start(args: string[], env: NodeJS.ProcessEnv = {}, root = repository): Running {
    const started = Date.now();
    const child = spawn(process.execPath, [join(root, "setup", "run.js"), ...args], { env: { ...this.env, ...env } });
    const said = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const)
      child[name].on("data", (data: Buffer) => (said[name] += data.toString()));
    const finished = new Promise<Finished>((resolve) =>
      child.on("close", (code) => resolve({ code, ...said, milliseconds: Date.now() - started })),
    );
    return {
      pid: child.pid ?? 0,
      finished,
      says: (text) => until(() => (said.stdout + said.stderr).includes(text)),
      kill: (signal) => child.kill(signal),
    };
  }

  run(args: string[], env: NodeJS.ProcessEnv = {}, root = repository): Promise<Finished> {
    return this.start(args, env, root).finished;
  }

  /** Processes of this machine that still live: each has its folder in the environment. */
  living(): string[] {
    if (process.platform !== "linux") return [];
    return readdirSync("/proc").filter((pid) => {
      try {
        return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, "utf8").includes(`LOG=${this.log}`);
      } catch {
        return false;
      }
    });
  }

  /** A repository of its own, with this project's setup/ and programs that only say that they were called. */
  checkout(): string {
    const root = join(this.folder, "checkout");
    cpSync(join(repository, "setup"), join(root, "setup"), { recursive: true });
    for (const folder of ["src", "tour"]) mkdirSync(join(root, folder));
    writeFileSync(join(root, "src", "index.ts"), "export {};\n");
    writeFileSync(join(root, "package.json"), readFileSync(join(repository, "package.json")));
    writeFileSync(join(root, "package-lock.json"), '{"packages":{"":{},"node_modules/jest":{"version":"1.0.0"}}}');
    return root;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

export async function until(condition: () => boolean, limit = 20_000): Promise<void> {
  for (const end = Date.now() + limit; !condition();) {
    if (Date.now() > end) throw new Error("waited in vain");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function onPath(tool: string): string {
  const folder = (process.env.PATH ?? "").split(delimiter).find((each) => existsSync(join(each, tool)));
  if (!folder) throw new Error(`${tool} is not on PATH`);
  return join(folder, tool);
}

/** Runs a test on a machine of its own. */
export function onMachine(test: (machine: Machine) => Promise<void>): () => Promise<void> {
  return async () => {
    const machine = new Machine();
    try {
      await test(machine);
    } finally {
      machine.remove();
    }
  };
}
