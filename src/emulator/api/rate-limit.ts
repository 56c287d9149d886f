import { rateLimited } from "./refusals";

const DOCUMENTED = 1200; // DOC: 1,200 requests per five minutes, and five minutes of 429 beyond

export interface RateLimit {
  /** Counts a request; throws when everything is blocked. */
  count(limit: number): void;
  /** What Cloudflare says of it with every answer (DOC), and Retry-After where one must wait. */
  headers(limit: number, refused: boolean): Record<string, string>;
}

/** @param settings `rateWindow`: milliseconds that are counted together, and that a refusal lasts */
export function createRateLimit(settings: { readonly rateWindow: number }): RateLimit {
  let windowEnds = 0;
  let used = 0;
  let blockedUntil = 0;

  const secondsTo = (moment: number): number => Math.max(1, Math.ceil((moment - Date.now()) / 1000));

  return {
    count(limit) {
      const now = Date.now();
      if (now >= windowEnds) {
        windowEnds = now + settings.rateWindow;
        used = 0;
      }
      // Without a limit there are always some left, for a client that goes by the headers.
      used = limit === Infinity ? 1 : used + 1;
      if (now >= blockedUntil && used > limit) blockedUntil = now + settings.rateWindow;
      if (now < blockedUntil && limit !== Infinity) throw rateLimited(limit);
    },
    headers(limit, refused) {
      const quota = limit === Infinity ? DOCUMENTED : limit;
      return {
        Ratelimit: `"default";r=${Math.max(0, quota - used)};t=${secondsTo(windowEnds)}`,
        "Ratelimit-Policy": `"default";q=${quota};w=${settings.rateWindow / 1000}`,
        ...(refused ? { "Retry-After": String(secondsTo(blockedUntil)) } : {}),
      };
    },
  };
}
