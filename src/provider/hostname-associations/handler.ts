import { changeOf } from "../../plan/access-change";
import type { StandingDemand } from "../../plan/demand";
import { REF_PREFIX } from "../../rules/position";
import { sameSet } from "../engine/changes";
import { HalfDone } from "../engine/contract";
import type { Diff, Handler } from "../engine/contract";
import { hasUnknown } from "../engine/unknown";
import type { Session } from "../session";
import { associatedWith } from "../session/looking";
import { checkList } from "./check";
import { bringList, Demanded } from "./list";
import { NotShown } from "./read-back";
import { listForm } from "./state";
import type { HostnameAssociationsState as State } from "./state";
import { wishOf } from "./wish";
import { demandedMessage, heldMessage, strangersMessage, takenOver } from "./words";

export function hostnameAssociations(session: Session): Handler<State> {
  return {
    outputs: ["held"],
    form: listForm,
    check: (olds, news, origin) => checkList(session, olds, news, origin),
    diff: (olds, news) => diff(session, olds, news),
    consequences: (olds, news) => consequences(session, olds, news),
    create: async (inputs) => ({ id: idOf(inputs), state: await sync(session, undefined, inputs) }),
    read: (_id, state) => read(session, state),
    update: (_id, olds, news) => sync(session, olds, news),
    delete: (_id, state) => remove(session, state),
  };
}

function idOf({ zoneId, caCertificateId }: State): string {
  return `${zoneId}/${caCertificateId}`;
}

function diff(session: Session, olds: State, news: State): Diff {
  if (hasUnknown(news.caCertificateId)) session.program.yieldList(olds.zoneId, olds.caCertificateId);
  const replaces = (["zoneId", "caCertificateId"] as const).filter(
    (key) => hasUnknown(news[key]) || olds[key] !== news[key],
  );
  const same = sameSet(olds.hostnames, news.hostnames) && olds.mode === news.mode;
  return { changes: replaces.length > 0 || !same, replaces };
}

/**
 * What it means to a list that its CA is replaced delete-first. The engine doesn't say so, but only then does it ask for
 * the diff of a list before it has it checked (docs/decisions/the-engine.md).
 */
function consequences(session: Session, olds: State, news: State): string[] {
  const { zoneId, caCertificateId, hostnames } = olds;
  if (!hasUnknown(news.caCertificateId) || session.program.remembers("list", zoneId, caCertificateId)) return [];
  return [
    `CA ${caCertificateId} is replaced delete-first: no client certificate is accepted on ${hostnames.join(", ")} from its end until the new CA is in place. Without \`deleteBeforeReplace\` there is no such gap.`,
  ];
}

/** Leaves what is others', keeps what a rule still stands on: the rule takes that out once it lets go. */
async function sync(session: Session, olds: State | undefined, news: State): Promise<State> {
  const { zoneId, caCertificateId, mode } = news;
  // What the list has already is in its zone.
  const misplaced = await session.zones.misplaced(zoneId, changeOf(olds?.hostnames, news.hostnames).added);
  if (misplaced) throw new Error(misplaced);
  const done = (held: readonly string[]): State => ({ ...news, held: held.length > 0 ? [...held].sort() : undefined });
  const wish = wishOf(session, olds, news);
  const progress: { wrote?: boolean } = {};
  try {
    const { held } = await bringList(session, {
      key: { zoneId, caCertificateId },
      wish,
      // One that stands in state is not new, though the engine makes it again.
      isDoubted: !olds && !session.program.remembers("list", zoneId, caCertificateId),
      progress,
      isShared: mode === "shared",
      review: (plan) => {
        if (plan.isRefused) throw new Error(strangersMessage(news, plan.strangers, olds !== undefined));
        if (wish.strangers === "remove" && plan.strangers.length > 0) session.log(takenOver(news, plan.strangers));
        if (plan.held.length > 0) session.log(heldMessage(plan.held));
      },
    });
    session.program.leave(news, namesOf(held));
    // On a shared list, what only rules of this package hold may be another stack's once they let go: the rule remembers that.
    return done(namesOf(mode === "shared" ? held.filter(isTheirs) : held));
  } catch (error) {
    if (!progress.wrote) throw error;
    // Whether a write whose answer was lost is there isn't known: what it put may be ours, and isn't what Cloudflare has.
    const hostnames = error instanceof NotShown || !olds ? news.hostnames : olds.hostnames;
    const state = { ...done([...new Set([...wish.own, ...news.hostnames])]), hostnames };
    throw new HalfDone(error instanceof Error ? error.message : String(error), idOf(news), state);
  }
}

function isTheirs({ rules }: StandingDemand): boolean {
  return rules.some(({ ref }) => !ref.startsWith(REF_PREFIX));
}

function namesOf(demands: readonly StandingDemand[]): string[] {
  return demands.map(({ hostname }) => hostname);
}

async function read(session: Session, state: State): Promise<State | undefined> {
  const observed = await associatedWith(session, state.zoneId, state.caCertificateId);
  const hostnames =
    state.mode === "shared" ? observed.filter((hostname) => state.hostnames.includes(hostname)) : observed;
  return hostnames.length === 0 ? undefined : { ...state, hostnames: [...hostnames].sort() };
}

/** Takes out what is the resource's own, and of an exclusive list all of it; but for what the program declares elsewhere. */
async function remove(session: Session, state: State): Promise<void> {
  const { zoneId, caCertificateId, mode } = state;
  const declared = session.program.declaredList(zoneId, caCertificateId);
  const own = [...state.hostnames, ...(state.held ?? []), ...session.program.leftIn(state)];
  if (declared && own.every((hostname) => declared.includes(hostname))) return;
  const isYielding = session.program.yieldsList(zoneId, caCertificateId);
  // A list that others in the program stand on loses no more than what this resource put there.
  const strangers = mode === "shared" || declared ? "keep" : "remove";
  await bringList(session, {
    key: { zoneId, caCertificateId },
    wish: {
      hostnames: [],
      own,
      declared: declared ?? [],
      strangers,
      isYielding,
      isDestroy: session.program.declaresNothing,
    },
    isShared: mode === "shared",
    isDoubted: true,
    review: ({ held, strangers: others }, observed) => {
      if (strangers === "remove" && others.length > 0) session.log(takenOver(state, others));
      if (held.length === 0) return;
      if (!isYielding) throw new (held.every(isTheirs) ? Error : Demanded)(demandedMessage(state, held));
      session.log(
        `warning: no client certificate is accepted on ${observed.join(", ")} until the new CA is in place: its CA is replaced delete-first.`,
      );
    },
  });
}
