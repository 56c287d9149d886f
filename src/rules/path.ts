/** A path that no pattern names; below a pattern, one that no other names. */
export const ELSEWHERE = "/any-other-path";

/** A path of each kind that a rule with these patterns tells apart: one under each pattern. The whole host has no patterns. */
export function pathSamples(patterns: readonly string[] | undefined): (string | undefined)[] {
  return patterns?.map((pattern) => pattern.replace(/\*$/, ELSEWHERE)) ?? [undefined];
}
