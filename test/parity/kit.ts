import { randomBytes } from "node:crypto";
import { startEmulator } from "../support/emulator";
import type { EmulatorZone } from "../../src/emulator";
import { Budget, cloudAt } from "./cloud";
import type { Target } from "./cloud";
import { Ground, rulesOf } from "./ground";
import { Journal } from "./journal";
import type { Head } from "./journal";
import type { Probe } from "./probe";
import { sweep } from "./sweep";
import { plain, reasonOf, resultOf, verdictOn } from "./told";
import type { Observed } from "./told";

/** Calls of a whole run, with those to the edge, and milliseconds. */
export const LIMITS = { calls: 2500, time: 60 * 60_000 };
/** Of cleaning up after one probe: a CA has been seen to stay in use for a minute and a half. */
const CLEANING = { calls: 500, time: 6 * 60_000 };
const PLANS = ["free", "pro", "business", "enterprise"] as const;

/** A zone that nothing of others' is in. */
export interface Place extends Target {
  readonly zoneName: string;
  readonly plan: EmulatorZone["plan"];
  readonly edge?: { readonly host: string; readonly port: number };
}

export interface Finding {
  readonly claim: string;
  readonly verdict: ReturnType<typeof verdictOn> | "not tried" | "left out";
  readonly emulator?: Observed;
  readonly cloudflare?: Observed;
  /** Why it wasn't tried, or how long things took. */
  readonly notes: readonly string[];
}

export interface Outcome {
  readonly findings: readonly Finding[];
  /** What couldn't be taken away; the journal has it. */
  readonly left: readonly string[];
}

export const newMark = () => randomBytes(8).toString("hex");
export const newBudget = () => new Budget(LIMITS.calls, LIMITS.time);

function headOf({ baseUrl, accountId, zoneId }: Target, mark: string, zoneName: string): Head {
  return { mark, baseUrl, accountId, zoneId, zoneName, pid: process.pid };
}

/** What a zone must be, or why it isn't: nothing of others' may be in the way. Reads only. */
export async function lookAt(target: Target): Promise<Place> {
  const budget = newBudget();
  const ground = new Ground(cloudAt(target, budget), budget, Journal.inMemory(headOf(target, newMark(), "")));
  const { name, account, plan } = resultOf(await ground.read(ground.zone));
  const zoneName = String(name);
  if ((Object(account) as { id?: unknown }).id !== target.accountId)
    throw new Error(`The zone ${zoneName} is in another account than the one that --account names.`);
  const entryPoint = await ground.read(ground.entryPoint);
  const count = entryPoint.status === 404 ? 0 : rulesOf(resultOf(entryPoint)).length;
  if (count > 0)
    throw new Error(
      `The zone ${zoneName} has ${count} custom rules, which a probe would put in order. Give a zone without any.`,
    );
  const { hostnames } = resultOf(await ground.read(ground.lists));
  if (Array.isArray(hostnames) && hostnames.length > 0)
    throw new Error(`The zone ${zoneName} has hostnames that use client certificates. Give a zone that nobody uses.`);
  const { legacy_id: word } = Object(plan) as { legacy_id?: unknown };
  return { ...target, zoneName, plan: PLANS.find((one) => one === word) };
}

/** Every probe at an emulator of its own and at the place, and nothing left of either. */
export async function compare(
  place: Place,
  probes: readonly Probe[],
  journal: Journal,
  budget: Budget,
  tell: (line: string) => void,
): Promise<Outcome> {
  const { zoneName: name, plan } = place;
  const emulator = await startEmulator({ zones: [{ name, plan }] });
  try {
    const { accountId, apiUrl: baseUrl, apiToken: token, zones } = emulator;
    const own = { baseUrl, token, accountId, zoneId: zones[name] ?? "" };
    const ample = newBudget();
    const memory = Journal.inMemory(headOf(own, journal.head.mark, name));
    const here = new Ground(cloudAt(own, ample), ample, memory, emulator.edge);
    const there = new Ground(cloudAt(place, budget), budget, journal, place.edge);
    const findings: Finding[] = [];
    let left: string[] = [];
    for (const probe of probes) {
      const finding = await tried(probe, here, there, budget);
      await cleanUp(own, memory);
      left = await cleanUp(place, journal);
      if (left.length > 0) budget.stop("what an earlier probe made couldn't be taken away");
      tell(`${finding.verdict}: ${[finding.claim, ...finding.notes].join(", ")}`);
      findings.push(finding);
    }
    if (left.length === 0) journal.remove();
    return { findings, left };
  } finally {
    await emulator.close();
  }
}

async function tried(probe: Probe, here: Ground, there: Ground, budget: Budget): Promise<Finding> {
  const { claim } = probe;
  try {
    if (probe.needsEdge && !there.edge) return { claim, verdict: "left out", notes: ["--edge wasn't given"] };
    budget.check();
    const emulator = plain(await probe.observe(here), here.head);
    const cloudflare = plain(await probe.observe(there), there.head);
    return { claim, verdict: verdictOn(emulator, cloudflare), emulator, cloudflare, notes: there.notes.splice(0) };
  } catch (error) {
    return { claim, verdict: "not tried", notes: [plain(reasonOf(error), there.head)] };
  }
}

/** Answers what is left. Its budget is its own: whatever was used up for looking, nothing stays behind. */
export async function cleanUp(at: Target, journal: Journal): Promise<string[]> {
  if (journal.entries.length === 0) return [];
  const budget = new Budget(CLEANING.calls, CLEANING.time);
  const ground = new Ground(cloudAt(at, budget), budget, journal);
  return sweep(ground, budget);
}

export function beginAt(place: Place, folder: string): Journal {
  return Journal.begin(folder, headOf(place, newMark(), place.zoneName));
}
