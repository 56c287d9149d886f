import { chain, REPLACING, useTemplate, withoutText } from "./probe";
import type { Directions } from "./probe";

jest.setTimeout(120_000);

const empty = useTemplate("");
const one = (value = "v1", options = "") => `new Probe("CA", "ca", { value: "${value}" }, { ${options} });`;
const created = useTemplate(one());
const chained = useTemplate(chain());

const MESSAGE = "The first line.\nThe second line.";

/** What stands under "Diagnostics:", without the line that says that the run failed. */
function diagnostics(output: string): string[] {
  const [, after = ""] = output.split("Diagnostics:\n");
  const lines = (after.split("Resources:")[0] ?? "").split("\n").map((line) => line.trim());
  const noise = ["", "pulumi:pulumi:Stack (e2e-test):", "error: update failed", "error: preview failed"];
  return lines.filter((line) => !noise.includes(line));
}

describe("an error whose stack is its message", () => {
  const about = "pulumi-nodejs:dynamic/probe:CA (ca):";
  const shown = [about, "error: The first line.", "The second line."];
  const echoed = ["Error: The first line.", "The second line.: The first line.", "The second line."];

  test.each(["create", "update"] as const)("thrown by %s is printed once, as it is", async (verb) => {
    const stack = verb === "create" ? empty() : created();
    stack.program(one("v2"));
    stack.direct({ [`ca.${verb}`]: { throws: MESSAGE } });
    const { output, code } = await stack.sees("up");
    expect(code).toBe(1);
    expect(diagnostics(output)).toEqual(shown);
  });

  test.each([
    ["check", "preview"],
    ["diff", "preview"],
    ["read", "refresh"],
    ["delete", "destroy"],
  ] as const)("thrown by %s is printed as it is, and twice more under the stack's name", async (verb, command) => {
    const stack = created();
    stack.direct({ [`ca.${verb}`]: { throws: MESSAGE } });
    const { output, code } = await stack.sees(command);
    expect(code).toBe(1);
    expect([diagnostics(output).slice(0, 3), diagnostics(output).slice(3)]).toEqual(
      expect.arrayContaining([shown, echoed]),
    );
    expect(output).not.toContain("    at ");
    expect(stack.kept()).toEqual(["ca#1"]);
  });

  test("keeps the user from lines of a stack trace, which an ordinary error prints", async () => {
    const stack = created();
    stack.direct({ "ca.read": { throwsWithStack: MESSAGE } });
    expect((await stack.sees("refresh")).output).toMatch(/at Object\.read .*probe-provider\.js/);
  });
});

describe("a create that fails", () => {
  test("leaves nothing in state, and the next up creates afresh", async () => {
    const stack = empty();
    stack.program(one());
    stack.direct({ "ca.create": { throws: "no" } });
    expect((await stack.sees("up")).code).toBe(1);
    expect(stack.kept()).toEqual([]);
    expect(stack.pending()).toEqual([]);
    stack.direct({});
    expect((await stack.sees("up")).calls).toEqual(["check ca as new", "create ca#2"]);
  });

  test.each([
    ["with `undefined` in its outputs", { omits: "lost" }, "error: Unexpected struct type."],
    ["with an empty id", { id: "" }, "error: plugin returned empty resource.ID from create"],
  ])("after the fact, %s, leaves nothing in state: an orphan", async (_how, direction, message) => {
    const stack = empty();
    stack.program(one());
    stack.direct({ "ca.create": direction });
    const { code, output } = await stack.sees("up");
    expect(code).toBe(1);
    expect(output).toContain(message);
    expect(stack.kept()).toEqual([]);
  });
});

describe("an error with id, properties and reasons", () => {
  const half: Directions = { "ca.create": { half: { message: "half made" } } };

  test("from create keeps the id; the next up is check, diff and update, without any change", async () => {
    const stack = empty();
    stack.program(one());
    stack.direct(half);
    const { code, output } = await stack.sees("up");
    expect(code).toBe(1);
    expect(diagnostics(output).slice(-2)).toEqual(["error: 1 error occurred:", "* half made"]);
    expect(stack.kept()).toEqual(["ca#1, to be initialised"]);
    expect(stack.probe("ca").outputs).toMatchObject({ remote: "half of ca#1" });
    stack.direct({});
    expect((await stack.sees("up")).calls).toEqual(["check ca", "diff ca#1", "update ca#1"]);
    expect(stack.kept()).toEqual(["ca#1"]);
  });

  test("from create can be destroyed by its id", async () => {
    const stack = empty();
    stack.program(one());
    stack.direct(half);
    await stack.sees("up");
    expect((await stack.sees("destroy")).calls).toEqual(["delete ca#1"]);
    expect(stack.kept()).toEqual([]);
  });

  test("without the text among its properties can't be refreshed or destroyed, until an up has updated it", async () => {
    const stack = empty();
    stack.program(one());
    stack.direct({ "ca.create": { half: { message: "half made", withoutProvider: true } } });
    await stack.sees("up");
    const { code, output, calls } = await stack.sees("destroy");
    expect([code, calls]).toEqual([1, []]);
    expect(output).toContain("code must be a string, not undefined");
    expect((await stack.sees("up")).calls).toEqual(["check ca", "diff ca#1", "update ca#1"]);
    expect((await stack.sees("destroy")).calls).toEqual(["delete ca#1"]);
  });

  test("from update stores the new outputs beside the old inputs, and the next up updates again", async () => {
    const stack = created();
    stack.program(one("v2"));
    stack.direct({ "ca.update": { half: { message: "half done" } } });
    expect((await stack.sees("up")).code).toBe(1);
    const { inputs, outputs, initErrors } = stack.probe("ca");
    expect([inputs, outputs, initErrors]).toMatchObject([{ value: "v1" }, { value: "v2" }, ["half done"]]);
    stack.direct({});
    expect((await stack.sees("up")).calls).toEqual(["check ca", "diff ca#1", "update ca#1"]);
  });

  test("is forgotten by a refresh: the next up doesn't update", async () => {
    const stack = empty();
    stack.program(one());
    stack.direct(half);
    await stack.sees("up");
    await stack.sees("refresh");
    expect(stack.kept()).toEqual(["ca#1"]);
    expect((await stack.sees("up")).calls).toEqual(["check ca", "diff ca#1"]);
  });
});

describe("a delete-first replacement whose create fails", () => {
  const dbr = (value: string) => chain(value, { ca: "deleteBeforeReplace: true" });
  const failed = async () => {
    const stack = chained();
    stack.program(dbr("v2"));
    stack.direct({ ...REPLACING, "ca.create": { throws: "no" } });
    expect((await stack.sees("up")).code).toBe(1);
    expect(stack.kept()).toEqual(["ca#1, to be replaced", "as#1, to be replaced", "ru#1"]);
    stack.direct(REPLACING);
    return stack;
  };

  test("is taken up by the next up, which deletes the dependent a second time, but not the CA", async () => {
    const stack = await failed();
    expect((await stack.sees("up")).calls).toEqual([
      ...["check ca", "diff ca#1", "check ca as new", "diff as#1, unknown: dep", "delete as#1"],
      ...["create ca#3", "check as as new", "create as#2", "check ru", "diff ru#1"],
    ]);
    expect(stack.kept()).toEqual(["ca#3", "as#2", "ru#1"]);
  });

  test("is made up for although the program was changed back; then both are deleted a second time, last", async () => {
    const stack = await failed();
    stack.program(chain("v1"));
    const { calls } = await stack.sees("up");
    expect(calls).toEqual([
      ...["check ca", "diff ca#1", "check ca as new", "create ca#3"],
      ...["check as", "diff as#1", "check as as new", "create as#2", "check ru", "diff ru#1"],
      ...["delete as#1", "delete ca#1"],
    ]);
  });

  test("is neither read by a refresh nor deleted by a destroy", async () => {
    const stack = await failed();
    expect((await stack.sees("refresh")).calls).toEqual(["read ru#1", "diff ru#1"]);
    expect((await stack.sees("destroy")).calls).toEqual(["delete ru#1"]);
    expect(stack.kept()).toEqual([]);
  });
});

test("a delete that failed keeps the old resource in state, and a refresh reads it beside the new one", async () => {
  const stack = created();
  stack.program(one("v2"));
  stack.direct({ ...REPLACING, "ca.delete": { throws: "still in use" } });
  expect((await stack.sees("up")).code).toBe(1);
  expect(stack.kept()).toEqual(["ca#2", "ca#1, to be deleted"]);
  const reads = (await stack.sees("refresh")).calls.filter((call) => call.startsWith("read"));
  expect(reads.sort()).toEqual(["read ca#1", "read ca#2"]);
});

describe("what update and read answer", () => {
  test("an update that answers nothing empties the outputs", async () => {
    const stack = created();
    stack.program(one("v2"));
    stack.direct({ "ca.update": { answersNothing: true } });
    expect((await stack.sees("up")).code).toBe(0);
    expect(withoutText(stack.probe("ca").outputs)).toEqual({});
  });

  test("`undefined` among the inputs of a read fails the refresh and leaves the state", async () => {
    const stack = created();
    stack.direct({ "ca.read": { omits: "lost" } });
    const { code, output } = await stack.sees("refresh");
    expect(code).toBe(1);
    expect(output).toContain("error: Unexpected struct type.");
    expect(stack.kept()).toEqual(["ca#1"]);
  });

  test("a read that answers {} takes the resource out of state, and the up that refreshed creates it again", async () => {
    const stack = created();
    stack.direct({ "ca.read": { gone: true } });
    expect((await stack.sees("up", "--refresh")).calls).toEqual(["read ca#1", "check ca as new", "create ca#2"]);
  });

  test("a read's inputs and outputs become the state, and the next up puts them back", async () => {
    const stack = created();
    stack.direct({ "ca.read": { finds: { value: "drifted" } } });
    await stack.sees("refresh");
    const { inputs, outputs } = stack.probe("ca");
    expect([inputs, outputs]).toMatchObject([{ value: "drifted" }, { value: "drifted" }]);
    const { output, calls } = await stack.sees("preview", "--diff");
    expect(calls).toEqual(["check ca", "diff ca#1"]);
    expect(output).toMatch(/~ value +: "drifted" => "v1"/);
  });

  test("a read without inputs leaves the old ones: the next up repairs, but its preview shows no value", async () => {
    const stack = created();
    stack.direct({ "ca.read": { finds: { value: "drifted" }, withoutInputs: true } });
    await stack.sees("refresh");
    const { inputs, outputs } = stack.probe("ca");
    expect([inputs, outputs]).toMatchObject([{ value: "v1" }, { value: "drifted" }]);
    const { output } = await stack.sees("preview", "--diff");
    expect(output).toContain("1 to update");
    expect(output).not.toContain("drifted");
  });
});

describe("the resource options", () => {
  test("`protect` refuses a replacement after check and diff, and a destroy before any call", async () => {
    const stack = created();
    stack.program(one("v1", "protect: true"));
    await stack.sees("up");
    stack.program(one("v2", "protect: true"));
    stack.direct(REPLACING);
    const up = await stack.sees("up");
    expect(up.calls).toEqual(["check ca", "diff ca#1"]);
    expect(up.output).toContain("unable to replace resource");
    const destroy = await stack.sees("destroy");
    expect([destroy.code, destroy.calls]).toEqual([1, []]);
    expect(destroy.output).toContain("cannot be deleted");
  });

  test("`retainOnDelete` keeps delete from being called, after a replacement and on destroy", async () => {
    const stack = created();
    stack.program(one("v1", "retainOnDelete: true"));
    await stack.sees("up");
    stack.program(one("v2", "retainOnDelete: true"));
    stack.direct(REPLACING);
    expect((await stack.sees("up")).calls).toEqual(["check ca", "diff ca#1", "check ca as new", "create ca#2"]);
    const destroy = await stack.sees("destroy");
    expect([destroy.code, destroy.calls]).toEqual([0, []]);
    expect(stack.kept()).toEqual([]);
  });

  test("`protect` and `retainOnDelete` don't count in the very up that brings them: the one in state does", async () => {
    const stack = created();
    stack.program(one("v2", "protect: true, retainOnDelete: true"));
    stack.direct(REPLACING);
    const { code, calls } = await stack.sees("up");
    expect(code).toBe(0);
    expect(calls).toEqual(["check ca", "diff ca#1", "check ca as new", "create ca#2", "delete ca#1"]);
  });
});
