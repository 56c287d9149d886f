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
  const first = `${method} ${path} ${answer}${words ? `: ${words}` : ""}${ray ? ` (cf-ray ${ray})` : ""}`;
  return [first, reason, adviceFor(failure)].filter(Boolean).join("\n");
}

/** Lets a test of a failure judge whatever was thrown: by its name, because another copy of this package may have thrown it. */
function when(test: (failure: Failure) => boolean): (error: unknown) => boolean {
  return (error) =>
    error instanceof Error && error.name === "CloudflareError" && test((error as CloudflareError).failure);
}

function has({ errors }: Failure, ...codes: readonly number[]): boolean {
  return errors.some(({ code }) => codes.includes(code));
}

function says({ errors }: Failure, fragment: string): boolean {
  return errors.some(({ message }) => message.toLowerCase().includes(fragment));
}

const isOfAnother = (failure: Failure) => says(failure, "not an answer of the api");

/** What is said of a thing that isn't there, with whatever status: a certificate, a zone. */
const ABSENT = [1472, 1001];
/** "Could not route to …": what any wrong path answers, such as that of a base URL without /client/v4. It proves nothing. */
const UNROUTED = [7000, 7003];

/**
 * Gone, or never there, by an answer that proves it. A 404 that says nothing of the thing, because the path was wrong or something that isn't
 * the API answered, would empty the state if it were taken for "gone".
 */
export const isNotFound = when(
  (failure) =>
    has(failure, ...ABSENT) ||
    says(failure, "already deleted") ||
    (failure.status === 404 && !isOfAnother(failure) && !has(failure, ...UNROUTED)),
);

/** The same certificate is in the account already. */
export const isAlreadyUploaded = when((failure) => has(failure, 1471));

/** All of the account's CA slots are taken. */
export const isQuotaReached = when((failure) => has(failure, 1489));

/** The zone has an entry point for the phase: somebody made it between our look and our write. */
export const isEntryPointTaken = when((failure) => has(failure, 20217));

/** The CA can't be deleted yet. No source gives a code for it, so the words decide. */
export const isInUse = when((failure) => failure.status !== 404 && says(failure, "in use"));

const isTooMuch = (failure: Failure) => failure.status === 429 || has(failure, 971);

/** Nothing was done, because too much was asked for. */
export const isLimited = when(isTooMuch);

/** Another try would end the same way: a handshake that came to nothing. */
const isHopeless = ({ network = "" }: Failure) => /^EPROTO$|CERT|SIGN|^ERR_(SSL|TLS)_/.test(network);

/** The line broke before a request could be on it, and the next may hold. */
const isUnsent = ({ network = "" }: Failure) =>
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|HELD_BACK)$/.test(network);

const isLost = (failure: Failure) =>
  failure.status >= 500 || (failure.status === 0 && !isUnsent(failure) && !isHopeless(failure));

/** The request may or may not have been carried out: look before doing it again. */
export const isAnswerLost = when(isLost);

/** It can simply be sent again: it never left, or it only reads and what came back says nothing. */
export const isRepeatable = when((failure) => {
  const isGarbled = isOfAnother(failure) && failure.status < 300;
  return isUnsent(failure) || (failure.method === "GET" && (isLost(failure) || isGarbled));
});

const isOut = (failure: Failure) =>
  failure.status === 0 || failure.status >= 500 || isTooMuch(failure) || isOfAnother(failure);

/** Nobody answered, or nobody who was Cloudflare's API: the network's fault, not the request's. */
export const isUnreachable = when(isOut);

/**
 * Such a fault that comes and goes. A handshake in vain, a stranger's refusal, and nobody at an address that somebody
 * configured are mistakes: they will be there in the next run too.
 */
export const isPassing = when((failure) => {
  const isNobody = failure.isElsewhere === true && /^(ECONNREFUSED|ENOTFOUND)$/.test(failure.network ?? "");
  const isRefused = isOfAnother(failure) && failure.status >= 400 && failure.status < 500;
  return isOut(failure) && !isHopeless(failure) && !isNobody && !isRefused;
});
