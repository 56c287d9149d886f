import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Snapshot } from "../../../src/emulator";
import type { Life } from "../life";
import type { StackResource } from "../stack";
import type { Standing } from "./operations";

/** A stack and its account at one moment, to begin from again and again. */
export interface Moment {
  readonly standing: Standing;
  readonly account: Snapshot;
  /** A copy of the backend's folder. */
  readonly backend: string;
  readonly resources: readonly StackResource[];
}

export function keep(life: Life, standing: Standing): Moment {
  const backend = mkdtempSync(join(life.stack.folder, "kept-"));
  cpSync(join(life.stack.folder, "state"), backend, { recursive: true });
  return { standing, account: life.emulator.snapshot(), backend, resources: resourcesOf(life) };
}

export async function goBackTo(life: Life, { standing, account, backend }: Moment): Promise<void> {
  // What is still held goes on now, and is wiped out with the rest. Of what was seen before, nothing is asked any more.
  for (const control of ["faults", "requests"]) {
    await fetch(life.emulator.apiUrl.replace("/client/v4", `/__emulator/${control}`), { method: "DELETE" });
  }
  for (const prober of life.probers) prober.probes.splice(0);
  const state = join(life.stack.folder, "state");
  rmSync(state, { recursive: true });
  cpSync(backend, state, { recursive: true });
  life.emulator.restore(account);
  life.declare(standing.plan);
  for (const [hostname, access] of Object.entries(standing.access)) life.access.set(hostname, access);
}

export function resourcesOf({ stack }: Life): readonly StackResource[] {
  return stack.state().resources ?? [];
}
