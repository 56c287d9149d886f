import { admission } from "../../src/plan/admission";
import { standingDemands } from "../../src/plan/demand";
import type { Picture, Rule } from "../../src/plan/picture";
import type { Client } from "../support/prober";
import { READINGS } from "./living-zone";
import type { Connection, LivingZone } from "./living-zone";

/**
 * What becomes of the guard when the host is to leave the list of a CA.
 * - needed: a client of the CA would be turned away in one reading of the documents, and the guard holds the host.
 * - free: no client would, and the guard lets it go.
 * - over-cautious: no client would, and the guard holds it all the same.
 * - let go: a client would, and the guard lets it go: the rule takes any CA, and another one is there.
 */
export type Verdict = "needed" | "free" | "over-cautious" | "let go";

export interface Visitor extends Client {
  /** Absent: a client without a certificate. */
  readonly issuerSki?: string;
  /** A client of the CA that the host is to leave. */
  readonly isLeft?: boolean;
}

/** The same clients under one state of the lists. */
interface Scene {
  readonly picture: Picture;
  readonly visits: readonly { readonly visitor: Visitor; readonly connections: readonly Connection[] }[];
}

/** A host before and after it leaves the list of one CA: all handshakes are made, and rules come and go. */
export class Truth {
  private constructor(
    private readonly zone: LivingZone,
    private readonly hostname: string,
    private readonly ca: string,
    private readonly before: Scene,
    private readonly after: Scene,
  ) {}

  /** @param beside the other CAs whose lists the host stays on */
  static async of(
    zone: LivingZone,
    hostname: string,
    ca: string,
    beside: readonly string[],
    visitors: readonly Visitor[],
  ): Promise<Truth> {
    await zone.rule([]);
    const before = await openScene(zone, hostname, [ca, ...beside], visitors);
    const after = await openScene(zone, hostname, beside, visitors);
    return new Truth(zone, hostname, ca, before, after);
  }

  /** The verdict, and each word of the core about somebody's admission that the edge contradicts. */
  async under(rules: readonly Partial<Rule>[], paths: readonly string[] = ["/"]): Promise<[Verdict, string[]]> {
    const written = await this.zone.rule(rules);
    const before = await look(this.before, written, this.hostname, paths);
    const after = await look(this.after, written, this.hostname, paths);
    const isTurnedAway = before.some(({ visitor, seen }, index) =>
      seen.some((isLetIn, reading) => visitor.isLeft && isLetIn && !after[index]?.seen[reading]),
    );
    const [demand] = standingDemands(this.before.picture.withRules(written), this.ca, [this.hostname]);
    if (demand && demand.rules.length === 0) throw new Error("The guard holds the host and names no rule.");
    const verdict = demand ? (isTurnedAway ? "needed" : "over-cautious") : isTurnedAway ? "let go" : "free";
    return [verdict, [...before, ...after].flatMap(({ wrong }) => wrong)];
  }
}

async function openScene(
  zone: LivingZone,
  hostname: string,
  ids: readonly string[],
  visitors: readonly Visitor[],
): Promise<Scene> {
  const picture = await zone.associate(hostname, ids);
  const visits: { visitor: Visitor; connections: Connection[] }[] = [];
  for (const visitor of visitors) {
    const connections: Connection[] = [];
    for (const reading of READINGS) connections.push(await zone.connect(hostname, visitor, reading));
    visits.push({ visitor, connections });
  }
  return { picture, visits };
}

/** What each visitor meets at each path, in order. A connection takes one request at a time. */
async function look(scene: Scene, rules: readonly Rule[], hostname: string, paths: readonly string[]) {
  const found: { visitor: Visitor; seen: boolean[]; wrong: string[] }[] = [];
  const picture = scene.picture.withRules(rules);
  for (const path of paths) {
    const asked = scene.visits.map(async ({ visitor, connections }) => {
      const seen = await Promise.all(connections.map((connection) => connection.isLetIn(path)));
      const client = visitor.issuerSki === undefined ? "anonymous" : { issuerSki: visitor.issuerSki };
      const said = admission(picture, client, hostname, path);
      const isContradicted = said !== "unknown" && seen.some((isLetIn) => isLetIn !== (said === "admitted"));
      return { visitor, seen, wrong: isContradicted ? [`${visitor.name} at ${path} isn't ${said}`] : [] };
    });
    found.push(...(await Promise.all(asked)));
  }
  return found;
}
