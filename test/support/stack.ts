import type { ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { engineEnvironment, startPulumi } from "./pulumi";
import type { Run } from "./pulumi";
import type { Meaning } from "./emulator";
import { descendantsOf, killAll } from "./processes";

const REPOSITORY = resolve(__dirname, "../..");

export interface Deployment {
  readonly resources?: StackResource[];
  readonly pending_operations?: unknown[];
}

export interface StackResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly delete?: boolean;
  readonly inputs?: Record<string, unknown>;
  readonly outputs?: Record<string, unknown>;
}

const STATE = join("state", ".pulumi", "stacks", "e2e", "test.json");
/** What `pulumi stack init` writes: the same for each stack of a test, so that it is run once for all of them. */
const INITIAL = ["Pulumi.test.yaml", STATE, join("state", ".pulumi", "meta.yaml")];
const pristine = new Map<string, Buffer>();

/**
 * A stack on the real engine: a project folder inside the repository, so that a program finds the package by its own
 * name, and a file backend in it. JavaScript programs are given as text and see the package's exports.
 */
export class Stack {
  readonly folder: string;
  private readonly running = new Set<ChildProcess>();
  /** What its programs mean for the Cloudflare-managed CA: one that names it, or that has a rule. */
  meaning: Meaning = "nothing";
  private overridden: Readonly<Record<string, string>> = {};

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
    if (pristine.size === 0) {
      await stack.must("stack", "init", "test");
      for (const file of INITIAL) pristine.set(file, readFileSync(join(stack.folder, file)));
    }
    for (const [file, content] of pristine) {
      mkdirSync(dirname(join(stack.folder, file)), { recursive: true });
      writeFileSync(join(stack.folder, file), content);
    }
    return stack;
  }

  /** Replaces the program. It may export outputs. */
  program(text: string): void {
    const prelude = `const pulumi = require("@pulumi/pulumi");\nconst { CLOUDFLARE_MANAGED_CA, MutualTls, CaCertificate, HostnameAssociations, MtlsRule } = require("pulumi-cloudflare-mtls");\n`;
    if (text.includes("CLOUDFLARE_MANAGED_CA")) this.meaning = "write";
    else if (this.meaning === "nothing" && /MtlsRule|MutualTls/.test(text)) this.meaning = "read";
    writeFileSync(join(this.folder, "index.js"), prelude + text);
  }

  /** Instead of what the stack was made with, until the next call. */
  setEnvironment(variables: Readonly<Record<string, string>>): void {
    this.overridden = variables;
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

  /** Read from the backend's own file: what `pulumi stack export` shows, in a thousandth of the time. */
  state(): Deployment {
    const { checkpoint } = JSON.parse(readFileSync(join(this.folder, STATE), "utf8")) as {
      checkpoint: { latest?: Deployment };
    };
    return checkpoint.latest ?? {};
  }

  resources(type: string): StackResource[] {
    return (this.state().resources ?? []).filter((resource) => resource.type.endsWith(`:${type}`));
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
    return this.start(...args).ended;
  }

  /** Starts the CLI without waiting for its end, for a test that interrupts it. */
  start(...args: string[]): { process: ChildProcess; ended: Promise<Run> } {
    const engine = engineEnvironment(join(this.folder, "state"), join(REPOSITORY, "build", "pulumi-home"));
    const stack = args[0] === "stack" && args[1] === "init" ? [] : ["--stack", "test"];
    const started = startPulumi([...args, ...stack], this.folder, {
      ...engine,
      ...this.environment,
      ...this.overridden,
    });
    this.running.add(started.process);
    started.process.on("close", () => this.running.delete(started.process));
    return started;
  }

  /** kill -9 of every run that is under way: the CLI, the program's process and the provider's, all at one moment. */
  kill(): void {
    const started = [...this.running].flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
    killAll([...started, ...descendantsOf(started)]);
  }

  remove(): void {
    this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
