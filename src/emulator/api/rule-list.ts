import { newId, timestamp, type Plan, type StoredRule, type StoredRuleset } from "../account/store";
import { noRule, notValid, tooManyRules, unrecorded } from "./refusals";
import type { RuleDefinition } from "./rule-definition";
import { placed } from "./rule-position";

/*
 * What a request makes of a ruleset, as new values: the versions of the ruleset and of the rules that it touches count
 * up, and rules that it doesn't touch stay as they are to the last byte.
 */

const LIMITS: Readonly<Record<Plan, number>> = { free: 5, pro: 20, business: 100, enterprise: 1000 }; // DOC

/** Adds at the end, unless a position is given. */
export function withRule(ruleset: StoredRuleset, definition: RuleDefinition, position: unknown): StoredRuleset {
  const rule = made(definition, undefined);
  const rules = position === undefined ? [...ruleset.rules, rule] : placed(rule, ruleset.rules, position);
  return next(ruleset, rules);
}

/** DOC: the definition replaces the old one whole; what it leaves out falls to the default. OBS differs, see the differences page. */
export function withRuleChanged(
  ruleset: StoredRuleset,
  id: string,
  definition: RuleDefinition | undefined,
  position: unknown,
): StoredRuleset {
  const present = ruleOf(ruleset, id);
  const rule = definition ? made(definition, present) : present;
  const rules =
    position === undefined
      ? ruleset.rules.map((one) => (one.id === id ? rule : one))
      : placed(
          rule,
          ruleset.rules.filter((one) => one.id !== id),
          position,
        );
  return next(ruleset, rules);
}

export function withoutRule(ruleset: StoredRuleset, id: string): StoredRuleset {
  const { id: gone } = ruleOf(ruleset, id);
  return next(
    ruleset,
    ruleset.rules.filter((rule) => rule.id !== gone),
  );
}

/** A rule in the list of a PUT; the id says which of the present rules it is. */
export interface ListedRule {
  readonly id?: string | undefined;
  readonly definition: RuleDefinition;
}

/** DOC: the list becomes the whole list. A rule keeps its identity by id or, without one, by ref. */
export function withRules(
  ruleset: StoredRuleset,
  list: readonly ListedRule[],
  description = ruleset.description,
): StoredRuleset {
  const rules = list.map(({ id, definition }, index) => {
    const present = presentRule(ruleset, id, definition.ref, `/rules/${index}/id`);
    return present && isUnchanged(present, definition) ? present : made(definition, present);
  });
  return next({ ...ruleset, description }, rules);
}

/** A ruleset that nobody has written to yet; version "1" once it is. */
export function emptyRuleset(name: string, description: string, phase: string): StoredRuleset {
  return {
    id: newId(),
    name,
    description,
    kind: "zone",
    version: "0",
    last_updated: "",
    phase,
    rules: [],
  };
}

export function checkRules({ phase, rules }: StoredRuleset, plan: Plan): void {
  if (rules.length > LIMITS[plan]) throw tooManyRules(phase, rules.length, LIMITS[plan]);
  for (const key of ["id", "ref"] as const) {
    const seen = new Set<string>();
    for (const [index, rule] of rules.entries()) {
      if (seen.has(rule[key]))
        throw notValid(rule[key], key, "it is not unique in the ruleset", `/rules/${index}/${key}`);
      seen.add(rule[key]);
    }
  }
}

function ruleOf({ rules }: StoredRuleset, id: string): StoredRule {
  const rule = rules.find((one) => one.id === id);
  if (!rule) throw noRule(id);
  return rule;
}

function presentRule(
  { rules }: StoredRuleset,
  id: string | undefined,
  ref: string | undefined,
  pointer: string,
): StoredRule | undefined {
  if (id === undefined) return rules.find((rule) => rule.ref === ref);
  const present = rules.find((rule) => rule.id === id);
  if (!present) throw unrecorded(`there is no rule ${id} in the ruleset`, pointer); // INF
  return present;
}

function made({ ref, ...definition }: RuleDefinition, present: StoredRule | undefined): StoredRule {
  const id = present?.id ?? newId();
  const version = String(Number(present?.version ?? 0) + 1);
  return { id, version, ...definition, ref: ref ?? id, last_updated: timestamp() }; // DOC: ref defaults to the id
}

/** INF: a rule that a PUT repeats word for word keeps its version. */
function isUnchanged(present: StoredRule, definition: RuleDefinition): boolean {
  const again = { ...made(definition, present), version: present.version, last_updated: present.last_updated };
  return Object.keys({ ...present, ...again }).every(
    (key) => JSON.stringify(present[key as keyof StoredRule]) === JSON.stringify(again[key as keyof StoredRule]),
  );
}

function next(ruleset: StoredRuleset, rules: readonly StoredRule[]): StoredRuleset {
  const version = String(Number(ruleset.version) + 1);
  return { ...ruleset, rules, version, last_updated: timestamp() };
}
