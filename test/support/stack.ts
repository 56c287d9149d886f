import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const REPOSITORY = resolve(__dirname, "../..");

/** How one run of the CLI ended. */
export interface Run {
  readonly code: number | null;
  /** Everything that was printed, on both streams. */
  readonly output: string;
  readonly stdout: string;
}

export interface StackState {
  readonly deployment: {
    readonly resources?: StackResource[];
    readonly pending_operations?: unknown[];
  };
}

export interface StackResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly delete?: boolean;
  readonly inputs?: Record<string, unknown>;
  readonly outputs?: Record<string, unknown>;
}

/**
 * A stack on the real engine: a project folder inside the repository, so that a program finds the package by its own
 * name, and a file backend in it. JavaScript programs are given as text and see the package's exports.
 */
export class Stack {
  readonly folder: string;

  constructor(
    readonly name: string,
    private readonly environment: Record<string, string>,
  ) {
    const parent = join(REPOSITORY, "build", "e2e");
    mkdirSync(parent, { recursive: true });
    this.folder = mkdtempSync(join(parent, `${name}-`));
    mkdirSync(join(this.folder, "state"));
    writeFileSync(join(this.folder, "Pulumi.yaml"), `name: e2e\nruntime: nodejs\nmain: index.js\n`);
  }

  static async create(name: string, environment: Record<string, string>, program: string): Promise<Stack> {
    const stack = new Stack(name, environment);
    stack.program(program);
    await stack.must("stack", "init", "test");
    return stack;
  }

  /** Replaces the program. It may export outputs. */
  program(text: string): void {
    const prelude = `const pulumi = require("@pulumi/pulumi");\nconst { MutualTls, CaCertificate, HostnameAssociations, MtlsRule } = require("pulumi-cloudflare-mtls");\n`;
    writeFileSync(join(this.folder, "index.js"), prelude + text);
  }

  up(...options: string[]): Promise<Run> {
    return this.run("up", "--yes", "--skip-preview", ...options);
  }

  preview(...options: string[]): Promise<Run> {
    return this.run("preview", ...options);
  }

  refresh(...options: string[]): Promise<Run> {
    return this.run("refresh", "--yes", "--skip-preview", ...options);
  }

  destroy(...options: string[]): Promise<Run> {
    return this.run("destroy", "--yes", "--skip-preview", ...options);
  }

  async state(): Promise<StackState> {
    return JSON.parse((await this.must("stack", "export")).stdout) as StackState;
  }

  async resources(type: string): Promise<StackResource[]> {
    return ((await this.state()).deployment.resources ?? []).filter((resource) => resource.type.endsWith(`:${type}`));
  }

  async outputs(): Promise<Record<string, unknown>> {
    return JSON.parse((await this.must("stack", "output", "--json", "--show-secrets")).stdout) as Record<
      string,
      unknown
    >;
  }

  /** Runs to the end, and throws with the output unless it succeeded. */
  async must(...args: string[]): Promise<Run> {
    const run = await this.run(...args);
    if (run.code !== 0) throw new Error(`pulumi ${args.join(" ")} exited with ${run.code}:\n${run.output}`);
    return run;
  }

  async run(...args: string[]): Promise<Run> {
    return (await this.start(...args)).ended;
  }

  /** Starts the CLI, in its own process group when it is to be killed with its children. */
  start(...args: string[]): Promise<{ process: ChildProcess; ended: Promise<Run> }> {
    const child = spawn(
      "pulumi",
      [...args, "--non-interactive", "--color", "never", ...(needsStack(args) ? ["--stack", "test"] : [])],
      {
        cwd: this.folder,
        env: { ...process.env, ...engineEnvironment(join(this.folder, "state")), ...this.environment },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    let stdout = "";
    let output = "";
    child.stdout.on("data", (data: Buffer) => {
      stdout += String(data);
      output += String(data);
    });
    child.stderr.on("data", (data: Buffer) => (output += String(data)));
    const ended = new Promise<Run>((done, failed) => {
      child.on("error", (error) =>
        failed(
          new Error(
            `The Pulumi CLI could not be started (${error.message}). Run the tests with \`npm test\`, which installs it.`,
          ),
        ),
      );
      child.on("close", (code) => done({ code, output, stdout }));
    });
    return Promise.resolve({ process: child, ended });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function needsStack(args: readonly string[]): boolean {
  return !(args[0] === "stack" && args[1] === "init") && args[0] !== "version";
}

/** No account, no question, no look for updates; state in a folder. */
export function engineEnvironment(stateFolder: string): Record<string, string> {
  return {
    PULUMI_BACKEND_URL: `file://${stateFolder}`,
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_HOME: join(REPOSITORY, "build", "pulumi-home"),
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
}
