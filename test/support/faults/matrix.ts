import { API, Life, PAY, WWW } from "../life";
import { callsOf, cellsOf, titleOf } from "./cells";
import type { Cell } from "./cells";
import { goBackTo, keep } from "./moment";
import type { Moment } from "./moment";
import { BESIDE, NOTHING, OPERATIONS } from "./operations";
import type { Operation } from "./operations";
import { runCell } from "./run-cell";
import type { Verdict } from "./run-cell";

const WATCHED = { [API]: ["nobody", "A", "B"], [WWW]: ["nobody", "A", "B"] };

/** What is done to a stack, and who knocks where meanwhile. */
export interface Matrix {
  readonly name: string;
  readonly operations: readonly Operation[];
  readonly watched: Readonly<Record<string, readonly string[]>>;
}

export const ONE: Matrix = { name: "one component", operations: OPERATIONS, watched: WATCHED };
export const TWO: Matrix = {
  name: "two components",
  operations: BESIDE,
  watched: { ...WATCHED, [PAY]: ["nobody", "B", "C"] },
};

const PAUSE = 150;
/** Seconds that an answer may take here, so that one which never comes is given up soon. */
const ANSWER_TIMEOUT = "2";

/** A stack that has been through every operation once, undisturbed, and can begin each of them again. */
export interface Lane {
  readonly life: Life;
  readonly moments: ReadonlyMap<string, Moment>;
  readonly cells: readonly Cell[];
  /** Cells that are left out, since they are the same as another. */
  readonly equal: number;
}

export async function makeLane({ operations, watched }: Matrix): Promise<Lane> {
  const life = await Life.begin("component", "host", watched, PAUSE);
  life.stack.setEnvironment({ CLOUDFLARE_MTLS_ANSWER_TIMEOUT: ANSWER_TIMEOUT });
  // Counted in reads and not in time, so that each run makes the same calls.
  const lag = { associations: 0, associationReads: 1, deletion: 0, visibleAfterDelete: 0 };
  life.emulator.configure({ lag, latency: 30 });
  const stranger = life.emulator.state().certificates.find(({ name }) => name === "Stranger");
  await life.dashboard.putHostnames("x.com", stranger?.id ?? "", ["others.x.com"]);

  const moments = new Map([[NOTHING.name, keep(life, NOTHING)]]);
  const cells: Cell[] = [];
  let equal = 0;
  for (const operation of operations) {
    const from = moments.get(operation.from.name);
    if (!from) throw new Error(`no operation ends with ${operation.from.name}`);
    await goBackTo(life, from);
    life.declare(operation.to.plan);
    const first = life.emulator.requests.length;
    let last = first;
    const step = await life.step(async () => {
      await life.stack.must(operation.command, "--yes", "--skip-preview");
      last = life.emulator.requests.length;
    }, operation.to.access);
    const overlaps = step.overlaps.filter((hostname) => hostname !== operation.beside?.overlap);
    const wrong = [...step.wrong, ...overlaps, ...(await life.discrepancies())];
    if (wrong.length > 0) throw new Error(`${operation.name} goes wrong undisturbed: ${JSON.stringify(wrong)}`);
    if (!moments.has(operation.to.name)) moments.set(operation.to.name, keep(life, operation.to));
    const made = cellsOf(operation, callsOf(life.emulator.requests.slice(first, last), from.account));
    cells.push(...made.cells);
    equal += made.equal;
  }
  return { life, moments, cells, equal };
}

/**
 * Runs these cells, each in the lane that is free next. Which reading of Cloudflare's documents the edge follows goes by
 * the cell's number.
 */
export async function runCells(
  lanes: readonly Lane[],
  chosen: readonly number[],
  tell: (verdict: Verdict, done: number) => void,
): Promise<Verdict[]> {
  const left = [...chosen];
  const verdicts: Verdict[] = [];
  const work = lanes.map(async (lane) => {
    for (let number = left.shift(); number !== undefined; number = left.shift()) {
      const verdict = await runNumber(lane, number);
      verdicts.push(verdict);
      tell(verdict, verdicts.length);
    }
  });
  await Promise.all(work);
  return verdicts;
}

async function runNumber({ life, moments, cells }: Lane, number: number): Promise<Verdict> {
  const cell = cells[number];
  const from = cell && moments.get(cell.operation.from.name);
  const to = cell && moments.get(cell.operation.to.name);
  if (!from || !to) throw new Error(`there is no cell ${number}`);
  life.emulator.configure({ verification: number % 2 === 0 ? "host" : "account" });
  try {
    return await runCell(life, cell, from, to);
  } catch (error) {
    life.stack.kill();
    return { cell, outcome: "broken off", problems: [String(error)] };
  }
}

/** Two lanes must agree on what there is, or the numbers of the cells mean nothing. */
export function titlesOf({ cells }: Lane): string[] {
  return cells.map(titleOf);
}
