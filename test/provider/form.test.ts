import fc from "fast-check";
import type { Properties } from "../../src/provider/engine/contract";
import { given, packed, packedInputs, unpacked } from "../../src/provider/engine/form";
import { UNKNOWN } from "../../src/provider/engine/unknown";
import { ruleForm, usualOf } from "../../src/provider/mtls-rule/form";
import type { MtlsRuleState } from "../../src/provider/mtls-rule/state";
import { buildExpression, buildExpressions } from "../../src/rules/expression";
import { asLines, expressionsAsLines, expressionsOf, linesOf } from "../../src/wording/lines";
import { runs } from "../support/runs";

/* State holds lists and rule texts in lines, and a handler sees of them what it had before. */

const times = { numRuns: runs(500) };
const names = fc.uniqueArray(fc.constantFrom("a.x.com", "b.x.com", "c.x.com", "d.x.com"), { minLength: 1 });
const sorted = names.map((list) => list.sort());

test("a list comes back as it was", () => {
  fc.assert(
    fc.property(names, (list) => expect(linesOf(asLines(list))).toEqual(list)),
    times,
  );
  expect(linesOf(asLines([]))).toEqual([]);
});

test("rule texts come back to the letter, whatever stands in their literals", () => {
  const odd = fc.array(fc.constantFrom('"', "\\", "{", "}", " ", " and ", " or ", "CN=", "é"), { minLength: 1 });
  const literals = fc.uniqueArray(
    odd.map((parts) => parts.join("")),
    { minLength: 1 },
  );
  const texts = fc.array(
    fc.record({ hostnames: literals, subjects: literals, paths: literals }).map(({ hostnames, subjects, paths }) => {
      return buildExpression({ hostnames, issuerSkis: [], cas: [{ issuerSkis: ["AB"], subjects }], paths });
    }),
    { maxLength: 3 },
  );
  fc.assert(
    fc.property(texts, (all) => expect(expressionsOf(expressionsAsLines(all))).toEqual(all)),
    times,
  );
});

test("a hostname more is a line more, wherever it comes to stand", () => {
  const lines = (hostnames: string[]) =>
    expressionsAsLines([...buildExpressions({ hostnames, issuerSkis: ["AB"] }).values()]).split("\n");
  const all = ["a.x.com", "b.x.com", "c.x.com"];
  for (const hostname of all) {
    const less = lines(all.filter((one) => one !== hostname));
    expect(lines(all).filter((line) => line !== `"${hostname}"`)).toEqual(less);
  }
});

const owner = "project/stack/rule";
const state = (hostnames: string[], lists: string[][]): MtlsRuleState => ({
  ...usualOf(owner),
  zoneId: "0".repeat(32),
  hostnames,
  owner,
  issuerSkis: ["AB"],
  cas: [{ issuerSkis: ["CD"], subjects: ["CN=a", "CN=b"] }],
  associations: lists.map((list, index) => ({ caCertificateId: `ca-${index}`, hostnames: list })),
  expressions: [...buildExpressions({ hostnames, issuerSkis: ["AB"] }).values()],
});

test("a rule comes back as it was, whatever its lists have beside its hostnames or lack of them", () => {
  fc.assert(
    fc.property(sorted, fc.array(sorted, { maxLength: 2 }), (hostnames, lists) => {
      const whole = state(hostnames, lists);
      expect(unpacked(ruleForm, packed(ruleForm, whole))).toEqual(whole);
      expect(unpacked(ruleForm, packedInputs(ruleForm, whole))).toEqual(whole);
    }),
    times,
  );
});

test("what isn't known yet stays unknown, and so does what is held by it", () => {
  const whole = state(["a.x.com"], [["a.x.com"]]);
  const unknown = { hostnames: UNKNOWN, associations: UNKNOWN, expressions: UNKNOWN };
  const held = packedInputs(ruleForm, { ...whole, ...unknown } as unknown as MtlsRuleState);
  expect(unpacked(ruleForm, held)).toEqual({ ...whole, ...unknown });
  // What depends on something that is replaced delete-first is unknown, in the place of what is held.
  const replaced = (unknown: Properties) => unpacked(ruleForm, { ...packedInputs(ruleForm, whole), ...unknown });
  expect(replaced({ associations: UNKNOWN })).toEqual({ ...whole, associations: UNKNOWN });
  expect(replaced({ hostnames: UNKNOWN })).toEqual({ ...whole, hostnames: UNKNOWN, associations: UNKNOWN });
});

test("held of the inputs is what the program says, and of a list how it differs from the rule", () => {
  const whole = { ...state(["a.x.com", "b.x.com"], [["b.x.com", "c.x.com"]]), action: "log" as const };
  const { expressions, ...inputs } = packedInputs(ruleForm, whole);
  expect(inputs).toEqual({
    zoneId: "0".repeat(32),
    hostnames: "a.x.com\nb.x.com\n",
    issuerSkis: "AB\n",
    cas: [{ issuerSkis: "CD\n", subjects: "CN=a\nCN=b\n" }],
    action: "log",
    __owner: owner,
    __associations: [{ caCertificateId: "ca-0", more: "c.x.com\n", less: "a.x.com\n" }],
  });
  expect(expressions).toContain('{\n"a.x.com"\n"b.x.com"\n}\nand not (');
  expect(packed(ruleForm, whole)).toMatchObject({ ...usualOf(owner), action: "log" });
});

test("what the program ignores is what state holds, and no other text is a list", () => {
  const whole = state(["a.x.com"], [["b.x.com"]]);
  const held = packedInputs(ruleForm, whole);
  // ["*"]: the engine gives back all that is held.
  expect(unpacked(ruleForm, held)).toMatchObject(given(ruleForm, held, held));
  const { owner, associations } = whole;
  expect(given(ruleForm, held, { hostnames: held.hostnames, paths: "/a\n" })).toEqual({
    ...{ owner, associations },
    ...{ hostnames: ["a.x.com"], paths: "/a\n" },
  });
  const told = { owner: "project/stack/renamed", associations: [] };
  expect(given(ruleForm, held, told)).toEqual(told);
  expect(given(ruleForm, {}, told)).toEqual(told);
});
