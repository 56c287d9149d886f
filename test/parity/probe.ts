import type { Ground } from "./ground";
import type { Observed } from "./told";

/** A line of docs/emulator-differences.md, tried out. */
export interface Probe {
  /** The first cell of its row, without the sign that says it has a probe. */
  readonly claim: string;
  /** It shakes hands with the edge. @default false */
  readonly needsEdge?: boolean;
  /** What was seen, without anything that is another in each account. */
  observe(ground: Ground): Promise<Observed>;
}
