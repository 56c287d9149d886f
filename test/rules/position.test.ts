import { apiPosition, isPlaced } from "../../src/rules/position";
import type { RulePosition } from "../../src/rules/position";

const other = (id: string) => ({ id, ref: `theirs-${id}` });
const own = { id: "own", ref: "mtls_1_2" };
const peer = { id: "peer", ref: "mtls_3_4" };

const second = { id: "second", ref: "mtls_1_3" };

test.each<[string, RulePosition, { id: string; ref: string }[], boolean]>([
  ["first, and it is", "first", [own, other("a")], true],
  ["first, behind another stack's that wants the same", "first", [peer, own, other("a")], true],
  ["first, but somebody's rule is before it", "first", [other("a"), own], false],
  ["last, and it is", "last", [other("a"), own], true],
  ["last, but somebody's rule is after it", "last", [own, other("a")], false],
  ["before a rule, by id", { before: "a" }, [own, other("a")], true],
  ["before a rule, by ref", { before: "theirs-a" }, [other("a"), own], false],
  ["after a rule", { after: "a" }, [other("a"), own], true],
  ["after a rule, but it stands before", { after: "a" }, [own, other("a")], false],
  ["before a rule that is gone", { before: "gone" }, [other("a"), own], true],
  ["before itself, which nothing does", { before: "own" }, [own], false],
  ["after itself, which nothing does", { after: "own" }, [own], false],
  ["first, but somebody's rule is before the second of ours", "first", [own, other("a"), second], false],
  ["last, but somebody's rule is after the first of ours", "last", [own, other("a"), second], false],
  ["before a rule that is before the second of ours", { before: "a" }, [own, other("a"), second], false],
  ["after a rule that is after the first of ours", { after: "a" }, [own, other("a"), second], false],
])("a rule that should stand %s", (_title, position, rules, placed) => {
  expect(isPlaced(position, rules, ["own", "second"])).toBe(placed);
});

test("a place is sent as Cloudflare takes it, with ids for refs", () => {
  expect(apiPosition("first", [])).toEqual({ before: "" });
  expect(apiPosition("last", [])).toEqual({ after: "" });
  expect(apiPosition({ before: "theirs-a" }, [other("a")])).toEqual({ before: "a" });
  expect(apiPosition({ after: "a" }, [other("a")])).toEqual({ after: "a" });
});
