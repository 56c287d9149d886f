import { Program } from "../../src/plan/program";
import type { DeclaredList, DeclaredRule } from "../../src/plan/program";
import { HOST, OTHER_HOST } from "./zone";

function list(change: Partial<DeclaredList> = {}): DeclaredList {
  return { zoneId: "z", caCertificateId: "a", authority: "a", hostnames: [HOST], mode: "exclusive", ...change };
}

function ruleOf(ref: string, zoneId = "z"): DeclaredRule {
  return { zoneId, ref, action: "block", hostnames: [HOST], issuerSkis: ["AA"], expressions: ["ssl"] };
}

describe("a CA that the program declares", () => {
  const program = new Program();
  program.declareAuthority("ca", "account", ["f1", "f2"]);
  it.each<[string, string, string[], boolean]>([
    ["is known by its certificates", "account", ["f1", "f2"], true],
    ["is known in whatever order they come", "account", ["f2", "f1"], true],
    ["isn't known by one of them", "account", ["f1"], false],
    ["isn't known in another account", "other", ["f1", "f2"], false],
    ["isn't known by more of them", "account", ["f1", "f2", "f3"], false],
  ])("%s", (_, account, fingerprints, isDeclared) => {
    expect(program.declaringAuthority(account, fingerprints)).toStrictEqual(isDeclared ? ["ca"] : []);
  });

  it("is declared whatever the order, and its caller's list stays as it was", () => {
    const [fingerprints, another] = [["f2", "f1"], new Program()];
    another.declareAuthority("ca", "account", fingerprints);
    expect([another.declaringAuthority("account", ["f1", "f2"]), fingerprints]).toStrictEqual([["ca"], ["f2", "f1"]]);
  });

  it("is declared by each of two resources, and by none that has other certificates now", () => {
    const changed = new Program();
    for (const resource of ["a", "b", "b"]) changed.declareAuthority(resource, "account", ["f1"]);
    expect(changed.declaringAuthority("account", ["f1"])).toStrictEqual(["a", "b"]);
    changed.declareAuthority("a", "account", ["f2"]);
    expect(changed.declaringAuthority("account", ["f1"])).toStrictEqual(["b"]);
  });
});

describe("the lists that the program declares", () => {
  const program = new Program();
  program.declareList("one", list());
  program.declareList("two", list({ hostnames: [HOST, OTHER_HOST] }));
  program.declareList("other CA", list({ caCertificateId: "b", hostnames: [] }));
  program.declareList("other zone", list({ zoneId: "y", hostnames: ["api.example.org"] }));

  it.each<[string, string, string, string[] | undefined]>([
    ["are put together, each host once", "z", "a", [HOST, OTHER_HOST]],
    ["may be empty", "z", "b", []],
    ["are each zone's own", "y", "a", ["api.example.org"]],
    ["may not be there, for that CA", "z", "c", undefined],
    ["may not be there, in that zone", "x", "a", undefined],
  ])("%s", (_, zoneId, ca, hostnames) => {
    expect(program.declaredList(zoneId, ca)).toStrictEqual(hostnames);
  });

  it("are found by their zone", () => {
    expect(program.listsOf("z").map(({ caCertificateId }) => caCertificateId)).toStrictEqual(["a", "a", "b"]);
    expect(program.listsOf("x")).toStrictEqual([]);
  });

  it("count once for a resource that is checked twice, by what it says last", () => {
    const again = new Program();
    again.declareList("one", list());
    again.declareList("one", list({ hostnames: [OTHER_HOST] }));
    expect(again.declaredList("z", "a")).toStrictEqual([OTHER_HOST]);
  });
});

describe("two resources on one list", () => {
  const shared = { mode: "shared" } as const;
  it.each<[string, Partial<DeclaredList>, Partial<DeclaredList>, boolean]>([
    ["contest it when both want it for themselves", {}, {}, true],
    ["contest it when the first wants it for itself", {}, shared, true],
    ["contest it when the second does", shared, {}, true],
    ["share it when both do", shared, shared, false],
    ["don't meet in another zone", {}, { zoneId: "y" }, false],
    ["don't meet with another CA", {}, { authority: "b" }, false],
    ["meet by their CA, before it has an id", { caCertificateId: "" }, { caCertificateId: "a" }, true],
  ])("%s", (_, first, second, isContested) => {
    const program = new Program();
    program.declareList("first", list(first));
    expect(program.rivalOf("second", list(second))).toBe(isContested ? "first" : undefined);
  });

  it("are never one resource and itself", () => {
    const program = new Program();
    program.declareList("first", list());
    expect(program.rivalOf("first", list())).toBeUndefined();
  });
});

describe("a list", () => {
  const program = new Program();
  program.remember("list", "z", "a");
  program.yieldList("z", "b");
  program.wroteList({ zoneId: "z", caCertificateId: "a" }, ["h"]);

  it("stands in state or doesn't, by its zone and its CA, and is no rule", () => {
    const asked = (["a", "b"] as const).map((ca) => program.remembers("list", "z", ca));
    expect([...asked, program.remembers("list", "y", "a")]).toStrictEqual([true, false, false]);
    expect(program.remembers("rule", "z", "a")).toBe(false);
  });

  it("was written in this run or wasn't, by its zone and its CA", () => {
    const keys = [["z", "a"], ["z", "b"], ["y", "a"]] as const; // prettier-ignore
    const asked = keys.map(([zoneId, caCertificateId]) => program.hasWritten({ zoneId, caCertificateId }, ["h"]));
    expect(asked).toStrictEqual([true, false, false]);
  });

  it("was written with all of some hostnames or wasn't", () => {
    const key = { zoneId: "z", caCertificateId: "a" };
    expect([[], ["h"], ["h", "i"], ["i"]].map((hostnames) => program.hasWritten(key, hostnames))).toStrictEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it("is left all that was let go of it, by its zone and its CA", () => {
    program.leave({ zoneId: "z", caCertificateId: "a" }, ["h", "i"]);
    program.leave({ zoneId: "z", caCertificateId: "a" }, ["j"]);
    const keys = [["z", "a"], ["z", "b"], ["y", "a"]] as const; // prettier-ignore
    expect(keys.map(([zoneId, caCertificateId]) => program.leftIn({ zoneId, caCertificateId }))).toStrictEqual([
      ["h", "i", "j"],
      [],
      [],
    ]);
  });

  it("is yielded or isn't, by its zone and its CA", () => {
    const asked = (["a", "b"] as const).map((ca) => program.yieldsList("z", ca));
    expect([...asked, program.yieldsList("y", "b")]).toStrictEqual([false, true, false]);
  });
});

describe("the rules that the program declares", () => {
  const program = new Program();
  for (const rule of [ruleOf("one"), ruleOf("two"), ruleOf("one", "y")]) program.declareRule(rule, []);

  it("are found by zone and ref", () => {
    expect(program.declaredRule("z", "two")).toStrictEqual(ruleOf("two"));
    expect(program.declaredRule("y", "one")).toStrictEqual(ruleOf("one", "y"));
    expect(program.declaredRule("y", "two")).toBeUndefined();
  });

  it("are found by zone, the last word on each", () => {
    program.declareRule({ ...ruleOf("one"), action: "log" }, []);
    expect(program.rulesOf("z").map(({ ref, action }) => [ref, action])).toStrictEqual([
      ["one", "log"],
      ["two", "block"],
    ]);
    expect(program.rulesOf("x")).toStrictEqual([]);
  });
});

describe("a program declares nothing, as on destroy,", () => {
  it.each<[string, (program: Program) => void, boolean]>([
    ["where it says nothing", () => undefined, true],
    ["but not with a CA", (program) => program.declareAuthority("ca", "account", ["f1"]), false],
    ["but not with a list", (program) => program.declareList("list", list()), false],
    ["but not with a rule", (program) => program.declareRule(ruleOf("one"), []), false],
    [
      "but not with a list and as many rules",
      (program) => {
        program.declareList("list", list());
        program.declareRule(ruleOf("one"), []);
      },
      false,
    ],
    [
      "but not with a list and as many CAs",
      (program) => {
        program.declareList("list", list());
        program.declareAuthority("ca", "account", ["f1"]);
      },
      false,
    ],
  ])("%s", (_, declare, isNothing) => {
    const program = new Program();
    declare(program);
    expect(program.declaresNothing).toBe(isNothing);
  });
});

describe("a hostname that moves from one rule to another", () => {
  it("is wanted elsewhere when another rule of the zone declares it and blocks", () => {
    const program = new Program();
    program.declareRule(ruleOf("one"), []);
    expect(program.wantedElsewhere("z", "one", [HOST])).toStrictEqual([]);
    program.declareRule(ruleOf("two", "y"), []);
    program.declareRule({ ...ruleOf("three"), action: "log" }, []);
    expect(program.wantedElsewhere("z", "one", [HOST])).toStrictEqual([]);
    program.declareRule(ruleOf("four"), []);
    expect(program.wantedElsewhere("z", "one", [OTHER_HOST, HOST])).toStrictEqual([HOST]);
  });

  it("is wanted elsewhere as soon as the program has said so, before the other rule is checked", () => {
    const program = new Program();
    program.declareRule(ruleOf("one"), [OTHER_HOST]);
    expect(program.wantedElsewhere("z", "one", [OTHER_HOST, HOST])).toStrictEqual([OTHER_HOST]);
    expect(program.wantedElsewhere("y", "one", [OTHER_HOST])).toStrictEqual([]);
  });

  it("has come once another rule of the zone was written with it", () => {
    const program = new Program();
    program.enforce("z", "one", [HOST]);
    program.enforce("y", "two", [HOST]);
    expect(program.isEnforcedElsewhere("z", "one", HOST)).toBe(false);
    program.enforce("z", "two", [OTHER_HOST]);
    expect(program.isEnforcedElsewhere("z", "one", HOST)).toBe(false);
    expect(program.isEnforcedElsewhere("z", "one", OTHER_HOST)).toBe(true);
  });
});
