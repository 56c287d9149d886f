import { getHostnameAssociations, putHostnameAssociations } from "../../cloudflare/hostname-associations";
import { isNotFound } from "../../cloudflare/errors";
import { lookingAgain } from "../session/lost-answers";
import type { Session } from "../session";
import { sameSet } from "../engine/changes";
import { waitFor } from "../session/waiting";

/** The key of one list: Cloudflare keeps the hostnames of each pair. */
export interface ListKey {
  readonly zoneId: string;
  readonly caCertificateId: string;
}

/** The PUT went through, but no GET shows it within the time. */
export class NotShown extends Error {}

/** Somebody else's PUT was later than ours: theirs is the list now, or ours is without what they added. */
class Overtaken extends NotShown {}

/**
 * Milliseconds. Whoever looked at the list before our PUT has made their own by then, and overwritten ours: between look
 * and PUT are a few calls. Waited only where a list is shared, since others are expected there.
 */
const SETTLED = 2_000;

/** How often a list is brought where it belongs while others write to it. */
const ATTEMPTS = 4;

/**
 * Waits until nobody else in this process writes to the list, then works on it. The API has no lock, so another process
 * may write at the same moment: where that shows, the work begins anew with what is there by then.
 */
export function inTurn<T>(session: Session, { zoneId, caCertificateId }: ListKey, work: () => Promise<T>): Promise<T> {
  return session.turns.take(`list/${zoneId}/${caCertificateId}`, async () => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await lookingAgain(session, work);
      } catch (error) {
        if (error instanceof Overtaken && attempt < ATTEMPTS) session.log(`${error.message} Looking again.`);
        // Something was put by now, so whatever stops the second attempt must not make the first one forgotten.
        else if (attempt > 1 && error instanceof Error && !(error instanceof NotShown))
          throw new NotShown(error.message);
        else throw error;
      }
    }
  });
}

/** The hostnames that are associated now; none when the CA or the zone is gone. */
export async function observe(session: Session, { zoneId, caCertificateId }: ListKey): Promise<string[]> {
  try {
    return await getHostnameAssociations(session.cloudflare(), zoneId, caCertificateId);
  } catch (error) {
    if (isNotFound(error)) return [];
    throw error;
  }
}

/**
 * Brings the list from what was observed to `next`, in one PUT, and waits until a GET shows it. No PUT when they are
 * the same. What others add meanwhile is no reason to wait; what we added or removed is. In a shared list it is looked
 * at once more a little later: a PUT that was made from an older list may have been on its way.
 */
export async function bring(
  session: Session,
  key: ListKey,
  observed: readonly string[],
  next: readonly string[],
  isShared = false,
): Promise<void> {
  const added = next.filter((hostname) => !observed.includes(hostname));
  const removed = observed.filter((hostname) => !next.includes(hostname));
  if (added.length + removed.length === 0) return;
  await putHostnameAssociations(session.cloudflare(), key.zoneId, key.caCertificateId, [...next].sort());
  const { visible } = session.patience;
  const list = `the hostnames of CA ${key.caCertificateId} in zone ${key.zoneId}`;
  const isOurs = (seen: readonly string[]) =>
    added.every((hostname) => seen.includes(hostname)) && !removed.some((hostname) => seen.includes(hostname));
  const readBack = async () => {
    const what = `zone ${key.zoneId} shows the hostnames of CA ${key.caCertificateId} as they were put`;
    const shown = await waitFor(session, what, visible, async () => {
      const seen = await observe(session, key);
      const strangers = seen.filter((hostname) => !observed.includes(hostname) && !next.includes(hostname));
      const whose =
        strangers.length > 0
          ? `Somebody else put ${strangers.join(", ")} into ${list} at the same moment`
          : `Somebody else changed ${list} at the same moment`;
      if (isOurs(seen)) {
        if (strangers.length > 0) session.log(`warning: ${whose}.`);
        return true;
      }
      // Not ours, and not what was there before either: no lag explains it.
      if (!sameSet(seen, observed)) throw new Overtaken(`${whose}, and ours don't show.`);
      return undefined;
    });
    if (!shown || !isShared) return shown;
    session.log(`others write to ${list} too: looking again in ${SETTLED / 1000} s whether ours stay.`);
    await session.clock.sleep(SETTLED);
    if (isOurs(await observe(session, key))) return true;
    throw new Overtaken(`Somebody else overwrote ${list} from what was there before, and ours don't show.`);
  };
  const shown = await readBack().catch((error: unknown) => {
    // The list is ours by now, read back or not.
    throw error instanceof NotShown
      ? error
      : new NotShown(`${(error as Error).message}\nThe hostnames were put before that.`);
  });
  if (!shown) {
    throw new NotShown(
      `Cloudflare took ${list}, but they are not yet visible after ${visible / 1000} s. Nothing that depends on them was changed; run \`pulumi up\` again.`,
    );
  }
}
