import { parentPort, workerData } from "node:worker_threads";
import type { Authorities } from "./authorities";
import { Explorer } from "./explorer";
import type { Counterexample } from "./explorer";
import type { Share } from "./sweep";

/** What the command hands to each of its workers. */
export interface Errand {
  readonly authorities: Authorities;
  readonly worlds: readonly string[];
  readonly seed: number;
  readonly share: Share;
  /** Milliseconds from the start. */
  readonly time: number;
}

/** What a worker says now and then: states by their hashes, or a counterexample. */
export type Message = { readonly states: Float64Array } | { readonly counterexample: Counterexample };

const BATCH = 4096;

async function work({ authorities, worlds, seed, share, time }: Errand): Promise<void> {
  const own = new Set<number>();
  let batch: number[] = [];
  const say = (message: Message) => parentPort?.postMessage(message);
  const send = () => {
    say({ states: new Float64Array(batch) });
    batch = [];
  };
  const visit = (hash: number) => {
    if (own.has(hash)) return;
    own.add(hash);
    if (batch.push(hash) >= BATCH) send();
  };
  const explorer = new Explorer(authorities, visit, (counterexample) => say({ counterexample }));
  let isOver = false;
  parentPort?.once("message", () => (isOver = true));
  const end = Date.now() + time;
  await explorer.explore(worlds, seed, share, () => isOver || Date.now() > end);
  send();
  parentPort?.close();
}

void work(workerData as Errand);
