import type { Cloudflare } from "../../cloudflare/client";
import { CloudflareError } from "../../cloudflare/errors";
import type { Clock } from "./clock";

/** Milliseconds. Cloudflare's answers take less than a second, and nobody waits for a look ahead for longer. */
const ANSWERED_WITHIN = 5_000;

/** The same calls for a look ahead: what isn't answered soon, whatever is tried again meanwhile, isn't answered at all. */
export function inHaste(cloudflare: Cloudflare, clock: Clock): Cloudflare {
  return async (call) => {
    const abandoned = new AbortController();
    const answer = cloudflare(call);
    try {
      const late = clock.sleep(ANSWERED_WITHIN, abandoned.signal).then(() => {
        const network = `none within ${ANSWERED_WITHIN / 1000} s`;
        throw new CloudflareError({ method: call.method, path: call.path, status: 0, errors: [], network });
      });
      return await Promise.race([answer, late]);
    } finally {
      abandoned.abort();
      // Whichever comes second has nobody to tell.
      answer.catch(() => undefined);
    }
  };
}
