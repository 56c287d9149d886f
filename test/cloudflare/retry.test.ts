import { CloudflareError } from "../../src/cloudflare/errors";
import { nextDelay, readRetryAfter } from "../../src/cloudflare/retry";

const BUDGET = 600_000;
type Kind = "limited" | "unsent" | "unknown";

/** The failure of a call: refused for its number, never on the line, or a 5xx. */
function failed(kind: Kind, method: string, retryAfter?: number): CloudflareError {
  const answer = { limited: { status: 429 }, unsent: { status: 0, network: "ECONNREFUSED" }, unknown: { status: 500 } };
  return new CloudflareError({ method, path: "/x", errors: [], retryAfter, ...answer[kind] });
}

const NOW = new Date("2026-11-21T12:00:00Z");

describe("when a call is tried again", () => {
  test("a write whose answer was lost is never repeated blindly", () => {
    for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
      expect(nextDelay(failed("unknown", method), 1, 0, BUDGET, 0)).toBeUndefined();
    }
  });

  test("a GET without a good answer is tried four times, ever more slowly", () => {
    const delays = [1, 2, 3, 4].map((attempt) => nextDelay(failed("unknown", "GET"), attempt, 0, BUDGET, 0));
    expect(delays).toEqual([500, 1000, 2000, undefined]);
  });

  test("a call that never left is tried again, whatever it is", () => {
    expect(nextDelay(failed("unsent", "POST"), 1, 0, BUDGET, 0)).toBe(500);
  });

  test("Retry-After is obeyed to the second, jitter or not, as often as it is said", () => {
    expect(nextDelay(failed("limited", "POST", 90_000), 9, 0, BUDGET, 1)).toBe(90_000);
  });

  test("Retry-After: 0 is no licence to hammer", () => {
    expect(nextDelay(failed("limited", "GET", 0), 1, 0, BUDGET, 0)).toBe(1000);
  });

  test("a wait that would break the budget is not begun", () => {
    const limited = (retryAfter: number, waited: number) =>
      nextDelay(failed("limited", "GET", retryAfter), 2, waited, 600_000, 0);
    expect(limited(300_000, 300_000)).toBe(300_000);
    expect(limited(300_001, 300_000)).toBeUndefined();
    expect(limited(600_001, 0)).toBeUndefined();
  });

  test("a limited call that isn't told how long waits ever longer, until the budget is used up", () => {
    const delays: number[] = [];
    for (let waited = 0, attempt = 1; ; attempt++) {
      const delay = nextDelay(failed("limited", "POST"), attempt, waited, 120_000, 0);
      if (delay === undefined) break;
      delays.push(delay);
      waited += delay;
    }
    expect(delays).toEqual([2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  });

  test("jitter takes away a quarter at most", () => {
    expect(nextDelay(failed("unknown", "GET"), 1, 0, BUDGET, 1)).toBe(375);
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
