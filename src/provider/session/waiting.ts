import type { Clock } from "./clock";

/** How long Cloudflare is waited for, in milliseconds. */
export interface Patience {
  /** Until a GET shows what was put into a hostname list. */
  readonly visible: number;
  /** Until a CA whose lists were cleared can be deleted. */
  readonly released: number;
}

/** What was seen on the live API under load (75 s, 90 s), and half as much again. */
export const PATIENCE: Patience = { visible: 120_000, released: 135_000 };

const FIRST_LOOK = 250;
const LONGEST_PAUSE = 5_000;

/**
 * Looks again and again, ever more slowly, until `look` gives a value or the time is up (then: undefined).
 * What takes longer than a second is said aloud, once.
 */
export async function waitFor<T>(
  { clock, log }: { readonly clock: Clock; readonly log: (line: string) => void },
  what: string,
  within: number,
  look: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const started = clock.now();
  let said = false;
  for (let pause = FIRST_LOOK; ; pause = Math.min(LONGEST_PAUSE, pause * 2)) {
    const found = await look();
    if (found !== undefined) return found;
    const waited = clock.now() - started;
    if (waited + pause > within) return undefined;
    if (waited > 1000 && !said) {
      log(`waiting until ${what} (for up to ${Math.round(within / 1000)} s)`);
      said = true;
    }
    await clock.sleep(pause);
  }
}
