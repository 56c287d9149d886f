/*
 * Cloudflare's account with one zone, as plain immutable values: a write makes a new account, so that a copy costs
 * nothing and a state is known by its text.
 */

/** Who made a thing: the number of a stack, or others. */
export type Owner = number | "others";

export interface Upload {
  readonly id: string;
  readonly name: string;
  readonly certificates: string;
  readonly uploadedOn: string;
  readonly by: Owner;
}

/** The hostnames of one CA in the zone, each with who put it there. */
export interface List {
  readonly hosts: Readonly<Record<string, Owner>>;
  /** What a GET shows, and a slow edge has, until then: the list before the last PUT. */
  readonly stale?: { readonly hosts: Readonly<Record<string, Owner>>; readonly until: number };
  /** The CA is "in use" until then, although the list is empty. */
  readonly heldUntil?: number;
}

export interface StoredRule {
  readonly id: string;
  readonly ref: string;
  readonly version: string;
  readonly action: string;
  readonly expression: string;
  readonly enabled: boolean;
  readonly description: string;
  readonly action_parameters?: { readonly ruleset?: string; readonly response?: object };
  readonly by: Owner;
}

export interface Account {
  readonly uploads: readonly Upload[];
  /** By the upload's id; the Cloudflare-managed CA's by its name. */
  readonly lists: Readonly<Record<string, List>>;
  /** Undefined: the zone has no entry point yet. */
  readonly rules: readonly StoredRule[] | undefined;
  /** How often an id of this beginning was given. */
  readonly given: Readonly<Record<string, number>>;
}

export const EMPTY: Account = { uploads: [], lists: {}, rules: undefined, given: {} };

const texts = new WeakMap<Account, string>();

/** The same for equal accounts; without what only tells their age. */
export function accountText(account: Account): string {
  let text = texts.get(account);
  if (text === undefined) {
    const { uploads, lists, rules } = account;
    const known = uploads.map(({ id, name, by }) => [id, name, by]);
    const held = Object.entries(lists).map(([id, list]) => [
      id,
      list.hosts,
      list.stale?.hosts,
      list.heldUntil !== undefined,
    ]);
    texts.set(account, (text = JSON.stringify([known, held, rules])));
  }
  return text;
}

/** The next id of this beginning: a number that is never given twice. */
export function nextId(account: Account, beginning: string): { readonly number: number; readonly account: Account } {
  const number = (account.given[beginning] ?? 0) + 1;
  return { number, account: { ...account, given: { ...account.given, [beginning]: number } } };
}

/** What a GET of the list shows at this moment. */
export function shownHosts(list: List | undefined, now: number): string[] {
  if (!list) return [];
  return Object.keys(list.stale && now < list.stale.until ? list.stale.hosts : list.hosts);
}
