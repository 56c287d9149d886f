import { rateLimited } from "./refusals";

const WINDOW = 300_000; // DOC: 1,200 requests per five minutes, and five minutes of 429 beyond
const DOCUMENTED = 1200;

export interface RateLimit {
  /** Counts a request; throws when everything is blocked. */
  count(limit: number): void;
  /** What Cloudflare says of it with every answer (DOC), and Retry-After where one must wait. */
  headers(limit: number, refused: boolean): Record<string, string>;
}

export function createRateLimit(): RateLimit {
  let windowEnds = 0;
  let used = 0;
  let blockedUntil = 0;

  const secondsTo = (moment: number): number => Math.max(1, Math.ceil((moment - Date.now()) / 1000));

  return {
    count(limit) {
      const now = Date.now();
      if (now >= windowEnds) {
        windowEnds = now + WINDOW;
        used = 0;
      }
      used += 1;
      if (now >= blockedUntil && used > limit) blockedUntil = now + WINDOW;
      if (now < blockedUntil && limit !== Infinity) throw rateLimited(limit);
    },
    headers(limit, refused) {
      const quota = limit === Infinity ? DOCUMENTED : limit;
      return {
        Ratelimit: `"default";r=${Math.max(0, quota - used)};t=${secondsTo(windowEnds)}`,
        "Ratelimit-Policy": `"default";q=${quota};w=${WINDOW / 1000}`,
        ...(refused ? { "Retry-After": String(secondsTo(blockedUntil)) } : {}),
      };
    },
  };
}
