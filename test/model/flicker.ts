import type { Admissions } from "./edge";

/** The edges that see each write at once: a late one may see two of them in any order. */
const PROMPT = ["strict", "broad"] as const;

/** Who was let in and who wasn't, in one run: what changes may change once, from the old program's answer to the new one's. */
export class Flicker {
  private last: boolean[] = [];
  private readonly changed = new Set<number>();

  /** @returns the probe whose answer changed a second time */
  see(
    admissions: Admissions,
    isPardoned: (change: { readonly index: number }) => boolean,
  ): { readonly index: number; readonly edge: "strict" | "broad" } | undefined {
    for (const [place, edge] of PROMPT.entries()) {
      for (const index of admissions[edge].keys()) {
        const number = index * PROMPT.length + place;
        const isRefused = admissions[edge][index] !== undefined;
        const before = this.last[number];
        this.last[number] = isRefused;
        if (before === undefined || before === isRefused) continue;
        if (this.changed.has(number) && !isPardoned({ index })) return { index, edge };
        this.changed.add(number);
      }
    }
    return undefined;
  }
}
