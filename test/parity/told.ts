import {
  CloudflareError,
  isAlreadyUploaded,
  isEntryPointTaken,
  isInUse,
  isLimited,
  isNotFound,
  isQuotaReached,
} from "../../src/cloudflare/errors";
import type { Fields, Reply } from "./cloud";
import type { Head } from "./journal";

export type Observed = string | number | boolean | null | readonly Observed[] | { readonly [name: string]: Observed };

/** What the package takes an error for. */
const MEANINGS: Readonly<Record<string, (error: unknown) => boolean>> = {
  "not there": isNotFound,
  "uploaded already": isAlreadyUploaded,
  "no slot left": isQuotaReached,
  "in use": isInUse,
  "made meanwhile": isEntryPointTaken,
};

/** An answer as a value that can be compared: of a success what is asked for, of a refusal all but its numbers of the day. */
export function told(reply: Reply, ...fields: readonly string[]): Observed {
  if (reply.success) {
    const some = Object.fromEntries(
      fields.map((name) => [name, (name in reply.result ? reply.result[name] : "(missing)") as Observed]),
    );
    return { status: reply.status, ...some };
  }
  const error = errorOf(reply);
  // It says nothing about the claim.
  if (reply.status >= 500 || isLimited(error)) throw error;
  const meaning = Object.keys(MEANINGS).find((name) => MEANINGS[name]?.(error)) ?? null;
  return { status: reply.status, errors: reply.errors.map(({ code, message }) => `${code} ${message}`), meaning };
}

/** Of an answer that must be a success for the probe to make sense. */
export function resultOf(reply: Reply): Fields {
  if (reply.success) return reply.result;
  throw errorOf(reply);
}

function errorOf({ call: { method, path }, status, errors }: Reply): CloudflareError {
  return new CloudflareError({ method, path, status, errors });
}

/** Without the advice, which is for users of the package. */
export function reasonOf(error: unknown): string {
  return (error as Error).message.split("\n", 1)[0] ?? "";
}

/** Without what is another in each account and each run: marks, ids and times. */
export function plain<T>(value: T, { mark, accountId, zoneId, zoneName }: Omit<Head, "baseUrl" | "pid">): T {
  const text = JSON.stringify(value)
    .replaceAll(accountId, "<account>")
    .replaceAll(zoneId, "<zone>")
    .replaceAll(mark, "<mark>")
    .replaceAll(zoneName, "<zone name>")
    .replaceAll(mark.toUpperCase(), "<MARK>")
    .replaceAll(zoneName.toUpperCase(), "<ZONE NAME>")
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "<id>")
    .replace(/\b[0-9a-f]{32}\b/g, "<id>")
    // The emulator says what it has instead.
    .replace(/ The emulator has no .*? it has [^"]*/g, "");
  return JSON.parse(text) as T;
}

/** Whether two answers agree: wholly, or but for what no source records, which the emulator answers with 9999. */
export function verdictOn(emulator: Observed, other: Observed): "same" | "same as far as recorded" | "different" {
  if (JSON.stringify(sorted(emulator)) === JSON.stringify(sorted(other))) return "same";
  return agrees(emulator, other) ? "same as far as recorded" : "different";
}

function agrees(emulator: Observed, other: Observed): boolean {
  if (emulator === null || typeof emulator !== "object") return emulator === other;
  if (other === null || typeof other !== "object" || Array.isArray(other) !== Array.isArray(emulator)) return false;
  const [one, two] = [emulator, other] as readonly Readonly<Record<string, Observed>>[];
  const names = [...new Set([...Object.keys(one ?? {}), ...Object.keys(two ?? {})])];
  const isUnrecorded = JSON.stringify(one?.errors ?? null).startsWith('["9999 ');
  return names.every(
    (name) =>
      (name === "errors" && isUnrecorded && Array.isArray(two?.errors)) ||
      agrees(one?.[name] ?? null, two?.[name] ?? null),
  );
}

function sorted(value: Observed): Observed {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  const fields = value as Readonly<Record<string, Observed>>;
  const names = Object.keys(fields).sort();
  return Object.fromEntries(names.map((name) => [name, sorted(fields[name] ?? null)]));
}
