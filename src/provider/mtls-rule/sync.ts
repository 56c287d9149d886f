import { addRule, changeRule, createEntryPoint, deleteRule, getEntryPoint } from "../../cloudflare/rulesets";
import type { EntryPoint } from "../../cloudflare/rulesets";
import { isEntryPointTaken, isNotFound } from "../../cloudflare/errors";
import { changeOf } from "../../plan/access-change";
import { nextStep } from "../../plan/rule-steps";
import type { RuleStep, RuleWish } from "../../plan/rule-steps";
import { bringList } from "../hostname-associations/list";
import type { Session } from "../session";
import { lookingAgain, trying } from "../session/lost-answers";
import { besideUploads } from "./managed-ca";
import { refuseLockOut } from "./lock-out";
import { adopted, leftover, takenOver, takenUp, wishOf } from "./own-rules";
import type { MtlsRuleState as State } from "./state";

/** How far the work came: of which state something may have been written, and the entry point as the last write left it. */
export interface Progress {
  state?: State;
  entryPoint?: EntryPoint;
}

/**
 * Brings our rules where they belong, step by step. Other people's rules are neither read into ours nor written.
 *
 * @param judged the state that must lock nobody out, where the one to be written is but a step to it
 */
export function sync(
  session: Session,
  olds: State | undefined,
  news: State,
  progress: Progress,
  judged = news,
): Promise<EntryPoint> {
  return lookingAgain(session, async () => {
    const { zoneId } = news;
    // What the rule names already is in its zone.
    const coming = changeOf(olds?.hostnames, news.hostnames).added;
    const misplaced = await session.zones.misplaced(zoneId, coming);
    const reason = misplaced ?? (await besideUploads(session, news));
    if (reason) throw new Error(reason);
    await confirmLists(session, olds, judged);
    const wish = wishOf(news, olds);
    const found = await getEntryPoint(session.cloudflare(), zoneId);
    const rules = found?.rules ?? [];
    const other = adopted(rules, wish, zoneId);
    const marked = olds || progress.state ? undefined : leftover(session, rules, wish, news);
    if (marked) session.log(`warning: ${takenUp(marked)}`);
    await refuseLockOut(session, judged, wish, rules);
    if (other) session.log(takenOver(other));
    let entryPoint = found ?? (await makeEntryPoint(session, news, wish, progress));
    progress.entryPoint = entryPoint;
    const written = new Set<string>();
    for (let step; (step = nextStep(entryPoint.rules, wish, written));) {
      // Somebody with the same mark may have come between our look and our write.
      if (step.kind === "change" && !olds && !written.has(step.rule.ref) && step.present.id !== other?.id)
        leftover(session, entryPoint.rules, wish, news);
      const present = entryPoint;
      progress.entryPoint = entryPoint = await trying(progress, { state: news }, () =>
        carryOut(session, zoneId, present, step),
      );
      if (step.kind !== "drop") written.add(step.rule.ref);
    }
    if (news.action === "block") session.program.enforce(zoneId, news.ref, news.hostnames);
    return entryPoint;
  });
}

/**
 * Writes the lists anew on which a rule comes to stand, where this run hasn't written them. A list that nobody changed is seen as it was, and
 * after an interrupted destroy that may be old: the rule would lock everybody out.
 */
async function confirmLists(session: Session, olds: State | undefined, news: State): Promise<void> {
  if (news.action !== "block") return;
  const coming = changeOf(olds?.action === "block" ? olds.hostnames : [], news.hostnames).added;
  for (const { caCertificateId, hostnames } of news.associations) {
    const key = { zoneId: news.zoneId, caCertificateId };
    const isNew = !olds?.associations.some((list) => list.caCertificateId === caCertificateId);
    const isNeeded = isNew || coming.some((hostname) => hostnames.includes(hostname));
    if (!isNeeded || session.program.hasWritten(key, hostnames)) continue;
    const wish = { hostnames, own: [], declared: [], strangers: "keep" } as const;
    await bringList(session, { key, wish, isDoubted: true, review: () => undefined });
  }
}

async function carryOut(session: Session, zoneId: string, entryPoint: EntryPoint, step: RuleStep): Promise<EntryPoint> {
  const cloudflare = session.cloudflare();
  if (step.kind === "add") return addRule(cloudflare, zoneId, entryPoint.id, step.rule, step.position);
  if (step.kind === "drop") return drop(session, zoneId, entryPoint, step.present.id);
  return changeRule(cloudflare, zoneId, entryPoint.id, step.present.id, step.rule, step.position);
}

async function makeEntryPoint(session: Session, state: State, wish: RuleWish, progress: Progress): Promise<EntryPoint> {
  const { zoneId } = state;
  try {
    return await trying(progress, { state }, () => createEntryPoint(session.cloudflare(), zoneId, wish.definitions));
  } catch (error) {
    const made = isEntryPointTaken(error) ? await getEntryPoint(session.cloudflare(), zoneId) : undefined;
    if (made) return made;
    throw error;
  }
}

/** The entry point without the rule; a rule that is gone already is dropped as well. */
export async function drop(
  session: Session,
  zoneId: string,
  entryPoint: EntryPoint,
  ruleId: string,
): Promise<EntryPoint> {
  try {
    await deleteRule(session.cloudflare(), zoneId, entryPoint.id, ruleId);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return { ...entryPoint, rules: entryPoint.rules.filter(({ id }) => id !== ruleId) };
}
