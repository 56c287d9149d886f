import { planList } from "../../src/plan/list";
import type { ListWish } from "../../src/plan/list";
import type { Rule } from "../../src/plan/picture";
import { buildExpression } from "../../src/rules/expression";
import { ANY_CA, HOST, OTHER_HOST, partsAskedFor, pictureOf, pinned, rule, SKI_A, SKI_B } from "./zone";

const OURS = { ref: "mtls_1_2" };
const [OLD, STRANGER] = ["old.example.com", "stranger.example.com"];

function wish(change: Partial<ListWish> = {}): ListWish {
  return { ca: "a", hostnames: [HOST], own: [HOST], declared: [HOST], strangers: "refuse", ...change };
}

function plan(observed: readonly string[], change: Partial<ListWish>, rules: readonly Rule[] = []) {
  const picture = pictureOf({ cas: { a: [SKI_A] }, lists: { a: observed }, rules });
  const { held, ...rest } = planList(picture, observed, wish(change));
  return { ...rest, held: held.map(({ hostname }) => hostname) };
}

describe("what a list holds next", () => {
  const nothing = { held: [], strangers: [], isRefused: false };
  const demand = [rule(pinned([SKI_A], [OLD, STRANGER, HOST]))];
  const everyHost = { hostnames: [], everyHost: true, issuerSkis: [SKI_A], paths: ["/admin/*"] };
  const everywhere = [rule(buildExpression(everyHost), OURS)];

  it.each<[string, readonly string[], Partial<ListWish>, readonly Rule[], ReturnType<typeof plan>]>([
    ["what is declared, in an empty list", [], {}, [], { ...nothing, next: [HOST] }],
    ["the same, where nothing changes", [HOST], {}, [], { ...nothing, next: [HOST] }],
    [
      "its hostnames in order, each once",
      [OTHER_HOST, HOST],
      { hostnames: [OTHER_HOST, HOST, HOST] },
      [],
      { ...nothing, next: [HOST, OTHER_HOST] },
    ],
    ["not what it put there and declares no more", [HOST, OLD], { own: [HOST, OLD] }, [], { ...nothing, next: [HOST] }],
    [
      "what another resource of the program declares",
      [HOST, OLD],
      { own: [HOST, OLD], declared: [OLD] },
      [],
      { ...nothing, next: [HOST, OLD] },
    ],
    [
      "not what is declared for it elsewhere and isn't there yet",
      [HOST],
      { declared: [OLD] },
      [],
      { ...nothing, next: [HOST] },
    ],
    ["nothing, when all goes", [HOST], { hostnames: [], declared: [] }, [], { ...nothing, next: [] }],
    [
      "what a rule still demands",
      [HOST, OLD],
      { own: [HOST, OLD] },
      demand,
      { ...nothing, next: [HOST, OLD], held: [OLD] },
    ],
    [
      "not what a rule demands, where the outage was chosen",
      [HOST, OLD],
      { own: [HOST, OLD], isYielding: true },
      demand,
      { ...nothing, next: [HOST], held: [OLD] },
    ],
    [
      "not what a rule for every host demands without naming it",
      [HOST, OLD],
      { own: [HOST, OLD], sweeping: [{ ref: "mtls_1_2", hostnames: [HOST] }] },
      everywhere,
      { ...nothing, next: [HOST] },
    ],
    [
      "what such a rule names",
      [HOST, OLD],
      { own: [HOST, OLD], sweeping: [{ ref: "mtls_1_2", hostnames: [HOST, OLD] }] },
      everywhere,
      { ...nothing, next: [HOST, OLD], held: [OLD] },
    ],
    [
      "what another rule demands beside it",
      [HOST, OLD],
      { own: [HOST, OLD], sweeping: [{ ref: "mtls_1_2", hostnames: [HOST] }] },
      [...everywhere, ...demand],
      { ...nothing, next: [HOST, OLD], held: [OLD] },
    ],
    [
      "what others put there, where they are kept",
      [STRANGER],
      { strangers: "keep" },
      [],
      { ...nothing, next: [HOST, STRANGER], strangers: [STRANGER] },
    ],
    [
      "what others put there, though the outage was chosen",
      [STRANGER, OLD],
      { strangers: "keep", own: [OLD], isYielding: true },
      [],
      { ...nothing, next: [HOST, STRANGER], strangers: [STRANGER] },
    ],
    [
      "not what others put there, where they are removed",
      [STRANGER, HOST],
      { strangers: "remove" },
      [],
      { ...nothing, next: [HOST], strangers: [STRANGER] },
    ],
    [
      "what others put there and a rule demands, even where they are removed",
      [STRANGER],
      { strangers: "remove" },
      demand,
      { ...nothing, next: [HOST, STRANGER], strangers: [STRANGER], held: [STRANGER] },
    ],
    [
      "what stays of both, where some are removed",
      [STRANGER, OLD],
      { strangers: "remove", own: [OLD], hostnames: [] },
      [],
      { ...nothing, next: [], strangers: [STRANGER] },
    ],
  ])("is %s", (_, observed, change, rules, expected) => {
    expect(plan(observed, change, rules)).toStrictEqual(expected);
  });
});

describe("strangers in a list that must have none", () => {
  const [ours, theirs] = [rule(pinned([SKI_A], [STRANGER]), OURS), rule(pinned([SKI_A], [STRANGER]))];

  it.each<[string, Partial<ListWish>, readonly Rule[], readonly string[]]>([
    ["are refused in a new list", {}, [], [STRANGER]],
    ["are refused in a known list", { isKnown: true }, [], [STRANGER]],
    ["are refused in a known list, where somebody's rule demands them", { isKnown: true }, [theirs], [STRANGER]],
    [
      "are its own from an earlier update, where a rule of ours demands them in a known list",
      { isKnown: true },
      [ours],
      [],
    ],
    ["are strangers in a new list, whoever's rule demands them", { isKnown: false }, [ours], [STRANGER]],
    ["are no strangers when they are its own", { own: [STRANGER] }, [], []],
    ["are no strangers when they are declared", { declared: [STRANGER] }, [], []],
    ["are said though they are kept, in a known list too", { strangers: "keep", isKnown: true }, [ours], [STRANGER]],
    ["are said though they are removed", { strangers: "remove", isKnown: true }, [ours], [STRANGER]],
  ])("%s", (_, change, rules, strangers) => {
    const planned = plan([STRANGER], change, rules);
    expect(planned.strangers).toStrictEqual(strangers);
    expect(planned.isRefused).toBe(strangers.length > 0 && (change.strangers ?? "refuse") === "refuse");
  });

  it("stay in the list when they are held for a rule of ours", () => {
    expect(plan([STRANGER, HOST], { isKnown: true }, [ours]).next).toStrictEqual([HOST, STRANGER]);
  });

  it("are told from those that a rule of ours demands", () => {
    const planned = plan([STRANGER, OLD], { isKnown: true }, [ours]);
    expect([planned.strangers, planned.isRefused, planned.held]).toStrictEqual([[OLD], true, []]);
  });
});

describe("a rule that takes any CA, on a host that another CA is associated with too,", () => {
  it.each<[string, Partial<ListWish>, readonly string[]]>([
    ["holds what leaves a list that stays", {}, [OLD]],
    ["holds what leaves a list that another resource declares", { hostnames: [] }, [OLD]],
    ["lets go what leaves with its CA: the other one takes over", { hostnames: [], declared: [] }, []],
    ["holds all on destroy: nobody takes over", { hostnames: [], declared: [], isDestroy: true }, [OLD]],
  ])("%s", (_, change, held) => {
    const picture = pictureOf({
      cas: { a: [SKI_A], b: [SKI_B] },
      lists: { a: [OLD], b: [OLD] },
      rules: [rule(`http.host eq "${OLD}" and not cf.tls_client_auth.cert_verified`)],
    });
    const planned = planList(picture, [OLD], wish({ own: [OLD], ...change }));
    expect(planned.held.map(({ hostname }) => hostname)).toStrictEqual(held);
  });
});

describe("what a list's plan has to look at", () => {
  it.each<[string, readonly string[], Partial<ListWish>, ReturnType<typeof partsAskedFor>]>([
    ["nothing, where hostnames only come", [HOST], { hostnames: [HOST, OLD] }, []],
    ["nothing, where a known list has no strangers", [HOST], { isKnown: true }, []],
    ["nothing, where strangers are kept", [STRANGER], { strangers: "keep", isKnown: true }, []],
    ["nothing, where strangers are refused in a new list", [STRANGER, OLD], { own: [OLD] }, []],
    ["the rules, where strangers may be ours", [STRANGER], { isKnown: true }, ["rules"]],
    ["the rules, where a hostname is to go", [OLD], { own: [OLD] }, ["rules"]],
    ["the rules, where strangers are to go", [STRANGER], { strangers: "remove" }, ["rules"]],
  ])("is %s", (_, observed, change, parts) => {
    expect(partsAskedFor(() => planList(pictureOf({}), observed, wish(change)))).toStrictEqual(parts);
  });

  it("is the other CAs' lists, not its own, under a rule for any CA", () => {
    const picture = pictureOf({ cas: { a: [SKI_A], b: [] }, rules: [rule(ANY_CA)] });
    const decision = () => planList(picture, [HOST], wish({ hostnames: [], declared: [] }));
    expect(partsAskedFor(decision)).toStrictEqual([{ list: "b" }]);
  });
});
