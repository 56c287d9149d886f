import type { ListKey } from "../../plan/program";
import { sameSet } from "../engine/changes";
import type { Session } from "../session";
import { associatedWith } from "../session/looking";
import { waitFor } from "../session/waiting";

/** The PUT went through, but no GET shows it within the time. */
export class NotShown extends Error {}

/** Somebody else's PUT was later than ours: theirs is the list now, or ours is without what they added. */
export class Overtaken extends NotShown {}

/**
 * Milliseconds. Whoever looked at the list before our PUT has made their own by then, and overwritten ours: between look
 * and PUT are a few calls. Waited only where a list is shared, since others are expected there.
 */
const SETTLED = 2_000;

/** One PUT: what was seen before it, what it put, and of whose hostnames none may show that it left out. */
interface Written {
  readonly observed: readonly string[];
  readonly put: readonly string[];
  readonly own: readonly string[];
  readonly isShared: boolean;
}

/**
 * Waits until a GET shows what was put. What others add meanwhile is no reason to wait; what we added or removed is. A shared
 * list is looked at once more a little later: a PUT that was made from an older list may have been on its way.
 */
export async function readBack(
  session: Session,
  key: ListKey,
  { observed, put, own, isShared }: Written,
): Promise<void> {
  const list = `the hostnames of CA ${key.caCertificateId} in zone ${key.zoneId}`;
  const before = new Set(observed);
  const added = put.filter((hostname) => !before.has(hostname));
  const known = new Set([...put, ...observed, ...own]);
  const removed = new Set(known);
  for (const hostname of put) removed.delete(hostname);
  const isOurs = (seen: readonly string[]) =>
    added.every((hostname) => seen.includes(hostname)) && !seen.some((hostname) => removed.has(hostname));
  try {
    const what = `zone ${key.zoneId} shows the hostnames of CA ${key.caCertificateId} as they were put`;
    const shown = await waitFor(session, what, session.patience.visible, async () => {
      const seen = await associatedWith(session, key.zoneId, key.caCertificateId);
      const strangers = seen.filter((hostname) => !known.has(hostname));
      const others = strangers.length > 0 ? `put ${strangers.join(", ")} into` : "changed";
      const whose = `Somebody else ${others} ${list} at the same moment`;
      if (isOurs(seen)) {
        if (strangers.length > 0) session.log(`warning: ${whose}.`);
        return true;
      }
      // Not ours, and not what was there before either: no lag explains it.
      if (!sameSet(seen, observed)) throw new Overtaken(`${whose}, and ours don't show.`);
      return undefined;
    });
    if (!shown) throw new NotShown(notYet(list, session.patience.visible));
    if (!isShared || sameSet(put, observed)) return;
    session.log(`others write to ${list} too: looking again in ${SETTLED / 1000} s whether ours stay.`);
    await session.clock.sleep(SETTLED);
    if (isOurs(await associatedWith(session, key.zoneId, key.caCertificateId))) return;
    throw new Overtaken(`Somebody else overwrote ${list} from what was there before, and ours don't show.`);
  } catch (error) {
    if (error instanceof NotShown) throw error;
    // The list is ours by now, read back or not.
    throw new NotShown(`${(error as Error).message}\nThe hostnames were put before that.`);
  }
}

function notYet(list: string, visible: number): string {
  return `Cloudflare took ${list}, but they are not yet visible after ${visible / 1000} s. Nothing that depends on them was changed; run \`pulumi up\` again.`;
}
