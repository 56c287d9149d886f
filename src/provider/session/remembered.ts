/** Looks up what nobody has asked for yet. A failure is not remembered: the next one who asks may have more luck. */
export function remembered<T>(known: Map<string, Promise<T>>, key: string, look: () => Promise<T>): Promise<T> {
  const found = known.get(key) ?? look();
  known.set(key, found);
  found.catch(() => known.delete(key));
  return found;
}
