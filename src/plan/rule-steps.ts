import type { BlockResponse, RuleDefinition } from "../cloudflare/rulesets";
import { sameMeaning } from "../language";
import { apiPosition, isPlaced } from "../rules/position";
import type { RulePosition } from "../rules/position";
import type { Rule } from "./picture";

export type { RuleDefinition };

/** What is to become of one resource's rules among the zone's. */
export interface RuleWish {
  /** By it ours are known: `ref` itself, or `ref_1`, `ref_2` … where one expression isn't enough. */
  readonly ref: string;
  readonly definitions: readonly RuleDefinition[];
  readonly position: RulePosition;
  /** By state: a rule whose `ref` somebody changed is known by its id. In the order of the definitions. */
  readonly ruleIds?: readonly string[];
  /** Id or `ref` of the rule to take over; looked for until there is one of ours. */
  readonly adopt?: string;
}

export type Place = ReturnType<typeof apiPosition>;

export type RuleStep =
  | { readonly kind: "add"; readonly rule: RuleDefinition; readonly position: Place }
  | { readonly kind: "change"; readonly present: Rule; readonly rule: RuleDefinition; readonly position?: Place }
  | { readonly kind: "drop"; readonly present: Rule };

/**
 * The next write, or none: new rules first, changed ones second, surplus ones last, so that no host is without its rule in
 * between.
 *
 * @param written the refs that were added or changed already: what Cloudflare made of them is not argued with
 */
export function nextStep(rules: readonly Rule[], wish: RuleWish, written: ReadonlySet<string>): RuleStep | undefined {
  const own = ownRules(rules, wish);
  const adopted = adoptee(rules, wish);
  if (adopted) own.set(wish.ref, adopted);
  const missing = wish.definitions.find(({ ref }) => !own.has(ref));
  if (missing) return { kind: "add", rule: missing, position: apiPosition(wish.position, rules) };
  // The last first: revoked certificates come before the rule that may let in more.
  for (const definition of wish.definitions.toReversed()) {
    const present = own.get(definition.ref);
    if (!present || written.has(definition.ref)) continue;
    const position = isPlaced(wish.position, rules, [present.id]) ? undefined : apiPosition(wish.position, rules);
    // What a PATCH leaves out may stay.
    const isAnswering = present.action_parameters?.response && !definition.action_parameters;
    const rule = isAnswering ? { ...definition, action_parameters: {} } : definition;
    if (differs(present, rule) || position) return { kind: "change", present, rule, position };
  }
  const surplus = [...own].find(([ref]) => !wish.definitions.some((definition) => definition.ref === ref));
  return surplus && { kind: "drop", present: surplus[1] };
}

/** Whether the rule is one of those that go by this `ref`. */
export function isOf({ ref }: Rule, own: string): boolean {
  return ref === own || ref.startsWith(`${own}_`);
}

/** Ours among the zone's rules, by the `ref` that each has or should have. */
export function ownRules(rules: readonly Rule[], { ref, definitions, ruleIds = [] }: RuleWish): Map<string, Rule> {
  const own = new Map<string, Rule>();
  for (const rule of rules) {
    if (isOf(rule, ref)) own.set(rule.ref, rule);
  }
  const known = new Set([...own.values()].map(({ id }) => id));
  ruleIds.forEach((id, index) => {
    const rule = known.has(id) ? undefined : rules.find((candidate) => candidate.id === id);
    const wanted = definitions[index]?.ref ?? id;
    if (rule && !own.has(wanted)) own.set(wanted, rule);
  });
  return own;
}

/** The rule of somebody's that is about to be taken over; none when the wish names none, or it is ours already, or gone. */
export function adoptee(rules: readonly Rule[], wish: RuleWish): Rule | undefined {
  if (!wish.adopt || ownRules(rules, wish).has(wish.ref)) return undefined;
  return rules.find(({ id, ref }) => id === wish.adopt || ref === wish.adopt);
}

/** The zone's rules once the wish is carried out, without their places. */
export function fulfilled(rules: readonly Rule[], wish: RuleWish): readonly Rule[] {
  const own = [...ownRules(rules, wish).values(), adoptee(rules, wish)];
  return [
    ...wish.definitions.map((rule) => ({ ...rule, id: rule.ref })),
    ...rules.filter((rule) => !own.includes(rule)),
  ];
}

/** Whether the rule would have to be changed, but for its place. */
export function differs(present: Rule, rule: RuleDefinition): boolean {
  const isSame = present.ref === rule.ref && present.action === rule.action && present.enabled === rule.enabled;
  return (
    !isSame ||
    (present.description ?? "") !== rule.description ||
    !sameResponse(present.action_parameters?.response, rule.action_parameters?.response) ||
    !sameMeaning(present.expression, rule.expression)
  );
}

export function sameResponse(one: BlockResponse | undefined, other: BlockResponse | undefined): boolean {
  return (["status_code", "content_type", "content"] as const).every((key) => one?.[key] === other?.[key]);
}
