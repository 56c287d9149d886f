import { chain, REPLACING, startAndWait, until, useTemplate } from "./probe";
import type { ProbeStack } from "./probe";

jest.setTimeout(120_000);

const empty = useTemplate("");
const created = useTemplate(chain());

const SLOW = { "ca.create": { waits: true } };
const afresh = ["check ca as new", "create ca#2", "check as as new", "create as#1", "check ru as new", "create ru#1"];
const WARNING = "Attempting to deploy or update resources with 1 pending operations from previous deployment.";

function slow(): ProbeStack {
  const stack = empty();
  stack.program(chain());
  stack.direct(SLOW);
  return stack;
}

/** What the run left in state is only asked for once its processes are gone. */
async function nothingLives(run: { living(): string[] }): Promise<void> {
  await until(() => run.living().length === 0, "every process of the run has ended");
}

describe("Ctrl-C during a create", () => {
  test("once: the create ends, its result is kept, nothing more is called, and the next up goes on from there", async () => {
    const stack = slow();
    const run = await startAndWait(stack, "create waits ca#1");
    process.kill(run.cli, "SIGINT");
    await run.says("^C received; cancelling.");
    stack.go();
    const { code, output } = await run.ended;
    expect(code).toBe(1);
    expect(output).toContain("error: update canceled");
    expect(stack.kept()).toEqual(["ca#1"]);
    expect(stack.pending()).toEqual([]);
    await nothingLives(run);
    stack.direct({});
    const { calls } = await stack.sees("up");
    expect(calls).toEqual(["check ca", "diff ca#1", ...afresh.slice(2)]);
  });

  test("twice: the provider dies in the create, a pending operation is left, no lock, and the next up creates afresh", async () => {
    const stack = slow();
    const run = await startAndWait(stack, "create waits ca#1");
    process.kill(run.cli, "SIGINT");
    await run.says("^C received; cancelling.");
    process.kill(run.cli, "SIGINT");
    const { code, output } = await run.ended;
    expect(code).not.toBe(0);
    expect(output).toContain("^C received; terminating");
    await nothingLives(run);
    expect(stack.log().map(({ verb }) => verb)).not.toContain("create ends");
    expect(stack.kept()).toEqual([]);
    expect(stack.pending()).toEqual(["creating ca"]);
    stack.direct({});
    const seen = await stack.sees("up");
    expect(seen).toMatchObject({ code: 0, calls: afresh });
    expect(seen.output).toContain(WARNING);
  });
});

describe("kill -9 during a create", () => {
  test("of the provider's process: nothing is kept, not even a pending operation, and the next up creates afresh", async () => {
    const stack = slow();
    const run = await startAndWait(stack, "create waits ca#1");
    process.kill(run.provider, "SIGKILL");
    const { code, output } = await run.ended;
    expect(code).toBe(1);
    expect(output).toContain("error: error reading from server: EOF");
    await nothingLives(run);
    expect(stack.kept()).toEqual([]);
    expect(stack.pending()).toEqual([]);
    stack.direct({});
    expect(await stack.sees("up")).toMatchObject({ code: 0, calls: afresh });
  });

  test("of the CLI: the provider lives on and ends the create, unheard; the stack stays locked, and the create pending", async () => {
    const stack = slow();
    const run = await startAndWait(stack, "create waits ca#1");
    try {
      process.kill(run.cli, "SIGKILL");
      await run.ended;
      stack.go();
      await until(() => stack.log().at(-1)?.verb === "create ends", "the create ends without its CLI");
      await until(() => !run.living().includes("program"), "the program has ended by itself");
      expect(run.living().sort()).toEqual(["language host", "launcher", "provider"]);
      const locked = await stack.sees("up");
      expect(locked).toMatchObject({ code: 1, calls: [] });
      expect(locked.output).toContain("the stack is currently locked by 1 lock(s)");
      await stack.must("cancel", "--yes");
      expect(stack.kept()).toEqual([]);
      expect(stack.pending()).toEqual(["creating ca"]);
    } finally {
      run.killAll();
    }
    await nothingLives(run);
    stack.direct({});
    const seen = await stack.sees("up");
    expect(seen).toMatchObject({ code: 0, calls: afresh });
    expect(seen.output).toContain(WARNING);
  });
});

describe("what is left pending", () => {
  test("a create stays through up, refresh and destroy, and goes with `refresh --clear-pending-creates`", async () => {
    const stack = slow();
    const run = await startAndWait(stack, "create waits ca#1");
    stack.kill();
    await run.ended;
    await nothingLives(run);
    await stack.must("cancel", "--yes");
    stack.direct({});
    expect((await stack.sees("up")).code).toBe(0);
    expect((await stack.sees("refresh")).code).toBe(0);
    expect(stack.pending()).toEqual(["creating ca"]);
    expect((await stack.sees("destroy")).code).toBe(0);
    expect(stack.pending()).toEqual(["creating ca"]);
    expect((await stack.sees("refresh", "--clear-pending-creates")).code).toBe(0);
    expect(stack.pending()).toEqual([]);
  });

  test("deletes are made up for by the next up, and know all that it checked", async () => {
    const stack = created();
    stack.program(chain("v2"));
    stack.direct({ ...REPLACING, "as.delete": { waits: true } });
    const run = await startAndWait(stack, "delete waits as#1");
    stack.kill();
    await run.ended;
    await nothingLives(run);
    await stack.must("cancel", "--yes");
    expect(stack.kept()).toEqual(["ca#2", "as#2", "ru#1", "ca#1, to be deleted", "as#1, to be deleted"]);
    stack.direct(REPLACING);
    const seen = await stack.sees("up");
    expect(seen.calls).toEqual([
      ...["check ca", "diff ca#2", "check as", "diff as#2", "check ru", "diff ru#1", "delete as#1", "delete ca#1"],
    ]);
    for (const { declared } of seen.raw.slice(-2)) expect(declared).toEqual(["as", "ca", "ru"]);
    expect(stack.kept()).toEqual(["ca#2", "as#2", "ru#1"]);
    expect(stack.pending()).toEqual([]);
  });

  test("a delete-first replacement between delete and create is taken up, and the dependent deleted a second time", async () => {
    const stack = created();
    stack.program(chain("v2", { ca: "deleteBeforeReplace: true" }));
    stack.direct({ ...REPLACING, ...SLOW });
    const run = await startAndWait(stack, "create waits ca#2");
    stack.kill();
    await run.ended;
    await nothingLives(run);
    await stack.must("cancel", "--yes");
    expect(stack.kept()).toEqual(["ca#1, to be replaced", "as#1, to be replaced", "ru#1"]);
    stack.direct(REPLACING);
    const { calls } = await stack.sees("up");
    expect(calls.filter((call) => /delete|create/.test(call))).toEqual(["delete as#1", "create ca#3", "create as#2"]);
    expect(stack.kept()).toEqual(["ca#3", "as#2", "ru#1"]);
  });
});
