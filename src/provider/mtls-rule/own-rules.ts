import type { Rule } from "../../plan/picture";
import { adoptee, ownRules } from "../../plan/rule-steps";
import type { RuleDefinition, RuleWish } from "../../plan/rule-steps";
import { buildExpressions } from "../../rules/expression";
import type { MtlsRuleState } from "./state";

/** What a state asks for among the zone's rules; what was its own before is known by `ruleIds`. */
export function wishOf(news: MtlsRuleState, olds?: MtlsRuleState): RuleWish {
  const { ref, position } = news;
  const ruleIds = (olds ?? news).ruleIds;
  return { ref, position, ruleIds, definitions: definitions(news), adopt: olds ? undefined : news.adopt };
}

/** The rules that a state asks for: one, unless its hostnames outgrow one expression. */
function definitions(state: MtlsRuleState): RuleDefinition[] {
  const { ref, action, description } = state;
  return buildExpressions(state).flatMap((expression, place) =>
    expression ? [{ ref: place === 0 ? ref : `${ref}_${place}`, action, expression, description, enabled: true }] : [],
  );
}

/**
 * The rule of somebody's that a rule about to be created takes over; none when the program names none, or on a second
 * attempt, when it is ours already.
 *
 * @throws Error when the rule that the program names isn't there
 */
export function adopted(rules: readonly Rule[], wish: RuleWish, zoneId: string): Rule | undefined {
  const found = adoptee(rules, wish);
  if (found || !wish.adopt || ownRules(rules, wish).has(wish.ref)) return found;
  throw new Error(
    `adopt: zone ${zoneId} has no custom rule with the id or ref "${wish.adopt}" to take over. Correct it, or leave \`adopt\` out to have a rule made.`,
  );
}

/** What is about to change in a rule of somebody's, for the reader of a preview or a log. */
export function takenOver({ id, description, action, enabled, expression }: Rule): string {
  const was = `${enabled ? "" : "disabled, "}${action}, ${expression}`;
  return `rule ${id} ("${description ?? ""}") is taken over and changed in place; destroy will delete it. It was: ${was}`;
}
