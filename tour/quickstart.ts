import type { ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { engineEnvironment, startPulumi } from "../test/support/pulumi";
import type { Run } from "../test/support/pulumi";

/** Where the compiled tour stands: build/program/tour. */
const REPOSITORY = resolve(__dirname, "../../..");
const PROJECT = "cloudflare-mtls-quickstart";
const STACK = "tour";

/** What the program of examples/quickstart reads. */
export interface QuickstartConfig {
  readonly accountId: string;
  readonly zoneId: string;
  readonly hostnames: readonly string[];
  /** PEM by key. */
  readonly cas: Readonly<Record<string, string>>;
}

/** A stack of examples/quickstart, with its state and its config in a temporary folder. */
export class Quickstart {
  private readonly folder = mkdtempSync(join(tmpdir(), "cloudflare-mtls-tour-"));
  private readonly configFile = join(this.folder, "Pulumi.tour.yaml");
  private running: ChildProcess | undefined;

  constructor(private readonly api: { readonly apiUrl: string; readonly apiToken: string }) {
    mkdirSync(join(this.folder, "state"));
  }

  async init(): Promise<void> {
    await this.run("stack", "init", STACK);
  }

  configure({ accountId, zoneId, hostnames, cas }: QuickstartConfig): void {
    const files = Object.entries(cas).map(([key, pem]) => {
      const file = join(this.folder, `${key}.pem`);
      writeFileSync(file, pem);
      return [key, file];
    });
    const values = { accountId, zoneId, hostnames, cas: Object.fromEntries(files) as Record<string, string> };
    const config = Object.fromEntries(Object.entries(values).map(([key, value]) => [`${PROJECT}:${key}`, value]));
    // JSON is YAML, and spares a library.
    writeFileSync(this.configFile, JSON.stringify({ config }));
  }

  up(): Promise<Run> {
    return this.run("up", "--yes", "--stack", STACK, "--config-file", this.configFile);
  }

  destroy(): Promise<Run> {
    return this.run("destroy", "--yes", "--stack", STACK, "--config-file", this.configFile);
  }

  /** Ends what still runs, and leaves nothing behind. */
  remove(): void {
    this.running?.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async run(...args: string[]): Promise<Run> {
    const environment = {
      ...engineEnvironment(join(this.folder, "state"), join(this.folder, "home")),
      CLOUDFLARE_BASE_URL: this.api.apiUrl,
      CLOUDFLARE_API_TOKEN: this.api.apiToken,
    };
    const { process: child, ended } = startPulumi(args, REPOSITORY, environment);
    this.running = child;
    const run = await ended;
    this.running = undefined;
    if (run.code !== 0) throw new Error(`pulumi ${args[0] ?? ""} exited with ${run.code}:\n${run.output}`);
    return run;
  }
}
