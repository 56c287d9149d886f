import { lockedOut, unopened } from "../../plan/demand";
import { Picture } from "../../plan/picture";
import type { Rule } from "../../plan/picture";
import { fulfilled } from "../../plan/rule-steps";
import type { RuleWish } from "../../plan/rule-steps";
import { pathSamples } from "../../rules/path";
import { hasUnknown } from "../engine/unknown";
import type { Session } from "../session";
import { decide } from "../session/looking";
import { waitFor } from "../session/waiting";
import type { MtlsRuleState } from "./state";

/** Milliseconds: the associations waited for their own visibility already; this is for a replica that lags behind. */
const COVERED_WITHIN = 10_000;

/** Which other rule of the program this one contradicts on a host: nobody gets past both. */
export function clashes(session: Session, state: MtlsRuleState): string[] {
  const { zoneId, ref, action, expressions, hostnames } = state;
  const own = expressions.map((expression) => ({ id: ref, ref, action, expression, enabled: true }));
  const rules = foreseen(session, zoneId, own, ref);
  const others = session.program.rulesOf(zoneId).flatMap(({ paths }) => pathSamples(paths));
  const shut = rules.length === own.length ? [] : unopened(rules, hostnames, [...new Set(others)]);
  return shut.length > 0 ? [lockOutMessage(state, shut, rules)] : [];
}

/**
 * Refuses a rule after which nobody at all would get in on one of its hosts: because no CA that it pins is associated there, so that
 * the edge never asks for a certificate, or because another rule refuses whoever this one lets in.
 *
 * @param rules the zone's rules as they are
 */
export async function refuseLockOut(
  session: Session,
  state: MtlsRuleState,
  wish: RuleWish,
  rules: readonly Rule[],
): Promise<void> {
  if (state.action !== "block") return;
  const { zoneId, hostnames, associations } = state;
  const after = foreseen(session, zoneId, fulfilled(rules, wish), wish.ref);
  const known = new Picture().withRules(after);
  const authorities = await decide(session, zoneId, known, (seen) => seen.authorities);
  const named = associations.map(({ caCertificateId }) => caCertificateId);
  const cas = named.length > 0 ? named : authorities.map(({ id }) => id);
  let locked: readonly string[] = hostnames;
  const what = `zone ${zoneId} shows the associations that the rule stands on`;
  await waitFor(session, what, COVERED_WITHIN, async () => {
    // Anew each time: a list is what is waited for.
    const fresh = known.withAuthorities(authorities);
    locked = await decide(session, zoneId, fresh, (seen) => lockedOut(seen, hostnames, cas, pathSamples(state.paths)));
    return locked.length === 0 || unopened(after, locked, pathSamples(state.paths)).length > 0 ? true : undefined;
  });
  if (locked.length > 0) throw new Error(lockOutMessage(state, locked, after));
}

/**
 * The same in a preview, as far as it can be known: what the named lists declare will be there by then. Without named
 * lists it is only said, because the program may well declare them further down.
 */
export async function foreseeLockOut(
  session: Session,
  state: MtlsRuleState,
  wish: RuleWish,
  rules: readonly Rule[],
): Promise<string | undefined> {
  const { zoneId, hostnames, issuerSkis, action, associations } = state;
  if (action !== "block" || !areKnown(associations)) return undefined;
  const after = foreseen(session, zoneId, fulfilled(rules, wish), wish.ref);
  const clashing = unopened(after, hostnames, pathSamples(state.paths));
  if (clashing.length > 0) return lockOutMessage(state, clashing, after);
  const lists = [...associations, ...session.program.listsOf(zoneId)];
  const declared = new Set(lists.flatMap((list) => list.hostnames));
  const open = hostnames.filter((hostname) => !declared.has(hostname));
  if (open.length === 0) return undefined;
  const locked = await decide(session, zoneId, new Picture().withRules(after), (seen) => {
    const named = associations.map(({ caCertificateId }) => caCertificateId).filter((id) => !hasUnknown(id));
    const cas = associations.length > 0 ? named : seen.authorities.map(({ id }) => id);
    return lockedOut(seen, open, cas, pathSamples(state.paths));
  });
  if (locked.length === 0) return undefined;
  if (associations.length > 0) return lockOutMessage(state, locked, after);
  session.log(
    `warning: nothing associates ${locked.join(", ")} with a CA that the rule pins (${issuerSkis.join(", ")}), yet. Name the lists that the rule stands on under \`associations\`: where the real run finds none, it refuses the rule, which would lock every client out.`,
  );
  return undefined;
}

/**
 * What the zone's rules will be at the end of this run, as far as the program's checks told: its other rules as they are declared.
 * What was not checked yet is left out of account, and judged when it is.
 */
function foreseen(session: Session, zoneId: string, rules: readonly Rule[], own: string): readonly Rule[] {
  const stack = own.slice(0, own.lastIndexOf("_") + 1);
  const others = session.program.rulesOf(zoneId).filter(({ ref }) => ref !== own);
  const isOther = ({ ref }: Rule) => !ref.startsWith(stack) || ref === own || ref.startsWith(`${own}_`);
  const declared = others.flatMap(({ ref, action, expressions }) =>
    expressions.map((expression) => ({ id: ref, ref, action, expression, enabled: true })),
  );
  return [...declared, ...rules.filter(isOther)];
}

/** In a preview anything may be unknown: a list's CA, its hostnames, the list itself, or all of them. */
function areKnown(associations: unknown): boolean {
  if (!Array.isArray(associations)) return false;
  const lists = associations.map((list: unknown) => (Object(list) as { hostnames?: unknown }).hostnames);
  return lists.every((hostnames) => Array.isArray(hostnames) && !hasUnknown(hostnames));
}

function lockOutMessage(
  { zoneId, issuerSkis, ref, paths }: MtlsRuleState,
  locked: readonly string[],
  rules: readonly Rule[],
) {
  const hosts = `${locked.join(", ")} in zone ${zoneId}`;
  const isOwn = (rule: Rule) => rule.ref === ref || rule.ref.startsWith(`${ref}_`);
  if (unopened(rules, locked, pathSamples(paths)).length === 0)
    return [
      `The rule would lock every client out of ${hosts}: no CA whose issuer it pins (${issuerSkis.join(", ")}) is associated there, so the edge would never ask for a certificate.`,
      'Associate the hostnames with the CA first (HostnameAssociations, named under `associations` of the rule), or use `action: "log"`.',
    ].join("\n");
  const others = rules.filter(
    (rule) => !isOwn(rule) && unopened([rule, ...rules.filter(isOwn)], locked, pathSamples(paths)).length > 0,
  );
  return [
    `The rule would lock every client out of ${hosts}: ${others.map(({ id, description }) => `rule ${id}${description ? ` ("${description}")` : ""}`).join(", ") || "the zone's other rules"} refuses whoever this one lets in (${issuerSkis.join(", ")}).`,
    "A host has one rule that names all of its issuers: put both CAs under `cas` of one MutualTls, or take the host out of one of the two.",
  ].join("\n");
}
