import { editsOf } from "./edits";
import { beginning, isDocumented, momentText } from "./moment";
import type { Surroundings } from "./execution";
import type { Moment } from "./moment";
import { faultsAt } from "./faults";
import type { Fault } from "./faults";
import { hashOf } from "./hash";
import type { Command, Plan, Step } from "./plan";
import type { Program } from "./program";
import { tryStep } from "./trial";
import type { Outcome } from "./trial";
import type { Wrong } from "./wrong";
import type { World } from "./worlds";

/** A place that the breadth-first search goes on from. */
interface Node {
  readonly moment: Moment;
  readonly steps: readonly Step[];
  readonly programs: readonly (Program | undefined)[];
  readonly faults: number;
}

export interface Finding {
  readonly plan: Plan;
  readonly wrong: Wrong;
}

/** Which share of the search a worker does. */
export interface Share {
  readonly worker: number;
  readonly workers: number;
}

const MOST_STEPS = 5;
const MOST_FAULTS = 2;
const ORDERS = [1, 2, 3, 4, 5];

/**
 * A small world from an empty account on, breadth first: every edit, every command, every fault at every call, and from each
 * new moment again. It yields after each step, with what it found.
 */
export async function* sweep(
  name: string,
  world: World,
  around: Surroundings,
  share: Share,
): AsyncGenerator<Finding | undefined, void> {
  const root = {
    moment: beginning(world.identities),
    steps: [],
    programs: world.identities.map(() => undefined),
    faults: 0,
  };
  const queue: Node[] = [root];
  const known = new Set<number>();
  for (let node = queue.shift(); node; node = queue.shift()) {
    let number = 0;
    for (const step of stepsFrom(world, node)) {
      const isShared = node.steps.length > 0 || world.identities.length > 1;
      if (isShared && number++ % share.workers !== share.worker && node.steps.length < 2) continue;
      for await (const [tried, outcome] of withFaults(around, node, step)) {
        const steps = [...node.steps, tried];
        const wrong = outcome.wrong;
        yield wrong && { plan: { world: name, steps }, wrong };
        if (wrong || steps.length >= MOST_STEPS || isKnown(known, outcome.moment)) continue;
        const faults = node.faults + ("commands" in tried && tried.commands.some(({ fault }) => fault) ? 1 : 0);
        queue.push({ moment: outcome.moment, steps, programs: programsAfter(node.programs, tried, outcome), faults });
      }
    }
  }
}

function isKnown(known: Set<number>, moment: Moment): boolean {
  const hash = hashOf(momentText(moment));
  return known.has(hash) || !known.add(hash);
}

function programsAfter(programs: Node["programs"], step: Step, { endings }: Outcome): Node["programs"] {
  if ("foreign" in step) return programs;
  const next = [...programs];
  for (const { command, refusals } of endings)
    if (command.do === "up" && refusals.length === 0) next[command.stack] = command.program;
  return next;
}

/** The step in its own order, in others, and with each fault at each call. */
async function* withFaults(
  around: Surroundings,
  node: Node,
  step: Step,
): AsyncGenerator<readonly [Step, Outcome], void> {
  const first = await tryStep(around, node.moment, step);
  yield [step, first];
  if ("foreign" in step) return;
  const isBranching =
    step.commands.length > 1 || step.commands.some((command) => command.do === "up" && command.program.length > 1);
  for (const order of isBranching ? ORDERS : [2, 3]) {
    const other = { ...step, order };
    yield [other, await tryStep(around, node.moment, other)];
  }
  if (node.faults >= MOST_FAULTS) return;
  for (const [place, { calls }] of first.endings.entries()) {
    for (const [index, method] of calls.entries()) {
      for (const kind of faultsAt(method)) {
        const faulty = withFault(step, place, { at: index + 1, kind });
        yield [faulty, await tryStep(around, node.moment, faulty, step.commands.length === 1)];
      }
    }
  }
}

function withFault(step: Step & { commands: readonly Command[] }, place: number, fault: Fault): Step {
  return {
    ...step,
    commands: step.commands.map((command, index) => (index === place ? { ...command, fault } : command)),
  };
}

/** Everything that may happen next. */
export function stepsFrom(
  world: World,
  { programs, steps, moment }: Pick<Node, "programs" | "steps" | "moment">,
): Step[] {
  const all = programs.map((program, stack) => commandsOf(world, program, stack, moment));
  const alone = all.flat().map((command): Step => ({ commands: [command], order: 0 }));
  const [left = [], right = []] = all.map((commands) =>
    commands.filter((command) => command.do === "up" && !command.isRefreshing),
  );
  const together = left.flatMap((one) => right.map((other): Step => ({ commands: [one, other], order: 2 })));
  const isForeign = steps.filter((step) => "foreign" in step).length < 2 && steps.length > 0;
  return [...alone, ...together, ...(isForeign ? world.foreign.map((foreign): Step => ({ foreign })) : [])];
}

/** What a person may do with one stack: the same again, the edit taken back, a further edit, or away with it. */
function commandsOf(world: World, program: Program | undefined, stack: number, moment: Moment): Command[] {
  const up = (next: Program): Command => ({ do: "up", stack, program: next });
  if (!program) return (world.starts[stack] ?? []).map(up);
  const { inForce = [], interrupted = "nothing", state } = moment.stacks[stack] ?? {};
  const earlier = inForce.filter((one) => one.length > 0 && one !== program);
  const again: Command[] = interrupted === "nothing" && inForce[0] === program ? [] : [up(program)];
  const refreshed: Command[] = [
    { do: "up", stack, program, isRefreshing: true },
    { do: "refresh", stack },
  ];
  const away: Command[] = state && state.live.length > 0 ? [...refreshed, { do: "destroy", stack }] : [];
  const all = [...again, ...earlier.map(up), ...away, ...editsOf(world, program).map(up)];
  const known = moment.stacks[stack];
  if (!known) return all;
  // Where another way on isn't documented, the edit comes with a refresh.
  return all.map((command) =>
    command.do !== "up" || isDocumented(known, command) ? command : { ...command, isRefreshing: true },
  );
}
