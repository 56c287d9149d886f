import type { Rule } from "../../src/plan/picture";
import { adoptee, fulfilled, nextStep, ownRules } from "../../src/plan/rule-steps";
import type { RuleDefinition, RuleStep, RuleWish } from "../../src/plan/rule-steps";
import { HOST, OTHER_HOST, rule } from "./zone";

const REF = "mtls_1_2";
const TEXT = `http.host in {"${HOST}" "${OTHER_HOST}"} and not cf.tls_client_auth.cert_verified`;

function definition(change: Partial<RuleDefinition> = {}): RuleDefinition {
  return { ref: REF, action: "block", expression: TEXT, description: "Ours", enabled: true, ...change };
}

function wish(change: Partial<RuleWish> = {}): RuleWish {
  return { ref: REF, definitions: [definition()], position: "first", ...change };
}

/** Our rule as Cloudflare shows it. */
function present(change: Partial<Rule> = {}): Rule {
  return { id: "own", ...definition(), ...change };
}

const theirs = rule("ssl", { id: "theirs", ref: "somebody" });

/** A step in a few words. */
function told(step: RuleStep | undefined): string {
  if (!step) return "nothing";
  const place = "position" in step && step.position ? ` at ${JSON.stringify(step.position)}` : "";
  const what = step.kind === "add" ? step.rule.ref : step.present.id;
  return `${step.kind} ${what}${step.kind === "change" ? ` as ${step.rule.ref}` : ""}${place}`;
}

function next(rules: readonly Rule[], change: Partial<RuleWish> = {}, written: readonly string[] = []): string {
  return told(nextStep(rules, wish(change), new Set(written)));
}

describe("the next write", () => {
  const two = [definition(), definition({ ref: `${REF}_1` })];
  const second = present({ id: "own1", ref: `${REF}_1` });

  it.each<[string, () => string, string]>([
    ["is none where all is as it should be", () => next([present()]), "nothing"],
    ["adds a rule that is missing", () => next([]), `add ${REF} at {"before":""}`],
    [
      "adds it where it should stand",
      () => next([theirs], { position: { after: "somebody" } }),
      `add ${REF} at {"after":"theirs"}`,
    ],
    ["adds the missing one of two", () => next([present()], { definitions: two }), `add ${REF}_1 at {"before":""}`],
    ["adds the first missing one first", () => next([], { definitions: two }), `add ${REF} at {"before":""}`],
    [
      "adds before it changes",
      () => next([present({ action: "log" })], { definitions: two }),
      `add ${REF}_1 at {"before":""}`,
    ],
    ["changes before it drops", () => next([present({ action: "log" }), second]), `change own as ${REF}`],
    [
      "changes the second where the first is right",
      () => next([present(), { ...second, action: "log" }], { definitions: two }),
      `change own1 as ${REF}_1`,
    ],
    ["drops what is surplus", () => next([present(), second]), "drop own1"],
    ["drops all of it where nothing is wished for", () => next([present(), second], { definitions: [] }), "drop own"],
    ["doesn't change what was written already", () => next([present({ action: "log" })], {}, [REF]), "nothing"],
    [
      "changes another one than was written",
      () => next([present({ action: "log" }), { ...second, action: "log" }], { definitions: two }, [REF]),
      `change own1 as ${REF}_1`,
    ],
    [
      "drops what is surplus, written or not",
      () => next([present({ action: "log" }), second], {}, [REF, `${REF}_1`]),
      "drop own1",
    ],
    ["adds again what was written and is gone", () => next([], {}, [REF]), `add ${REF} at {"before":""}`],
    ["leaves others' rules alone", () => next([present(), theirs]), "nothing"],
    [
      "leaves a rule alone whose ref only begins alike",
      () => next([present(), { ...second, ref: `${REF}3` }]),
      "nothing",
    ],
  ])("%s", (_, step, expected) => {
    expect(step()).toBe(expected);
  });

  it("holds the rule as it is, as it should be, and its place where that changes", () => {
    const [mine, wanted] = [present({ enabled: false }), definition()];
    expect(nextStep([mine], wish(), new Set())).toStrictEqual({
      kind: "change",
      present: mine,
      rule: wanted,
      position: undefined,
    });
    expect(nextStep([], wish(), new Set())).toStrictEqual({ kind: "add", rule: wanted, position: { before: "" } });
    expect(nextStep([mine], wish({ definitions: [] }), new Set())).toStrictEqual({ kind: "drop", present: mine });
  });
});

describe("a rule of ours in Cloudflare's own spelling", () => {
  it.each([
    ["outer parentheses", `(${TEXT})`],
    ["symbols for words", `http.host in {"${HOST}" "${OTHER_HOST}"} && !cf.tls_client_auth.cert_verified`],
    ["another order in the set", `http.host in {"${OTHER_HOST}" "${HOST}"} and not cf.tls_client_auth.cert_verified`],
    [
      "a name twice in the set",
      `http.host in {"${OTHER_HOST}" "${HOST}" "${HOST}"} and not cf.tls_client_auth.cert_verified`,
    ],
    ["other white space", TEXT.replaceAll(" and ", "\n  and ")],
  ])("is no change with %s", (_, expression) => {
    expect(next([present({ expression })])).toBe("nothing");
  });

  it("is no change with == for eq", () => {
    const definitions = [definition({ expression: `http.host eq "${HOST}"` })];
    expect(next([present({ expression: `http.host == "${HOST}"` })], { definitions })).toBe("nothing");
  });

  it("is no change without a description, where none is wished for", () => {
    const bare = present({ description: undefined });
    expect(next([bare], { definitions: [definition({ description: "" })] })).toBe("nothing");
    expect(next([bare])).toBe(`change own as ${REF}`);
  });

  it.each<[string, Partial<Rule>]>([
    ["another host", { expression: TEXT.replace(OTHER_HOST, "old.example.com") }],
    ["another meaning", { expression: TEXT.replace("and not", "or not") }],
    ["a text that can't be read", { expression: "what is this" }],
    ["another action", { action: "managed_challenge" }],
    ["a rule that was disabled", { enabled: false }],
    ["another description", { description: "Edited by hand" }],
  ])("is changed for %s", (_, change) => {
    expect(next([present(change)])).toBe(`change own as ${REF}`);
  });
});

describe("the place of a rule", () => {
  it.each<[string, () => string, string]>([
    [
      "is put right when somebody's rule came before it",
      () => next([theirs, present()]),
      `change own as ${REF} at {"before":""}`,
    ],
    [
      "is right behind another stack's rules",
      () => next([present({ id: "peer", ref: "mtls_3_4" }), present()]),
      "nothing",
    ],
    [
      "is put right at the end",
      () => next([present(), theirs], { position: "last" }),
      `change own as ${REF} at {"after":""}`,
    ],
    ["is right before a named rule", () => next([present(), theirs], { position: { before: "theirs" } }), "nothing"],
    [
      "is put right before a named rule",
      () => next([theirs, present()], { position: { before: "somebody" } }),
      `change own as ${REF} at {"before":"theirs"}`,
    ],
    ["is not put right twice", () => next([theirs, present()], {}, [REF]), "nothing"],
    [
      "is put right together with the text",
      () => next([theirs, present({ action: "log" })]),
      `change own as ${REF} at {"before":""}`,
    ],
  ])("%s", (_, step, expected) => {
    expect(step()).toBe(expected);
  });
});

describe("ours among the zone's rules", () => {
  const names = (rules: readonly Rule[], change: Partial<RuleWish> = {}) =>
    [...ownRules(rules, wish(change))].map(([ref, { id }]) => `${ref} is ${id}`);
  const renamed = present({ ref: "edited" });

  it.each<[string, () => string[], string[]]>([
    ["are those with our ref", () => names([theirs, present()]), [`${REF} is own`]],
    [
      "are those with our ref and a number",
      () => names([present(), present({ id: "own1", ref: `${REF}_1` })]),
      [`${REF} is own`, `${REF}_1 is own1`],
    ],
    ["aren't those of a ref that begins alike", () => names([present({ ref: `${REF}3` })]), []],
    ["aren't those of another resource", () => names([present({ ref: "mtls_1_3" })]), []],
    [
      "are known by their ids, where somebody changed the ref",
      () => names([theirs, renamed], { ruleIds: ["own"] }),
      [`${REF} is own`],
    ],
    ["are unknown by an id that nobody remembers", () => names([renamed]), []],
    ["aren't known by an id that is gone", () => names([theirs], { ruleIds: ["own"] }), []],
    [
      "are in the order of the definitions",
      () =>
        names([renamed], { ruleIds: ["gone", "own"], definitions: [definition(), definition({ ref: `${REF}_1` })] }),
      [`${REF}_1 is own`],
    ],
    [
      "are known by id where no definition is left for them",
      () => names([present(), renamed, { ...theirs, id: "more" }], { ruleIds: ["own", "more"] }),
      [`${REF} is own`, "more is more"],
    ],
    [
      "are the one with the ref, where another has the id",
      () => names([present({ id: "new" }), renamed], { ruleIds: ["own"] }),
      [`${REF} is new`],
    ],
    ["are each once, by ref before id", () => names([present()], { ruleIds: ["own"] }), [`${REF} is own`]],
    [
      "are each once, though state has them in another order",
      () =>
        names([present({ id: "second", ref: `${REF}_1` }), renamed], {
          ruleIds: ["second", "own"],
          definitions: [definition(), definition({ ref: `${REF}_1` })],
        }),
      [`${REF}_1 is second`],
    ],
  ])("%s", (_, found, expected) => {
    expect(found()).toStrictEqual(expected);
  });

  it("get their ref back", () => {
    expect(next([renamed], { ruleIds: ["own"] })).toBe(`change own as ${REF}`);
  });

  it("are dropped where only their ids are known, too", () => {
    expect(next([renamed], { ruleIds: ["own"], definitions: [] })).toBe("drop own");
  });
});

describe("a rule of somebody's that is to be adopted", () => {
  it.each<[string, readonly Rule[], Partial<RuleWish>, Rule | undefined]>([
    ["is found by id", [theirs], { adopt: "theirs" }, theirs],
    ["is found by ref", [theirs], { adopt: "somebody" }, theirs],
    ["is none when it is gone", [theirs], { adopt: "gone" }, undefined],
    ["is none when none is named", [theirs], {}, undefined],
    ["is none when an empty name is given", [{ ...theirs, ref: "" }], { adopt: "" }, undefined],
    ["is none when one of ours is there already", [present(), theirs], { adopt: "theirs" }, undefined],
    [
      "is none when ours is known by its id",
      [present({ ref: "edited" }), theirs],
      { adopt: "theirs", ruleIds: ["own"] },
      undefined,
    ],
    [
      "is found though a second one of ours is there",
      [present({ ref: `${REF}_1` }), theirs],
      { adopt: "theirs" },
      theirs,
    ],
  ])("%s", (_, rules, change, expected) => {
    expect(adoptee(rules, wish(change))).toBe(expected);
  });

  it("is changed in place, not added", () => {
    expect(next([theirs], { adopt: "theirs" })).toBe(`change theirs as ${REF}`);
  });

  it("is left as it was written once", () => {
    expect(next([theirs], { adopt: "theirs" }, [REF])).toBe("nothing");
  });
});

describe("the zone's rules once a wish is carried out", () => {
  const after = (rules: readonly Rule[], change: Partial<RuleWish> = {}) => fulfilled(rules, wish(change));

  it("are ours as they should be, and all others as they are", () => {
    expect(after([theirs, present({ action: "log" })])).toStrictEqual([{ ...definition(), id: REF }, theirs]);
    expect(after([])).toStrictEqual([{ ...definition(), id: REF }]);
  });

  it("are without what was surplus, renamed or taken over", () => {
    const surplus = present({ id: "own1", ref: `${REF}_1` });
    const ours = [{ ...definition(), id: REF }];
    expect(after([present(), surplus])).toStrictEqual(ours);
    expect(after([present({ ref: "edited" })], { ruleIds: ["own"] })).toStrictEqual(ours);
    expect(after([theirs], { adopt: "theirs" })).toStrictEqual(ours);
    expect(after([theirs, present()], { definitions: [] })).toStrictEqual([theirs]);
  });
});
