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

/**
 * Waits until a GET shows what was put. What others add meanwhile is no reason to wait; what we added or removed is. A shared
 * list is looked at once more a little later: a PUT that was made from an older list may have been on its way.
 */
export async function readBack(
  session: Session,
  key: ListKey,
  observed: readonly string[],
  put: readonly string[],
  isShared: boolean,
): Promise<void> {
  const list = `the hostnames of CA ${key.caCertificateId} in zone ${key.zoneId}`;
  try {
    if (!(await isShown(session, key, observed, put, list))) throw new NotShown(notYet(list, session.patience.visible));
    if (!isShared || sameSet(put, observed)) return;
    session.log(`others write to ${list} too: looking again in ${SETTLED / 1000} s whether ours stay.`);
    await session.clock.sleep(SETTLED);
    if (isOurs(await associatedWith(session, key.zoneId, key.caCertificateId), observed, put)) return;
    throw new Overtaken(`Somebody else overwrote ${list} from what was there before, and ours don't show.`);
  } catch (error) {
    if (error instanceof NotShown) throw error;
    // The list is ours by now, read back or not.
    throw new NotShown(`${(error as Error).message}\nThe hostnames were put before that.`);
  }
}

async function isShown(
  session: Session,
  { zoneId, caCertificateId }: ListKey,
  observed: readonly string[],
  put: readonly string[],
  list: string,
): Promise<boolean> {
  const what = `zone ${zoneId} shows the hostnames of CA ${caCertificateId} as they were put`;
  const shown = await waitFor(session, what, session.patience.visible, async () => {
    const seen = await associatedWith(session, zoneId, caCertificateId);
    const strangers = seen.filter((hostname) => !observed.includes(hostname) && !put.includes(hostname));
    const whose =
      strangers.length > 0
        ? `Somebody else put ${strangers.join(", ")} into ${list} at the same moment`
        : `Somebody else changed ${list} at the same moment`;
    if (isOurs(seen, observed, put)) {
      if (strangers.length > 0) session.log(`warning: ${whose}.`);
      return true;
    }
    // Not ours, and not what was there before either: no lag explains it.
    if (!sameSet(seen, observed)) throw new Overtaken(`${whose}, and ours don't show.`);
    return undefined;
  });
  return shown === true;
}

/** What we added is there, and what we took out isn't. */
function isOurs(seen: readonly string[], observed: readonly string[], put: readonly string[]): boolean {
  const shown = new Set(seen);
  const before = new Set(observed);
  const after = new Set(put);
  return (
    put.every((hostname) => before.has(hostname) || shown.has(hostname)) &&
    seen.every((hostname) => after.has(hostname) || !before.has(hostname))
  );
}

function notYet(list: string, visible: number): string {
  return `Cloudflare took ${list}, but they are not yet visible after ${visible / 1000} s. Nothing that depends on them was changed; run \`pulumi up\` again.`;
}
