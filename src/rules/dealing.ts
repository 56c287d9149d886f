import { createHash } from "node:crypto";

type Dealt = readonly [place: bigint, items: readonly string[], text: string];

/**
 * Deals items out to texts of at most so many bytes, by their place: nearly always one, whose place is 0.
 *
 * Those that don't fit into one are parted by the next bit of their hashes: who has it moves to a place that had no text, and items
 * come back only from a place that has none any more. Whoever writes new rules first, changes second and deletes last therefore
 * never leaves an item without its rule. A bit that all of them share parts nothing and counts for no place, so that place 0 is
 * never empty.
 */
export function deal(
  items: readonly string[],
  limit: number,
  write: (items: readonly string[]) => string,
  noRoom: (items: readonly string[]) => Error,
): Dealt[] {
  const part = (some: readonly Hashed[], bit: bigint, place: bigint): Dealt[] => {
    const names = some.map(([name]) => name);
    const text = write(names);
    if (Buffer.byteLength(text) <= limit) return [[place, names, text]];
    if (some.length === 1) throw noRoom(names);
    const having = some.filter(([, hash]) => hash & bit);
    const without = some.filter(([, hash]) => !(hash & bit));
    if (without.length === 0 || having.length === 0) return part(some, bit << 1n, place);
    return [...part(without, bit << 1n, place), ...part(having, bit << 1n, place | bit)];
  };
  const hashed = [...new Set(items)].map((name): Hashed => [name, hashOf(name)]);
  return part(hashed, 1n, 0n).sort(([one], [other]) => (one < other ? -1 : 1));
}

type Hashed = readonly [name: string, hash: bigint];

function hashOf(text: string): bigint {
  return BigInt(`0x${createHash("sha256").update(text).digest("hex")}`);
}
