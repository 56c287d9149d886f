/** A number of 53 bits that stands for a text (cyrb53): two of a million states share one once in ten thousand runs. */
export function hashOf(text: string, seed = 0): number {
  let left = 0xdeadbeef ^ seed;
  let right = 0x41c6ce57 ^ seed;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    left = Math.imul(left ^ code, 2654435761);
    right = Math.imul(right ^ code, 1597334677);
  }
  left = Math.imul(left ^ (left >>> 16), 2246822507) ^ Math.imul(right ^ (right >>> 13), 3266489909);
  right = Math.imul(right ^ (right >>> 16), 2246822507) ^ Math.imul(left ^ (left >>> 13), 3266489909);
  return 4294967296 * (2097151 & right) + (left >>> 0);
}

const known = new WeakMap<object, number>();

/** The same of a value that never changes: made once. */
export function hashOfObject<T extends object>(value: T, text: (value: T) => string): number {
  let hash = known.get(value);
  if (hash === undefined) known.set(value, (hash = hashOf(text(value))));
  return hash;
}
