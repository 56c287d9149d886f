import { callsOfOperations } from "../test/support/operations";
import { median, timesOfProcesses } from "./processes";
import type { ProcessTimes } from "./processes";
import { Stage } from "./stage";
import type { Measured } from "./stage";

export type Calls = Readonly<Record<string, number>>;
export type ZoneOperation = "preview" | "create" | "no change" | "CA added" | "CA removed" | "refresh" | "destroy";

/** What a number of zones costs, an operation at a time; some are left out where they take minutes. */
export interface ZoneRow {
  readonly zones: number;
  readonly operations: Partial<Readonly<Record<ZoneOperation, Measured>>>;
  readonly stateBytes: number;
}

export interface HostnameRow {
  readonly hostnames: number;
  readonly create: Measured;
  readonly stateBytes: number;
  /** Of `preview --diff` with one hostname more. */
  readonly diffLines: number;
  readonly diffBytes: number;
}

/** The same number of resources, ours and ones that do nothing: medians of runs in turns. */
export interface Baseline {
  readonly zones: number;
  readonly resources: number;
  readonly create: { readonly own: Measured; readonly empty: Measured };
  /** Seconds by the clock, and seconds that all processes computed. */
  readonly noop: Record<"own" | "empty", { readonly seconds: number; readonly cpu: number }>;
}

export interface Slow {
  readonly zones: number;
  readonly latency: number;
  readonly create: Measured;
}

/** How much is measured. */
export interface Extent {
  readonly processes: number;
  readonly zones: readonly number[];
  /** The most zones on which everything is measured. */
  readonly whole: number;
  readonly hostnames: readonly number[];
  /** Zones that are held against empty resources, and that are made with latency. */
  readonly compared: number;
}

export interface Findings {
  readonly times: ProcessTimes;
  readonly calls: { readonly one: Calls; readonly further: Calls };
  readonly zones: readonly ZoneRow[];
  readonly hostnames: readonly HostnameRow[];
  readonly baseline: Baseline;
  readonly slow: Slow;
}

export const LATENCY = 50; // milliseconds of each call

/** Seconds after which no further number of zones is begun: the largest take minutes, and the whole is bounded. */
const LATEST_START = 11 * 60;

export async function measure(extent: Extent, tell: (line: string) => void): Promise<Findings> {
  const isLate = () => process.uptime() > LATEST_START;
  tell("load and validation");
  const times = await timesOfProcesses(extent.processes);
  tell("calls of each operation");
  const calls = await measureCalls();
  const hostnames: HostnameRow[] = [];
  for (const count of extent.hostnames) {
    tell(`${count} hostnames`);
    hostnames.push(await growHostnames(count));
  }
  tell(`${extent.compared} zones beside empty resources`);
  const baseline = await compare(extent.compared);
  tell(`${extent.compared} zones with latency`);
  const slow = await createSlowly(extent.compared);
  const zones: ZoneRow[] = [];
  for (const count of extent.zones) {
    tell(isLate() ? `${count} zones are left out: it is late` : `${count} zones`);
    if (!isLate()) zones.push(await growZones(count, count <= extent.whole));
  }
  return { times, calls, zones, hostnames, baseline, slow };
}

function measureCalls(): Promise<Findings["calls"]> {
  return Stage.use(3, 0, async ({ emulator, stack, authorities }) => {
    const [first = "", ...others] = Object.keys(emulator.zones);
    const one = await callsOfOperations(emulator, stack, authorities, [first]);
    const three = await callsOfOperations(emulator, stack, authorities, [first, ...others]);
    const further = Object.entries(three).map(([name, count]) => [name, (count - (one[name] ?? NaN)) / 2] as const);
    return { one, further: Object.fromEntries(further) };
  });
}

function growZones(zones: number, whole: boolean): Promise<ZoneRow> {
  return Stage.use(zones, 0, async (stage) => {
    const operations: Partial<Record<ZoneOperation, Measured>> = {};
    stage.declare(["A"]);
    if (whole) operations.preview = await stage.run("preview");
    operations.create = await stage.apply("up");
    operations["no change"] = await stage.apply("up");
    const stateBytes = await exportedBytes(stage);
    operations.refresh = await stage.apply("refresh");
    if (whole) {
      stage.declare(["A", "B"]);
      operations["CA added"] = await stage.apply("up");
      stage.declare(["B"]);
      operations["CA removed"] = await stage.apply("up");
      operations.destroy = await stage.apply("destroy");
    }
    return { zones, operations, stateBytes };
  });
}

function growHostnames(hostnames: number): Promise<HostnameRow> {
  return Stage.use(1, 0, async (stage) => {
    stage.declare(["A"], hostnames);
    const create = await stage.apply("up");
    const stateBytes = await exportedBytes(stage);
    stage.declare(["A"], hostnames + 1);
    const { stdout } = await stage.run("preview", "--diff");
    return {
      hostnames,
      create,
      stateBytes,
      diffLines: stdout.split("\n").length,
      diffBytes: Buffer.byteLength(stdout),
    };
  });
}

async function exportedBytes({ stack }: Stage): Promise<number> {
  return Buffer.byteLength((await stack.must("stack", "export")).stdout);
}

const TURNS = 3;

function compare(zones: number): Promise<Baseline> {
  return Stage.use(zones, 0, (own) =>
    Stage.use(1, 0, async (empty) => {
      own.declare(["A"]);
      const resources = 2 * zones + 1;
      empty.declareEmpty(resources);
      const create = { own: await own.apply("up"), empty: await empty.apply("up") };
      const runs: Record<"own" | "empty", Measured[]> = { own: [], empty: [] };
      for (let turn = 0; turn < TURNS; turn++) {
        runs.own.push(await own.apply("up"));
        runs.empty.push(await empty.apply("up"));
      }
      const middle = (all: readonly Measured[]) => ({
        seconds: median(all.map(({ seconds }) => seconds)),
        cpu: median(all.map(({ provider, program, engine }) => provider.cpu + program.cpu + engine.cpu)),
      });
      return { zones, resources, create, noop: { own: middle(runs.own), empty: middle(runs.empty) } };
    }),
  );
}

function createSlowly(zones: number): Promise<Slow> {
  return Stage.use(zones, LATENCY, async (stage) => {
    stage.declare(["A"]);
    return { zones, latency: LATENCY, create: await stage.apply("up") };
  });
}
