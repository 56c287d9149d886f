/** How many different states were seen. One Set takes 16 million numbers at most, so there are several. */
export class StateCount {
  private readonly parts = Array.from({ length: 16 }, () => new Set<number>());

  get size(): number {
    return this.parts.reduce((sum, { size }) => sum + size, 0);
  }

  add(hashes: Float64Array): void {
    for (const hash of hashes) this.parts[hash % this.parts.length]?.add(hash);
  }
}
