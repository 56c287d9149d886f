import { isLimited, isRepeatable } from "./errors";
import type { CloudflareError } from "./errors";

/** Times in milliseconds. */
const RETRY = {
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
 * @param budget milliseconds that it may wait altogether where Cloudflare limits the rate
 * @param jitter from 0 to 1, so that many clients don't come back together
 */
export function nextDelay(
  error: CloudflareError,
  attempt: number,
  waited: number,
  budget: number,
  jitter: number,
): number | undefined {
  const backoff = (first: number, longest: number) =>
    Math.min(longest, first * 2 ** (attempt - 1)) * (1 - 0.25 * jitter);
  if (!isLimited(error))
    return isRepeatable(error) && attempt < RETRY.attempts ? backoff(RETRY.first, RETRY.longest) : undefined;
  // As long as it was told, to the second, else ever longer.
  const { retryAfter } = error.failure;
  const told = retryAfter === undefined ? undefined : Math.max(RETRY.least, retryAfter);
  const delay = told ?? backoff(RETRY.limited, RETRY.longestLimited);
  return waited + delay <= budget ? delay : undefined;
}

/** Retry-After as milliseconds: seconds or an HTTP date (RFC 9110, 10.2.3); undefined when it is neither. */
export function readRetryAfter(header: unknown, now: Date): number | undefined {
  if (typeof header !== "string" || header.trim() === "") return undefined;
  const seconds = Number(header);
  const wait = Number.isNaN(seconds) ? Date.parse(header) - now.getTime() : seconds * 1000;
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined;
}
