/** Where among the zone's custom rules ours stands. */
export type RulePosition = "first" | "last" | { before: string } | { after: string };

/** As much of a rule as its place depends on. */
export interface Placed {
  readonly id: string;
  readonly ref: string;
}

/** What every `ref` of this package begins with. */
export const REF_PREFIX = "mtls_";

/** What the API's `position` takes: "" is the very first, or the very last place. */
export function apiPosition(position: RulePosition, rules: readonly Placed[]): { before: string } | { after: string } {
  if (position === "first") return { before: "" };
  if (position === "last") return { after: "" };
  return "before" in position ? { before: idOf(position.before, rules) } : { after: idOf(position.after, rules) };
}

/**
 * Whether our rules stand where they should. "First" means that no rule of others stands before ours: two stacks on
 * one zone both want to be first, and neither may move the other's for ever.
 */
export function isPlaced(position: RulePosition, rules: readonly Placed[], own: readonly string[]): boolean {
  const places = rules.flatMap(({ id }, index) => (own.includes(id) ? [index] : []));
  const [first, last] = [Math.min(...places), Math.max(...places)];
  if (position === "first") return rules.slice(0, last).every(isPeer);
  if (position === "last") return rules.slice(first).every(isPeer);
  const anchor = idOf("before" in position ? position.before : position.after, rules);
  const at = rules.findIndex(({ id }) => id === anchor);
  return at < 0 || ("before" in position ? last < at : first > at);
}

function isPeer({ ref }: Placed): boolean {
  return ref.startsWith(REF_PREFIX);
}

function idOf(name: string, rules: readonly Placed[]): string {
  return rules.find(({ ref }) => ref === name)?.id ?? name;
}
