import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Run } from "../../support/pulumi";
import { descendantsOf, killAll } from "../../support/processes";
import { Stack } from "../../support/stack";
import type { StackResource } from "../../support/stack";

export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** One call of the provider, as it logged it (`probe-provider.js`). */
export interface Call {
  readonly pid: number;
  readonly verb: string;
  readonly name?: string;
  readonly id?: string;
  /** Which of several texts was run. */
  readonly edition: string;
  readonly olds?: Record<string, unknown>;
  readonly news?: Record<string, unknown>;
  /** What `check` had been called for in this process by the time of a delete. */
  readonly declared?: string[];
  readonly config?: Record<string, string>;
}

/** A run of the CLI with the calls that it made of the provider. */
export interface Seen extends Run {
  /** In order, each as a few words. */
  readonly calls: string[];
  readonly raw: readonly Call[];
}

export interface ProbeResource extends StackResource {
  readonly pendingReplacement?: boolean;
  readonly initErrors?: string[];
  readonly external?: boolean;
}

/** What a call is to do, by "<name>.<verb>". */
export type Directions = Record<string, Record<string, unknown>>;

/** CA ← AS by a property, AS ← RU by `dependsOn` only: the shape of a CA, its hostname list and the rule. */
export function chain(value = "v1", options: { ca?: string; as?: string } = {}): string {
  return `
    const ca = new Probe("CA", "ca", { value: "${value}" }, { ${options.ca ?? ""} });
    const as = new Probe("AS", "as", { dep: ca.id }, { ${options.as ?? ""} });
    new Probe("RU", "ru", {}, { dependsOn: [as] });`;
}

/** Another value replaces the CA, and another CA the list. */
export const REPLACING: Directions = { "ca.diff": { replaceOn: ["value"] }, "as.diff": { replaceOn: ["dep"] } };

export const CA = urn("CA", "ca");
export const AS = urn("AS", "as");
export const RU = urn("RU", "ru");

export function urn(kind: string, name: string): string {
  return `urn:pulumi:test::e2e::pulumi-nodejs:dynamic/probe:${kind}::${name}`;
}

const PRELUDE = `
const pulumi = require("@pulumi/pulumi");
const text = (kind, edition) =>
  'exports.handler=()=>require("module").createRequire(process.cwd()+"/")' +
  '("../../../test/e2e/engine/probe-provider.js").v1("' + kind + '","' + edition + '")';
class Probe extends pulumi.CustomResource {
  constructor(kind, name, inputs, options, edition = "1") {
    const computed = { remote: undefined, checked: undefined };
    super("pulumi-nodejs:dynamic/probe:" + kind, name,
      { ...computed, name, ...inputs, __provider: text(kind, edition) }, options);
  }
}
`;

export class ProbeStack extends Stack {
  static async init(program: string): Promise<ProbeStack> {
    const stack = new ProbeStack("probe", {});
    stack.program(program);
    await stack.must("stack", "init", "test");
    return stack;
  }

  /** The same project and state in a folder of its own, as cheap as its files. */
  copy(): ProbeStack {
    const stack = new ProbeStack("probe", {});
    cpSync(this.folder, stack.folder, { recursive: true });
    return stack;
  }

  override program(text: string): void {
    writeFileSync(join(this.folder, "index.js"), PRELUDE + text);
  }

  direct(directions: Directions): void {
    writeFileSync(join(this.folder, "directions.json"), JSON.stringify(directions));
  }

  /** Lets every call go on that was directed to wait. */
  go(): void {
    writeFileSync(join(this.folder, "go"), "");
  }

  async sees(command: "up" | "preview" | "refresh" | "destroy", ...options: string[]): Promise<Seen> {
    return this.watch(() => this[command](...options));
  }

  async watch(run: () => Promise<Run>): Promise<Seen> {
    const before = this.log().length;
    const ended = await run();
    const raw = this.log().slice(before);
    return { ...ended, raw, calls: raw.filter(({ verb }) => verb !== "configure").map(told) };
  }

  log(): Call[] {
    const file = join(this.folder, "calls.jsonl");
    if (!existsSync(file)) return [];
    const lines = readFileSync(file, "utf8").split("\n");
    return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Call);
  }

  probes(): ProbeResource[] {
    const { resources = [] } = this.state();
    return (resources as ProbeResource[]).filter(({ type }) => type.includes("dynamic/probe"));
  }

  probe(name: string): ProbeResource {
    const found = this.probes().find((resource) => resource.urn.endsWith(`::${name}`));
    if (!found) throw new Error(`${name} is not in state`);
    return found;
  }

  /** The ids in state, and what is still to be done about them. */
  kept(): string[] {
    return this.probes().map((resource) =>
      [
        resource.id,
        ...(resource.delete ? ["to be deleted"] : []),
        ...(resource.pendingReplacement ? ["to be replaced"] : []),
        ...(resource.initErrors ? ["to be initialised"] : []),
      ].join(", "),
    );
  }

  /** The operations that an interrupted run left in state. */
  pending(): string[] {
    const operations = (this.state().pending_operations ?? []) as { type: string; resource: { urn: string } }[];
    return operations.map(({ type, resource }) => `${type} ${resource.urn.split("::").pop()}`);
  }
}

function told({ verb, name, id, olds, news }: Call): string {
  const unknown = Object.keys(news ?? {}).filter((key) => hasUnknown(news?.[key]));
  const what = verb === "check" ? name : id;
  const asNew = verb === "check" && Object.keys(olds ?? {}).length === 0 ? " as new" : "";
  return `${verb} ${what}${asNew}${unknown.length > 0 ? `, unknown: ${unknown.join(" ")}` : ""}`;
}

function hasUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(hasUnknown);
}

/** Whether a value of the exported state is encrypted. */
export function isSecret(value: unknown): boolean {
  return typeof value === "object" && value !== null && "ciphertext" in value;
}

export function withoutText(properties: Record<string, unknown> | undefined): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties ?? {}).filter(([key]) => key !== "__provider"));
}

const inUse: ProbeStack[] = [];

afterEach(() => {
  for (const stack of inUse.splice(0)) stack.remove();
});

/** A stack for one test. */
export function useCopy(template: ProbeStack): ProbeStack {
  const stack = template.copy();
  inUse.push(stack);
  return stack;
}

/** A stack that the tests of a file copy: the program has been run once. */
export function useTemplate(program: string): () => ProbeStack {
  let template: ProbeStack | undefined;
  beforeAll(async () => {
    template = await ProbeStack.init(program);
    if (program !== "") await template.must("up", "--yes", "--skip-preview");
  }, 120_000);
  afterAll(() => template?.remove());
  return () => {
    if (!template) throw new Error("The template's first up failed.");
    return useCopy(template);
  };
}

/** Polls, for half a minute at most, what another process brings about. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  for (let round = 0; round < 1200; round++) {
    if (condition()) return;
    await new Promise((done) => setTimeout(done, 25));
  }
  throw new Error(`It never came about that ${what}.`);
}

/** A run under way, with all its processes, that waits in the call it was directed to wait in. */
export interface Waiting {
  readonly cli: number;
  readonly provider: number;
  readonly ended: Promise<Run>;
  /** Resolves once the CLI has printed this. */
  says(text: string): Promise<void>;
  /** Those of the run's processes that still live. */
  living(): string[];
  /** kill -9 of whatever is left of it. */
  killAll(): void;
}

export async function startAndWait(stack: ProbeStack, call: string): Promise<Waiting> {
  const before = stack.log().length;
  const { process: cli, ended } = stack.start("up", "--yes", "--skip-preview");
  let printed = "";
  for (const stream of [cli.stdout, cli.stderr]) stream?.on("data", (data: Buffer) => (printed += String(data)));
  const waits = () => stack.log().slice(before).map(told).includes(call);
  await until(waits, `the provider logs "${call}"`);
  const pid = cli.pid ?? 0;
  const processes = [pid, ...descendantsOf([pid])];
  return {
    cli: pid,
    provider: stack.log().at(-1)?.pid ?? 0,
    ended,
    says: (text) => until(() => printed.includes(text), `the CLI prints "${text}"`),
    living: () => living(processes),
    killAll: () => killAll(processes),
  };
}

function living(pids: readonly number[]): string[] {
  const table = execFileSync("ps", ["-A", "-o", "pid=,stat=,args="], { encoding: "utf8" }).trim().split("\n");
  return table.flatMap((line) => {
    const [, pid, status, args] = /^\s*(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    // A zombie has ended, and waits for whoever inherited it.
    return pids.includes(Number(pid)) && !status?.startsWith("Z") ? [role(args ?? "")] : [];
  });
}

function role(args: string): string {
  if (args.includes("dynamic-provider")) return "provider";
  if (args.includes("pulumi-resource-pulumi-nodejs")) return "launcher";
  if (args.includes("cmd/run")) return "program";
  return args.includes("pulumi-language-nodejs") ? "language host" : "CLI";
}
