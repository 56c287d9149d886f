/**
 * A value that readers see late: Cloudflare's associations are eventually consistent, so what was
 * written shows only after a time, after a number of reads, or after both.
 */
export interface Lagging<T> {
  /** What the last write said, seen or not. */
  written(): T;
  /** What shows now, or showed so many milliseconds ago; looking this way is not a read that counts. */
  visible(behind?: number): T;
  /** What shows to a read through the API, which counts it. */
  read(): T;
  write(value: T, lag?: Lag): void;
}

export interface Lag {
  readonly milliseconds: number;
  readonly reads: number;
}

interface Pending<T> {
  value: T;
  due: number;
  readsLeft: number;
}

/** Who is more changes behind than these sees the oldest of them. */
const MOST_REMEMBERED = 100;

export function lagging<T>(initial: T): Lagging<T> {
  let shown = [{ value: initial, since: -Infinity }];
  let pending: Pending<T>[] = [];
  let lastRead = 0;

  function visible(behind = 0): T {
    const now = Date.now();
    const ready = (write: Pending<T>): boolean => write.due <= now && write.readsLeft <= 0;
    const settled = pending.findLastIndex(ready);
    for (const write of pending.slice(0, settled + 1).filter(ready)) {
      // It may be looked at long after it began to show.
      shown.push({ value: write.value, since: Math.max(write.due, lastRead) });
    }
    pending = pending.slice(settled + 1);
    shown = shown.slice(-MOST_REMEMBERED);
    return (shown.findLast(({ since }) => since <= now - behind) ?? shown[0] ?? { value: initial }).value;
  }

  return {
    written: () => pending.at(-1)?.value ?? visible(),
    visible,
    read() {
      const answer = visible();
      lastRead = Date.now();
      for (const write of pending) write.readsLeft -= 1;
      return answer;
    },
    write(value, { milliseconds, reads } = { milliseconds: 0, reads: 0 }) {
      pending.push({ value, due: Date.now() + milliseconds, readsLeft: reads });
      visible();
    },
  };
}
