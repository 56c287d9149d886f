/**
 * The list `news` in the order that `olds` has: what stays keeps its place, what is new takes the places of what is gone and then comes at
 * the end, and what stands last fills the places that are still empty. The engine compares lists place by place, so that a diff is as
 * small as it can be; the same members are the same list as before.
 *
 * @param olds what state holds; anything but a list is none
 * @param keyOf what tells one member from another
 */
export function inPlaces<T>(olds: unknown, news: readonly T[], keyOf: (member: T) => string = String): T[] {
  const coming = new Map<string, T[]>();
  for (const member of news) {
    const alike = coming.get(keyOf(member));
    if (alike) alike.push(member);
    else coming.set(keyOf(member), [member]);
  }
  const before = Array.isArray(olds) ? (olds as T[]) : [];
  const staying = before.map((member) => coming.get(keyOf(member))?.shift());
  const rest = [...coming.values()].flat();
  const placed = [...staying.map((member) => member ?? rest.shift()), ...rest];
  for (let hole; (hole = placed.indexOf(undefined)) >= 0;) {
    const last = placed.pop();
    if (hole < placed.length) placed[hole] = last;
  }
  return placed as T[];
}

/** The same for a list of objects, and for each list in them. */
export function inPlacesWithin<T extends object>(olds: unknown, news: readonly T[], keyOf: (member: T) => string): T[] {
  const before = new Map(Array.isArray(olds) ? (olds as T[]).map((member) => [keyOf(member), member]) : []);
  return inPlaces(olds, news, keyOf).map((member) => {
    const known = Object(before.get(keyOf(member))) as Record<string, unknown>;
    const settled = ([name, value]: [string, unknown]) => [
      name,
      Array.isArray(value) ? inPlaces(known[name], value) : value,
    ];
    return Object.fromEntries(Object.entries(member).map(settled)) as T;
  });
}
