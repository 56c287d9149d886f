import type { RulesetHeader, StoredRuleset, StoredZone } from "../account/store";
import { bodyFields, countParam, isFields, param, zoneOf, type Answer, type Call, type Fields } from "./call";
import { entryPointExists, noEntryPoint, noRuleset, notValid } from "./refusals";
import { respelled } from "./respelling";
import { readRule, readText, type RuleDefinition } from "./rule-definition";
import {
  checkRules,
  emptyRuleset,
  withoutRule,
  withRule,
  withRuleChanged,
  withRules,
  type ListedRule,
} from "./rule-list";

/*
 * The zone's entry point of one phase: a single ruleset in which everybody's rules live. Every mutation answers the
 * full ruleset. A dry run takes the same path up to the moment of keeping the result (DOC).
 */

const PHASE = "http_request_firewall_custom";
const RULESET_FIELDS = ["name", "description", "kind", "phase", "rules"];
const READ_ONLY = ["id", "version", "last_updated"];

export function listRulesets(call: Call): Answer {
  countParam(call, "per_page", 50, 1, 50); // DOC; a zone never has more than one page here
  const { ruleset } = zoneOf(call);
  return { result: ruleset ? [withoutRules(ruleset)] : [], resultInfo: { cursors: {} } };
}

export function getRuleset(call: Call): Answer {
  return { result: rulesetOf(call) };
}

export function getEntryPoint(call: Call): Answer {
  return { result: entryPoint(call) };
}

export function listVersions(call: Call): Answer {
  if (call.params.ruleset === undefined) entryPoint(call);
  else rulesetOf(call);
  return { result: zoneOf(call).history };
}

export function createRuleset(call: Call): Answer {
  const zone = zoneOf(call);
  const { name, kind, phase, description, rules } = rulesetFields(call);
  if (typeof name !== "string" || name === "") throw notValid(name, "name", "it must not be empty", "/name");
  if (kind !== "zone") throw notValid(kind, "kind", "the emulator has zone rulesets only", "/kind");
  requirePhase(phase);
  if (zone.ruleset) throw entryPointExists(PHASE);
  const empty = emptyRuleset(name, descriptionOf(description ?? ""), PHASE);
  return keep(call, zone, withRules(empty, listed(call, rules ?? [], zone)));
}

/** Creates the entry point when it is missing; otherwise every rule in it is replaced (DOC). */
export function putEntryPoint(call: Call): Answer {
  const zone = zoneOf(call);
  requirePhase(param(call, "phase"));
  const { name = "default" } = rulesetFields(call);
  if (typeof name !== "string" || name === "") throw notValid(name, "name", "it must not be empty", "/name");
  return replace(call, zone, zone.ruleset ?? emptyRuleset(name, "", PHASE));
}

export function putRuleset(call: Call): Answer {
  return replace(call, zoneOf(call), rulesetOf(call));
}

/** Takes everybody's rules away. 204, without a body (DOC). */
export function deleteRuleset(call: Call): Answer {
  const zone = zoneOf(call);
  rulesetOf(call);
  if (!isDryRun(call)) {
    delete zone.ruleset;
    zone.rules.write([]);
    zone.history = [];
  }
  return { status: 204 };
}

export function addRule(call: Call): Answer {
  const zone = zoneOf(call);
  const ruleset = rulesetOf(call);
  const { position, ...rule } = bodyFields(call);
  return keep(call, zone, withRule(ruleset, definitionOf(call, rule, zone, ""), position));
}

export function patchRule(call: Call): Answer {
  const zone = zoneOf(call);
  const ruleset = rulesetOf(call);
  const { position, ...rule } = bodyFields(call);
  const moveOnly = position !== undefined && Object.keys(rule).every((name) => name === "id");
  const definition = moveOnly ? undefined : definitionOf(call, rule, zone, "");
  return keep(call, zone, withRuleChanged(ruleset, param(call, "rule"), definition, position));
}

export function deleteRule(call: Call): Answer {
  return keep(call, zoneOf(call), withoutRule(rulesetOf(call), param(call, "rule")));
}

function replace(call: Call, zone: StoredZone, ruleset: StoredRuleset): Answer {
  const fields = rulesetFields(call);
  for (const name of ["name", "kind", "phase"] as const) {
    const value = fields[name] ?? ruleset[name];
    if (value !== ruleset[name]) throw notValid(value, name, `it cannot change from '${ruleset[name]}'`, `/${name}`);
  }
  const description = descriptionOf(fields.description ?? ruleset.description);
  return keep(call, zone, withRules(ruleset, listed(call, fields.rules, zone), description));
}

function keep(call: Call, zone: StoredZone, ruleset: StoredRuleset): Answer {
  checkRules(ruleset, zone.plan);
  if (isDryRun(call)) return { result: null };
  zone.ruleset = ruleset;
  zone.rules.write(ruleset.rules);
  zone.history.push(withoutRules(ruleset));
  return { result: ruleset };
}

function isDryRun({ query }: Call): boolean {
  const value = query.get("dry_run") ?? "false";
  if (value !== "true" && value !== "false") throw notValid(value, "dry_run", "it must be true or false", "/dry_run"); // DOC
  return value === "true";
}

function entryPoint(call: Call): StoredRuleset {
  const phase = param(call, "phase");
  const { ruleset } = zoneOf(call);
  if (!ruleset || phase !== PHASE) throw noEntryPoint(phase);
  return ruleset;
}

/** What isn't emulated must not look as if it had been written. */
function requirePhase(phase: unknown): void {
  if (phase !== PHASE) throw notValid(phase, "phase", `the emulator has ${PHASE} only`, "/phase");
}

function rulesetOf(call: Call): StoredRuleset {
  const id = param(call, "ruleset");
  const { ruleset } = zoneOf(call);
  if (ruleset?.id !== id) throw noRuleset(id);
  return ruleset;
}

function rulesetFields(call: Call): Fields {
  return bodyFields(call, [...RULESET_FIELDS, ...READ_ONLY]);
}

function descriptionOf(value: unknown): string {
  if (typeof value !== "string") throw notValid(value, "description", "it must be a string", "/description");
  return value;
}

function listed(call: Call, rules: unknown, zone: StoredZone): ListedRule[] {
  if (!Array.isArray(rules)) throw notValid(rules, "rules", "it must be an array", "/rules");
  return rules.map((rule: unknown, index) => {
    const pointer = `/rules/${index}`;
    const definition = definitionOf(call, rule, zone, pointer);
    return { id: isFields(rule) ? readText(rule, "id", pointer) : undefined, definition };
  });
}

function definitionOf({ settings }: Call, rule: unknown, { plan }: StoredZone, pointer: string): RuleDefinition {
  const definition = readRule(rule, plan, pointer);
  if (settings.storedExpressions === "as-written") return definition;
  return { ...definition, expression: respelled(definition.expression) };
}

function withoutRules({ id, name, description, kind, version, last_updated, phase }: StoredRuleset): RulesetHeader {
  return { id, name, description, kind, version, last_updated, phase };
}
