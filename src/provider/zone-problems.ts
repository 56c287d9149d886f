import { isAnswerLost } from "../cloudflare/errors";
import type { Properties } from "./handler";
import type { Session } from "./session";

/**
 * Looks at a zone before anything is written, in the preview already: is it there, is it in the account, are these
 * hostnames in it? Only where something is about to change, so that a no-op `up` asks nothing; and silent where
 * Cloudflare can't be asked, because a preview may be offline. The real run asks again, and means it.
 */
export async function zoneProblems(
  session: Session,
  olds: Properties,
  news: Properties,
  zoneId: string,
  hostnames: readonly string[],
  accountId?: string,
): Promise<string[]> {
  const unchanged = ["zoneId", "zoneIds", "hostnames", "accountId"].every(
    (key) => JSON.stringify(olds[key]) === JSON.stringify(news[key]),
  );
  if (unchanged || !session.hasCredentials()) return [];
  try {
    const zone = await session.zones.find(zoneId);
    if (accountId && zone.account.id !== accountId) {
      return [
        `The zone ${zone.name} (${zoneId}) is in account ${zone.account.id}, not in ${accountId}: a CA serves the zones of its own account.`,
      ];
    }
    const misplaced = await session.zones.misplaced(zoneId, hostnames);
    return misplaced ? [misplaced] : [];
  } catch (error) {
    if (unreachable(error)) return [];
    const reason = error instanceof Error ? error.message : String(error);
    return [`The zone ${zoneId} can't be read: is the id right, and may the token read the zone? ${reason}`];
  }
}

function unreachable(error: unknown): boolean {
  return isAnswerLost(error) || (error as { failure?: { status: number } }).failure?.status === 0;
}
