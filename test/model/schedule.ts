import { chanceOf } from "../../src/emulator/account/chance";
import type { Clock } from "../../src/provider/session/clock";

/** Something that waits for its turn: an API call, a step of the engine, or a sleep. */
export interface Waiting {
  /** Of which operation of which process. */
  readonly operation: string;
  readonly what: string;
  /** Whether it may go on by now. */
  isReady(): boolean;
  go(): void;
  /** Milliseconds of the model's clock; only a sleep has it. */
  readonly due?: number;
  /** What it dies with. */
  readonly owner: object;
}

/** Which of those that are ready goes on. */
export type Chooser = (ready: readonly Waiting[]) => number;

/**
 * One thing happens at a time: the choice is the schedule's, so that a run is known by its seed. Between two choices
 * everything that needs no turn has happened.
 */
export class Schedule {
  private waiting: Waiting[] = [];
  private time = 0;
  /** Which operation was let go on: what it asks for next is its own. */
  private current = "";
  private readonly counts = new Map<string, number>();

  constructor(
    private readonly choose: Chooser,
    /** Called between any two steps. */
    private readonly look: (position: readonly string[]) => void,
    start = 0,
  ) {
    this.time = start;
  }

  get now(): number {
    return this.time;
  }

  /** Nothing happens for so many milliseconds. */
  pass(milliseconds: number): void {
    this.time += milliseconds;
  }

  /** Waits for a turn. The owner's death means that it never comes. */
  turn(owner: object, operation: string | undefined, what: string, isReady: () => boolean = () => true): Promise<void> {
    return new Promise((go) => {
      this.waiting.push({ owner, operation: operation ?? this.current, what, isReady, go });
    });
  }

  clockFor(owner: object): Clock {
    return {
      now: () => this.time,
      sleep: (milliseconds) =>
        new Promise((go) => {
          const sleep = {
            owner,
            operation: this.current,
            what: "sleep",
            isReady: () => true,
            go,
            due: this.time + milliseconds,
          };
          this.waiting.push(sleep);
        }),
    };
  }

  drop(owner: object): void {
    this.waiting = this.waiting.filter((one) => one.owner !== owner);
  }

  /** Runs until the work is done. */
  async run<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    const end = () => (isDone = true);
    work.then(end, end);
    for (;;) {
      await new Promise(setImmediate);
      this.look(this.waiting.map(({ operation, what }) => `${operation} ${this.counts.get(operation) ?? 0} ${what}`));
      if (isDone) return work;
      const next = this.next();
      if (!next)
        throw new Error(`The model is stuck: ${this.waiting.map(({ what }) => what).join(", ") || "nobody waits"}`);
      this.waiting = this.waiting.filter((one) => one !== next);
      this.current = next.operation;
      this.counts.set(next.operation, (this.counts.get(next.operation) ?? 0) + 1);
      if (next.due !== undefined) this.time = Math.max(this.time, next.due);
      next.go();
    }
  }

  /** A call takes no time in this model, so sleeps end only when nobody has anything else to do. */
  private next(): Waiting | undefined {
    const ready = this.waiting.filter((one) => one.due === undefined && one.isReady());
    if (ready.length > 0) return ready[this.choose(ready)];
    const [first] = this.waiting
      .filter(({ due }) => due !== undefined)
      .sort((one, other) => (one.due ?? 0) - (other.due ?? 0));
    return first;
  }
}

/**
 * 0: who waits longest goes first, which is the order of the program. 1: who waits shortest. Then by seed: even ones give each operation a
 * rank, which finds what happens only if one of them is far ahead; odd ones toss a coin at each step.
 */
export function chooserOf(order: number): Chooser {
  if (order === 0) return () => 0;
  if (order === 1) return (ready) => ready.length - 1;
  const random = chanceOf(order);
  if (order % 2 === 1) return (ready) => Math.floor(random() * ready.length);
  const ranks = new Map<string, number>();
  const rank = (operation: string) => {
    const known = ranks.get(operation) ?? random();
    ranks.set(operation, known);
    return known;
  };
  return (ready) =>
    ready.reduce((best, one, index) => (rank(one.operation) > rank(ready[best]?.operation ?? "") ? index : best), 0);
}
