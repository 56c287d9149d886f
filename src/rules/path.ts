/** A path of each kind that a rule with these patterns tells apart: one under each pattern. The whole host has no patterns. */
export function pathSamples(patterns: readonly string[] | undefined): (string | undefined)[] {
  return patterns?.map((pattern) => pattern.replace(/\*$/, "")) ?? [undefined];
}
