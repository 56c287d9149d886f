import { getManagedHostnameAssociations } from "../../cloudflare/hostname-associations";
import { getEntryPoint, tryRule } from "../../cloudflare/rulesets";
import type { EntryPoint } from "../../cloudflare/rulesets";
import type { Rule } from "../../plan/picture";
import { STRANGERS } from "../../plan/demand";
import { effectOf, mayMatch } from "../../plan/refusal";
import { nextStep, ownRules } from "../../plan/rule-steps";
import type { RuleStep } from "../../plan/rule-steps";
import { apiPosition } from "../../rules/position";
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
  const cloudflare = session.cloudflare();
  const entryPoint = await getEntryPoint(cloudflare, state.zoneId);
  warnOfSkips(session, state, entryPoint);
  const managed = await getManagedHostnameAssociations(cloudflare, state.zoneId);
  const both = managed.filter((hostname) => state.hostnames.includes(hostname.toLowerCase()));
  if (both.length > 0) {
    session.log(
      `warning: the managed CA also covers ${both.join(", ")}: Cloudflare's own client certificates verify there too. The rule refuses them, because it pins the issuer; a rule that asks for cert_verified alone wouldn't.`,
    );
  }
  const rules = entryPoint?.rules ?? [];
  const wish = wishOf(state, before);
  const lockedOut = await foreseeLockOut(session, state, wish, rules);
  const reason = lockedOut ?? (before && (await foreseeDemand(session, state, before, rules)));
  if (reason) return [reason];
  const other = adopted(rules, wish, state.zoneId);
  if (other) session.log(`note: ${takenOver(other)}`);
  const marked = before ? undefined : leftover(session, rules, wish, state.zoneId);
  if (marked) session.log(`warning: ${takenUp(marked)}`);
  const step = nextStep(rules, wish, new Set());
  if (step && step.kind !== "drop") await tryRule(cloudflare, state.zoneId, entryPoint, step.rule, presentOf(step));
  return [];
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
