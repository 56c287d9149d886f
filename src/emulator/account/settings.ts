import { URL_NORMALIZATIONS } from "../edge/url-normalization";
import { SESSION_RESUMPTIONS, type EdgeSettings } from "../edge/view";

/** What can be turned while the emulator runs. */
export interface Settings extends EdgeSettings {
  lag: {
    /** Milliseconds after a PUT during which GET, and the edge, still see the old list. Cloudflare: up to about 75 s. */
    associations: number;
    /** The same counted in GETs instead of time. With both set, both must pass. */
    associationReads: number;
    /** Milliseconds that a CA stays "in use" after its lists were emptied. Cloudflare: up to about 90 s. */
    deletion: number;
    /** Milliseconds that the API tells of a service that uses a CA after its lists were emptied. */
    services: number;
    /**
     * Milliseconds that a part of the edge is behind what the API shows, at most. Each connection meets a part that is
     * behind by a share of it: one in its lists, one in its rules, one in revocations. Cloudflare: about a minute.
     */
    edge: number;
    /** Milliseconds that GET and list still show a deleted CA. Cloudflare: up to about 90 s. */
    visibleAfterDelete: number;
    /** Milliseconds that a client certificate of the managed CA is pending, revoked or reactivated. Cloudflare: up to 90 s. */
    revocation: number;
    /** Milliseconds that a second DELETE says "already deleted" with 400; afterwards it is 404. */
    alreadyDeleted: number;
  };
  /** Milliseconds that each API call takes. */
  latency: number;
  /** The share of API calls that meets a fault by chance, from 0 to 1. */
  faultRate: number;
  /** Whether a rule's expression comes back as it was written, or in another spelling, as Cloudflare has been seen to do. */
  storedExpressions: (typeof STORED_EXPRESSIONS)[number];
  /** CAs per account, uploaded and Gateway's together. */
  quota: number;
  /** Client certificates of the managed CA per zone that aren't revoked. */
  clientQuota: number;
  /**
   * Requests in `rateWindow` before 429 blocks everything for as long. Cloudflare: 1200. Infinity (in JSON: null)
   * by default, because a suite calls an emulator far faster than it could ever call Cloudflare.
   */
  rateLimit: number;
  /** Milliseconds that are counted together, and that the block lasts. Cloudflare: five minutes. */
  rateWindow: number;
}

export type SettingsChange = Partial<Omit<Settings, "lag">> & { lag?: Partial<Settings["lag"]> };

/** Cloudflare's own where it has one, and no delays. */
export function initialSettings(change: SettingsChange): Settings {
  const settings: Settings = {
    lag: {
      associations: 0,
      associationReads: 0,
      deletion: 0,
      services: 0,
      edge: 0,
      visibleAfterDelete: 0,
      revocation: 0,
      alreadyDeleted: 60_000,
    },
    latency: 0,
    faultRate: 0,
    storedExpressions: "as-written",
    quota: 5,
    clientQuota: 100,
    rateLimit: Infinity,
    rateWindow: 300_000,
    verification: "host",
    urlNormalization: "cloudflare",
    sessionResumption: "none",
  };
  const names = Object.keys(settings) as (keyof Settings)[];
  applySettings(settings, Object.fromEntries(names.map((name) => [name, change[name]])));
  return settings;
}

/** Both changes, where the second counts. */
export function merged(first: SettingsChange, second: SettingsChange): SettingsChange {
  const given = Object.fromEntries(Object.entries(second).filter(([, value]) => value !== undefined));
  const lag = Object.entries(second.lag ?? {}).filter(([, value]) => value !== undefined);
  return { ...first, ...given, lag: { ...first.lag, ...Object.fromEntries(lag) } };
}

/** Applies a change in place, or throws a TypeError that names what is wrong with it and changes nothing. */
export function applySettings(settings: Settings, change: unknown): void {
  const { lag, rateLimit = settings.rateLimit, ...others } = record(change, "settings");
  const { words, rest } = chosen(others);
  const limit = rateLimit === null || rateLimit === Infinity ? Infinity : notNegative("rateLimit", rateLimit);
  const lags = numbers(record(lag ?? {}, "lag"), Object.keys(settings.lag), "lag.");
  const checked = numbers(rest, ["latency", "faultRate", "quota", "clientQuota", "rateWindow"], "");
  Object.assign(settings, checked, words, { lag: { ...settings.lag, ...lags }, rateLimit: limit });
}

const STORED_EXPRESSIONS = ["as-written", "respelled"] as const;

const CHOICES: Readonly<Record<string, readonly string[]>> = {
  verification: ["host", "account"],
  urlNormalization: URL_NORMALIZATIONS,
  sessionResumption: SESSION_RESUMPTIONS,
  storedExpressions: STORED_EXPRESSIONS,
};

/** The settings that are words, and the rest. */
function chosen(change: Record<string, unknown>): { words: object; rest: Record<string, unknown> } {
  const given = Object.entries(change).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) {
    const known = CHOICES[name];
    if (known === undefined || known.some((one) => one === value)) continue;
    const choices = known.map((one) => `"${one}"`).join(" or ");
    throw new TypeError(`${name} must be ${choices}, not ${JSON.stringify(value)}`);
  }
  const some = (isWord: boolean) => Object.fromEntries(given.filter(([name]) => name in CHOICES === isWord));
  return { words: some(true), rest: some(false) };
}

function numbers(change: Record<string, unknown>, known: readonly string[], prefix: string): Record<string, number> {
  const given = Object.entries(change).filter(([, value]) => value !== undefined);
  for (const [name] of given) {
    if (!known.includes(name)) throw new TypeError(`unknown setting ${prefix}${name}; there are ${known.join(", ")}`);
  }
  return Object.fromEntries(given.map(([name, value]) => [name, notNegative(prefix + name, value)]));
}

function notNegative(name: string, value: unknown): number {
  if (typeof value === "number" && Number.isFinite(value) && value >= 0) return value;
  throw new TypeError(`${name} must be a number that is not negative`);
}

function record(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new TypeError(`${what} must be an object`);
}
