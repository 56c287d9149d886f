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
  /** Why there is no answer: `ECONNREFUSED`, `ECONNRESET`, … */
  readonly network?: string;
  /** Why it wasn't tried again, where that isn't plain. */
  readonly reason?: string;
}
