import type { Authorities } from "./authorities";
import { EdgeModel } from "./edge";
import type { Surroundings } from "./execution";
import { PROBES, USUAL_PROBES } from "./probes";
import { shrink } from "./shrink";
import { changesOf, groupOf, shapeOf, storyOf } from "./story";
import { sweep } from "./sweep";
import type { Finding, Share } from "./sweep";
import { walk } from "./walk";
import { WORLDS } from "./worlds";
import type { World } from "./worlds";

export interface Counterexample {
  /** What is told once. */
  readonly group: string;
  readonly shape: string;
  readonly story: string;
}

/** How often the same cause is made small: the first may have shrunk to something else. */
const OF_ONE_CAUSE = 2;

/** Goes through the worlds in turns: a step of each sweep, then a walk in each, until told to stop. */
export class Explorer {
  private readonly edges: Readonly<Record<"usual" | "all", EdgeModel>>;
  private readonly causes = new Map<string, number>();
  private readonly groups = new Set<string>();
  private readonly quiet = new Map<World, Set<number>>();

  constructor(
    private readonly authorities: Authorities,
    private readonly visit: (hash: number) => void,
    private readonly report: (counterexample: Counterexample) => void,
  ) {
    this.edges = { usual: new EdgeModel(authorities, USUAL_PROBES), all: new EdgeModel(authorities, PROBES) };
  }

  around(world: World): Surroundings {
    const quiet = this.quiet.get(world) ?? new Set();
    this.quiet.set(world, quiet);
    const { authorities, visit, edges } = this;
    const { identities, temper } = world;
    return {
      authorities,
      identities,
      temper,
      edge: edges[world.hasLimits ? "all" : "usual"],
      quiet,
      visit,
      tell: () => undefined,
    };
  }

  /** @param isOver asked after each step */
  async explore(names: readonly string[], seed: number, share: Share, isOver: () => boolean): Promise<void> {
    const worlds = names.map((name) => [name, worldNamed(name)] as const);
    const sweeps = worlds.map(([name, world]) => sweep(name, world, this.around(world), share));
    for (let round = 0; !isOver(); round++) {
      for (const [index, [name, world]] of worlds.entries()) {
        const own = walk(name, world, this.around(world), seed * 1_000_003 + round * share.workers + share.worker);
        for await (const finding of own) {
          if (finding) await this.found(finding);
          if (isOver()) return;
        }
        for (let turn = 0; turn < 12 && !isOver(); turn++) {
          const next = await sweeps[index]?.next();
          if (next?.value) await this.found(next.value);
        }
      }
    }
  }

  private async found(finding: Finding): Promise<void> {
    const { wrong, plan } = finding;
    const cause = [wrong.cause, groupOf(finding), ...changesOf(plan).slice(-2)].join("/");
    const times = this.causes.get(cause) ?? 0;
    this.causes.set(cause, times + 1);
    if (times >= OF_ONE_CAUSE) return;
    const around = { ...this.around(worldNamed(plan.world)), visit: () => undefined };
    const small = await shrink(around, finding);
    const group = groupOf(small);
    if (this.groups.has(group)) return;
    this.groups.add(group);
    this.report({ group, shape: shapeOf(small), story: await storyOf(around, small) });
  }
}

export function worldNamed(name: string): World {
  const world = WORLDS[name];
  if (!world) throw new Error(`There is no world "${name}". There are: ${Object.keys(WORLDS).join(", ")}.`);
  return world;
}
