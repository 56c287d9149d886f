import { getEntryPoint, tryRule } from "../../cloudflare/rulesets";
import type { EntryPoint } from "../../cloudflare/rulesets";
import type { Rule } from "../../plan/picture";
import { STRANGERS } from "../../plan/demand";
import { effectOf, mayMatch } from "../../plan/refusal";
import { surplus } from "../../plan/room";
import { fulfilled, isOf, nextStep, ownRules } from "../../plan/rule-steps";
import type { RuleStep } from "../../plan/rule-steps";
import { apiPosition } from "../../rules/position";
import { besideUploads, warnOfManagedCa } from "./managed-ca";
import { foreseeDemand, foreseeLockOut } from "./lock-out";
import type { MtlsRuleState } from "./state";
import { adopted, leftover, takenOver, takenUp, wishOf } from "./own-rules";
import type { Session } from "../session";

/**
 * What speaks against a rule as its zone is now: hostnames of other zones, and Cloudflare's own check of the rule. What
 * doesn't forbid it but ought to be known is said: a skip rule that may come before it, and hostnames that
 * the Cloudflare-managed CA serves as well.
 */
export async function lookAtZone(
  session: Session,
  state: MtlsRuleState,
  before: MtlsRuleState | undefined,
): Promise<(string | undefined)[]> {
  const misplaced = await session.zones.misplaced(state.zoneId, state.hostnames);
  if (misplaced) return [misplaced];
  const unpinned = await besideUploads(session, state);
  if (unpinned) return [unpinned];
  const cloudflare = session.cloudflare();
  const entryPoint = await getEntryPoint(cloudflare, state.zoneId);
  warnOfSkips(session, state, entryPoint);
  await warnOfManagedCa(session, state);
  if (state.everyHost)
    session.log(
      `note: every host of zone ${state.zoneId} needs a certificate on ${(state.paths ?? []).join(", ")}. There all but ${state.hostnames.join(", ")} refuse everybody, unless a CA of this rule is associated with them.`,
    );
  const rules = entryPoint?.rules ?? [];
  const wish = wishOf(state, before);
  const lockedOut = await foreseeLockOut(session, state, wish, rules);
  const reason = lockedOut ?? (before && (await foreseeDemand(session, state, before, rules)));
  const full = reason ?? (await beyondPlan(session, state, rules, fulfilled(rules, wish)));
  if (full) return [full];
  const other = adopted(rules, wish, state.zoneId);
  if (other) session.log(`note: ${takenOver(other)}`);
  const marked = before ? undefined : leftover(session, rules, wish, state);
  if (marked) session.log(`warning: ${takenUp(marked)}`);
  const step = nextStep(rules, wish, new Set());
  if (step && step.kind !== "drop") await tryRule(cloudflare, state.zoneId, entryPoint, step.rule, presentOf(step));
  return [];
}

/** Why the zone has no room for the rules: hostnames and revoked certificates are dealt out to as many as they need. */
async function beyondPlan(
  session: Session,
  { zoneId, ref, hostnames, revoked = [] }: MtlsRuleState,
  now: readonly Rule[],
  then: readonly Rule[],
): Promise<string | undefined> {
  const { name, plan } = await session.zones.find(zoneId);
  const many = surplus(plan?.legacy_id, now.length, then.length);
  if (many === 0) return undefined;
  const own = then.filter((rule) => isOf(rule, ref)).length;
  return `The zone ${name} (${zoneId}) would have ${then.length} custom rules, ${many} more than its plan (${plan?.legacy_id}) allows. Of them this resource needs ${own}, for ${hostnames.length} hostnames and ${revoked.length} revoked certificates. Name fewer, delete other rules, or upgrade the plan. A CA of which many certificates are revoked is better replaced.`;
}

function presentOf(step: RuleStep): Rule | undefined {
  return step.kind === "change" ? step.present : undefined;
}

/** What gets past a rule: the skip rules that stand before its place. */
function warnOfSkips(session: Session, state: MtlsRuleState, entryPoint: EntryPoint | undefined): void {
  const { hostnames, position } = state;
  const own = [...ownRules(entryPoint?.rules ?? [], wishOf(state)).values()];
  const others = (entryPoint?.rules ?? []).filter((rule) => !own.includes(rule));
  const place = apiPosition(position, others);
  const anchor = others.findIndex(({ id }) => id === ("before" in place ? place.before : place.after));
  if (typeof position === "object" && anchor < 0)
    session.log(
      `warning: position: zone ${state.zoneId} has no custom rule ${JSON.stringify(position)} yet. Where the real run doesn't find it either, Cloudflare refuses the rule: correct the id or ref.`,
    );
  // Nothing stands before the first place; everything before the last, or before a place that isn't there yet.
  const before = position === "first" ? 0 : anchor < 0 ? others.length : "before" in place ? anchor : anchor + 1;
  for (const rule of others.slice(0, before)) {
    if (effectOf(rule) !== "lets past") continue;
    const past = hostnames.filter((hostname) => STRANGERS.some((shown) => mayMatch(rule, shown, hostname)));
    if (past.length === 0) continue;
    session.log(
      `warning: this rule is after skip rule ${rule.id} ("${rule.description ?? ""}"), which covers ${past.join(", ")}: what that lets past needs no certificate. Leave \`position\` out to have this rule first.`,
    );
  }
}
