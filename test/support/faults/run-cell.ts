import type { Fault } from "../../../src/emulator";
import { killedAt } from "../interruption";
import type { Life, Wrong } from "../life";
import type { Cell } from "./cells";
import { goBackTo, resourcesOf } from "./moment";
import type { Moment } from "./moment";
import { NOTHING } from "./operations";
import type { Standing } from "./operations";

/** How a cell ended. `problems` is empty when it holds. */
export interface Verdict {
  readonly cell: Cell;
  /** Whether the failed command came through by itself; else it was the next one. */
  readonly outcome: "absorbed" | "resumed" | "cleared away" | "brought back" | "broken off";
  readonly problems: readonly string[];
  /** What can't be otherwise after such a fault, and why. */
  readonly forced?: string;
}

/** No command of a cell takes longer than this. */
const ENDS_WITHIN = 120_000;

const LEFT_BEHIND =
  "the upload stays behind: the engine keeps nothing of a create whose provider was killed, so `destroy` has nothing to go by; one more `up` finds it by its label, and `destroy` then takes it away";

const DECLARED_NO_MORE =
  "what the killed create made stays, because no program declares it any more; declared again for one `up`, and taken out for the next, it goes";

const STOPPED =
  "`destroy` stops at what the killed create made, because nothing in its state says whose it is, and names it; one more `up`, then `destroy`, take it away";

export async function runCell(life: Life, cell: Cell, from: Moment, to: Moment): Promise<Verdict> {
  const { operation, then } = cell;
  await goBackTo(life, from);
  life.declare(operation.to.plan);
  const target = { again: to.standing, destroy: NOTHING, up: from.standing }[then];
  const problems: string[] = [];
  let outcome: Verdict["outcome"] = ({ again: "resumed", destroy: "cleared away", up: "brought back" } as const)[then];
  let forced = leavesUpload(cell) ? LEFT_BEHIND : undefined;
  const step = await life.step(async () => {
    const isDone = await failing(life, cell, problems);
    if (isDone && then === "again") outcome = "absorbed";
    else if (then === "again") await come(life, operation.command, problems);
    else if (then === "up") forced = await takeBack(life, cell, from, problems);
    else if (isLostCreate(cell) && (await stopsAtTheLost(life))) forced = STOPPED;
    else await come(life, "destroy", problems);
  }, target.access);
  if (forced) await clearUp(life, cell, problems);
  const overlaps = step.overlaps.filter((hostname) => hostname !== operation.beside?.overlap);
  problems.push(
    ...step.wrong.filter((wrong) => !isOnTheWay(wrong, cell, forced === STOPPED)).map((wrong) => JSON.stringify(wrong)),
    ...(then !== "again" ? [] : overlaps.map((hostname) => `everybody was refused at ${hostname} for a moment`)),
    ...twice(step.writes.filter((write) => write.startsWith("upload"))).map((write) => `${write}: twice`),
  );
  if (target === NOTHING) life.declare(NOTHING.plan);
  problems.push(
    ...(await life.discrepancies()),
    ...othersChanged(life, from, forced || then === "destroy" ? undefined : operation.beside?.untouched),
    ...stateProblems(
      life,
      { again: to.standing === NOTHING ? [] : to.resources, destroy: [], up: from.resources }[then],
    ),
  );
  return { cell, outcome, problems, ...(forced ? { forced } : {}) };
}

function leavesUpload({ call, fault, then }: Cell): boolean {
  return (
    call.method === "POST" && call.path.endsWith("/mtls_certificates") && fault === "kill after" && then === "destroy"
  );
}

/** A list or a rule that was made, and that the engine never heard of. */
function isLostCreate({ call, fault }: Cell): boolean {
  return (
    fault === "kill after" && (call.method === "PUT" || (call.method === "POST" && call.path.includes("/rulesets")))
  );
}

async function stopsAtTheLost(life: Life): Promise<boolean> {
  let said = "";
  const code = await bounded(life, "destroy", (output) => (said = output));
  return code !== 0 && said.includes("run `pulumi up` once more before `pulumi destroy`");
}

/** As docs/interrupted-runs.md says it: two minutes later, when reads show what was written, and with a refresh. */
async function takeBack(life: Life, cell: Cell, from: Moment, problems: string[]): Promise<string | undefined> {
  const lists = `/zones/${life.dashboard.zoneId("x.com")}/certificate_authorities/hostname_associations`;
  const uploads = () => life.emulator.state().certificates.map(({ id }) => id);
  const look = () =>
    Promise.all(uploads().map((id) => life.dashboard.call("GET", `${lists}?mtls_certificate_id=${id}`)));
  await look();
  await look();
  life.declare(from.standing.plan);
  const failed: string[] = [];
  await come(life, "up --refresh", failed);
  const stays = uploads().some((id) => !from.account.certificates.some((before) => before.id === id));
  const { operation, call, fault } = cell;
  // The first list that is written is a new one, where a CA is swapped.
  const isLost = call.method === "POST" || (call.method === "PUT" && call.nth === 1);
  if (operation.command === "up" && fault === "kill after" && isLost && stays) return DECLARED_NO_MORE;
  problems.push(...failed);
  return undefined;
}

/** As the sentences above say it; and if it isn't so any more, they are to go. */
async function clearUp(life: Life, cell: Cell, problems: string[]): Promise<void> {
  const left = life.emulator.state().certificates.filter(({ name }) => name !== "Stranger");
  if (left.length === 0) problems.push("nothing stays behind");
  life.declare(cell.operation.to.plan);
  await come(life, cell.operation.command, problems);
  life.declare(cell.operation.from.plan);
  await come(life, cell.then === "up" ? "up" : "destroy", problems);
}

/** Runs the command into the fault. True: it succeeded all the same. */
async function failing(life: Life, { operation, call, fault }: Cell, problems: string[]): Promise<boolean> {
  const { emulator, stack } = life;
  const { method, path, nth, place } = call;
  const at = { method, path, nth };
  if (fault === "kill before" || fault === "kill after") {
    const moment = fault === "kill after" ? "after" : "before";
    await killedAt(emulator, stack, { ...at, moment }, operation.command, "--yes", "--skip-preview");
    return false;
  }
  const faults: Record<Exclude<Cell["fault"], "kill before" | "kill after">, Fault> = {
    "reset before": { kind: "reset-before", ...at },
    "reset after": { kind: "reset-after", ...at },
    "429": { kind: "status", status: 429, retryAfter: 1, ...at },
    "500": { kind: "status", status: 500, code: 1000, message: "internal error", ...at },
    "HTML 502": { kind: "html", ...at },
    timeout: { kind: "timeout", ...at },
    refused: { kind: "status", status: 403, code: 10000, ...at },
    // A token that is revoked half-way: no answer helps from that call on.
    "refused from then on": { kind: "status", status: 403, code: 10000, nth: place, count: Infinity },
  };
  const injected = emulator.inject(faults[fault]);
  const code = await bounded(life, operation.command);
  if (injected.hits === 0) problems.push("the fault was never met");
  injected.release();
  return code === 0;
}

async function come(life: Life, command: string, problems: string[]): Promise<void> {
  let output = "";
  const code = await bounded(life, command, (text) => (output = text));
  if (code !== 0) problems.push(`the next ${command} ended with ${code}: ${output}`);
}

async function bounded(life: Life, command: string, tell?: (output: string) => void): Promise<number | null> {
  const { ended } = life.stack.start(...command.split(" "), "--yes", "--skip-preview");
  const limit = setTimeout(() => life.stack.kill(), ENDS_WITHIN);
  const { code, output } = await ended;
  clearTimeout(limit);
  tell?.(output);
  return code;
}

/**
 * Taken back, a destroy may have come as far as open hosts. Given up half-way, an operation may have come as far as its end before everything is taken away; and where `destroy`
 * has stopped, the rule that made it stop still stands.
 */
function isOnTheWay(
  { hostname, client, seen }: Wrong,
  { operation: { from, to }, then }: Cell,
  hasStopped: boolean,
): boolean {
  if (then === "again") return false;
  const status = ({ access }: Standing) => {
    const admitted = access[hostname];
    return admitted === "everybody" || admitted?.some((name) => name === client) ? 200 : 403;
  };
  const way = [status(from), status(to), then === "up" ? status(from) : 200].filter(
    (code, index, all) => code !== all[index - 1],
  );
  return hasStopped ? String(way).startsWith(String(seen)) : String(seen) === String(way);
}

function twice(lines: readonly string[]): string[] {
  return lines.filter((line, index) => lines.indexOf(line) < index);
}

/** What others own: their CA, its hostnames, their rules, the other zone; and the rule of the host that is no part of the operation. */
function othersChanged(life: Life, { account }: Moment, untouched: string | undefined): string[] {
  const others = (snapshot: typeof account) => {
    const certificates = snapshot.certificates.filter(({ name }) => name === "Stranger");
    const zones = snapshot.zones.map(({ name, lists, ruleset }) => ({
      name,
      lists: certificates.map(({ id }) => lists[id]),
      rules: ruleset?.rules.filter(
        ({ ref, expression }) => !ref.startsWith("mtls_") || (untouched && expression.includes(`"${untouched}"`)),
      ),
    }));
    return JSON.stringify({ certificates, zones });
  };
  const [before, after] = [others(account), others(life.emulator.snapshot())];
  return before === after ? [] : [`what others own was ${before} and is ${after}`];
}

/** What the engine keeps: the same resources as after a clean run, whole, and pointing at what is there. */
function stateProblems(life: Life, wanted: Moment["resources"]): string[] {
  const own = (resources: Moment["resources"]) =>
    resources.filter(({ type }) => /dynamic/.test(type) && !type.startsWith("pulumi:providers"));
  const present = own(resourcesOf(life));
  const urns = (resources: Moment["resources"]) => JSON.stringify(resources.map(({ urn }) => urn).sort());
  const there = JSON.stringify(life.emulator.state());
  return [
    ...(urns(present) === urns(own(wanted)) ? [] : [`the state has ${urns(present)} instead of ${urns(own(wanted))}`]),
    ...present.filter((resource) => resource.delete).map(({ urn }) => `${urn} is still to be deleted`),
    ...present.flatMap(({ urn, outputs, id, type }) =>
      [
        outputs?.caCertificateId,
        ...((outputs?.ruleIds as string[] | undefined) ?? []),
        type.endsWith("CaCertificate") ? id : "",
      ]
        .filter((reference) => typeof reference === "string" && reference && !there.includes(reference))
        .map((reference) => `${urn} names ${String(reference)}, which isn't there`),
    ),
  ];
}
