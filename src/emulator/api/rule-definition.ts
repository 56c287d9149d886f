import { ExpressionError, parseExpression, usesRegex } from "../../language/index";
import type { Plan, StoredRule } from "../account/store";
import { isFields, refuseUnknown, withoutNulls, type Fields } from "./call";
import { badExpression, blankExpression, notValid, unrecorded } from "./refusals";

/** A rule as its writer means it: checked, with the defaults filled in. */
export interface RuleDefinition extends Pick<
  StoredRule,
  "action" | "action_parameters" | "expression" | "description" | "enabled" | "logging"
> {
  readonly ref?: string;
}

const WRITABLE = ["action", "action_parameters", "description", "enabled", "expression", "logging", "ref", "id"];
/** A list that was read comes back in a PUT with these; they are the server's and passed over (INF). */
const READ_ONLY = ["version", "last_updated", "categories"];
const ACTIONS = ["block", "challenge", "js_challenge", "managed_challenge", "log", "skip"];
const LONGEST_EXPRESSION = 4096; // DOC
const CONTENT_TYPES = ["text/html", "text/plain", "application/json", "text/xml"]; // DOC, of the dashboard

/** Checks one rule of a request's body. `pointer` is where in the body it stands: "" or "/rules/0". */
export function readRule(body: unknown, plan: Plan, pointer: string): RuleDefinition {
  if (!isFields(body)) throw unrecorded("a rule must be an object", pointer || "/");
  const fields = withoutNulls(body);
  refuseUnknown(fields, [...WRITABLE, ...READ_ONLY], pointer);
  const ref = readText(fields, "ref", pointer);
  const action = readAction(fields, plan, pointer);
  const parameters = readParameters(fields.action_parameters, action, plan, `${pointer}/action_parameters`);
  const logging = readLogging(fields.logging, action, `${pointer}/logging`);
  const { description = "", enabled = true } = fields; // DOC: the defaults
  if (typeof description !== "string") throw notValid(description, "description", "it must be a string", pointer);
  if (typeof enabled !== "boolean") throw notValid(enabled, "enabled", "it must be true or false", pointer);
  return {
    ...(ref === undefined ? {} : { ref }),
    action,
    ...(parameters === undefined ? {} : { action_parameters: parameters }),
    expression: readExpression(fields.expression, plan, `${pointer}/expression`),
    description,
    enabled,
    ...(logging === undefined ? {} : { logging }),
  };
}

/** A text that may be absent but not empty. */
export function readText(fields: Fields, name: string, pointer: string): string | undefined {
  const value = fields[name];
  if (value === undefined || (typeof value === "string" && value !== "")) return value;
  throw notValid(value, name, "it must be a string that is not empty", `${pointer}/${name}`);
}

function readAction({ action, action_parameters: parameters }: Fields, plan: Plan, pointer: string): string {
  if (action === undefined && parameters !== undefined) throw unrecorded("action is required for action parameters"); // OBS
  if (action === undefined) throw unrecorded("action is required", `${pointer}/action`);
  if (typeof action !== "string" || !ACTIONS.includes(action)) {
    throw notValid(action, "action", `it is not one of ${ACTIONS.join(", ")}`, `${pointer}/action`);
  }
  if (action === "log" && plan !== "enterprise") {
    throw notValid(action, "action", "it is available on the Enterprise plan only", `${pointer}/action`); // DOC
  }
  return action;
}

function readExpression(expression: unknown, plan: Plan, pointer: string): string {
  if (expression === undefined || (typeof expression === "string" && expression.trim() === "")) {
    throw blankExpression(pointer);
  }
  if (typeof expression !== "string") throw notValid(expression, "expression", "it must be a string", pointer);
  if (expression.length > LONGEST_EXPRESSION) {
    const why = `it has ${expression.length} characters, more than the ${LONGEST_EXPRESSION} allowed`;
    throw notValid(`${expression.slice(0, 40)}…`, "expression", why, pointer);
  }
  try {
    const parsed = parseExpression(expression);
    if (usesRegex(parsed) && plan !== "business" && plan !== "enterprise") {
      throw badExpression(expression, "the matches operator needs the Business or Enterprise plan", pointer); // DOC
    }
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw badExpression(expression, `could not parse filter expression: ${error.message}`, pointer);
  }
  return expression;
}

function readParameters(value: unknown, action: string, plan: Plan, pointer: string): Fields | undefined {
  if (value === undefined) {
    if (action === "skip") throw unrecorded("action_parameters is required for the skip action", pointer); // INF
    return undefined;
  }
  if (!isFields(value)) throw notValid(value, "action_parameters", "it must be an object", pointer);
  if (action === "block") return readBlockParameters(value, plan, pointer);
  const known = action === "skip" ? ["ruleset", "phase", "phases", "products", "rules", "rulesets"] : [];
  refuseUnknown(value, known, pointer);
  return value;
}

/** DOC: all three fields are needed, the status is a client error, and the Free plan has none. */
function readBlockParameters(parameters: Fields, plan: Plan, pointer: string): Fields {
  refuseUnknown(parameters, ["response"], pointer);
  const { response } = parameters;
  if (response === undefined) return parameters;
  if (!isFields(response)) throw notValid(response, "response", "it must be an object", `${pointer}/response`);
  if (plan === "free") {
    throw notValid("custom", "response", "it is available on the Pro plan and above", `${pointer}/response`);
  }
  refuseUnknown(response, ["status_code", "content", "content_type"], `${pointer}/response`);
  const { status_code: status, content, content_type: contentType } = response;
  if (typeof status !== "number" || !Number.isInteger(status) || status < 400 || status > 499) {
    throw notValid(status, "status_code", "it must be from 400 to 499", `${pointer}/response/status_code`);
  }
  for (const [name, text] of Object.entries({ content, content_type: contentType })) {
    if (typeof text === "string" && text !== "") continue;
    throw unrecorded(`${name} is required in a block response`, `${pointer}/response/${name}`);
  }
  if (!CONTENT_TYPES.includes(String(contentType))) {
    const why = `it is not one of ${CONTENT_TYPES.join(", ")}`;
    throw notValid(contentType, "content_type", why, `${pointer}/response/content_type`);
  }
  if (Buffer.byteLength(String(content)) > 2048) {
    throw unrecorded("content of a block response must not exceed 2 KB", `${pointer}/response/content`);
  }
  return parameters;
}

/** DOC: meaningful for skip, where it is on by default. */
function readLogging(value: unknown, action: string, pointer: string): { enabled: boolean } | undefined {
  if (value === undefined) return action === "skip" ? { enabled: true } : undefined;
  if (isFields(value) && typeof value.enabled === "boolean" && Object.keys(value).length === 1) {
    if (action === "skip") return { enabled: value.enabled };
    throw unrecorded("logging can be set for the skip action only", pointer); // INF
  }
  throw notValid(value, "logging", 'it must be {"enabled": true} or {"enabled": false}', pointer);
}
