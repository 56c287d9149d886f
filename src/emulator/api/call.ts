import type { Settings } from "../account/settings";
import type { Store, StoredZone } from "../account/store";
import { invalidZone, malformedJson, unrecorded } from "./refusals";
import type { Caller } from "./tokens";

/** One authorised API call, as an endpoint sees it. */
export interface Call {
  readonly store: Store;
  readonly settings: Settings;
  readonly caller: Caller;
  /** The ids in the path, by the names that the route gives them. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The parsed body; undefined when there was none, {@link MALFORMED} when it wasn't JSON. */
  readonly body: unknown;
}

export const MALFORMED = Symbol("malformed JSON");

/** What an endpoint answers when it doesn't throw a Refusal. 204 has no body; all else is an envelope, with 200 unless told. */
export interface Answer {
  readonly status?: 200 | 201 | 204;
  readonly result?: unknown;
  readonly resultInfo?: Readonly<Record<string, unknown>>;
}

export type Endpoint = (call: Call) => Answer;

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The body as an object; where the known fields are given a misspelt one must not pass unnoticed. */
export function bodyFields(call: Call, known?: readonly string[]): Fields {
  if (call.body === MALFORMED) throw malformedJson();
  if (!isFields(call.body)) throw unrecorded("the request body must be a JSON object");
  if (known) refuseUnknown(call.body, known, "");
  return call.body;
}

/** INF: Cloudflare's number and words for an unknown field are not recorded. */
export function refuseUnknown(fields: Fields, known: readonly string[], pointer: string): void {
  for (const name of Object.keys(fields)) {
    if (!known.includes(name)) throw unrecorded(`unknown field "${name}"`, `${pointer}/${name}`);
  }
}

/** Generated clients send null for what wasn't given. */
export function withoutNulls(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

export function zoneOf(call: Call): StoredZone {
  const zone = call.store.zones.get(param(call, "zone"));
  if (!zone) throw invalidZone();
  return zone;
}

export function param(call: Call, name: string): string {
  const value = call.params[name];
  if (value === undefined) throw new Error(`the route has no :${name}`);
  return value;
}

/** One page of a list, with Cloudflare's result_info. */
export function page<T>(call: Call, all: readonly T[], limits: { usual: number; least: number; most: number }): Answer {
  const number = countParam(call, "page", 1, 1, Number.MAX_SAFE_INTEGER);
  const perPage = countParam(call, "per_page", limits.usual, limits.least, limits.most);
  const result = all.slice((number - 1) * perPage, number * perPage);
  const resultInfo = {
    page: number,
    per_page: perPage,
    count: result.length,
    total_count: all.length,
    total_pages: Math.ceil(all.length / perPage),
  };
  return { result, resultInfo };
}

export function countParam(call: Call, name: string, usual: number, least: number, most: number): number {
  const text = call.query.get(name);
  if (text === null) return usual;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  throw unrecorded(`${name} must be a whole number from ${least} to ${most}`);
}
