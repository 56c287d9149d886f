import { isPassing } from "../../cloudflare/errors";
import type { Properties } from "../engine/contract";
import type { Session } from ".";

/**
 * Looks at the account in a preview, so that a mistake dies there and not half-way through the real run. It only reads,
 * and only where something is about to change, so that a no-op `up` asks nothing. Where Cloudflare can't be asked it says
 * nothing and takes no time: a preview may well be offline. The real run looks again, and means it.
 *
 * @param inputs which properties' change is worth a look
 * @returns why the change can't work; empty when nothing speaks against it
 */
export async function preflight(
  session: Session,
  olds: Properties,
  news: Properties,
  inputs: readonly string[],
  look: (session: Session) => Promise<(string | undefined)[]>,
): Promise<string[]> {
  const changed = inputs.some((key) => JSON.stringify(olds[key]) !== JSON.stringify(news[key]));
  if (!changed || !session.looksAhead()) return [];
  try {
    return (await look(session.ahead())).filter((reason) => reason !== undefined);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (!isPassing(error)) return [reason];
    session.stopLookingAhead(reason);
    return [];
  }
}
