import { setTimeout as sleep } from "node:timers/promises";
import axios from "axios";
import type { AxiosRequestConfig, AxiosResponse } from "axios";
import { CloudflareError, isLimited } from "./errors";
import type { ApiMessage, Failure } from "./failure";
import { paceOf } from "./pace";
import type { Progress } from "./pace";
import { nextDelay, readRetryAfter } from "./retry";

/** Where the API is and how to be let in. */
export interface Access {
  /** Without a final slash. @default Cloudflare's own */
  readonly baseUrl?: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Texts that must never be seen: removed from whatever the API says. */
  readonly secrets: readonly string[];
  readonly patience?: Patience;
  /** For whoever waits. */
  readonly progress?: Progress;
}

/** In milliseconds. */
export interface Patience {
  /** That an answer may take. */
  readonly answerTimeout: number;
  /** That one call may spend waiting where Cloudflare limits the rate. */
  readonly retryBudget: number;
  /** That one call may take altogether, whatever is tried again. */
  readonly within?: number;
}

export interface Call {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** From the base URL on, with a leading slash. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly body?: unknown;
}

/** The envelope of every JSON answer. */
export interface Answer {
  readonly result: unknown;
  readonly resultInfo: { readonly total_pages?: number } | undefined;
}

/** One request function: a result comes out, or a CloudflareError is thrown. */
export type Cloudflare = (call: Call) => Promise<Answer>;

/** Of its own, so that nobody else's interceptors come in between; one for all calls, because each takes a while to make. */
const HTTP = axios.create({ maxRedirects: 0, validateStatus: () => true });

const BASE_URL = "https://api.cloudflare.com/client/v4";

/**
 * An answer may take longer than any that was ever seen, and less than a person waits; Cloudflare's block after a 429 lasts five minutes, and
 * twice that is waited.
 */
export const PATIENCE: Patience = { answerTimeout: 60_000, retryBudget: 10 * 60_000 };

export function connect(
  { baseUrl = BASE_URL, headers, secrets, patience = PATIENCE, progress }: Access,
  log: (line: string) => void,
): Cloudflare {
  const { answerTimeout: timeout, retryBudget, within } = patience;
  const origin = { baseURL: baseUrl, headers: { ...headers, "User-Agent": "pulumi-cloudflare-mtls" }, timeout };
  const isElsewhere = baseUrl !== BASE_URL;
  const pace = paceOf(baseUrl, headers);
  return async (call) => {
    const signal = within === undefined ? undefined : AbortSignal.timeout(within);
    for (let attempt = 1, waited = 0; ; attempt++) {
      const turn = await pace.turn(retryBudget - waited, log, signal, progress).catch(() => undefined);
      if (turn === undefined) throw heldBack(call, retryBudget);
      const outcome = await once(origin, call, secrets, signal, (headers) => pace.heard(turn, headers));
      if (!("status" in outcome)) return outcome;
      const error = new CloudflareError({ ...outcome, isElsewhere });
      const delay = nextDelay(error, attempt, waited, retryBudget, Math.random());
      if (delay === undefined) throw isLimited(error) ? outOfPatience(error.failure, waited, retryBudget) : error;
      const why = isLimited(error) ? "rate limited" : "no good answer";
      if (delay >= 1000) log(`${call.method} ${call.path}: ${why}, next try in ${secondsOf(delay)}`);
      await sleep(delay, undefined, { signal }).catch(() => {
        throw error;
      });
      waited += delay;
    }
  };
}

const secondsOf = (milliseconds: number) => `${Math.ceil(milliseconds / 1000)} s`;

/** The refusal, with what was waited and why no longer. */
function outOfPatience(failure: Failure, waited: number, budget: number): CloudflareError {
  const asked =
    failure.retryAfter === undefined ? "" : ` Cloudflare asks for another ${secondsOf(failure.retryAfter)}.`;
  const reason = `Not tried again: ${secondsOf(waited)} were waited of the ${secondsOf(budget)} that one call may wait.${asked}`;
  return new CloudflareError({ ...failure, reason });
}

/** Not sent, because Cloudflare would have refused it, and everything else with it. */
function heldBack({ method, path }: Call, budget: number): CloudflareError {
  const reason = `Not sent: Cloudflare's limit of requests is used up for longer than the ${secondsOf(budget)} that one call may wait.`;
  return new CloudflareError({ method, path, status: 0, errors: [], network: "HELD_BACK", reason });
}

async function once(
  origin: AxiosRequestConfig,
  { method, path, query, body }: Call,
  secrets: readonly string[],
  signal: AbortSignal | undefined,
  heard: (headers: Readonly<Record<string, unknown>>) => void,
): Promise<Answer | Failure> {
  let response: AxiosResponse<unknown>;
  try {
    response = await HTTP.request({ ...origin, method, url: path, params: query, data: body, signal });
  } catch (error) {
    heard({});
    const { code } = error as { code?: unknown };
    const network = signal?.aborted ? "none in time" : typeof code === "string" ? code : "connection lost";
    return { method, path, status: 0, errors: [], network };
  }
  const { status, data, headers } = response;
  heard(headers);
  const envelope = readEnvelope(data);
  if (status < 300 && (envelope?.success === true || (status === 204 && !data)))
    return { result: envelope?.result, resultInfo: envelope?.resultInfo };
  const errors = (envelope?.errors ?? [malformed(data, secrets)]).map(({ code, message }) => ({
    code,
    message: redact(message, secrets),
  }));
  const ray: unknown = headers["cf-ray"];
  const retryAfter = readRetryAfter(headers["retry-after"], new Date());
  return { method, path, status, errors, ray: typeof ray === "string" ? ray : undefined, retryAfter };
}

function readEnvelope(data: unknown) {
  if (typeof data !== "object" || data === null || !("success" in data)) return undefined;
  const { success, result, result_info, errors } = data as Record<string, unknown>;
  return { success, result, resultInfo: result_info as Answer["resultInfo"], errors: readMessages(errors) };
}

/** Each with the place in the body that it points at, and followed by the errors behind it. */
function readMessages(errors: unknown): ApiMessage[] {
  if (!Array.isArray(errors)) return [];
  return errors.flatMap((entry: unknown) => {
    const { code, message, source, error_chain } = Object(entry) as Record<string, unknown>;
    const { pointer } = Object(source) as { pointer?: unknown };
    const words = typeof message === "string" ? message : (JSON.stringify(entry) ?? "no message");
    const place = typeof pointer === "string" && pointer ? ` (at ${pointer})` : "";
    return [{ code: typeof code === "number" ? code : 0, message: words + place }, ...readMessages(error_chain)];
  });
}

/** An HTML error page, a captive portal, half a JSON text: say what came, shortened. */
function malformed(data: unknown, secrets: readonly string[]): ApiMessage {
  const text = typeof data === "string" ? data : (JSON.stringify(data) ?? "");
  // Before it is shortened: half a token would be no secret that anybody recognises.
  const shown = redact(text, secrets)
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 120);
  return { code: 0, message: `not an answer of the API: ${shown ? `"${shown}"` : "it is empty"}` };
}

function redact(text: string, secrets: readonly string[]): string {
  return secrets.reduce((shown, secret) => (secret ? shown.replaceAll(secret, "[secret]") : shown), text);
}
