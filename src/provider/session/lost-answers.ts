import { isAnswerLost } from "../../cloudflare/errors";
import type { Session } from ".";

/** Looks at what a lost write may have done, this often, before giving up. */
const ATTEMPTS = 4;
const FIRST_PAUSE = 500;

/**
 * Tries a write, and notes first what it may leave. What Cloudflare refuses isn't written, so the note is taken back; where the answer is
 * lost it may be, and the note stays.
 */
export async function trying<Note extends object, T>(note: Note, change: Note, write: () => Promise<T>): Promise<T> {
  const before = { ...note };
  Object.assign(note, change);
  try {
    return await write();
  } catch (error) {
    const keys = Object.keys(change) as (keyof Note)[];
    if (!isAnswerLost(error)) for (const key of keys) note[key] = before[key];
    throw error;
  }
}

/**
 * Runs work that observes before it writes. When the answer to a write was lost, nobody knows whether it was carried
 * out: so the whole of it runs again, sees what is there, and writes only what is missing.
 */
export async function lookingAgain<T>(session: Session, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isAnswerLost(error) || attempt === ATTEMPTS) throw error;
      session.log(
        `The answer was lost; looking at what Cloudflare has before going on: ${(error as Error).message.split("\n")[0] ?? ""}`,
      );
      await session.clock.sleep(FIRST_PAUSE * 2 ** (attempt - 1));
    }
  }
}
