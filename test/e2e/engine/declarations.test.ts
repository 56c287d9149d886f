import { AS, CA, chain, REPLACING, RU, useTemplate } from "./probe";
import type { Call, Seen } from "./probe";

/*
 * A delete of the package yields to what `check` was told in the same process. In which commands is that the whole
 * program? `declared` of a delete is every name that `check` had been called with by then.
 */

jest.setTimeout(120_000);

const created = useTemplate(chain());

/** What each delete knew of the program, by id. */
function known({ raw }: { raw: readonly Call[] }): Record<string, string[]> {
  const deletes = raw.filter(({ verb }) => verb === "delete");
  return Object.fromEntries(deletes.map(({ id, declared }): [string, string[]] => [id ?? "", declared ?? []]));
}

const whole = ["as", "ca", "ru"];

describe("the deletes know the whole program", () => {
  test("in a plain up, over all kinds and texts, because one process serves them", async () => {
    const stack = created();
    stack.program(chain("v2"));
    stack.direct(REPLACING);
    const seen = await stack.sees("up");
    expect(known(seen)).toEqual({ "as#1": whole, "ca#1": whole });
    expect(new Set(seen.raw.map(({ pid }) => pid)).size).toBe(1);
  });

  test("in an up with --replace", async () => {
    expect(known(await created().sees("up", "--replace", AS))).toEqual({ "as#1": whole });
  });

  test("in an up that makes up for a delete which failed in an earlier one", async () => {
    const stack = created();
    stack.program(chain("v2"));
    stack.direct({ ...REPLACING, "as.delete": { throws: "still in use" } });
    expect(await stack.sees("up")).toMatchObject({ code: 1 });
    expect(stack.kept()).toEqual(["ca#2", "as#2", "ru#1", "ca#1, to be deleted", "as#1, to be deleted"]);
    stack.direct({});
    const seen = await stack.sees("up");
    expect(seen.code).toBe(0);
    expect(known(seen)).toEqual({ "as#1": whole, "ca#1": whole });
    expect(seen.calls.slice(-2)).toEqual(["delete as#1", "delete ca#1"]);
    expect(stack.kept()).toEqual(["ca#2", "as#2", "ru#1"]);
  });
});

describe("the deletes know nothing of the program", () => {
  test("in a destroy", async () => {
    expect(known(await created().sees("destroy"))).toEqual({ "ru#1": [], "as#1": [], "ca#1": [] });
  });

  test("in a destroy with --run-program: the program runs, but no check is called", async () => {
    const seen = await created().sees("destroy", "--run-program");
    expect(seen.calls).toEqual(["delete ru#1", "delete as#1", "delete ca#1"]);
    expect(known(seen)).toEqual({ "ru#1": [], "as#1": [], "ca#1": [] });
  });
});

describe("the deletes know a part of the program", () => {
  test("before a delete-first replacement: what was checked so far, not what comes after it", async () => {
    const stack = created();
    stack.program(chain("v2", { ca: "deleteBeforeReplace: true" }));
    stack.direct(REPLACING);
    expect(known(await stack.sees("up"))).toEqual({ "as#1": ["ca"], "ca#1": ["ca"] });
  });

  test("in an up with --target: only the targets, so that a target taken out of the program knows nothing", async () => {
    const stack = created();
    stack.program(`const ca = new Probe("CA", "ca", { value: "v1" }); new Probe("AS", "as", { dep: ca.id });`);
    const seen = await stack.sees("up", "--target", RU);
    expect(seen.calls).toEqual(["delete ru#1"]);
    expect(known(seen)).toEqual({ "ru#1": [] });
  });

  test("in an up with --target of a CA: it is deleted although its list, untargeted, stays on it", async () => {
    const stack = created();
    stack.program(chain("v2"));
    stack.direct(REPLACING);
    const seen = await stack.sees("up", "--target", CA);
    expect(seen).toMatchObject({
      code: 0,
      calls: ["check ca", "diff ca#1", "check ca as new", "create ca#2", "delete ca#1"],
    });
    expect(known(seen)).toEqual({ "ca#1": ["ca"] });
    expect(stack.probe("as").inputs).toMatchObject({ dep: "ca#1" });
  });

  test("in an up with --target-replace of a CA: the same", async () => {
    const seen = await created().sees("up", "--target-replace", CA);
    expect(seen.calls).toEqual(["check ca as new", "create ca#2", "delete ca#1"]);
    expect(known(seen)).toEqual({ "ca#1": ["ca"] });
  });

  test("in an up with --target of a delete-first CA: its list is created again unchecked, on the id of the deleted CA", async () => {
    const stack = created();
    stack.program(chain("v2", { ca: "deleteBeforeReplace: true" }));
    stack.direct(REPLACING);
    const seen = await stack.sees("up", "--target", CA);
    expect(seen.code).toBe(0);
    expect(seen.calls).toEqual([
      ...["check ca", "diff ca#1", "check ca as new", "diff as#1, unknown: dep"],
      ...["delete as#1", "delete ca#1", "create ca#2", "create as#2"],
    ]);
    expect(seen.raw.at(-1)?.news).toMatchObject({ dep: "ca#1" });
  });
});

describe("an explicit provider", () => {
  const explicit = (value: string) => `
    class Provider extends pulumi.ProviderResource {
      constructor(name, inputs) { super("pulumi-nodejs", name, inputs); }
    }
    const provider = new Provider("mine", { "cloudflare:apiToken": pulumi.secret("of mine") });
    const ca = new Probe("CA", "ca", { value: "${value}" }, { provider });
    const as = new Probe("AS", "as", { dep: ca.id });
    new Probe("RU", "ru", {}, { dependsOn: [as] });`;

  test("taken for an existing resource replaces nothing, and gets its own configuration only", async () => {
    const stack = created();
    await stack.must("config", "set", "other:key", "of the stack");
    stack.program(explicit("v1"));
    const { calls, raw } = await stack.sees("up");
    expect(calls).toEqual(["check ca", "diff ca#1", "check as", "diff as#1", "check ru", "diff ru#1"]);
    const configs = raw.filter(({ verb }) => verb === "configure").map(({ config }) => config);
    const ofStack = { "other:key": "of the stack" };
    expect(configs).toEqual([{ "cloudflare:apiToken": "of mine" }, ofStack, ofStack]);
  });

  test("has a process of its own, and the deletes in each process know only what was checked there", async () => {
    const stack = created();
    stack.program(explicit("v1"));
    await stack.sees("up");
    stack.program(explicit("v2"));
    stack.direct(REPLACING);
    const seen = await stack.sees("up");
    expect(new Set(seen.raw.map(({ pid }) => pid)).size).toBe(2);
    expect(known(seen)).toEqual({ "as#1": ["as", "ru"], "ca#1": ["ca"] });
  });
});

describe("an up with --exclude", () => {
  test("leaves the deletes of replaced resources to the next plain up, and succeeds", async () => {
    const stack = created();
    stack.program(chain("v2"));
    stack.direct(REPLACING);
    const seen = await stack.sees("up", "--exclude", RU);
    expect(seen.code).toBe(0);
    expect(known(seen)).toEqual({});
    expect(stack.kept()).toEqual(["ca#2", "as#2", "ru#1", "ca#1, to be deleted", "as#1, to be deleted"]);
    expect(known(await stack.sees("up"))).toEqual({ "as#1": whole, "ca#1": whole });
  });
});

describe("an up in which a create fails", () => {
  const program = `new Probe("CA", "ca", { value: "v1" }); new Probe("CA", "other", { value: "v1" });`;

  test("deletes nothing", async () => {
    const stack = created();
    stack.program(program);
    stack.direct({ "other.create": { throws: "no" } });
    expect(known(await stack.sees("up"))).toEqual({});
    expect(stack.kept()).toEqual(["ca#1", "as#1", "ru#1"]);
  });

  test("deletes all the same with --continue-on-error", async () => {
    const stack = created();
    stack.program(program);
    stack.direct({ "other.create": { throws: "no" } });
    const seen = await stack.sees("up", "--continue-on-error");
    expect(seen.code).toBe(1);
    expect(known(seen)).toEqual({ "ru#1": ["ca", "other"], "as#1": ["ca", "other"] });
  });

  test("with --continue-on-error checks and diffs the dependents, without the property in place of an unknown", async () => {
    const stack = created();
    stack.program(chain("v2"));
    stack.direct({ ...REPLACING, "ca.create": { throws: "no" } });
    const seen = await stack.sees("up", "--continue-on-error");
    expect(seen.calls).toEqual([
      ...["check ca", "diff ca#1", "check ca as new", "create ca#2"],
      ...["check as", "diff as#1", "check as as new", "check ru", "diff ru#1"],
    ]);
    const asked = ({ raw }: Seen) => raw.filter(({ name }) => name === "as").flatMap(({ news }) => news ?? []);
    expect(asked(seen)).toHaveLength(3);
    for (const news of asked(seen)) expect(news).not.toHaveProperty("dep");
    expect(stack.kept()).toEqual(["ca#1", "as#1", "ru#1"]);
  });

  test("with --continue-on-error keeps a replaced CA whose list could not be moved off it; the next such up deletes it", async () => {
    const stack = created();
    stack.program(chain("v2"));
    stack.direct({ ...REPLACING, "as.create": { throws: "no" } });
    expect(await stack.sees("up", "--continue-on-error")).toMatchObject({ code: 1 });
    expect(stack.kept()).toEqual(["ca#2", "ca#1, to be deleted", "as#1", "ru#1"]);
    const again = await stack.sees("up", "--continue-on-error");
    expect(again.code).toBe(1);
    expect(known(again)).toEqual({ "ca#1": whole });
    expect(stack.probe("as").inputs).toMatchObject({ dep: "ca#1" });
  });
});
