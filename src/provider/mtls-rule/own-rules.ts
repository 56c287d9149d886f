import type { Rule, RuleDefinition } from "../../cloudflare/rulesets";
import { buildExpressions } from "../../rules/expression";
import type { MtlsRuleState } from "./state";

/** The rules that a state asks for: one, unless its hostnames outgrow one expression. */
export function definitions(state: MtlsRuleState): RuleDefinition[] {
  const { ref, action, description } = state;
  return buildExpressions(state).flatMap((expression, place) =>
    expression ? [{ ref: place === 0 ? ref : `${ref}_${place}`, action, expression, description, enabled: true }] : [],
  );
}

/**
 * Ours among the zone's rules, by the `ref` that each has or should have. A rule whose `ref` somebody changed is
 * known by its id.
 */
export function ownRules(rules: readonly Rule[], state: MtlsRuleState): Map<string, Rule> {
  const own = new Map<string, Rule>();
  const refs = definitions(state).map(({ ref }) => ref);
  for (const rule of rules) {
    if (rule.ref === state.ref || rule.ref.startsWith(`${state.ref}_`)) own.set(rule.ref, rule);
  }
  (state.ruleIds ?? []).forEach((id, index) => {
    const rule = rules.find((candidate) => candidate.id === id);
    const ref = refs[index] ?? id;
    if (rule && ![...own.values()].includes(rule) && !own.has(ref)) own.set(ref, rule);
  });
  return own;
}

/**
 * The rule of somebody's that a rule about to be created takes over; none when the program names none, or on a second
 * attempt, when it is ours already.
 *
 * @throws Error when the rule that the program names isn't there
 */
export function adoptee(rules: readonly Rule[], state: MtlsRuleState): Rule | undefined {
  const { adopt, zoneId } = state;
  if (!adopt || ownRules(rules, state).has(state.ref)) return undefined;
  const found = rules.find((rule) => rule.id === adopt || rule.ref === adopt);
  if (found) return found;
  throw new Error(
    `adopt: zone ${zoneId} has no custom rule with the id or ref "${adopt}" to take over. Correct it, or leave \`adopt\` out to have a rule made.`,
  );
}

/** What is about to change in a rule of somebody's, for the reader of a preview or a log. */
export function takenOver({ id, description, action, enabled, expression }: Rule): string {
  const was = `${enabled ? "" : "disabled, "}${action}, ${expression}`;
  return `rule ${id} ("${description ?? ""}") is taken over and changed in place; destroy will delete it. It was: ${was}`;
}

export function differs(rule: Rule, wanted: RuleDefinition): boolean {
  return (
    (["ref", "action", "expression", "enabled"] as const).some((key) => rule[key] !== wanted[key]) ||
    (rule.description ?? "") !== wanted.description
  );
}
