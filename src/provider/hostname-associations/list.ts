import { putHostnameAssociations } from "../../cloudflare/hostname-associations";
import { planList } from "../../plan/list";
import type { ListPlan, ListWish } from "../../plan/list";
import { Picture } from "../../plan/picture";
import type { Rule } from "../../plan/picture";
import type { ListKey } from "../../plan/program";
import { sameSet } from "../engine/changes";
import type { Session } from "../session";
import { decide, listOf } from "../session/looking";
import { lookingAgain, trying } from "../session/lost-answers";
import { Overtaken, readBack } from "./read-back";

export interface ListWork {
  readonly key: ListKey;
  readonly wish: Omit<ListWish, "ca">;
  /** Sees the plan before anything is written, to say or to refuse it. */
  readonly review: (plan: ListPlan, observed: readonly string[]) => void;
  /** Others are expected to write to the list too, whether or not any are seen. */
  readonly isShared?: boolean;
  /** Write although the list is seen to be as it should: a look may be old, and an earlier run may have ended unheard. */
  readonly isDoubted?: boolean;
  /** Set once a write was tried: from then on the hostnames may be ours, shown or not. */
  readonly progress?: { wrote?: boolean };
  /** The zone's rules, where they were read or written a moment ago, in the turn that still lasts. */
  readonly rules?: readonly Rule[];
}

/** A rule of this package stands on what is to go, and may be about to be deleted: after a killed run, state doesn't know what it stands on. */
export class Demanded extends Error {}

/** How often a list is brought where it belongs while others write to it. */
const ATTEMPTS = 4;
/** Milliseconds for the rule's delete to come first. */
const PAUSE = 1_000;

/**
 * Brings one list where it belongs: observe, plan, review, one PUT, wait until it shows. Every list that this package writes is
 * written here.
 *
 * Nobody else in this process writes the list meanwhile; nor the zone's rules where something may leave, because the plan rests
 * on them. The API has no lock, so another process may write at the same moment: where that shows, the work begins anew with what
 * is there by then.
 */
export async function bringList(session: Session, work: ListWork): Promise<ListPlan> {
  const { own, hostnames, declared, strangers } = work.wish;
  const kept = new Set([...hostnames, ...declared]);
  const mayRemove = strangers === "remove" || own.some((hostname) => !kept.has(hostname));
  let { rules } = work;
  for (let attempt = 1; ; attempt++) {
    const look = () => lookingAgain(session, () => once(session, { ...work, rules }));
    const inTurn = () => session.turns.list(work.key, look);
    try {
      // Whoever hands the rules in has that turn.
      return await (mayRemove && !work.rules ? session.turns.rules(work.key.zoneId, inTurn) : inTurn());
    } catch (error) {
      if (attempt === ATTEMPTS || !(error instanceof Overtaken || error instanceof Demanded)) throw error;
      session.log(`${error.message.split("\n")[0] ?? ""} Looking again.`);
      if (error instanceof Demanded) await session.clock.sleep(PAUSE);
    }
    rules = undefined;
  }
}

/** Milliseconds after its upload for which nobody else can have put a hostname on a CA's list: it must be seen and chosen by a person first. */
const UNKNOWN_TO_OTHERS = 10_000;

/** A list of a CA that this run uploaded a moment ago, and that it hasn't written yet, is empty. */
function isNew({ program, clock }: Session, { key, progress }: ListWork): boolean {
  const upload = program.uploadOf(key.caCertificateId);
  if (!upload || progress?.wrote || program.writtenIn(key)) return false;
  return clock.now() - upload.at < UNKNOWN_TO_OTHERS;
}

async function once(session: Session, work: ListWork): Promise<ListPlan> {
  const { key, wish, review, isDoubted, isShared, rules } = work;
  const { zoneId, caCertificateId: ca } = key;
  const list = isNew(session, work) ? [] : await listOf(session, zoneId, ca);
  const observed = list ?? [];
  const sweeping = session.program.sweepingIn(zoneId);
  const picture = new Picture({ rules }).withList(ca, observed);
  const plan = await decide(session, zoneId, picture, (seen) => planList(seen, observed, { ...wish, ca, sweeping }));
  review(plan, observed);
  if (sameSet(plan.next, observed) && !(isDoubted && list)) {
    // Put by an attempt whose answer was lost.
    if (work.progress?.wrote) session.program.wroteList(key, plan.next);
    return plan;
  }
  const put = () => putHostnameAssociations(session.cloudflare(), zoneId, ca, plan.next);
  await trying(work.progress ?? {}, { wrote: true }, put);
  const own = wish.own.filter((hostname) => !wish.declared.includes(hostname));
  const withOthers = wish.strangers === "keep" && (isShared || plan.strangers.length > 0);
  await readBack(session, key, { observed, put: plan.next, own, isShared: withOthers });
  session.program.wroteList(key, plan.next);
  return plan;
}
