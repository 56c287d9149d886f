import type { BlockResponse, EntryPoint } from "../../cloudflare/rulesets";
import { sameMeaning } from "../../language";
import type { Rule } from "../../plan/picture";
import { ownRules, sameResponse } from "../../plan/rule-steps";
import { isPlaced } from "../../rules/position";
import { responseOf, wishOf } from "./own-rules";
import type { MtlsRuleState as State } from "./state";

/** The state with the ids of our rules, in the order of their definitions. */
export function report(state: State, entryPoint: EntryPoint): State {
  const wish = wishOf(state);
  const own = ownRules(entryPoint.rules, wish);
  const refs = [...wish.definitions.map(({ ref }) => ref), ...own.keys()];
  const ruleIds = [...new Set(refs)].flatMap((ref) => own.get(ref)?.id ?? []);
  return { ...state, rulesetId: entryPoint.id, ruleIds };
}

/** The state as the zone shows it, property by property, so that drift is told by name; undefined: our rules are gone. */
export function found(state: State, entryPoint: EntryPoint): State | undefined {
  const reported = report(state, entryPoint);
  const texts = new Map(wishOf(state).definitions.map(({ ref, expression }) => [ref, expression]));
  const rules = (reported.ruleIds ?? []).flatMap((id) => entryPoint.rules.find((rule) => rule.id === id) ?? []);
  const [first] = rules;
  if (!first) return undefined;
  const odd = (pick: (rule: Rule) => string, usual: string) =>
    rules.map(pick).find((value) => value !== usual) ?? usual;
  const placed = isPlaced(state.position, entryPoint.rules, reported.ruleIds ?? []);
  const at = entryPoint.rules.findIndex(({ id }) => rules.some((rule) => rule.id === id));
  return {
    ...reported,
    // Cloudflare may store another spelling of the same.
    expressions: rules.map(({ ref, expression }) => {
      const ours = texts.get(ref) ?? "";
      return sameMeaning(expression, ours) ? ours : expression;
    }),
    action: odd((rule) => rule.action, state.action) as State["action"],
    description: odd((rule) => rule.description ?? "", state.description),
    response: answerOf(rules, state.response),
    enabled: rules.every((rule) => rule.enabled),
    ref: rules.some((rule) => rule.ref === state.ref) ? state.ref : first.ref,
    // The rule before ours is how a drifted place is told.
    position: placed ? state.position : { after: entryPoint.rules[at - 1]?.id ?? "" },
  };
}

/** What the rules answer: as it should be, or what the first odd one says. */
function answerOf(rules: readonly Rule[], usual: State["response"]): State["response"] {
  const answers = rules.map(({ action_parameters }) => action_parameters?.response);
  const isUsual = (answer: BlockResponse | undefined) => sameResponse(answer, usual && responseOf(usual));
  if (answers.every(isUsual)) return usual;
  const odd = answers.find((answer) => !isUsual(answer));
  return odd && { statusCode: odd.status_code, contentType: odd.content_type, content: odd.content };
}
