import { setTimeout as sleep } from "node:timers/promises";
import type { Emulator } from "../../src/emulator";
import type { Run } from "./pulumi";
import type { Stack } from "./stack";
import { isWrite } from "./writes";

const WRITES = ["POST", "PUT", "PATCH", "DELETE"] as const;
const HOLDS_WITHIN = 60_000;

/** Of a write: it never was carried out; or it was, and the answer found nobody any more. */
export type Moment = "before" | "after";

/**
 * Runs the CLI again and again, and kills it with all its processes at each of its writes, by turns before it is carried
 * out and after, until a run makes no write that it wasn't killed at already. Answers how often it killed.
 */
export async function killedAtEachWrite(
  emulator: Emulator,
  stack: Stack,
  first: Moment,
  ...args: string[]
): Promise<number> {
  const killedAt = new Set<string>();
  for (let moment = first; ; moment = moment === "before" ? "after" : "before") {
    const run = await runUntilKilled(emulator, stack, moment, killedAt, args);
    if (run) {
      if (run.code === 0) return killedAt.size;
      throw new Error(`after ${killedAt.size} kills, ${args[0]} ended with ${run.code}:\n${run.output}`);
    }
    await stack.must("cancel", "--yes");
  }
}

/** Undefined: it was killed. */
async function runUntilKilled(
  emulator: Emulator,
  stack: Stack,
  moment: Moment,
  killedAt: Set<string>,
  args: readonly string[],
): Promise<Run | undefined> {
  const { ended } = stack.start(...args);
  for (;;) {
    const from = emulator.requests.length;
    const holds = WRITES.map((method) => emulator.inject({ kind: "hold", method }));
    const run = await endOr(ended, () => holds.some(({ hits }) => hits > 0));
    const held = emulator.requests.slice(from).find(({ fault, status }) => fault === "hold" && status === 0);
    const write = JSON.stringify([held?.method, held?.path, held?.body]);
    if (run || !held || !isWrite(held) || killedAt.has(write)) {
      for (const hold of holds) hold.release();
      if (run) return run;
      continue;
    }
    killedAt.add(write);
    stack.kill();
    await ended;
    // A hold that isn't released holds for ever: that write is never carried out.
    for (const hold of holds) if (hold.hits === 0 || moment === "after") hold.release();
    await until(() => moment === "before" || held.status !== 0);
    return undefined;
  }
}

/**
 * Kills the run when this call arrives (see the emulator's faults), which is then never carried out, or is although
 * nobody hears the answer any more.
 */
export async function killedAt(
  emulator: Emulator,
  stack: Stack,
  { moment = "before", ...call }: { method: string; path: string; nth?: number; moment?: Moment },
  ...args: string[]
): Promise<void> {
  const from = emulator.requests.length;
  const hold = emulator.inject({ kind: "hold", ...call });
  const { ended } = stack.start(...args);
  const run = await endOr(ended, () => hold.hits > 0);
  if (run) throw new Error(`${args[0]} ended with ${run.code} without ${call.method} ${call.path}:\n${run.output}`);
  const held = emulator.requests.slice(from).find(({ fault, status }) => fault === "hold" && status === 0);
  stack.kill();
  await ended;
  if (moment === "after") {
    hold.release();
    await until(() => held?.status !== 0);
  }
  await stack.must("cancel", "--yes");
}

/** How the run ended; undefined when something happened before. */
async function endOr(ended: Promise<Run>, happened: () => boolean): Promise<Run | undefined> {
  let run: Run | undefined;
  void ended.then((end) => (run = end));
  await until(() => run !== undefined || happened());
  return run;
}

async function until(holds: () => boolean): Promise<void> {
  const last = Date.now() + HOLDS_WITHIN;
  while (!holds()) {
    if (Date.now() > last) throw new Error("waited in vain");
    await sleep(5);
  }
}
