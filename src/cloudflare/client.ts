import { setTimeout as sleep } from "node:timers/promises";
import axios from "axios";
import type { AxiosInstance, AxiosResponse } from "axios";
import { CloudflareError, isHopeless, neverSent } from "./errors";
import type { ApiMessage } from "./failure";
import { nextDelay, readRetryAfter, RETRY } from "./retry";
import type { Outcome } from "./retry";

/** Where the API is and how to be let in. */
export interface Access {
  /** Without a final slash, e.g. `https://api.cloudflare.com/client/v4`. */
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Texts that must never be seen: removed from whatever the API says. */
  readonly secrets: readonly string[];
  /** Milliseconds that an answer may take. @default 60,000 */
  readonly answerTimeout?: number;
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

/** Longer than any answer that was ever seen, short enough for a person who waits. */
const ANSWER_TIMEOUT = 60_000;

/** @param budget milliseconds that one call may spend waiting where Cloudflare limits the rate */
export function connect(access: Access, log: (line: string) => void, budget: number = RETRY.budget): Cloudflare {
  const http = axios.create({
    baseURL: access.baseUrl,
    headers: { ...access.headers, "User-Agent": "pulumi-cloudflare-mtls" },
    timeout: access.answerTimeout ?? ANSWER_TIMEOUT,
    maxRedirects: 0,
    validateStatus: () => true,
  });
  return async (call) => {
    let waited = 0;
    for (let attempt = 1; ; attempt++) {
      const { answer, failed, outcome } = await once(http, call, access.secrets);
      if (answer) return answer;
      const delay = outcome && nextDelay(outcome, call.method, attempt, waited, budget, Math.random());
      if (delay === undefined)
        throw outcome?.kind === "limited" ? outOfPatience(failed, outcome, waited, budget) : failed;
      if (delay >= 1000)
        log(
          `${call.method} ${call.path}: ${outcome?.kind === "limited" ? "rate limited" : "no good answer"}, next try in ${Math.ceil(delay / 1000)} s`,
        );
      await sleep(delay);
      waited += delay;
    }
  };
}

/** The refusal, with what was waited and why no longer. */
function outOfPatience(
  { failure }: CloudflareError,
  { retryAfter }: { retryAfter?: number },
  waited: number,
  budget: number,
) {
  const seconds = (milliseconds: number) => `${Math.ceil(milliseconds / 1000)} s`;
  const asked = retryAfter === undefined ? "" : ` Cloudflare asks for another ${seconds(retryAfter)}.`;
  const reason = `Not tried again: ${seconds(waited)} were waited of the ${seconds(budget)} that one call may wait.${asked}`;
  return new CloudflareError({ ...failure, reason });
}

type Attempt =
  | { answer: Answer; failed?: undefined; outcome?: undefined }
  | { answer?: undefined; failed: CloudflareError; outcome: Outcome | undefined };

async function once(http: AxiosInstance, call: Call, secrets: readonly string[]): Promise<Attempt> {
  let response: AxiosResponse<unknown>;
  try {
    response = await http.request({ method: call.method, url: call.path, params: call.query, data: call.body });
  } catch (error) {
    const network = networkCode(error);
    const failed = new CloudflareError({ method: call.method, path: call.path, status: 0, errors: [], network });
    return { failed, outcome: isHopeless(network) ? undefined : { kind: neverSent(network) ? "unsent" : "unknown" } };
  }
  const { status, data } = response;
  const envelope = readEnvelope(data);
  if (status < 300 && (envelope?.success === true || (status === 204 && !data))) {
    return { answer: { result: envelope?.result, resultInfo: envelope?.resultInfo } };
  }
  const errors = (envelope?.errors ?? [malformed(data, secrets)]).map(({ code, message }) => ({
    code,
    message: redact(message, secrets),
  }));
  const ray: unknown = response.headers["cf-ray"];
  const failed = new CloudflareError({
    method: call.method,
    path: call.path,
    status,
    errors,
    ray: typeof ray === "string" ? ray : undefined,
  });
  return { failed, outcome: outcomeOf(status, errors, envelope !== undefined, response.headers["retry-after"]) };
}

function outcomeOf(
  status: number,
  errors: readonly ApiMessage[],
  isEnvelope: boolean,
  retryAfter: unknown,
): Outcome | undefined {
  if (status === 429 || errors.some(({ code }) => code === 971)) {
    return { kind: "limited", retryAfter: readRetryAfter(retryAfter, new Date()) };
  }
  return status >= 500 || (status < 300 && !isEnvelope) ? { kind: "unknown" } : undefined;
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

function networkCode(error: unknown): string {
  const code = (error as { code?: unknown }).code;
  return typeof code === "string" ? code : "connection lost";
}

function redact(text: string, secrets: readonly string[]): string {
  return secrets.reduce((shown, secret) => (secret ? shown.replaceAll(secret, "[secret]") : shown), text);
}
