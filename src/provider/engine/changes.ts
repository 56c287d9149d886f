/** Whether two lists hold the same things, whatever their order and however often. */
export function sameSet(left: readonly string[], right: readonly string[]): boolean {
  const members = new Set(right);
  return new Set(left).size === members.size && left.every((item) => members.has(item));
}
