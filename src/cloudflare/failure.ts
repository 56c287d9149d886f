/** One entry of `errors` in Cloudflare's envelope. */
export interface ApiMessage {
  readonly code: number;
  readonly message: string;
}

/** The request that failed, and what came back. `status` 0: no answer at all. */
export interface Failure {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly errors: readonly ApiMessage[];
  /** `cf-ray` of the answer, which Cloudflare's support asks for. */
  readonly ray?: string;
  /** Milliseconds after which Cloudflare wants to be asked again. */
  readonly retryAfter?: number;
  /** Why there is no answer: `ECONNREFUSED`, `ECONNRESET`, … */
  readonly network?: string;
  /** It was sent to an address that somebody configured. */
  readonly isElsewhere?: boolean;
  /** Why it wasn't tried again, where that isn't plain. */
  readonly reason?: string;
}
