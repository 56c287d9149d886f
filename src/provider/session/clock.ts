import { setTimeout } from "node:timers/promises";

/** Time, as far as this package waits for it. Milliseconds. */
export interface Clock {
  now(): number;
  /** Rejects when the signal says that nobody waits any more. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export const CLOCK: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) => setTimeout(milliseconds, undefined, { signal }),
};
