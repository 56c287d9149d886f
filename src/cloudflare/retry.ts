/** How an attempt ended, as far as trying again is concerned. */
export type Outcome =
  /** 429, or code 971: nothing was done, and Cloudflare may say when to come back. */
  | { readonly kind: "limited"; readonly retryAfter?: number }
  /** The connection was never made: nothing was done. */
  | { readonly kind: "unsent" }
  /** 5xx, an HTML body, a reset, a timeout: it may have been done. */
  | { readonly kind: "unknown" };

/** Times in milliseconds. */
export const RETRY = {
  /** All waiting for one call, together, unless it is configured. Cloudflare's block after a 429 lasts five minutes; twice that. */
  budget: 10 * 60_000,
  /** Attempts of a call that is not limited. A limited one is tried for as long as the budget lasts. */
  attempts: 4,
  first: 500,
  longest: 8_000,
  /** What a limited call waits at first and at most when it isn't told how long, and at least when it is. */
  limited: 2_000,
  longestLimited: 30_000,
  least: 1_000,
} as const;

/**
 * Milliseconds to wait before the next attempt, or undefined to give up.
 * Only a GET is repeated when its fate is unknown: a write is looked up first, by whoever knows what it was for.
 *
 * @param attempt how many attempts there were, from 1
 * @param waited milliseconds waited for this call so far
 * @param budget milliseconds that it may wait altogether
 * @param jitter from 0 to 1, so that many clients don't come back together
 */
export function nextDelay(
  outcome: Outcome,
  method: string,
  attempt: number,
  waited: number,
  budget: number,
  jitter: number,
): number | undefined {
  if (outcome.kind === "limited") {
    const delay = limitedDelay(outcome.retryAfter, attempt, jitter);
    return waited + delay <= budget ? delay : undefined;
  }
  if ((outcome.kind === "unknown" && method !== "GET") || attempt >= RETRY.attempts) return undefined;
  return backoff(RETRY.first, RETRY.longest, attempt, jitter);
}

/** What a limited call would wait: as long as it was told, to the second, else ever longer. */
function limitedDelay(retryAfter: number | undefined, attempt: number, jitter: number): number {
  if (retryAfter !== undefined) return Math.max(RETRY.least, retryAfter);
  return backoff(RETRY.limited, RETRY.longestLimited, attempt, jitter);
}

function backoff(first: number, longest: number, attempt: number, jitter: number): number {
  return Math.min(longest, first * 2 ** (attempt - 1)) * (1 - 0.25 * jitter);
}

/** Retry-After as milliseconds: seconds or an HTTP date (RFC 9110, 10.2.3); undefined when it is neither. */
export function readRetryAfter(header: unknown, now: Date): number | undefined {
  if (typeof header !== "string" && typeof header !== "number") return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds) && String(header).trim() !== "") return Math.max(0, seconds * 1000);
  const date = Date.parse(String(header));
  return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime());
}
