import { nextDelay, readRetryAfter, RETRY } from "../../src/cloudflare/retry";

const NOW = new Date("2026-11-21T12:00:00Z");

describe("when a call is tried again", () => {
  test("a write whose answer was lost is never repeated blindly", () => {
    for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
      expect(nextDelay({ kind: "unknown" }, method, 1, 0, RETRY.budget, 0)).toBeUndefined();
    }
  });

  test("a GET without a good answer is tried four times, ever more slowly", () => {
    const delays = [1, 2, 3, 4].map((attempt) => nextDelay({ kind: "unknown" }, "GET", attempt, 0, RETRY.budget, 0));
    expect(delays).toEqual([500, 1000, 2000, undefined]);
  });

  test("a call that never left is tried again, whatever it is", () => {
    expect(nextDelay({ kind: "unsent" }, "POST", 1, 0, RETRY.budget, 0)).toBe(500);
  });

  test("Retry-After is obeyed to the second, jitter or not, as often as it is said", () => {
    expect(nextDelay({ kind: "limited", retryAfter: 90_000 }, "POST", 9, 0, RETRY.budget, 1)).toBe(90_000);
  });

  test("Retry-After: 0 is no licence to hammer", () => {
    expect(nextDelay({ kind: "limited", retryAfter: 0 }, "GET", 1, 0, RETRY.budget, 0)).toBe(1000);
  });

  test("a wait that would break the budget is not begun", () => {
    const limited = (retryAfter: number, waited: number) =>
      nextDelay({ kind: "limited", retryAfter }, "GET", 2, waited, 600_000, 0);
    expect(limited(300_000, 300_000)).toBe(300_000);
    expect(limited(300_001, 300_000)).toBeUndefined();
    expect(limited(600_001, 0)).toBeUndefined();
  });

  test("a limited call that isn't told how long waits ever longer, until the budget is used up", () => {
    const delays: number[] = [];
    for (let waited = 0, attempt = 1; ; attempt++) {
      const delay = nextDelay({ kind: "limited" }, "POST", attempt, waited, 120_000, 0);
      if (delay === undefined) break;
      delays.push(delay);
      waited += delay;
    }
    expect(delays).toEqual([2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  });

  test("jitter takes away a quarter at most", () => {
    expect(nextDelay({ kind: "unknown" }, "GET", 1, 0, RETRY.budget, 1)).toBe(375);
  });
});

test.each([
  ["90", 90_000],
  ["0", 0],
  ["-5", 0],
  ["1.5", 1500],
  ["Sat, 21 Nov 2026 12:01:00 GMT", 60_000],
  ["Sat, 21 Nov 2026 11:59:00 GMT", 0],
  ["soon", undefined],
  ["", undefined],
  [undefined, undefined],
])("Retry-After %p is %p milliseconds", (header, expected) => {
  expect(readRetryAfter(header, NOW)).toBe(expected);
});
