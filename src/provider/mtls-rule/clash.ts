import { unopened } from "../../plan/lock-out";
import { rulesOf } from "../../plan/picture";
import type { Rule } from "../../plan/picture";
import { admitted, issuersOf } from "../../rules/expression";
import { pathSamples } from "../../rules/path";
import { sameSet } from "../engine/changes";
import { namesOf } from "../hostname-associations/words";
import type { Session } from "../session";
import type { MtlsRuleState } from "./state";

/**
 * Which other rules of the program this one contradicts on a host: nobody gets past both, or they name other issuers for the very same
 * paths. A rule for some paths alone may well let fewer in.
 */
export function clashes(session: Session, state: MtlsRuleState): string[] {
  const { zoneId, ref, action, hostnames, paths } = state;
  if (action !== "block") return [];
  const own = rulesOf(state);
  return session.program.rulesOf(zoneId).flatMap((other) => {
    if (other.ref === ref || other.action !== "block") return [];
    const theirs = new Set(other.hostnames);
    const shared = hostnames.filter((hostname) => theirs.has(hostname));
    const differs = sameSet(paths ?? [], other.paths ?? []) && admitted(state) !== admitted(other);
    const rules = [...own, ...rulesOf(other)];
    const shut = differs ? shared : unopened(rules, shared, [...pathSamples(paths), ...pathSamples(other.paths)]);
    return shut.length > 0 ? [clashMessage(state, shut, rulesOf(other))] : [];
  });
}

export function clashMessage(state: MtlsRuleState, shut: readonly string[], others: readonly Rule[]): string {
  return [
    `The rule would lock clients out of ${shut.join(", ")} in zone ${state.zoneId}: rule ${namesOf(others) || "that others made"} refuses some or all of whom this one lets in (${issuersOf(state).join(", ")}).`,
    "A host has one rule that names all of its issuers: put both CAs under `cas` of one MutualTls, or take the host out of one of the two.",
  ].join("\n");
}

/** Whether the rule is one of those that go by this `ref`. */
export function isOf({ ref }: Rule, own: string): boolean {
  return ref === own || ref.startsWith(`${own}_`);
}
