import { authorities } from "../support/authority";
import { useEmulator, useStack } from "../support/use";

/*
 * Cloudflare takes 1,200 calls of a token in five minutes. What one process has seen or written it knows; but what decides who gets
 * in or is locked out rests on a look of its own.
 */

test("the calls of each operation, on one zone and on a further one", async () => {
  const { A, B } = await authorities("A", "B");
  const emulator = await useEmulator({ zones: ["x.com", "y.com", "z.com"] });
  const stack = await useStack(emulator, "");
  const cas = { a: A.pem, b: B.pem };
  const declare = (zones: readonly string[], keys: readonly ("a" | "b")[], ...labels: string[]) => {
    const args = {
      accountId: emulator.accountId,
      cas: Object.fromEntries(keys.map((key) => [key, { certificates: cas[key] }])),
      zones: zones.map((name) => ({
        key: name.slice(0, 1),
        zoneId: emulator.zones[name],
        hostnames: labels.map((label) => `${label}.${name}`),
      })),
    };
    stack.program(`new MutualTls("m", ${JSON.stringify(args)});`);
  };
  const calls = async (...command: string[]) => {
    const before = emulator.requests.length;
    await stack.must(...command, "--yes", "--skip-preview");
    return emulator.requests.length - before;
  };
  const story = async (zones: readonly string[]) => {
    const up = (...plan: [("a" | "b")[], ...string[]]) => {
      declare(zones, ...plan);
      return calls("up");
    };
    return {
      create: await up(["a"], "api"),
      same: await up(["a"], "api"),
      "hostname added": await up(["a"], "api", "www"),
      "hostname removed": await up(["a"], "api"),
      "CA added": await up(["a", "b"], "api"),
      "CA removed": await up(["b"], "api"),
      destroy: await calls("destroy"),
    };
  };
  expect(await story(["x.com"])).toEqual({
    create: 6,
    same: 0,
    "hostname added": 7,
    "hostname removed": 10,
    "CA added": 6,
    "CA removed": 10,
    destroy: 7,
  });
  expect(await story(["x.com", "y.com", "z.com"])).toEqual({
    create: 6 + 2 * 5,
    same: 0,
    "hostname added": 7 + 2 * 6,
    "hostname removed": 10 + 2 * 9,
    "CA added": 6 + 2 * 5,
    "CA removed": 10 + 2 * 8,
    destroy: 7 + 2 * 6,
  });
});
