import type { Call, Cloudflare } from "./client";
import { isNotFound } from "./errors";

/** The phase of a zone's custom rules. */
export const PHASE = "http_request_firewall_custom";

/** One rule of a zone's entry point: anybody's. */
export interface Rule {
  readonly id: string;
  readonly ref: string;
  readonly action: string;
  readonly expression: string;
  readonly enabled: boolean;
  readonly description?: string;
  /** Of a skip rule: what it skips. Of one that blocks: what it answers. */
  readonly action_parameters?: {
    readonly ruleset?: string;
    readonly phase?: string;
    readonly phases?: readonly string[];
    readonly response?: BlockResponse;
  };
}

/** What a blocked request is answered in place of Cloudflare's own page. */
export interface BlockResponse {
  readonly status_code: number;
  readonly content_type: string;
  readonly content: string;
}

/** The zone's one ruleset for the phase; everybody's rules stand in it. */
export interface EntryPoint {
  readonly id: string;
  readonly rules: readonly Rule[];
}

/** The whole definition: a PATCH that leaves a field out may reset it. */
export interface RuleDefinition {
  readonly ref: string;
  readonly action: string;
  readonly expression: string;
  readonly description: string;
  readonly enabled: boolean;
  readonly action_parameters?: { readonly response?: BlockResponse };
}

/** Exactly one of them; "" is the very first (before) or the very last (after) place. */
export type Position = { readonly before: string } | { readonly after: string };

const rulesets = (zoneId: string) => `/zones/${encodeURIComponent(zoneId)}/rulesets`;
const rules = (zoneId: string, rulesetId: string) => `${rulesets(zoneId)}/${rulesetId}/rules`;

/** GET …/phases/{phase}/entrypoint, or undefined when the zone has none. */
export async function getEntryPoint(cloudflare: Cloudflare, zoneId: string): Promise<EntryPoint | undefined> {
  try {
    const { result } = await cloudflare({ method: "GET", path: `${rulesets(zoneId)}/phases/${PHASE}/entrypoint` });
    return readEntryPoint(result);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/**
 * POST /rulesets: makes the entry point where there is none. Not a PUT of the entry point, which would
 * erase the rules of somebody who was quicker; this call fails then (20217), and the caller looks again.
 */
export async function createEntryPoint(
  cloudflare: Cloudflare,
  zoneId: string,
  first: readonly RuleDefinition[],
): Promise<EntryPoint> {
  return readEntryPoint((await cloudflare(creation(zoneId, first))).result);
}

function creation(zoneId: string, first: readonly RuleDefinition[]): Call {
  const body = { name: "default", kind: "zone", phase: PHASE, rules: first };
  return { method: "POST", path: rulesets(zoneId), body };
}

/** POST …/rules: one more rule; the others keep their ids, versions and order. */
export async function addRule(
  cloudflare: Cloudflare,
  zoneId: string,
  rulesetId: string,
  rule: RuleDefinition,
  position: Position,
): Promise<EntryPoint> {
  const body = { ...rule, position };
  return readEntryPoint((await cloudflare({ method: "POST", path: rules(zoneId, rulesetId), body })).result);
}

/** PATCH …/rules/{id}: changes one rule in place, and its place when a position is given. */
export async function changeRule(
  cloudflare: Cloudflare,
  zoneId: string,
  rulesetId: string,
  ruleId: string,
  rule: RuleDefinition,
  position?: Position,
): Promise<EntryPoint> {
  const body = position ? { ...rule, position } : rule;
  const path = `${rules(zoneId, rulesetId)}/${ruleId}`;
  return readEntryPoint((await cloudflare({ method: "PATCH", path, body })).result);
}

/**
 * The same with dry_run: Cloudflare's own check of a rule, of its expression, fields, plan and permissions, without a write.
 * With `present` it is the check of a change to that rule.
 */
export async function tryRule(
  cloudflare: Cloudflare,
  zoneId: string,
  entryPoint: EntryPoint | undefined,
  rule: RuleDefinition,
  present?: Rule,
): Promise<void> {
  const change = (path: string): Call =>
    present ? { method: "PATCH", path: `${path}/${present.id}`, body: rule } : { method: "POST", path, body: rule };
  const call = entryPoint ? change(rules(zoneId, entryPoint.id)) : creation(zoneId, [rule]);
  await cloudflare({ ...call, query: { dry_run: "true" } });
}

/** DELETE …/rules/{id}: one rule. The entry point itself is everybody's and is never deleted. */
export async function deleteRule(
  cloudflare: Cloudflare,
  zoneId: string,
  rulesetId: string,
  ruleId: string,
): Promise<void> {
  await cloudflare({ method: "DELETE", path: `${rules(zoneId, rulesetId)}/${ruleId}` });
}

/** In the schema nearly everything of a rule is optional: what isn't there has its documented default. */
function readEntryPoint(result: unknown): EntryPoint {
  const { id, rules: list } = result as { id: string; rules?: (Partial<Rule> & { id: string })[] };
  const defaults = { action: "", expression: "", enabled: true };
  return { id, rules: (list ?? []).map((rule) => ({ ...defaults, ref: rule.id, ...rule })) };
}
