import { lagging } from "../../../src/emulator/account/lagging";

/* What shows now, and what showed a while ago, to whom nobody has told more. */

beforeEach(() => jest.useFakeTimers({ now: 1_000_000 }));
afterEach(() => jest.useRealTimers());

test("who is behind sees each value for as long as it showed, whenever somebody looks", () => {
  const value = lagging("a");
  value.write("b");
  jest.advanceTimersByTime(100);
  value.write("c", { milliseconds: 50, reads: 0 });
  jest.advanceTimersByTime(100);
  // Now is 200: b came at 0, c at 150.
  expect([0, 49, 50, 51, 199, 200, 201, 1e9].map((behind) => value.visible(behind))).toEqual([
    "c",
    "c",
    "c",
    "b",
    "b",
    "b",
    "a",
    "a",
  ]);
});

test("a value that reads bring forth shows since the last of them", () => {
  const value = lagging("a");
  value.write("b", { milliseconds: 0, reads: 1 });
  jest.advanceTimersByTime(100);
  expect(value.read()).toBe("a");
  jest.advanceTimersByTime(100);
  expect([value.visible(), value.visible(100), value.visible(101)]).toEqual(["b", "b", "a"]);
});

test("a write that is due before an earlier one takes its place", () => {
  const value = lagging("a");
  value.write("late", { milliseconds: 500, reads: 0 });
  value.write("soon", { milliseconds: 10, reads: 0 });
  jest.advanceTimersByTime(1000);
  expect([value.visible(), value.visible(991), value.written()]).toEqual(["soon", "a", "soon"]);
});

test("of very many changes the oldest are forgotten, not the last", () => {
  const value = lagging(0);
  for (let count = 1; count <= 1000; count++) {
    jest.advanceTimersByTime(1);
    value.write(count);
  }
  expect([value.visible(), value.visible(50), value.visible(5000)]).toEqual([1000, 950, 901]);
});
