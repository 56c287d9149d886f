import { setTimeout as sleep } from "node:timers/promises";
import axios from "axios";
import type { Call } from "../../src/cloudflare/client";
import { readRetryAfter } from "../../src/cloudflare/retry";

export type { Call };

export interface Target {
  readonly baseUrl: string;
  readonly token: string;
  readonly accountId: string;
  readonly zoneId: string;
}

export type Fields = Readonly<Record<string, unknown>>;

/** What came back, as it came: the package's own client smooths over what is compared here. */
export interface Reply {
  readonly call: Call;
  readonly status: number;
  readonly success: boolean;
  readonly errors: readonly { readonly code: number; readonly message: string }[];
  readonly result: Fields;
  readonly info: Fields;
  readonly headers: Fields;
}

/** Why nothing more is asked: told to stop, too many calls, or no time left. */
export class Stopped extends Error {}

/** How many calls may be made, and until when. */
export class Budget {
  private stopped: string | undefined;
  private readonly end: number;
  private readonly interruption = new AbortController();

  /** @param settling milliseconds that a change may take until it shows: longer than it has been seen to, by a minute */
  constructor(
    private calls: number,
    milliseconds: number,
    readonly settling = 150_000,
  ) {
    this.end = Date.now() + milliseconds;
  }

  /** The call that is under way comes to its end, so that nobody wonders what became of it. */
  stop(reason: string): void {
    this.stopped ??= reason;
    this.interruption.abort();
  }

  get isOver(): boolean {
    return this.reason !== undefined;
  }

  private get reason(): string | undefined {
    return this.stopped ?? (this.calls <= 0 ? "too many calls" : Date.now() > this.end ? "no time left" : undefined);
  }

  check(): void {
    if (this.reason !== undefined) throw new Stopped(this.reason);
  }

  take(): void {
    this.check();
    this.calls--;
  }

  async wait(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.interruption.signal }).catch(() => undefined);
  }
}

const ANSWER_WITHIN = 20_000;
const TRIES = 4;

export type Cloud = (call: Call) => Promise<Reply>;

/** One call after the other, each within the budget. A limited call is sent again when it may be; a lost one only where it reads. */
export function cloudAt({ baseUrl, token }: Target, budget: Budget): Cloud {
  const http = axios.create({
    baseURL: baseUrl,
    headers: { Authorization: `Bearer ${token}`, "User-Agent": "pulumi-cloudflare-mtls-parity" },
    timeout: ANSWER_WITHIN,
    maxRedirects: 0,
    validateStatus: () => true,
  });
  const once = async (call: Call): Promise<Reply> => {
    const { method, path: url, query: params, body: data } = call;
    const { status, data: answer, headers } = await http.request<unknown>({ method, url, params, data });
    const envelope = Object(answer) as { success?: unknown; errors?: unknown; result?: unknown; result_info?: unknown };
    return {
      ...{ call, status, headers },
      success: envelope.success === true || (status === 204 && !answer),
      errors: Array.isArray(envelope.errors) ? (envelope.errors as Reply["errors"]) : [],
      result: Object(envelope.result) as Fields,
      info: Object(envelope.result_info) as Fields,
    };
  };
  return async (call) => {
    for (let attempt = 1; ; attempt++) {
      budget.take();
      const reply = await once(call).catch(({ code = "no answer" }: { code?: string }) => code);
      const isLost = typeof reply === "string" || reply.status >= 500;
      const isLimited = !isLost && (reply.status === 429 || reply.errors.some(({ code }) => code === 971));
      if (attempt < TRIES && (isLimited || (isLost && call.method === "GET"))) {
        const told = isLost ? undefined : readRetryAfter(reply.headers["retry-after"], new Date());
        await budget.wait(told ?? 500 * 2 ** attempt);
        continue;
      }
      // What axios throws holds the token: its code is all that leaves here.
      if (typeof reply === "string") throw new Error(`${call.method} ${call.path} got no answer (${reply})`);
      return reply;
    }
  };
}
