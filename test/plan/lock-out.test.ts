import { lockedOut, shutOut, unopened } from "../../src/plan/lock-out";
import type { Rule } from "../../src/plan/picture";
import { ANY_CA, HOST, OTHER_HOST, partsAskedFor, pictureOf, pinned, rule, skip, SKI_A, SKI_B, SKI_C } from "./zone";
import type { Zone } from "./zone";

const auth = (field: string) => `cf.tls_client_auth.${field}`;
const CAS = { a: [SKI_A], b: [SKI_B] };
const ALONE = { a: [HOST], b: [] };
const BESIDE = { a: [HOST], b: [HOST] };

describe("a host on which nobody would get in at all", () => {
  it.each<[string, Zone, string[], boolean]>([
    ["isn't one without rules", { rules: [] }, ["a"], false],
    [
      "isn't one whose pinned CA is associated",
      { cas: CAS, lists: ALONE, rules: [rule(pinned([SKI_A]))] },
      ["a"],
      false,
    ],
    [
      "is one whose pinned CA isn't associated",
      { cas: CAS, lists: { a: [] }, rules: [rule(pinned([SKI_A]))] },
      ["a"],
      true,
    ],
    [
      "is one with another CA than the pinned one",
      { cas: CAS, lists: BESIDE, rules: [rule(pinned([SKI_A]))] },
      ["b"],
      true,
    ],
    [
      "isn't one where one CA of two will do",
      { cas: CAS, lists: BESIDE, rules: [rule(pinned([SKI_A]))] },
      ["b", "a"],
      false,
    ],
    [
      "isn't one under a rule for any CA, where one is",
      { cas: CAS, lists: ALONE, rules: [rule(ANY_CA)] },
      ["a", "b"],
      false,
    ],
    ["is one under a rule for any CA, where none is", { cas: CAS, lists: ALONE, rules: [rule(ANY_CA)] }, ["b"], true],
    ["is one where no list counts", { cas: CAS, lists: ALONE, rules: [rule(ANY_CA)] }, [], true],
    [
      "isn't one of a pinned intermediate that may be under the CA",
      { cas: CAS, lists: ALONE, rules: [rule(pinned([SKI_C]))] },
      ["a"],
      false,
    ],
    [
      "is one of a pinned intermediate where no CA is",
      { cas: CAS, lists: ALONE, rules: [rule(pinned([SKI_C]))] },
      ["b"],
      true,
    ],
    [
      "isn't one of a CA without an identifier under a rule for any",
      { cas: { a: [] }, lists: ALONE, rules: [rule(ANY_CA)] },
      ["a"],
      false,
    ],
    ["is one of a CA that isn't in the account", { cas: {}, lists: ALONE, rules: [rule(ANY_CA)] }, ["a"], true],
    [
      "isn't one where an anonymous client may get in",
      { rules: [skip("ip.src in $office"), rule(ANY_CA)] },
      ["a"],
      false,
    ],
    [
      "is one that two rules close between them",
      { cas: CAS, lists: BESIDE, rules: [rule(pinned([SKI_A])), rule(pinned([SKI_B]))] },
      ["a", "b"],
      true,
    ],
  ])("%s", (_, zone, cas, isLocked) => {
    expect(lockedOut(pictureOf(zone), [HOST], cas)).toStrictEqual(isLocked ? [HOST] : []);
  });

  it("is found among others, on any of the paths that count", () => {
    const rules = [rule(pinned([SKI_A], [HOST, OTHER_HOST], ["/admin"]))];
    const picture = pictureOf({ cas: CAS, lists: { a: [OTHER_HOST] }, rules });
    const locked = (...paths: (string | undefined)[]) => lockedOut(picture, [OTHER_HOST, HOST], ["a"], paths);
    expect([locked("/", "/admin"), locked("/admin"), locked("/"), locked(undefined)]).toStrictEqual([
      [HOST],
      [HOST],
      [],
      [],
    ]);
    expect(lockedOut(picture, [HOST], ["a"])).toStrictEqual([]);
  });

  it.each<[string, Zone, ReturnType<typeof partsAskedFor>]>([
    ["no CA where anonymous clients get in", { rules: [] }, []],
    ["the lists that count", { rules: [rule(ANY_CA)] }, [{ list: "a" }]],
    ["the CAs, where one is associated", { rules: [rule(ANY_CA)], lists: ALONE }, ["authorities"]],
    ["no CAs, where none is associated", { rules: [rule(ANY_CA)], lists: { a: [] } }, []],
  ])("takes a look at %s", (_, zone, parts) => {
    expect(partsAskedFor(() => lockedOut(pictureOf(zone), [HOST], ["a"]))).toStrictEqual(parts);
  });
});

describe("a host that the rules themselves shut", () => {
  it.each<[string, Rule[], boolean]>([
    ["isn't one without rules", [], false],
    ["isn't one of our rule: its issuer's clients get in", [rule(pinned([SKI_A]))], false],
    ["isn't one of a rule for any CA", [rule(ANY_CA)], false],
    ["isn't one where a rule refuses what it doesn't know", [rule(ANY_CA), rule("ip.src in $bad")], false],
    ["isn't one where an anonymous client gets in", [rule(`${auth("cert_presented")}`)], false],
    ["is one that two rules close between them", [rule(pinned([SKI_A])), rule(pinned([SKI_B]))], true],
    [
      "isn't one where two rules have an issuer in common",
      [rule(pinned([SKI_A])), rule(pinned([SKI_B, SKI_A]))],
      false,
    ],
    ["is one where everybody is refused", [rule("true")], true],
  ])("%s", (_, rules, isShut) => {
    expect(unopened(rules, [HOST], [undefined])).toStrictEqual(isShut ? [HOST] : []);
  });

  it("is found among others, on any of the paths", () => {
    const rules = [rule(pinned([SKI_A], [HOST], ["/admin"])), rule(pinned([SKI_B]))];
    expect(unopened(rules, [OTHER_HOST, HOST], ["/admin", "/"])).toStrictEqual([HOST]);
    expect(unopened(rules, [OTHER_HOST, HOST], ["/"])).toStrictEqual([]);
    expect(unopened(rules, [OTHER_HOST, HOST], [])).toStrictEqual([]);
  });
});

describe("a host whose clients another rule lets in, and the rule that comes would refuse", () => {
  const theirs = rule(pinned([SKI_A]), { id: "theirs", ref: "theirs" });
  const ours = (issuerSkis: readonly string[], paths?: string[]) =>
    rule(pinned(issuerSkis, [HOST], paths), { id: "ours", ref: "ours" });
  const cas = { a: [SKI_A, SKI_C], b: [SKI_B, SKI_C] };
  const lists = { a: [HOST], b: [HOST] };
  interface Case {
    readonly others?: Rule[];
    readonly before?: Rule[];
    readonly own?: string[];
    readonly zone?: Zone;
    readonly paths?: (string | undefined)[];
  }
  const shut = (
    coming: Rule,
    { others = [theirs], before, own = [SKI_B], zone = { cas, lists }, paths }: Case = {},
  ) => {
    const picture = pictureOf({ ...zone, rules: [coming, ...others] });
    return shutOut(picture, { before: before ?? others, others, own }, [OTHER_HOST, HOST], paths ?? [undefined]);
  };

  it("is named when their CA is associated with it", () => {
    expect(shut(ours([SKI_B]))).toStrictEqual([HOST]);
  });
  it.each<[string, Parameters<typeof shut>]>([
    ["the rule that comes lets them in too", [ours([SKI_A, SKI_B])]],
    ["their CA isn't associated with it", [ours([SKI_B]), { zone: { cas, lists: { a: [OTHER_HOST], b: [HOST] } } }]],
    ["they are refused already", [ours([SKI_B]), { before: [theirs, ours([SKI_B])] }]],
    ["they are this rule's own business", [ours([SKI_B]), { own: [SKI_A, SKI_B] }]],
    ["the other rule takes any CA's", [ours([SKI_B]), { others: [rule(ANY_CA)] }]],
    ["the other rule is about another host", [ours([SKI_B]), { others: [rule(pinned([SKI_A], ["x.example.com"]))] }]],
    ["the rule that comes is about another path", [ours([SKI_B], ["/admin"]), { paths: ["/"] }]],
    ["only the root above both CAs loses", [ours([SKI_B]), { others: [rule(pinned([SKI_C]))] }]],
    ["their issuer is in no upload", [ours([SKI_B]), { zone: { cas: { b: [SKI_B] }, lists } }]],
  ])("isn't named when %s", (_, args) => {
    expect(shut(...args)).toStrictEqual([]);
  });
  it("is named when they lose one of the paths", () => {
    expect(shut(ours([SKI_B], ["/admin"]), { paths: ["/", "/admin"] })).toStrictEqual([HOST]);
  });
  it("costs no look at the account where nobody loses, and else the CAs and the losers' lists", () => {
    const asked = (coming: Rule, zone: Zone) => partsAskedFor(() => shut(coming, { zone }));
    expect(asked(ours([SKI_A]), {})).toStrictEqual([]);
    expect(asked(ours([SKI_B]), {})).toStrictEqual(["authorities"]);
    expect(asked(ours([SKI_B]), { cas })).toStrictEqual([{ list: "a" }]);
  });
});
