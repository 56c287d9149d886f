import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { FAULTS, titleOf } from "./cells";
import type { Verdict } from "./run-cell";

const BUILD = join(resolve(__dirname, "../../.."), "build");

export interface Counts {
  /** All cells that there are. */
  readonly all: number;
  /** Left out, because they are the same as one that is counted. */
  readonly equal: number;
  readonly seconds: number;
}

/** `30 of 689 cells, 30 hold, …` */
export function summaryOf(verdicts: readonly Verdict[], { all, equal, seconds }: Counts): string {
  const count = (fits: (verdict: Verdict) => boolean) => verdicts.filter(fits).length;
  const how = (["absorbed", "resumed", "cleared away", "brought back"] as const).map(
    (outcome) => `${count((verdict) => holds(verdict) && verdict.outcome === outcome)} ${outcome}`,
  );
  const forced = count((verdict) => verdict.forced !== undefined && holds(verdict));
  return [
    `${verdicts.length}${verdicts.length === all ? "" : ` of ${all}`} cells, ${count(holds)} hold (${how.join(", ")}; ${forced} of them leave what the fault forces),`,
    `${count((verdict) => !holds(verdict))} don't; ${equal} more are the same as others, since a read has no before and after; ${Math.round(seconds)} s`,
  ].join(" ");
}

export function holds({ problems }: Verdict): boolean {
  return problems.length === 0;
}

/** The matrix with its counts, for people: in `build`, where the answer says. */
export function report(name: string, verdicts: readonly Verdict[], counts: Counts): string {
  const columns = [...FAULTS, "refused"]
    .flatMap((fault) => [fault, `${fault}, then destroy`, `${fault}, then up`])
    .filter((column) => verdicts.some((verdict) => columnOf(verdict) === column));
  const rows = [...new Set(verdicts.map(({ cell }) => cell.operation.name))].map((operation) => {
    const fields = columns.map((column) => {
      const cells = verdicts.filter(
        (verdict) => verdict.cell.operation.name === operation && columnOf(verdict) === column,
      );
      return cells.length === 0 ? "" : `${cells.filter(holds).length}/${cells.length}`;
    });
    return `| ${[operation, ...fields].join(" | ")} |`;
  });
  const notes = verdicts.flatMap(({ cell, problems, forced }) => [
    ...problems.map((problem) => `- ${titleOf(cell)}: **${problem}**`),
    ...(forced && problems.length === 0 ? [`- ${titleOf(cell)}: ${forced}`] : []),
  ]);
  const table = [`| hold / run | ${columns.join(" | ")} |`, `|${" --- |".repeat(columns.length + 1)}`, ...rows];
  const file = join(BUILD, `fault-matrix-${name.replace(" ", "-")}.md`);
  mkdirSync(BUILD, { recursive: true });
  writeFileSync(
    file,
    [`# Fault matrix: ${name}`, "", summaryOf(verdicts, counts), "", ...table, "", ...notes, ""].join("\n"),
  );
  return file;
}

function columnOf({ cell: { fault, then } }: Verdict): string {
  return then === "again" ? fault : `${fault}, then ${then}`;
}
