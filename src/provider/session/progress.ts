import type { Handler } from "../engine/contract";

/**
 * How far a run is. A CA tells the zones of its component, each with a list for every CA and a rule: so that all is known before the engine
 * has come to it. Where no CA does, all is what was done.
 */
export class Progress {
  done = 0;
  private readonly zones = new Map<string, readonly string[]>();

  expect(owner: string, zoneIds: readonly string[]): void {
    this.zones.set(owner, zoneIds);
  }

  get all(): number {
    const lists = [...this.zones.values()].flat();
    return Math.max(this.done, this.zones.size + lists.length + new Set(lists).size);
  }

  /** The same handler; what it makes, changes or leaves as it is counts as done. */
  of<State>(handler: Handler<State>): Handler<State> {
    const counted = <T>(result: T): T => {
      this.done++;
      return result;
    };
    return {
      ...handler,
      diff: (olds, news) => {
        const found = handler.diff(olds, news);
        return found.changes ? found : counted(found);
      },
      create: (inputs) => handler.create(inputs).then(counted),
      update: (id, olds, news) => handler.update(id, olds, news).then(counted),
    };
  }
}
