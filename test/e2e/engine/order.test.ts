import { AS, CA, chain, REPLACING, useTemplate } from "./probe";

jest.setTimeout(120_000);

const empty = useTemplate("");
const created = useTemplate(chain());

describe("the first up", () => {
  test("checks everything in a preview, then checks and creates in dependency order in a process of its own", async () => {
    const stack = empty();
    stack.program(chain());
    const { calls, raw } = await stack.watch(() => stack.must("up", "--yes"));
    expect(calls).toEqual([
      "check ca as new",
      "check as as new, unknown: dep",
      "check ru as new",
      ...["check ca as new", "create ca#1", "check as as new", "create as#1", "check ru as new", "create ru#1"],
    ]);
    const processes = [...new Set(raw.map(({ pid }) => pid))];
    expect(processes).toHaveLength(2);
    expect(raw.findIndex(({ pid }) => pid === processes[1])).toBe(raw.findIndex(({ verb }) => verb === "create") - 2);
  });
});

describe("an up over what exists", () => {
  test("without a change is one check and one diff of each resource in the preview, and the same again", async () => {
    const stack = created();
    const { calls } = await stack.watch(() => stack.must("up", "--yes"));
    const once = ["check ca", "diff ca#1", "check as", "diff as#1", "check ru", "diff ru#1"];
    expect(calls).toEqual([...once, ...once]);
  });

  test("with a change in place is check, diff with the old outputs, update with old outputs and new inputs", async () => {
    const stack = created();
    stack.program(chain("v2"));
    const { calls, raw } = await stack.sees("up");
    expect(calls).toEqual([
      ...["check ca", "diff ca#1", "update ca#1"],
      ...["check as", "diff as#1", "check ru", "diff ru#1"],
    ]);
    const olds = { value: "v1", remote: "remote of ca#1" };
    const news = { value: "v2", checked: 'checked "v2"' };
    expect(raw.find(({ verb }) => verb === "check")).toMatchObject({ olds: { value: "v1" }, news: { value: "v2" } });
    expect(raw.find(({ verb }) => verb === "check")?.olds).not.toHaveProperty("remote");
    expect(raw.find(({ verb }) => verb === "diff")).toMatchObject({ olds, news });
    expect(raw.find(({ verb }) => verb === "update")).toMatchObject({ olds, news });
    expect(raw.find(({ verb }) => verb === "update")?.news).not.toHaveProperty("remote");
  });

  test("deletes what left the program after every create and update", async () => {
    const stack = created();
    stack.program(`new Probe("CA", "ca", { value: "v2" }); new Probe("CA", "other", { value: "v1" });`);
    const { calls } = await stack.sees("up");
    expect(calls.slice(-2)).toEqual(["delete ru#1", "delete as#1"]);
    expect(calls).toEqual(expect.arrayContaining(["update ca#1", "create other#1"]));
  });

  test("creates a renamed resource under its new name before it deletes the old one", async () => {
    const stack = created();
    stack.program(chain().replace('"AS", "as"', '"AS", "as-renamed"'));
    const { calls } = await stack.sees("up");
    expect(calls).toEqual([
      ...["check ca", "diff ca#1", "check as-renamed as new", "create as-renamed#1", "check ru", "diff ru#1"],
      "delete as#1",
    ]);
  });

  test("takes a renamed resource with an alias for the same one", async () => {
    const stack = created();
    const renamed = `"AS", "as-renamed", { name: "as", dep: ca.id }, { aliases: [{ name: "as" }] }`;
    stack.program(chain().replace(/"AS", "as", .* }\)/, `${renamed})`));
    const { calls } = await stack.sees("up");
    expect(calls).toEqual(["check ca", "diff ca#1", "check as", "diff as#1", "check ru", "diff ru#1"]);
  });
});

describe("a replacement", () => {
  test("creates the new ones in dependency order and deletes the old ones last, dependents first", async () => {
    const stack = created();
    stack.program(chain("v2"));
    stack.direct(REPLACING);
    const { calls } = await stack.sees("up");
    expect(calls).toEqual([
      ...["check ca", "diff ca#1", "check ca as new", "create ca#2"],
      ...["check as", "diff as#1", "check as as new", "create as#2"],
      ...["check ru", "diff ru#1"],
      ...["delete as#1", "delete ca#1"],
    ]);
  });

  test("needs `changes: true` beside `replaces`", async () => {
    const stack = created();
    stack.program(chain("v2"));
    stack.direct({ "ca.diff": { answers: { changes: false, replaces: ["value"] } } });
    const { calls } = await stack.sees("up");
    expect(calls).toEqual(["check ca", "diff ca#1", "check as", "diff as#1", "check ru", "diff ru#1"]);
  });

  test("delete-first asks the dependent's diff with an unknown in the real run, and its check only after its delete", async () => {
    const stack = created();
    stack.program(chain("v2", { ca: "deleteBeforeReplace: true" }));
    stack.direct(REPLACING);
    const { calls, raw } = await stack.sees("up");
    expect(calls).toEqual([
      ...["check ca", "diff ca#1", "check ca as new"],
      ...["diff as#1, unknown: dep", "delete as#1", "delete ca#1"],
      ...["create ca#2", "check as as new", "create as#2"],
      ...["check ru", "diff ru#1"],
    ]);
    expect(raw.filter(({ verb }) => verb === "delete").map(({ declared }) => declared)).toEqual([["ca"], ["ca"]]);
  });

  test("delete-first is the same when the diff asks for it", async () => {
    const stack = created();
    stack.program(chain("v2"));
    stack.direct({ ...REPLACING, "ca.diff": { replaceOn: ["value"], answers: { deleteBeforeReplace: true } } });
    const { calls } = await stack.sees("up");
    expect(calls.slice(2, 7)).toEqual([
      ...["check ca as new", "diff as#1, unknown: dep", "delete as#1", "delete ca#1", "create ca#2"],
    ]);
  });

  test("delete-first leaves a dependent alone whose diff doesn't answer `replaces`, and deletes the CA under it", async () => {
    const stack = created();
    stack.program(chain("v2", { ca: "deleteBeforeReplace: true" }));
    stack.direct({ "ca.diff": { replaceOn: ["value"] } });
    const { calls } = await stack.sees("up");
    expect(calls).toEqual([
      ...["check ca", "diff ca#1", "check ca as new", "diff as#1, unknown: dep", "delete ca#1", "create ca#2"],
      ...["check as", "diff as#1", "update as#1", "check ru", "diff ru#1"],
    ]);
  });

  test("delete-first deletes the rule first of all if one of its inputs comes from the list and replaces it", async () => {
    const stack = created();
    const fed = (value: string, option = "") =>
      chain(value, { ca: option }).replace("{}, { dependsOn: [as] }", "{ as: as.id }");
    stack.program(fed("v1"));
    await stack.up();
    stack.program(fed("v2", "deleteBeforeReplace: true"));
    stack.direct({ ...REPLACING, "ru.diff": { replaceOn: ["as"] } });
    const { calls } = await stack.sees("up");
    expect(calls.filter((call) => /delete|create/.test(call))).toEqual([
      ...["delete ru#1", "delete as#1", "delete ca#1", "create ca#2", "create as#2", "create ru#2"],
    ]);
  });
});

describe("--replace", () => {
  test("asks no diff of the resource it names, and deletes the old one last", async () => {
    const stack = created();
    const { calls } = await stack.sees("up", "--replace", AS);
    expect(calls).toEqual([
      ...["check ca", "diff ca#1", "check as as new", "create as#2", "check ru", "diff ru#1", "delete as#1"],
    ]);
  });

  test("of the CA replaces the list as its diff says", async () => {
    const stack = created();
    stack.direct(REPLACING);
    const { calls } = await stack.sees("up", "--replace", CA);
    expect(calls).toEqual([
      ...["check ca as new", "create ca#2", "check as", "diff as#1", "check as as new", "create as#2"],
      ...["check ru", "diff ru#1", "delete as#1", "delete ca#1"],
    ]);
  });

  test("heeds the resource option `deleteBeforeReplace`", async () => {
    const stack = created();
    stack.program(chain("v1", { as: "deleteBeforeReplace: true" }));
    const { calls } = await stack.sees("up", "--replace", AS);
    expect(calls).toEqual([
      ...["check ca", "diff ca#1", "check as as new", "delete as#1", "create as#2", "check ru", "diff ru#1"],
    ]);
  });
});

describe("refresh", () => {
  const reads = ["read as#1", "read ca#1", "read ru#1"];
  const diffs = ["diff as#1", "diff ca#1", "diff ru#1"];

  test("reads each resource, all at once, and diffs it afterwards; it checks nothing", async () => {
    const { calls, raw } = await created().sees("refresh");
    expect([...calls].sort()).toEqual([...diffs, ...reads]);
    for (const id of ["ca#1", "as#1", "ru#1"])
      expect(calls.indexOf(`read ${id}`)).toBeLessThan(calls.indexOf(`diff ${id}`));
    const diff = raw.find(({ verb, name }) => verb === "diff" && name === "ca");
    // Refreshed outputs against the old inputs.
    expect(diff).toMatchObject({ olds: { remote: "remote of ca#1" }, news: { value: "v1" } });
    expect(diff?.news).not.toHaveProperty("remote");
  });

  test("with --run-program goes along the program, and still checks nothing", async () => {
    const { calls } = await created().sees("refresh", "--run-program");
    expect(calls).toEqual(["read ca#1", "diff ca#1", "read as#1", "diff as#1", "read ru#1", "diff ru#1"]);
  });

  test("before an up reads everything before the first check, in the same process", async () => {
    const { calls, raw } = await created().sees("up", "--refresh");
    expect(calls.slice(0, 6).sort()).toEqual([...diffs, ...reads]);
    expect(calls.slice(6)).toEqual(["check ca", "diff ca#1", "check as", "diff as#1", "check ru", "diff ru#1"]);
    expect(new Set(raw.map(({ pid }) => pid)).size).toBe(1);
  });

  test("before an up with --run-program reads each resource just before its check", async () => {
    const { calls } = await created().sees("up", "--refresh", "--run-program");
    expect(calls).toEqual([
      ...["read ca#1", "diff ca#1", "check ca", "diff ca#1"],
      ...["read as#1", "diff as#1", "check as", "diff as#1"],
      ...["read ru#1", "diff ru#1", "check ru", "diff ru#1"],
    ]);
  });
});

describe("destroy", () => {
  test("is nothing in its preview, then a delete of each resource in reverse order with the outputs of state", async () => {
    const stack = created();
    const { calls, raw } = await stack.watch(() => stack.must("destroy", "--yes"));
    expect(calls).toEqual(["delete ru#1", "delete as#1", "delete ca#1"]);
    expect(raw.at(-1)).toMatchObject({ olds: { value: "v1", remote: "remote of ca#1" } });
  });
});
