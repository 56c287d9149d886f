import type { ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { engineEnvironment, startPulumi } from "./pulumi";
import type { Run } from "./pulumi";

/** A stack of a Pulumi project; its state and its config are in a folder outside of the project. */
export class ProjectStack {
  private readonly configFile: string;
  private readonly project: string;
  private readonly environment: Readonly<Record<string, string>>;
  private running: ChildProcess | undefined;

  /**
   * @param name the stack's name
   * @param directory where the project's Pulumi.yaml is
   * @param environment beside the engine's own: `cloudflareAt`
   * @param folder for state and files; stacks that refer to each other share one
   */
  constructor(
    private readonly name: string,
    private readonly directory: string,
    environment: Readonly<Record<string, string>>,
    private readonly folder = mkdtempSync(join(tmpdir(), "cloudflare-mtls-tour-")),
  ) {
    this.project = /^name: (\S+)/m.exec(readFileSync(join(directory, "Pulumi.yaml"), "utf8"))?.[1] ?? "";
    this.configFile = this.file(`Pulumi.${this.project}.${name}.yaml`, "{}");
    const state = join(folder, "state");
    mkdirSync(state, { recursive: true });
    this.environment = { ...engineEnvironment(state, join(folder, "home")), ...environment };
  }

  async init(): Promise<void> {
    await this.run("stack", "init", this.name);
  }

  /** Replaces the config. */
  configure(values: Readonly<Record<string, unknown>>): void {
    const config = Object.entries(values).map(([key, value]) => [`${this.project}:${key}`, value]);
    // JSON is YAML, and spares a library.
    writeFileSync(this.configFile, JSON.stringify({ config: Object.fromEntries(config) as unknown }));
  }

  /** Writes a file that the program reads, and answers its path. */
  file(name: string, content: string | Buffer): string {
    writeFileSync(join(this.folder, name), content);
    return join(this.folder, name);
  }

  up(...options: string[]): Promise<Run> {
    return this.run("up", "--yes", "--stack", this.name, "--config-file", this.configFile, ...options);
  }

  destroy(...options: string[]): Promise<Run> {
    return this.run("destroy", "--yes", "--stack", this.name, "--config-file", this.configFile, ...options);
  }

  /** Ends what still runs, and leaves nothing behind. */
  remove(): void {
    this.running?.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async run(...args: string[]): Promise<Run> {
    const { process: child, ended } = startPulumi(args, this.directory, this.environment);
    this.running = child;
    const run = await ended;
    this.running = undefined;
    if (run.code !== 0) throw new Error(`pulumi ${args[0] ?? ""} exited with ${run.code}:\n${run.output}`);
    return run;
  }
}
