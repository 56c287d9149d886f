import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startEmulator } from "pulumi-cloudflare-mtls/emulator";
import type { Emulator, EmulatorOptions } from "pulumi-cloudflare-mtls/emulator";
import { Dashboard } from "../test/support/dashboard";
import { knock } from "../test/support/prober";
import type { Client } from "../test/support/prober";
import { ProjectStack } from "../test/support/project-stack";
import { cloudflareAt } from "../test/support/pulumi";

interface JestResults {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly title: string; readonly status: string }[];
  }[];
}

export const NOBODY = "no certificate";

/**
 * Where an example is tried: an emulated account with two zones, a copy of the example's folder inside the repository, so that
 * the program finds the package by its name, and clients that knock. What is seen is said line by line.
 */
export class Stage {
  /** Nothing was seen yet that wasn't expected. */
  holds = true;
  /** What people do by hand. */
  readonly dashboard: Dashboard;
  private readonly clients = new Map<string, Client>([[NOBODY, { name: NOBODY }]]);
  private readonly stacks: ProjectStack[] = [];

  private constructor(
    readonly emulator: Emulator,
    readonly folder: string,
    readonly say: (line: string) => void,
  ) {
    this.dashboard = new Dashboard(emulator);
    mkdirSync(this.files);
  }

  static async open(
    example: string,
    root: string,
    say: (line: string) => void,
    options: Partial<EmulatorOptions> = {},
  ): Promise<Stage> {
    const parent = join(root, "build/examples");
    mkdirSync(parent, { recursive: true });
    const folder = mkdtempSync(join(parent, `${example}-`));
    cpSync(join(root, "examples", example), folder, { recursive: true });
    return new Stage(await startEmulator({ zones: ["example.com", "example.org"], ...options }), folder, say);
  }

  /** Account, zone and host of an example that has one of each. */
  get place() {
    return { ...this.in("example.com"), hostnames: ["api.example.com"] };
  }

  in(zone: "example.com" | "example.org") {
    return { accountId: this.emulator.accountId, zoneId: this.emulator.zones[zone] ?? "" };
  }

  /** Writes a file that a program reads, and answers its path. */
  file(name: string, content: string | Buffer): string {
    writeFileSync(join(this.files, name), content);
    return join(this.files, name);
  }

  /** From now on somebody knocks with this certificate, too. */
  client(name: string, { certificate, key }: Omit<Client, "name">): void {
    this.clients.set(name, { name, certificate, key });
  }

  async stack(name = "dev", project = ".", environment: Record<string, string> = {}): Promise<ProjectStack> {
    const all = { ...cloudflareAt(this.emulator), ...environment };
    const stack = new ProjectStack(name, join(this.folder, project), all, this.files);
    this.stacks.push(stack);
    await stack.init();
    return stack;
  }

  /** Runs the example's own tests. */
  jest(): void {
    this.say("npx jest");
    const args = [require.resolve("jest/bin/jest"), "--json", "--runInBand"];
    const { stdout } = spawnSync(process.execPath, args, { cwd: this.folder, encoding: "utf8" });
    const { testResults } = JSON.parse(stdout) as JestResults;
    const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
    for (const { title, status } of tests) this.expect(`${status}: ${title}`, status === "passed");
  }

  async up(stack: ProjectStack, what: string, values: Readonly<Record<string, unknown>>): Promise<void> {
    this.say(`pulumi up: ${what}`);
    stack.configure(values);
    await stack.up("--skip-preview");
  }

  async destroy(stack: ProjectStack, what?: string): Promise<void> {
    this.say(what === undefined ? "pulumi destroy" : `pulumi destroy: ${what}`);
    await stack.destroy("--skip-preview");
  }

  /** Knocks at a host, and compares what each client is answered. */
  async answers(expected: Readonly<Record<string, number>>, hostname = "api.example.com"): Promise<void> {
    for (const [name, status] of Object.entries(expected)) {
      const client = this.clients.get(name);
      if (!client) throw new Error(`There is no client "${name}".`);
      const probe = await knock(this.emulator.edge, hostname, client);
      this.expect(`${probe.status}  ${hostname}, ${name}`, probe.status === status);
    }
  }

  expect(seen: string, holds: boolean): void {
    this.say(`  ${seen}${holds ? "" : "  <- NOT EXPECTED"}`);
    this.holds &&= holds;
  }

  /** Compares what the account has left. */
  left(expected: readonly string[] = []): void {
    const { certificates, zones } = this.emulator.state();
    const lists = Object.values(zones).flatMap(({ hostnames }) => Object.values(hostnames).flat());
    const rules = Object.values(zones).flatMap((zone) => zone.rules ?? []);
    const left = [
      ...certificates.map(({ name }) => `CA "${name}"`),
      ...lists.map((hostname) => `association of ${hostname}`),
      ...rules.map(({ description }) => `rule "${description}"`),
    ];
    this.expect(`left in the account: ${left.join(", ") || "nothing"}`, left.join() === expected.join());
  }

  async close(): Promise<void> {
    for (const stack of this.stacks) stack.remove();
    rmSync(this.folder, { recursive: true, force: true });
    await this.emulator.close();
  }

  private get files(): string {
    return join(this.folder, "files");
  }
}
