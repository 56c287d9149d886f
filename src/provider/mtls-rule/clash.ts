import { unopened } from "../../plan/lock-out";
import { rulesOf } from "../../plan/picture";
import type { Rule } from "../../plan/picture";
import { admitted, issuersOf, isUnpinned } from "../../rules/expression";
import { pathSamples } from "../../rules/path";
import { sameSet } from "../engine/changes";
import { namesOf } from "../hostname-associations/words";
import type { Session } from "../session";
import type { MtlsRuleState } from "./state";

/**
 * Which other rules of the program this one contradicts on a host: nobody gets past both, or they name other issuers for the very same
 * paths. A rule for some paths alone may well let fewer in, but for one that names no issuer.
 */
export function clashes(session: Session, state: MtlsRuleState): string[] {
  const { zoneId, ref, action, hostnames, everyHost, paths } = state;
  if (action !== "block") return [];
  const own = rulesOf(state);
  return session.program.rulesOf(zoneId).flatMap((other) => {
    if (other.ref === ref || other.action !== "block") return [];
    const [mine, theirs] = [new Set(hostnames), new Set(other.hostnames)];
    const shared = [...new Set([...hostnames, ...other.hostnames])].filter(
      (name) => (everyHost ?? mine.has(name)) && (other.everyHost ?? theirs.has(name)),
    );
    // One that names no issuer would let in the other's certificates, whatever the paths.
    const isLoose = [state, other].some(({ cas = [] }) => cas.some(isUnpinned));
    const differs = (isLoose || sameSet(paths ?? [], other.paths ?? [])) && admitted(state) !== admitted(other);
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
