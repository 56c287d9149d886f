import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** The processes of one run, by what they are. */
const KINDS = { provider: "/cmd/dynamic-provider/", program: "/cmd/run/", engine: "pulumi\0" } as const;
type Kind = keyof typeof KINDS;

export interface Use {
  /** Peak of the resident memory, in MB. */
  readonly memory: number;
  /** Seconds that were computed. */
  readonly cpu: number;
}

const PAUSE = 100; // milliseconds
const TICKS = 100; // of /proc, in a second

/** Looks at the processes that run in a folder until it is stopped; without /proc there is nothing to see. */
export function watch(folder: string): () => Readonly<Record<Kind, Use>> {
  const seen = new Map<string, [Kind, Use]>();
  const look = () => {
    for (const pid of processesIn(folder)) {
      const found = useOf(pid);
      if (found && found[1].memory > 0) seen.set(pid, found);
    }
  };
  const timer = setInterval(look, PAUSE);
  return () => {
    clearInterval(timer);
    const of = (kind: Kind): Use => {
      const uses = [...seen.values()].filter(([one]) => one === kind).map(([, use]) => use);
      return { memory: Math.max(0, ...uses.map(({ memory }) => memory)), cpu: sum(uses.map(({ cpu }) => cpu)) };
    };
    return { provider: of("provider"), program: of("program"), engine: of("engine") };
  };
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function processesIn(folder: string): string[] {
  const isThere = (pid: string) => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === folder;
    } catch {
      return false;
    }
  };
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name) && isThere(name));
  } catch {
    return [];
  }
}

function useOf(pid: string): [Kind, Use] | undefined {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
    const kinds = Object.entries(KINDS) as [Kind, string][];
    const [kind] = kinds.find(([, mark]) => command.includes(mark)) ?? [];
    const [, peak = 0] = /VmHWM:\s*(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    const [, after = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ");
    const [user = 0, system = 0] = after.split(" ").slice(11, 13).map(Number);
    return kind && [kind, { memory: Number(peak) / 1024, cpu: (user + system) / TICKS }];
  } catch {
    return undefined; // It ended meanwhile.
  }
}
