import type { ListKey } from "../../plan/program";

/**
 * Writers to one thing, one after the other: Cloudflare has no lock and no If-Match on hostname lists and rulesets,
 * and the engine runs dozens of operations at once in one process.
 */
export class Turns {
  private readonly last = new Map<string, Promise<unknown>>();

  /** For whoever writes the custom rules of a zone, or rests on them. */
  rules<T>(zoneId: string, work: () => Promise<T>): Promise<T> {
    return this.take(`rules/${zoneId}`, work);
  }

  /** For whoever writes one list. Whoever needs the zone's rules as well takes their turn first. */
  list<T>({ zoneId, caCertificateId }: ListKey, work: () => Promise<T>): Promise<T> {
    return this.take(`list/${zoneId}/${caCertificateId}`, work);
  }

  private async take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.last.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.last.get(key) === mine) this.last.delete(key);
    }
  }
}
