import { getManagedHostnameAssociations } from "../cloudflare/hostname-associations";
import { getEntryPoint, tryRule } from "../cloudflare/rulesets";
import type { EntryPoint } from "../cloudflare/rulesets";
import type { MtlsRuleState } from "./mtls-rule";
import { adoptee, definitions, differs, ownRules, takenOver } from "./own-rules";
import type { Session } from "./session";

/**
 * What speaks against a rule as its zone is now: hostnames of other zones, and Cloudflare's own check of the rule. What
 * doesn't forbid it but ought to be known is said: a skip rule that may come before it, and hostnames that
 * the Cloudflare-managed CA serves as well.
 */
export async function lookAtZone(
  session: Session,
  state: MtlsRuleState,
  isNew: boolean,
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
      `warning: the Cloudflare-managed CA is associated with ${both.join(", ")} too. Its certificates verify there; the rule refuses them, because it pins the issuer.`,
    );
  }
  const own = ownRules(entryPoint?.rules ?? [], state);
  const adopted = isNew ? adoptee(entryPoint?.rules ?? [], state) : undefined;
  if (adopted) {
    session.log(`note: ${takenOver(adopted)}`);
    own.set(state.ref, adopted);
  }
  const wanted = definitions(state).find((rule) => {
    const present = own.get(rule.ref);
    return !present || differs(present, rule);
  });
  if (wanted) await tryRule(cloudflare, state.zoneId, entryPoint, wanted, own.get(wanted.ref));
  return [];
}

/** A rule that stands first has none before it, and is put there. */
function warnOfSkips(
  session: Session,
  { hostnames, position }: MtlsRuleState,
  entryPoint: EntryPoint | undefined,
): void {
  if (position === "first") return;
  for (const { id, description, action, enabled, expression } of entryPoint?.rules ?? []) {
    const named = hostnames.filter((hostname) => expression.toLowerCase().includes(hostname));
    const covers = named.length > 0 || !/\bhttp\.host\b/.test(expression);
    if (action !== "skip" || !enabled || !covers) continue;
    const what = named.length > 0 ? named.join(", ") : "any host";
    session.log(
      `warning: skip rule ${id} ("${description ?? ""}") covers ${what}: where it stands before this rule, requests get past it. Default position: first.`,
    );
  }
}
