import type { BlockResponse } from "../../cloudflare/rulesets";
import type { Rule } from "../../plan/picture";
import { adoptee, differs, ownRules } from "../../plan/rule-steps";
import type { RuleDefinition, RuleWish } from "../../plan/rule-steps";
import { buildExpressions } from "../../rules/expression";
import { hasUnknown } from "../engine/unknown";
import type { Session } from "../session";
import type { MtlsRuleState } from "./state";

/** What a state asks for among the zone's rules; what was its own before is known by `ruleIds`. */
export function wishOf(news: MtlsRuleState, olds?: MtlsRuleState): RuleWish {
  const { ref, position } = news;
  const ruleIds = (olds ?? news).ruleIds;
  return { ref, position, ruleIds, definitions: definitions(news), adopt: olds ? undefined : news.adopt };
}

/** The rules that a state asks for: one, unless its hostnames outgrow one expression, and one more for revoked certificates. */
function definitions(state: MtlsRuleState): RuleDefinition[] {
  const { ref, action, description } = state;
  const answer = state.response && { action_parameters: { response: responseOf(state.response) } };
  return [...buildExpressions(state)].map(([ending, expression]) => {
    return { ref: `${ref}${ending}`, action, expression, description, enabled: true, ...answer };
  });
}

export function responseOf({
  statusCode,
  contentType,
  content,
}: NonNullable<MtlsRuleState["response"]>): BlockResponse {
  return { status_code: statusCode, content_type: contentType, content };
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

/**
 * A rule with this resource's mark that state doesn't know, where one is about to be created: it is the leftover of a killed run if it
 * says exactly what would be written, and state had the lists that it stands on before this run: they were made and recorded before the rule.
 * A list that is replaced on demand (`--replace`) isn't told to its check: an upload of this stack stands in for it.
 * Another is a stranger's, such as those of a stack with the same names in another backend.
 *
 * @returns its id, for the reader
 * @throws Error when it is a stranger's, and the program doesn't name it under `adopt`
 */
export function leftover(
  session: Session,
  rules: readonly Rule[],
  wish: RuleWish,
  { zoneId, associations }: MtlsRuleState,
): string | undefined {
  if (session.program.remembers("rule", zoneId, wish.ref)) return undefined;
  const [marked, ...more] = ownRules(rules, { ...wish, ruleIds: [] }).values();
  if (!marked || wish.adopt === marked.id || wish.adopt === marked.ref) return undefined;
  const isSame = [marked, ...more].every((rule) => wish.definitions.some((definition) => !differs(rule, definition)));
  // In a preview they may be unknown yet.
  const lists = hasUnknown(associations) ? [] : associations.map(({ caCertificateId }) => caCertificateId);
  const hasUpload = session.program.remembers("ca");
  if (isSame && lists.every((ca) => hasUpload || session.program.remembers("list", zoneId, ca))) return marked.id;
  const why = isSame
    ? "and state had not all of the lists that it stands on, as it has after a killed run."
    : `and it says something else than would be written: ${marked.action}, ${marked.expression}`;
  throw new Error(
    [
      `Zone ${zoneId} has the rule ${marked.id} ("${marked.description ?? ""}") with this resource's mark, ${marked.ref}, ${why}`,
      `Another stack with the same names may have made it, or a killed run of an earlier program. To take it over, set \`adopt: "${marked.id}"\`; if it is another stack's, give this stack or resource another name.`,
    ].join("\n"),
  );
}

/** What is said of a leftover: from here it looks like a neighbour's, if that one has the same names and the same program. */
export function takenUp(id: string): string {
  return `rule ${id} bears this resource's mark and says what would be written, as after a killed run: it is taken up. If a stack with the same names in another backend owns it, give this stack another name: destroy deletes the rule.`;
}

/** What is about to change in a rule of somebody's, for the reader of a preview or a log. */
export function takenOver({ id, description, action, enabled, expression }: Rule): string {
  const was = `${enabled ? "" : "disabled, "}${action}, ${expression}`;
  return `rule ${id} ("${description ?? ""}") is taken over and changed in place; destroy will delete it. It was: ${was}`;
}
