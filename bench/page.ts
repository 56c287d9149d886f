import { arch, availableParallelism, cpus, loadavg, platform } from "node:os";
import { CALLS, isOver } from "./budgets";
import type { Finding } from "./budgets";
import type { Chart } from "./chart";
import type { Findings, ZoneOperation } from "./measure";
import type { Measured } from "./stage";

const OPERATIONS: readonly ZoneOperation[] = [
  "preview",
  "create",
  "no change",
  "refresh",
  "CA added",
  "CA removed",
  "destroy",
];
const NOT_MEASURED = "–";

const MB = (measured: Measured) => measured.provider.memory;
const KB = (bytes: number) => bytes / 1024;

/** The charts of a run, by the name of their file. */
export function chartsOf({ zones, hostnames }: Findings): Readonly<Record<string, Chart>> {
  const across = "zones, with 5 hostnames each and one CA";
  const lines = (value: (measured: Measured) => number, names: readonly ZoneOperation[] = OPERATIONS) =>
    names.map((name) => ({
      name,
      points: zones.flatMap(({ zones: count, operations }) => {
        const measured = operations[name];
        return measured ? [[count, value(measured)] as const] : [];
      }),
    }));
  return {
    "performance-calls": {
      ...{ title: "Calls of an operation", across, up: "calls", series: lines(({ calls }) => calls) },
      limit: { name: "1,200: what Cloudflare takes in five minutes", at: 1200 },
    },
    "performance-time": {
      title: "Time of an operation",
      across,
      up: "seconds",
      series: lines(({ seconds }) => seconds),
    },
    "performance-memory": {
      ...{ title: "Memory of the provider's process", across, up: "MB", series: lines(MB, ["create", "no change"]) },
      limit: { name: "250 MB: the budget at 200 zones", at: 250 },
    },
    "performance-state": {
      title: "State of one zone",
      ...{ across: "hostnames in the zone", up: "KB of `pulumi stack export`" },
      series: [{ name: "state", points: hostnames.map((row) => [row.hostnames, KB(row.stateBytes)]) }],
      limit: { name: "750 KB: the budget at 3,000 hostnames", at: 750 },
    },
  };
}

/** The page of a run, in Markdown. */
export function pageOf(findings: Findings, budgets: readonly Finding[], command: string): string {
  const { baseline, slow } = findings;
  const charts = Object.entries(chartsOf(findings)).map(([file, { title }]) => `![${title}](${file}.svg)`);
  const [calls = "", time = "", memory = "", state = ""] = charts;
  return [
    "# Performance",
    `Measured on ${new Date().toISOString().slice(0, 10)} by \`${command}\`, which wrote this page: Node.js ${process.version}, ${platform()} ${arch()}, ${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? "unknown"}), a load of ${loadavg()[0]?.toFixed(1) ?? "?"} at the end. The engine is the real one, Cloudflare the emulator, state lies in a folder. Calls, bytes and lines are the same on every machine; times aren't, so those with a budget are held against another time of the same run.`,
    "## Budgets",
    budgetTable(budgets),
    "## Calls of an operation",
    "One component with one CA and a hostname or two in each zone. *Least* is what nobody can do without who keeps the order in which no request is wronged: a write, the look that it rests on, and the look that shows it.",
    callTable(findings),
    calls,
    "## Growth over zones",
    growthTable(findings),
    time,
    memory,
    "## Growth over hostnames",
    "One zone. The diff is that of `pulumi preview --diff` with one hostname more.",
    hostnameTable(findings),
    state,
    "## Where the time goes",
    `A create of ${slow.zones} zones, with ${slow.latency} ms for each call, beside a create of ${baseline.resources} dynamic resources that do nothing. The engine writes the whole state into its file before and after each resource, which is most of what it computes; the program runs mostly in the SDK.`,
    timeTable(findings),
    `Without a change ${baseline.zones} zones take ${shown(baseline.noop.own.seconds)} s, and ${baseline.resources} empty resources ${shown(baseline.noop.empty.seconds)} s (computed: ${shown(baseline.noop.own.cpu)} s and ${shown(baseline.noop.empty.cpu)} s); medians of three runs in turns.`,
    "## Load and validation",
    processTable(findings),
  ].join("\n\n");
}

export function budgetTable(budgets: readonly Finding[]): string {
  const rows = budgets.map((finding) => {
    const { name, measured, most } = finding;
    return [name, shown(measured), shown(most), isOver(finding) ? "**over**" : "kept"];
  });
  return table(["", "measured", "at most", ""], rows);
}

function callTable({ calls: { one, further } }: Findings): string {
  const rows = CALLS.map(({ operation, most, least, why }) => [
    operation,
    ...[shown(one[operation]), shown(most[0]), shown(least[0])],
    ...[shown(further[operation]), shown(most[1]), shown(least[1])],
    why,
  ]);
  const head = ["", "one zone", "at most", "least", "each further", "at most", "least", "what the least is"];
  return table(head, rows);
}

function growthTable({ zones }: Findings): string {
  const rows = OPERATIONS.flatMap((operation) =>
    zones.flatMap(({ zones: count, operations, stateBytes }) => {
      const measured = operations[operation];
      if (!measured) return [];
      const { calls, seconds, engine, program, provider } = measured;
      const computed = [engine, program, provider].map(({ cpu }) => shown(cpu));
      const state = operation === "create" ? shown(KB(stateBytes)) : "";
      return [[operation, shown(count), shown(calls), shown(seconds), ...computed, shown(provider.memory), state]];
    }),
  );
  return table(
    ["", "zones", "calls", "seconds", "engine computes", "program", "provider", "provider's MB", "state KB"],
    rows,
  );
}

function hostnameTable({ hostnames }: Findings): string {
  const rows = hostnames.map(({ hostnames: count, create, stateBytes, diffLines, diffBytes }) =>
    [count, create.calls, create.seconds, MB(create), KB(stateBytes), diffLines, KB(diffBytes)].map(shown),
  );
  return table(
    ["hostnames", "calls of create", "seconds", "provider's MB", "state KB", "lines of the diff", "KB of the diff"],
    rows,
  );
}

function timeTable({ baseline, slow }: Findings): string {
  const row = (name: string, { seconds, calls, engine, program, provider }: Measured) => [
    name,
    ...[seconds, calls, engine.cpu, program.cpu, provider.cpu].map(shown),
  ];
  return table(
    ["", "seconds", "calls", "engine computes", "program", "provider"],
    [
      row(`${slow.zones} zones, ${slow.latency} ms a call`, slow.create),
      row(`${baseline.zones} zones, no latency`, baseline.create.own),
      row(`${baseline.resources} empty resources`, baseline.create.empty),
    ],
  );
}

function processTable({ times: { own, official, sdk, validation } }: Findings): string {
  return table(
    ["median of fresh processes", "ms"],
    [
      ["load of @pulumi/pulumi", shown(sdk)],
      ["load of this package after it", shown(own)],
      ["load of @pulumi/cloudflare after it", shown(official)],
      ["validation of 3,000 hostnames and 20 certificates", shown(validation)],
    ],
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const rule = head.map((_, column) => (column === 0 ? "---" : "--:"));
  return [line(head), line(rule), ...rows.map(line)].join("\n");
}

function shown(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return NOT_MEASURED;
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
  return value.toLocaleString("en-US", { maximumFractionDigits: digits });
}
