import { setTimeout as sleep } from "node:timers/promises";
import type { Emulator, JournalEntry } from "../../src/emulator";
import type { Stack } from "./stack";

const WRITES = ["POST", "PUT", "PATCH", "DELETE"] as const;
const HOLDS_WITHIN = 60_000;

/**
 * Runs the CLI again and again, and kills it with all its processes at each of its writes, twice at each: before the
 * write is done, and when it is done but not answered. Answers how often it killed; the last run ended by itself.
 */
export async function killedAtEachWrite(emulator: Emulator, stack: Stack, ...args: string[]): Promise<number> {
  const killed = { before: new Set<string>(), after: new Set<string>() };
  for (let kills = 0; ; kills++) {
    const { ended } = stack.start(...args);
    const { survived, run } = await killedOnce(emulator, stack, ended, killed);
    if (survived) {
      if (run.code !== 0) throw new Error(`after ${kills} kills, ${args[0]} ended with ${run.code}:\n${run.output}`);
      return kills;
    }
    await stack.must("cancel", "--yes");
  }
}

type Ended = ReturnType<Stack["start"]>["ended"];

async function killedOnce(
  emulator: Emulator,
  stack: Stack,
  ended: Ended,
  killed: { readonly before: Set<string>; readonly after: Set<string> },
): Promise<{ survived: boolean; run: Awaited<Ended> }> {
  for (;;) {
    const from = emulator.requests.length;
    const holds = WRITES.map((method) => emulator.inject({ kind: "hold", method }));
    const isHeld = () => holds.some(({ hits }) => hits > 0);
    const run = await endOr(ended, isHeld);
    const held = emulator.requests.slice(from).find(({ fault, status }) => fault === "hold" && status === 0);
    const moment = held && momentOf(held, killed);
    // What was held in vain goes on; a write that must not be done stays held for ever.
    if (!moment) for (const hold of holds) hold.release();
    else {
      stack.kill();
      const dead = await ended;
      for (const hold of holds) if (hold.hits === 0 || moment === "after") hold.release();
      await until(() => moment === "before" || held.status !== 0);
      return { survived: false, run: dead };
    }
    if (run) return { survived: true, run };
  }
}

/** Which of the two moments of this write there was no kill at yet. */
function momentOf(
  { method, path, body }: JournalEntry,
  killed: { readonly before: Set<string>; readonly after: Set<string> },
): "before" | "after" | undefined {
  const write = JSON.stringify([method, path, body]);
  const moment = (["before", "after"] as const).find((candidate) => !killed[candidate].has(write));
  if (moment) killed[moment].add(write);
  return moment;
}

/** Kills the run when this call arrives (see the emulator's faults), which is then never carried out. */
export async function killedAt(
  emulator: Emulator,
  stack: Stack,
  call: { method: string; path: string; nth?: number },
  ...args: string[]
): Promise<void> {
  const hold = emulator.inject({ kind: "hold", ...call });
  const { ended } = stack.start(...args);
  const run = await endOr(ended, () => hold.hits > 0);
  if (run) throw new Error(`${args[0]} ended with ${run.code} without ${call.method} ${call.path}:\n${run.output}`);
  stack.kill();
  await ended;
  await stack.must("cancel", "--yes");
}

/** How the run ended; undefined when something happened before. */
async function endOr(ended: Ended, happened: () => boolean): Promise<Awaited<Ended> | undefined> {
  let run: Awaited<Ended> | undefined;
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
