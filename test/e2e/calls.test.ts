import { authorities } from "../support/authority";
import { callsOfOperations } from "../support/operations";
import { useEmulator, useStack } from "../support/use";

/*
 * Cloudflare takes 1,200 calls of a token in five minutes. What one process has seen or written it knows; but what decides who gets
 * in or is locked out rests on a look of its own. `npm run bench` holds the same figures against what is the least possible.
 */

test("the calls of each operation, on one zone and on a further one", async () => {
  const emulator = await useEmulator({ zones: ["x.com", "y.com", "z.com"] });
  const stack = await useStack(emulator, "");
  const keys = await authorities("A", "B");
  expect(await callsOfOperations(emulator, stack, keys, ["x.com"])).toEqual({
    preview: 5,
    create: 6,
    "no change": 0,
    "hostname added": 7,
    "hostname removed": 10,
    "CA added": 6,
    "CA removed": 10,
    "PEM replaced": 12,
    refresh: 3,
    destroy: 7,
  });
  expect(await callsOfOperations(emulator, stack, keys, ["x.com", "y.com", "z.com"])).toEqual({
    preview: 5 + 2 * 4,
    create: 6 + 2 * 5,
    "no change": 0,
    "hostname added": 7 + 2 * 6,
    "hostname removed": 10 + 2 * 9,
    "CA added": 6 + 2 * 5,
    "CA removed": 10 + 2 * 8,
    "PEM replaced": 12 + 2 * 9,
    refresh: 3 + 2 * 2,
    destroy: 7 + 2 * 6,
  });
});
