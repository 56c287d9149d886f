/**
 * A value that readers see late: Cloudflare's associations are eventually consistent, so what was
 * written shows only after a time, after a number of reads, or after both.
 */
export interface Lagging<T> {
  /** What the last write said, seen or not. */
  written(): T;
  /** What shows now; looking this way is not a read that counts. */
  visible(): T;
  /** What shows to a read through the API, which counts it. */
  read(): T;
  write(value: T, lag: { milliseconds: number; reads: number }): void;
}

interface Pending<T> {
  value: T;
  due: number;
  readsLeft: number;
}

export function lagging<T>(initial: T): Lagging<T> {
  let shown = initial;
  let pending: Pending<T>[] = [];

  function settle(): T {
    const due = pending.findLastIndex((write) => write.due <= Date.now() && write.readsLeft <= 0);
    const latest = pending[due];
    if (latest) {
      shown = latest.value;
      pending = pending.slice(due + 1);
    }
    return shown;
  }

  return {
    written: () => pending.at(-1)?.value ?? shown,
    visible: settle,
    read() {
      const answer = settle();
      for (const write of pending) write.readsLeft -= 1;
      return answer;
    },
    write(value, lag) {
      pending.push({ value, due: Date.now() + lag.milliseconds, readsLeft: lag.reads });
      settle();
    },
  };
}
