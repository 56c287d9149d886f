import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

const CLOCK = {
  now: () => Date.now(),
  sleep: (milliseconds: number, signal?: AbortSignal): Promise<unknown> => sleep(milliseconds, undefined, { signal }),
};
/** Calls that are left to others, and to the next process, which learns from its first answer how many there are. */
const RESERVE = 24;
/** Calls that leave before any answer says how many may: a CA of hundreds of zones has that many calls to make at one moment. */
const FIRST = 8;
const MOMENT = 20; // milliseconds
const TELLING = 5_000; // milliseconds from one line of the log to the next

/** The entries of Ratelimit (`"default";r=50;t=30`) or Ratelimit-Policy (`"default";q=1200;w=300`). */
function entriesOf(header: unknown) {
  const entries = String(header).matchAll(/"([^"]*)"\s*;\s*[rq]=(\d+)\s*;\s*[tw]=(\d+)/g);
  return [...entries].map(([, name, calls, seconds]) => ({ name, calls: Number(calls), time: Number(seconds) * 1000 }));
}

/** How far the run is that calls are made for: in resources. */
export interface Progress {
  readonly done: number;
  readonly all: number;
}

/** Lets the calls of one token leave while answers say that some are left: who asks for more is refused everything for five minutes. */
export class Pace {
  /** As documented; answers that say otherwise are believed. */
  private policy = { calls: 1200, time: 300_000 };
  private left = 0;
  private until = 0;
  private sent = 0;
  private inFlight = 0;
  private newest = 0;
  private told = -Infinity;

  constructor(private readonly clock = CLOCK) {}

  /** Milliseconds until the next call may leave; 0: it is counted as gone. */
  leave(now: number): number {
    const { calls, time } = this.policy;
    if (now >= this.until) [this.left, this.until] = [calls, now + time];
    if (this.left <= reserveOf(calls)) return this.until - now;
    this.left--;
    this.inFlight++;
    this.sent++;
    return 0;
  }

  /** What an answer says. A slow one was counted before those that left after it and are answered already. */
  heard(call: number, headers: Readonly<Record<string, unknown>>, now = this.clock.now()): void {
    this.inFlight--;
    const [tightest] = entriesOf(headers.ratelimit).sort((one, other) => one.calls - other.calls);
    if (!tightest || call < this.newest) return;
    this.newest = call;
    this.policy = entriesOf(headers["ratelimit-policy"]).find(({ name }) => name === tightest.name) ?? this.policy;
    // Whether those under way are counted in it isn't known, nor how the seconds were rounded.
    [this.left, this.until] = [tightest.calls - this.inFlight, now + tightest.time + 1000];
  }

  /** Waits until a call may leave: its number; undefined where that takes longer than `within` milliseconds. */
  async turn(
    within: number,
    log: (line: string) => void,
    signal?: AbortSignal,
    progress?: Progress,
  ): Promise<number | undefined> {
    // None is answered yet.
    while (this.inFlight === this.sent && this.sent >= FIRST) await this.clock.sleep(MOMENT, signal);
    for (const started = this.clock.now(); ;) {
      const now = this.clock.now();
      const wait = this.leave(now);
      if (wait === 0) return this.sent;
      if (now - started + wait > within) return undefined;
      if (now - this.told >= TELLING) log(this.tell(now, wait, progress));
      await this.clock.sleep(Math.min(wait, TELLING), signal);
    }
  }

  private tell(now: number, wait: number, { done, all }: Progress = { done: 0, all: 0 }): string {
    this.told = now;
    const far = all > done ? `${done} of ${all} resources done, ` : "";
    const waiting = `${this.sent} calls made, waiting until ${timeOf(this.until)} (${Math.ceil(wait / 1000)} s)`;
    const { calls, time } = this.policy;
    // What is left takes as many calls as what is done, and each wait but this one brings a whole window.
    const windows = Math.ceil(((all - done) * this.sent) / Math.max(1, done) / (calls - reserveOf(calls)));
    const end = done > 0 && windows > 1 ? `, and until about ${timeOf(this.until + (windows - 1) * time)} in all` : "";
    return `Cloudflare's limit of requests: ${far}${waiting}${end}`;
  }
}

function reserveOf(calls: number): number {
  return Math.min(RESERVE, Math.floor(calls / 4));
}

function timeOf(moment: number): string {
  return new Date(moment).toTimeString().split(" ")[0] ?? "";
}

const paces = new Map<string, Pace>();

/** One for each address and token in the process; the token itself isn't kept. */
export function paceOf(...access: readonly unknown[]): Pace {
  const key = createHash("sha256").update(JSON.stringify(access)).digest("hex");
  const pace = paces.get(key) ?? new Pace();
  paces.set(key, pace);
  return pace;
}
