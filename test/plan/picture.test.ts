import { Picture, Unseen } from "../../src/plan/picture";
import { HOST, OTHER_HOST, partsAskedFor, pictureOf, rule, SKI_A, SKI_B } from "./zone";

describe("a part that wasn't looked at", () => {
  it.each([
    ["the rules", () => new Picture().rules, ["rules"]],
    ["the account's CAs", () => new Picture().authorities, ["authorities"]],
    ["a list", () => new Picture().associated(HOST, ["a"]), [{ list: "a" }]],
    ["two lists, asked for at once", () => new Picture().associated(HOST, ["a", "b"]), [{ list: "a" }, { list: "b" }]],
    [
      "the one list of two that is missing",
      () => pictureOf({ lists: { a: [HOST] } }).associated(HOST, ["a", "b"]),
      [{ list: "b" }],
    ],
    ["no list at all, where no CA is asked about", () => new Picture().associated(HOST, []), []],
  ])("is asked for by name: %s", (_, decision, parts) => {
    expect(partsAskedFor(decision)).toStrictEqual(parts);
  });

  it("is an error with a sentence, for whoever doesn't look", () => {
    expect(() => new Picture().rules).toThrow(new Unseen(["rules"]));
    expect(new Unseen(["rules"]).message).toBe("A part of the account wasn't looked at.");
  });
});

describe("what was seen", () => {
  const rules = [rule("ssl")];
  const authorities = [{ id: "a", issuerSkis: [SKI_A] }];

  it("is there from the beginning or is added", () => {
    expect(new Picture({ rules }).rules).toBe(rules);
    expect(new Picture({ authorities }).authorities).toBe(authorities);
    expect(new Picture().withRules(rules).rules).toBe(rules);
    expect(new Picture().withAuthorities(authorities).authorities).toBe(authorities);
    expect(new Picture({ lists: new Map([["a", new Set([HOST])]]) }).associated(HOST, ["a"])).toStrictEqual(["a"]);
  });

  it("stays when another part is added", () => {
    const whole = new Picture().withRules(rules).withList("a", [HOST]).withAuthorities(authorities).withList("b", []);
    expect([whole.rules, whole.authorities, whole.associated(HOST, ["a", "b"])]).toStrictEqual([
      rules,
      authorities,
      ["a"],
    ]);
    expect(whole.withRules([]).associated(HOST, ["a"])).toStrictEqual(["a"]);
  });

  it("is replaced by what is seen later, and the earlier picture stays as it was", () => {
    const before = pictureOf({ rules, cas: { a: [SKI_A] }, lists: { a: [HOST] } });
    const after = before
      .withRules([])
      .withAuthorities([{ id: "b", issuerSkis: [SKI_B] }])
      .withList("a", []);
    expect([after.rules, after.authorities.length, after.associated(HOST, ["a"])]).toStrictEqual([[], 1, []]);
    expect(after.authorities[0]?.id).toBe("b");
    expect([before.rules, before.authorities[0]?.id, before.associated(HOST, ["a"])]).toStrictEqual([
      rules,
      "a",
      ["a"],
    ]);
  });
});

describe("the CAs that are associated with a host", () => {
  const picture = pictureOf({ lists: { a: ["API.Example.com"], b: [HOST, OTHER_HOST], c: [] } });

  it("are those of the ones asked about, in their order", () => {
    expect(picture.associated(HOST, ["b", "c", "a"])).toStrictEqual(["b", "a"]);
    expect(picture.associated(OTHER_HOST, ["a", "b", "c"])).toStrictEqual(["b"]);
    expect(picture.associated("example.com", ["a", "b", "c"])).toStrictEqual([]);
  });

  it("are the same however the list or the question spells the host", () => {
    expect(picture.associated("api.EXAMPLE.com", ["a", "b", "c"])).toStrictEqual(["a", "b"]);
  });
});
