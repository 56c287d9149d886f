import { REF_PREFIX } from "../rules/position";
import { standingDemands } from "./demand";
import type { StandingDemand } from "./demand";
import type { Picture } from "./picture";
import type { DeclaredRule } from "./program";
import { isOf } from "./rule-steps";

/** What is to become of one list: the hostnames of one zone that are associated with one CA. */
export interface ListWish {
  readonly ca: string;
  /** What the resource declares. */
  readonly hostnames: readonly string[];
  /** What it put there, as far as state remembers: of these it may take out. */
  readonly own: readonly string[];
  /** What the whole program declares for this list. None of it is ever taken out. */
  readonly declared: readonly string[];
  /** What becomes of hostnames that others put there. */
  readonly strangers: "refuse" | "keep" | "remove";
  /** The list stands in state: what a rule of this package demands in it may be its own, held since an earlier update. */
  readonly isKnown?: boolean;
  /** Nothing of the program is left, so no other CA is meant to take its clients over. */
  readonly isDestroy?: boolean;
  /** The program's rules for every host. On one that they don't name they let nobody in, and stand on nothing. */
  readonly sweeping?: readonly Pick<DeclaredRule, "ref" | "hostnames">[];
  /** Nothing is held: the outage was chosen. */
  readonly isYielding?: boolean;
}

export interface ListPlan {
  /** What the list should hold next. */
  readonly next: readonly string[];
  /** What would leave, but for the rules that still stand on it. */
  readonly held: readonly StandingDemand[];
  /** Of others, whatever becomes of them. */
  readonly strangers: readonly string[];
  /** With strangers that the wish refuses nothing is to be written. */
  readonly isRefused: boolean;
}

/** What a list should hold, from what it holds. */
export function planList(picture: Picture, observed: readonly string[], wish: ListWish): ListPlan {
  const loose = looseIn(observed, wish);
  const own = new Set(wish.own);
  const isStaying = wish.isDestroy === true || wish.hostnames.length + wish.declared.length > 0;
  const strangers = strangersIn(picture, observed, wish);
  const isRefused = wish.strangers === "refuse" && strangers.length > 0;
  const leaving = wish.strangers === "remove" ? loose : loose.filter((hostname) => own.has(hostname));
  const held = isRefused ? [] : demandsOn(picture, leaving, isStaying, wish);
  const gone = new Set(wish.isYielding ? leaving : without(leaving, held));
  const staying = observed.filter((hostname) => !gone.has(hostname));
  return { next: [...new Set([...wish.hostnames, ...staying])].sort(), held, strangers, isRefused };
}

/** The hostnames that others put there: all that a preview must know. */
export function strangersIn(picture: Picture, observed: readonly string[], wish: ListWish): string[] {
  const own = new Set(wish.own);
  const foreign = looseIn(observed, wish).filter((hostname) => !own.has(hostname));
  return wish.isKnown && wish.strangers === "refuse" ? without(foreign, ours(picture, wish.ca, foreign)) : foreign;
}

function demandsOn(
  picture: Picture,
  leaving: readonly string[],
  isStaying: boolean,
  { ca, sweeping = [] }: ListWish,
): StandingDemand[] {
  const isNamed = (hostname: string) => sweeping.some(({ hostnames }) => hostnames.includes(hostname));
  const named = sweeping.length > 0 ? leaving.filter(isNamed) : leaving;
  const demands = standingDemands(picture, ca, named, isStaying);
  if (named.length === leaving.length) return demands;
  const rules = picture.rules.filter((rule) => !sweeping.some(({ ref }) => isOf(rule, ref)));
  const unnamed = leaving.filter((hostname) => !named.includes(hostname));
  return [...demands, ...standingDemands(picture.withRules(rules), ca, unnamed, isStaying)];
}

/** What nobody in the program declares. */
function looseIn(observed: readonly string[], { hostnames, declared }: ListWish): string[] {
  const kept = new Set([...hostnames, ...declared]);
  return observed.filter((hostname) => !kept.has(hostname));
}

function ours(picture: Picture, ca: string, hostnames: readonly string[]): StandingDemand[] {
  if (hostnames.length === 0) return [];
  const rules = picture.rules.filter(({ ref }) => ref.startsWith(REF_PREFIX));
  return standingDemands(picture.withRules(rules), ca, hostnames);
}

function without(hostnames: readonly string[], demands: readonly StandingDemand[]): string[] {
  const demanded = new Set(demands.map(({ hostname }) => hostname));
  return hostnames.filter((hostname) => !demanded.has(hostname));
}
