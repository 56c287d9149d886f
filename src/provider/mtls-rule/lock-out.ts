import type { Access } from "../../plan/access-change";
import { planList } from "../../plan/list";
import { lockedOut, shutOut, unopened } from "../../plan/lock-out";
import { Picture, rulesOf } from "../../plan/picture";
import type { Authority, Rule } from "../../plan/picture";
import { looksAtCertificates, pinsOf, refusal } from "../../plan/refusal";
import { fulfilled, isOf } from "../../plan/rule-steps";
import type { RuleWish } from "../../plan/rule-steps";
import { issuersOf } from "../../rules/expression";
import { pathSamples } from "../../rules/path";
import { CLOUDFLARE_MANAGED_CA } from "../../wording/managed-ca";
import { demandedMessage } from "../hostname-associations/words";
import { hasUnknown } from "../engine/unknown";
import type { Session } from "../session";
import { decide } from "../session/looking";
import { waitFor } from "../session/waiting";
import { clashMessage } from "./clash";
import { wishOf } from "./own-rules";
import type { MtlsRuleState } from "./state";

/** Milliseconds: the associations waited for their own visibility already; this is for a replica that lags behind. */
const COVERED_WITHIN = 10_000;

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
  const { zoneId } = state;
  const after = foreseen(session, zoneId, fulfilled(rules, wish), wish.ref);
  const known = new Picture().withRules(after);
  const reason = isOpenToUploads(session, state, after)
    ? await blame(session, state, known, [], rules)
    : await lookFor(session, state, known, rules);
  if (reason) throw new Error(reason);
}

/**
 * Whether clients of CAs that this run uploaded, on lists that it wrote and saw, get in on every host. Then nobody is locked out, and
 * no more has to be looked at.
 */
function isOpenToUploads({ program }: Session, state: MtlsRuleState, after: readonly Rule[]): boolean {
  const { zoneId, hostnames, associations, paths } = state;
  const getsIn = (hostname: string, path: string | undefined) =>
    associations.some(({ caCertificateId }) => {
      const { issuerSkis = [] } = program.uploadOf(caCertificateId) ?? {};
      const isShown = program.hasWritten({ zoneId, caCertificateId }, [hostname]);
      return (
        isShown &&
        issuerSkis.some((issuerSki) => refusal(after, { issuerSki, verified: true }, hostname, path) !== true)
      );
    });
  return hostnames.every((hostname) => pathSamples(paths).every((path) => getsIn(hostname, path)));
}

/** Waits until the lists cover the hosts, as far as they will; then why the rule mustn't be written. */
async function lookFor(
  session: Session,
  state: MtlsRuleState,
  known: Picture,
  rules: readonly Rule[],
): Promise<string | undefined> {
  const { zoneId, hostnames, associations } = state;
  const authorities = await decide(session, zoneId, known, (seen) => seen.authorities);
  const named = associations.map(({ caCertificateId }) => caCertificateId);
  const cas = named.length > 0 ? named : idsOf(authorities, state);
  const samples = pathSamples(state.paths);
  let locked: readonly string[] = hostnames;
  let picture = associations.reduce((seen, { caCertificateId }) => {
    const written = session.program.writtenIn({ zoneId, caCertificateId });
    return written ? seen.withList(caCertificateId, written) : seen;
  }, known.withAuthorities(authorities));
  const what = `zone ${zoneId} shows the associations that the rule stands on`;
  await waitFor(session, what, COVERED_WITHIN, async () => {
    locked = await decide(session, zoneId, picture, (seen) => lockedOut(seen, hostnames, cas, samples));
    // Anew from then on: a list is what is waited for.
    picture = known.withAuthorities(authorities);
    return locked.length === 0 || unopened(known.rules, locked, samples).length > 0 ? true : undefined;
  });
  return blame(session, state, known.withAuthorities(authorities), locked, rules);
}

/** Why the rule mustn't be written: whom it would shut out. Nobody is, where others' rules keep everybody out as it is. */
async function blame(
  session: Session,
  state: MtlsRuleState,
  after: Picture,
  locked: readonly string[],
  before: readonly Rule[],
): Promise<string | undefined> {
  const { zoneId, hostnames, ref } = state;
  const issuerSkis = issuersOf(state);
  const samples = pathSamples(state.paths);
  const others = after.rules.filter((rule) => !isOf(rule, ref));
  if (others.length === 0) return locked.length > 0 ? lockOutMessage(state, locked, after.rules) : undefined;
  const own = [...issuerSkis, ...pinsOf(before.filter((rule) => isOf(rule, ref)))];
  // Those of the program were held against this one in check, where a narrower rule for some paths is none that clashes.
  const strange = others.filter((rule) => !session.program.declaredRule(zoneId, rule.ref));
  const [shut, excused] = await decide(session, zoneId, after, (seen) => [
    shutOut(seen, { before, others: strange, own }, hostnames, samples),
    locked.length === 0
      ? []
      : lockedOut(withComing(seen, state).withRules(strange), locked, [...idsOf(seen.authorities), ref], samples),
  ]);
  if (shut.length > 0)
    return clashMessage(
      state,
      shut,
      others.filter((rule) => pinsOf([rule]).length > 0),
    );
  const narrower = strange.filter((rule) => pinsOf([rule]).length > 0);
  const partly = narrowed(narrower, state).filter((hostname) => !locked.includes(hostname));
  if (partly.length > 0)
    session.log(
      `warning: ${partly.join(", ")}: others' rules (${narrower.map(({ id }) => id).join(", ")}) refuse clients of some issuers that this rule lets in (${issuerSkis.join(", ")}). They stay refused until those rules name these issuers too.`,
    );
  const culpable = locked.filter((hostname) => !excused.includes(hostname));
  if (excused.length > 0)
    session.log(`warning: ${excused.join(", ")}: other rules of zone ${zoneId} let nobody in, whatever this one does.`);
  return culpable.length > 0 ? lockOutMessage(state, culpable, after.rules) : undefined;
}

/** The hosts on which these rules let somebody in by an issuer that they name, and some whom this one lets in not. */
function narrowed(rules: readonly Rule[], state: MtlsRuleState): string[] {
  const samples = pathSamples(state.paths);
  const issuerSkis = issuersOf(state);
  const pins = pinsOf(rules);
  return state.hostnames.filter((hostname) =>
    samples.some((path) => {
      const isShut = (issuerSki: string) => refusal(rules, { issuerSki, verified: true }, hostname, path) === true;
      return issuerSkis.some(isShut) && !pins.every(isShut);
    }),
  );
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
  const { zoneId, hostnames, action, associations } = state;
  if (action !== "block" || !areKnown(associations)) return undefined;
  const after = foreseen(session, zoneId, fulfilled(rules, wish), wish.ref);
  const known = new Picture().withRules(after);
  const clashing = await blame(session, state, known, unopened(after, hostnames, pathSamples(state.paths)), rules);
  if (clashing) return clashing;
  const lists = [...associations, ...session.program.listsOf(zoneId)];
  const declared = new Set(lists.flatMap((list) => list.hostnames));
  const open = hostnames.filter((hostname) => !declared.has(hostname));
  if (open.length === 0) return undefined;
  const locked = await decide(session, zoneId, known, (seen) => {
    const named = associations.map(({ caCertificateId }) => caCertificateId).filter((id) => !hasUnknown(id));
    const cas = associations.length > 0 ? named : idsOf(seen.authorities, state);
    return lockedOut(seen, open, cas, pathSamples(state.paths));
  });
  if (locked.length === 0) return undefined;
  if (associations.length > 0) return lockOutMessage(state, locked, after);
  session.log(
    `warning: nothing associates ${locked.join(", ")} with a CA that the rule pins (${issuersOf(state).join(", ")}), yet. Name the lists that the rule stands on under \`associations\`: where the real run finds none, it refuses the rule, which would lock every client out.`,
  );
  return undefined;
}

/**
 * Why a list that this rule stands on no more can't go: somebody else's rule still demands its CA. The engine asks nothing of a delete in a
 * preview, so the delete's decision is made here.
 */
export async function foreseeDemand(
  session: Session,
  state: MtlsRuleState,
  before: MtlsRuleState,
  rules: readonly Rule[],
): Promise<string | undefined> {
  const { zoneId, ref, associations } = state;
  if (!areKnown(associations) || !rules.some((rule) => !isOf(rule, ref) && looksAtCertificates(rule))) return undefined;
  const picture = new Picture().withRules(foreseen(session, zoneId, fulfilled(rules, wishOf(state, before)), ref));
  const sweeping = session.program.sweepingIn(zoneId);
  const isStaying = (ca: string) =>
    session.program.declaredList(zoneId, ca) !== undefined || associations.some((list) => list.caCertificateId === ca);
  for (const list of before.associations.filter(({ caCertificateId }) => !isStaying(caCertificateId))) {
    const { caCertificateId: ca } = list;
    const { held } = await decide(session, zoneId, picture, (seen) => {
      // A killed run may have taken out what state still has.
      const own = list.hostnames.filter((hostname) => seen.associated(hostname, [ca]).length > 0);
      const wish = { ca, hostnames: [], own, declared: [], strangers: "keep", sweeping } as const;
      return planList(session.program.rulesOf(zoneId).reduce(withComing, seen), own, wish);
    });
    if (held.length > 0) return demandedMessage({ ...list, zoneId }, held);
  }
  return undefined;
}

/**
 * What the zone's rules will be at the end of this run, as far as the program's checks told: its other rules as they are declared.
 * What was not checked yet is left out of account, and judged when it is.
 */
function foreseen(session: Session, zoneId: string, rules: readonly Rule[], own: string): readonly Rule[] {
  const stack = own.slice(0, own.lastIndexOf("_") + 1);
  const others = session.program.rulesOf(zoneId).filter(({ ref }) => ref !== own);
  const isOther = (rule: Rule) => !rule.ref.startsWith(stack) || isOf(rule, own);
  return [...others.flatMap(rulesOf), ...rules.filter(isOther)];
}

/** With the CA that a rule stands on from now on: a preview doesn't see it yet. */
function withComing(seen: Picture, rule: Access): Picture {
  const { ref, hostnames } = rule;
  return seen.withAuthorities([...seen.authorities, { id: ref, issuerSkis: issuersOf(rule) }]).withList(ref, hostnames);
}

/** The CAs whose lists the rule may stand on. */
function idsOf(authorities: readonly Authority[], { cas = [] }: Pick<MtlsRuleState, "cas"> = {}): string[] {
  const managed = cas.some(({ isManaged }) => isManaged) ? [CLOUDFLARE_MANAGED_CA] : [];
  return [...authorities.map(({ id }) => id), ...managed];
}

/** In a preview anything may be unknown: a list's CA, its hostnames, the list itself, or all of them. */
function areKnown(associations: unknown): boolean {
  if (!Array.isArray(associations)) return false;
  const lists = associations.map((list: unknown) => (Object(list) as { hostnames?: unknown }).hostnames);
  return lists.every((hostnames) => Array.isArray(hostnames) && !hasUnknown(hostnames));
}

function lockOutMessage(state: MtlsRuleState, locked: readonly string[], rules: readonly Rule[]): string {
  const { zoneId, ref } = state;
  const [own, others] = [rules.filter((rule) => isOf(rule, ref)), rules.filter((rule) => !isOf(rule, ref))];
  const samples = pathSamples(state.paths);
  if (unopened(rules, locked, samples).length > 0)
    return clashMessage(
      state,
      locked,
      others.filter((rule) => unopened([...own, rule], locked, samples).length > 0),
    );
  return [
    `The rule would lock every client out of ${locked.join(", ")} in zone ${zoneId}: no CA whose issuer it pins (${issuersOf(state).join(", ")}) is associated there, so the edge would never ask for a certificate.`,
    'Associate the hostnames with the CA first (HostnameAssociations, named under `associations` of the rule), or use `action: "log"`.',
  ].join("\n");
}
