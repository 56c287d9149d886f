import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, relative } from "node:path";
import { format, resolveConfig } from "prettier";
import { against, callFindings, isOver } from "./budgets";
import type { Finding } from "./budgets";
import { drawChart } from "./chart";
import { LATENCY, measure } from "./measure";
import type { Extent, Findings } from "./measure";
import { budgetTable, chartsOf, pageOf } from "./page";

const REPOSITORY = join(__dirname, "..");

const HELP = `Usage: npm run bench [-- --quick]

Measures calls, state, diffs, memory and time with the real engine on an emulated account, fails above a budget
(bench/budgets.ts), and writes docs/performance.md with its charts. It takes some six minutes on two idle cores, and never more than fifteen.

  --quick   fewer zones and hostnames, in under two minutes; the page goes to build/bench
  --help    this text
`;

const WHOLE: Extent = {
  processes: 9,
  zones: [1, 10, 50, 200, 400],
  whole: 200,
  hostnames: [1, 100, 1000, 3000],
  compared: 200,
};
const QUICK: Extent = { processes: 3, zones: [1, 10], whole: 1, hostnames: [3000], compared: 30 };
/** Operations that the engine has under way, unless told otherwise. */
const AT_A_TIME = 4 * availableParallelism();
const LONGEST = 15 * 60_000;

export async function bench(args: readonly string[]): Promise<number> {
  const [option = "", ...more] = args;
  if (option === "--help" || more.length > 0 || !["", "--quick"].includes(option)) {
    process.stdout.write(HELP);
    return option === "--help" ? 0 : 2;
  }
  const started = performance.now();
  const tell = (line: string) => console.error(`${Math.round((performance.now() - started) / 1000)} s: ${line}`);
  const tooLong = setTimeout(() => {
    console.error("bench: stopped after fifteen minutes, and nothing was written. Is the machine busy?");
    process.exit(1);
  }, LONGEST);
  const engine = execFileSync(process.execPath, [join(REPOSITORY, "setup/run.js"), "engine"], { encoding: "utf8" });
  process.env.PATH = `${process.env.PATH}:${engine.trim()}`;
  const isQuick = option === "--quick";
  const findings = await measure(isQuick ? QUICK : WHOLE, tell);
  clearTimeout(tooLong);
  const budgets = judge(findings);
  const page = pageOf(findings, budgets, `npm run bench${isQuick ? " -- --quick" : ""}`);
  await write(isQuick ? join(REPOSITORY, "build/bench") : join(REPOSITORY, "docs"), page, findings);
  console.log(budgetTable(budgets));
  const over = budgets.filter(isOver);
  for (const { name } of over) console.error(`over budget: ${name}`);
  return over.length > 0 ? 1 : 0;
}

function judge({ times, calls, zones, hostnames, baseline, slow }: Findings): Finding[] {
  const most = hostnames.at(-1);
  const atMost200 = zones.filter(({ zones: count }) => count <= 200).at(-1);
  const { create } = slow;
  return [
    ...callFindings(calls.one, calls.further),
    against(
      "no-op of many zones, against as many empty dynamic resources",
      baseline.noop.own.seconds / baseline.noop.empty.seconds,
    ),
    against(
      "computing of the provider in a create, but for what empty resources take, against the time of its calls",
      (create.provider.cpu - baseline.create.empty.provider.cpu) / ((create.calls * LATENCY) / 1000 / AT_A_TIME),
    ),
    against("load of the package, against that of @pulumi/pulumi", times.own / times.sdk),
    against(
      "validation of 3,000 hostnames and 20 certificates, against the load of @pulumi/pulumi",
      times.validation / times.sdk,
    ),
    against("memory of the provider, MB", atMost200?.operations.create?.provider.memory ?? NaN),
    against("state of one zone with 3,000 hostnames, KB", (most?.stateBytes ?? NaN) / 1024),
    against("diff of one hostname among 3,000, lines", most?.diffLines ?? NaN),
    against("diff of one hostname among 3,000, KB", (most?.diffBytes ?? NaN) / 1024),
  ];
}

async function write(folder: string, page: string, findings: Findings): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "performance.md");
  for (const [name, chart] of Object.entries(chartsOf(findings)))
    writeFileSync(join(folder, `${name}.svg`), drawChart(chart));
  writeFileSync(file, await format(page, { ...(await resolveConfig(file)), filepath: file }));
  console.error(`written: ${relative(REPOSITORY, file)}, with its charts beside it`);
}
