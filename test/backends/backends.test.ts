import { setTimeout as sleep } from "node:timers/promises";
import type { Emulator } from "../../src/emulator";
import { createAuthority } from "../support/authority";
import { cloudflareAt } from "../support/pulumi";
import { Stack } from "../support/stack";
import { useEmulator } from "../support/use";
import { programOf } from "../support/wish";
import { isWrite } from "../support/writes";
import { startPostgreSql, startS3, type Backend } from "./server";

/*
 * State as teams keep it: two runners of one stack at one moment, and one that dies.
 */

const LOCKED = /locked by|currently locked/;

describe.each([
  ["PostgreSQL", startPostgreSql],
  ["S3", startS3],
])("state in %s", (_, start) => {
  let backend: Backend;
  let emulator: Emulator;
  let stack: Stack;

  beforeAll(async () => {
    backend = await start();
  }, 60_000);
  afterAll(() => backend.stop());

  beforeEach(async () => {
    emulator = await useEmulator({ zones: ["x.com"], latency: 150 });
    stack = new Stack("backend", { ...backend.environment, ...cloudflareAt(emulator) });
    const { pem } = await createAuthority("Ours");
    const zones = { x: { zoneId: emulator.zones["x.com"] ?? "", hostnames: ["a.x.com"] } };
    stack.program(programOf({ accountId: emulator.accountId, cas: { one: pem }, zones }));
    await stack.must("stack", "init", "test");
  });
  afterEach(async () => {
    await stack.run("stack", "rm", "--yes", "--force");
    stack.remove();
  });

  function holdsOneOfEach(): void {
    const { certificates, zones } = emulator.state();
    expect(certificates).toHaveLength(1);
    expect(zones["x.com"]?.rules).toHaveLength(1);
  }

  test("two runners at one moment: one at most writes, and nothing is lost or made twice", async () => {
    const runs = await Promise.all([stack.up(), stack.up()]);
    const refused = runs.filter(({ code }) => code !== 0);
    expect(refused.length).toBeGreaterThan(0);
    for (const { output } of refused) expect(output).toMatch(LOCKED);

    await stack.must("up", "--yes", "--skip-preview"); // where both were refused, this is the first
    holdsOneOfEach();
    await stack.must("up", "--yes", "--skip-preview", "--expect-no-changes");
    await stack.must("destroy", "--yes", "--skip-preview");
    expect(emulator.state().certificates).toEqual([]);
  });

  test("a runner that dies leaves its lock: `pulumi cancel` frees the stack, and the next up finds what was made", async () => {
    const dying = stack.start("up", "--yes", "--skip-preview");
    while (!emulator.requests.some(isWrite)) await sleep(20);
    stack.kill();
    await dying.ended;

    const refused = await stack.up();
    expect(refused.code).not.toBe(0);
    expect(refused.output).toMatch(LOCKED);
    await stack.must("cancel", "--yes");
    await stack.must("up", "--yes", "--skip-preview");
    holdsOneOfEach();
    await stack.must("destroy", "--yes", "--skip-preview");
    expect(emulator.state().certificates).toEqual([]);
  });
});
