import type { Token } from "./api/tokens";
import type { SettingsChange } from "./account/settings";
import type { Plan } from "./account/store";

export interface EmulatorZone {
  readonly name: string;
  /** 32 lower-case hex digits. A new one when absent. */
  readonly id?: string;
  /** Limits the number of rules and what they may use. @default "enterprise" */
  readonly plan?: Plan;
}

export interface EmulatorOptions extends SettingsChange {
  /** The zones of the account, by name or in full. */
  readonly zones: readonly (string | EmulatorZone)[];
  /** 32 lower-case hex digits. A new one when absent. */
  readonly accountId?: string;
  /** The token that may do everything. A new one when absent. */
  readonly apiToken?: string;
  /** Further tokens, with fewer permissions or of another account, and legacy API keys. */
  readonly tokens?: readonly Token[];
  /**
   * All that Cloudflare has been seen to do at once: lists, rules and deletes that lag, an edge that lags by connection,
   * calls that fail, sessions that carry verdicts. A number is the seed of it. What is set beside it counts. @default false
   */
  readonly nasty?: boolean | number;
  /** @default "127.0.0.1" */
  readonly host?: string;
  /** Of the API. @default 0, any free one */
  readonly port?: number;
  /** Of the TLS edge. @default 0, any free one */
  readonly edgePort?: number;
  /** Receives a line for each thing worth knowing: calls that aren't emulated, for one. */
  readonly log?: (line: string) => void;
}

/** The zones in full, or a TypeError that names the one that can't be served. */
export function checkedZones(zones: EmulatorOptions["zones"]): EmulatorZone[] {
  const full = zones.map((zone) => (typeof zone === "string" ? { name: zone } : zone));
  for (const { name, id } of full) {
    if (!/^[a-z0-9_-]+(\.[a-z0-9_-]+)+$/i.test(name)) throw new TypeError(`"${name}" is not a zone name`);
    if (id !== undefined) checkedId(id, `the id of zone ${name}`);
  }
  for (const key of ["name", "id"] as const) {
    const values = full.map((zone) => zone[key]).filter((value) => value !== undefined);
    const twice = values.find((value, index) => values.indexOf(value) !== index);
    if (twice !== undefined) throw new TypeError(`zone ${key} ${twice} is given twice`);
  }
  return full;
}

/** The seed of a nasty account, or undefined for a kind one. */
export function seedOf(nasty: EmulatorOptions["nasty"]): number | undefined {
  if (nasty === undefined || nasty === false) return undefined;
  if (nasty === true) return 1;
  if (Number.isSafeInteger(nasty)) return nasty;
  throw new TypeError(`nasty must be true, false or a whole number, not ${JSON.stringify(nasty)}`);
}

export function checkedId(id: string, what: string): string {
  if (!/^[0-9a-f]{32}$/.test(id)) throw new TypeError(`${what} must be 32 lower-case hex digits, not "${id}"`);
  return id;
}
