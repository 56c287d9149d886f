import { adviceFor } from "./advice";
import type { Failure } from "./failure";

/**
 * A request to Cloudflare that didn't succeed: what failed, why in Cloudflare's own words and numbers, what to do.
 * It holds no header and no token: what Axios throws holds both, so it is never attached as a cause.
 */
export class CloudflareError extends Error {
  override readonly name = "CloudflareError";
  constructor(readonly failure: Failure) {
    super(describe(failure));
  }
}

function describe(failure: Failure): string {
  const { method, path, status, errors, ray, network, reason } = failure;
  const words = errors.map(({ code, message }) => (code ? `${message} [code: ${code}]` : message)).join("; ");
  const answer = status === 0 ? `got no answer (${network ?? "connection lost"})` : `was answered with HTTP ${status}`;
  const advice = adviceFor(failure);
  return [
    `${method} ${path} ${answer}${words ? `: ${words}` : ""}${ray ? ` (cf-ray ${ray})` : ""}`,
    ...(reason ? [reason] : []),
    ...(advice ? [advice] : []),
  ].join("\n");
}

function failureOf(error: unknown): Failure | undefined {
  // By name, not instanceof: another copy of this package may have thrown it.
  return error instanceof Error && error.name === "CloudflareError" ? (error as CloudflareError).failure : undefined;
}

function hasCode(error: unknown, code: number): boolean {
  return failureOf(error)?.errors.some((entry) => entry.code === code) ?? false;
}

function says(error: unknown, fragment: string): boolean {
  return failureOf(error)?.errors.some((entry) => entry.message.toLowerCase().includes(fragment)) ?? false;
}

/** What is said of a thing that isn't there, with whatever status: a certificate, a zone. */
const ABSENT = [1472, 1001];
/** "Could not route to …": what any wrong path answers, such as that of a base URL without /client/v4. It proves nothing. */
const UNROUTED = [7000, 7003];

/**
 * Gone, or never there, by an answer that proves it. A 404 that says nothing of the thing, because the path was wrong or something that isn't
 * the API answered, would empty the state if it were taken for "gone".
 */
export function isNotFound(error: unknown): boolean {
  if (ABSENT.some((code) => hasCode(error, code)) || says(error, "already deleted")) return true;
  const isPlain = !says(error, "not an answer of the api") && !UNROUTED.some((code) => hasCode(error, code));
  return failureOf(error)?.status === 404 && isPlain;
}

/** The same certificate is in the account already. */
export function isAlreadyUploaded(error: unknown): boolean {
  return hasCode(error, 1471);
}

/** All of the account's CA slots are taken. */
export function isQuotaReached(error: unknown): boolean {
  return hasCode(error, 1489);
}

/** The zone has an entry point for the phase: somebody made it between our look and our write. */
export function isEntryPointTaken(error: unknown): boolean {
  return hasCode(error, 20217);
}

/** The CA can't be deleted yet. No source gives a code for it, so the words decide. */
export function isInUse(error: unknown): boolean {
  return failureOf(error)?.status !== 404 && says(error, "in use");
}

/** The request may or may not have been carried out: look before doing it again. */
export function isAnswerLost(error: unknown): boolean {
  const failure = failureOf(error);
  return failure !== undefined && (failure.status >= 500 || (failure.status === 0 && !neverSent(failure.network)));
}

/** Nobody answered, or nobody who was Cloudflare's API: the network's fault, not the request's. */
export function isUnreachable(error: unknown): boolean {
  const failure = failureOf(error);
  if (failure === undefined) return false;
  return (
    failure.status === 0 ||
    failure.status === 429 ||
    failure.status >= 500 ||
    hasCode(error, 971) ||
    says(error, "not an answer of the api")
  );
}

const NEVER_SENT = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"];

/** The line broke before a request could be on it. */
export function neverSent(network: string | undefined): boolean {
  return isHopeless(network) || NEVER_SENT.includes(network ?? "");
}

/**
 * Another try would end the same way: an address that is none (for Axios a "bad request" is a protocol that it doesn't
 * speak, as in `htps://`), or a handshake that came to nothing.
 */
export function isHopeless(network: string | undefined): boolean {
  return /^(ERR_INVALID_URL|ERR_BAD_REQUEST|EPROTO)$|CERT|SIGN|^ERR_(SSL|TLS)_/.test(network ?? "");
}
