import { evaluate, type Fields, parseExpression } from "../../language/index";
import { type Answer, page, plain } from "./answer";
import type { EdgeRule } from "./view";

/** What the rules make of a request: an answer that ends it, or none; and the rules that only took note of it. */
export interface Ruling {
  readonly answer?: Answer;
  readonly logged: readonly string[];
}

const CHALLENGES = ["managed_challenge", "js_challenge", "challenge"];

/** Asks the rules in order, as the phase http_request_firewall_custom does. Disabled ones don't take part. */
export function decide(rules: readonly EdgeRule[], fields: Fields): Ruling {
  const logged: string[] = [];
  for (const rule of rules) {
    if (!rule.enabled) continue;
    const matched = matches(rule, fields);
    // A rule that can't be understood must neither block nor pass in silence.
    if (typeof matched === "string") return { answer: broken(rule, matched), logged };
    if (!matched) continue;
    if (rule.action === "log") logged.push(rule.id);
    else if (rule.action === "skip") {
      if (rule.actionParameters?.ruleset === "current") return { logged };
    } else return { answer: answerOf(rule), logged };
  }
  return { logged };
}

/** A text is the reason why there is no verdict. */
function matches(rule: EdgeRule, fields: Fields): boolean | string {
  try {
    return evaluate(parseExpression(rule.expression), fields);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function answerOf(rule: EdgeRule): Answer {
  if (rule.action === "block") return blocked(rule);
  if (CHALLENGES.includes(rule.action)) {
    const sentence = `Rule ${rule.id} challenged this request (${rule.action}). The emulator poses no challenge that could be solved.`;
    return { ...plain(403, sentence), headers: { "cf-mitigated": "challenge" } };
  }
  return broken(rule, `The emulator does not know the action "${rule.action}".`);
}

function blocked(rule: EdgeRule): Answer {
  const response = rule.actionParameters?.response;
  if (response === undefined)
    return page(403, 1020, "Access denied", `Sorry, you have been blocked by rule ${rule.id}.`);
  return { status: response.status_code, content: response.content, contentType: response.content_type };
}

function broken(rule: EdgeRule, reason: string): Answer {
  return plain(500, `The edge emulator cannot evaluate rule ${rule.id}:\n${reason}\n\n${rule.expression}`);
}
