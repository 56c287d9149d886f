import { isWhole } from "./edits";
import { beginning } from "./moment";
import type { Surroundings } from "./execution";
import type { Command, Plan, Step } from "./plan";
import type { Component, Program } from "./program";
import type { Finding } from "./sweep";
import { tryStep } from "./trial";
import type { Wrong } from "./wrong";

/** Replays of one counterexample at most. */
const BUDGET = 250;

/** The wrong that a plan ends in, and the plan up to there. */
export async function replay(around: Surroundings, plan: Plan): Promise<Finding | undefined> {
  let moment = beginning(around.identities);
  for (const [index, step] of plan.steps.entries()) {
    const outcome = await tryStep(around, moment, step);
    if (outcome.wrong) return { plan: { ...plan, steps: plan.steps.slice(0, index + 1) }, wrong: outcome.wrong };
    moment = outcome.moment;
  }
  return undefined;
}

/** Less and less of everything, for as long as the same goes wrong. */
export async function shrink(around: Surroundings, finding: Finding): Promise<Finding> {
  let smallest = finding;
  let left = BUDGET;
  for (let isSmaller = true; isSmaller && left > 0;) {
    isSmaller = false;
    for (const plan of smallerPlans(smallest.plan)) {
      if (!commandsOf(plan).every((command) => command.do !== "up" || isWhole(command.program))) continue;
      if (left-- <= 0) break;
      const found = await replay(around, plan);
      if (!found || !isSame(found.wrong, finding.wrong)) continue;
      smallest = found;
      isSmaller = true;
      break;
    }
  }
  return smallest;
}

function commandsOf({ steps }: Plan): Command[] {
  return steps.flatMap((step) => ("commands" in step ? step.commands : []));
}

/** Which client it is that is wronged matters less than that one is. */
function isAtEdge({ kind }: Wrong): boolean {
  return kind.startsWith("wrongly") || kind.startsWith("let in");
}

function isSame(one: Wrong, other: Wrong): boolean {
  if (one.kind !== other.kind) return false;
  return isAtEdge(one) || one.cause === other.cause;
}

function* smallerPlans(plan: Plan): Generator<Plan> {
  const { steps } = plan;
  const withSteps = (next: readonly Step[]): Plan => ({ ...plan, steps: next });
  for (const index of steps.keys()) yield withSteps(steps.filter((_, other) => other !== index));
  for (const [index, step] of steps.entries()) {
    for (const inTurn of oneAfterTheOther(step))
      yield withSteps([...steps.slice(0, index), ...inTurn, ...steps.slice(index + 1)]);
    for (const simpler of simplerSteps(step))
      yield withSteps(steps.map((other, place) => (place === index ? simpler : other)));
  }
  for (const simpler of simplerPrograms(steps)) {
    const changed = steps.map((step) => withPrograms(step, simpler));
    if (JSON.stringify(changed) !== JSON.stringify(steps)) yield withSteps(changed);
  }
}

/** Commands that ran at the same time, in turn. */
function* oneAfterTheOther(step: Step): Generator<Step[]> {
  if ("foreign" in step || step.commands.length < 2) return;
  const each = step.commands.map((command): Step => ({ commands: [command], order: 0 }));
  yield each;
  yield [...each].reverse();
}

function* simplerSteps(step: Step): Generator<Step> {
  if ("foreign" in step) return;
  const { commands, order } = step;
  if (commands.length > 1) for (const command of commands) yield { ...step, commands: [command] };
  for (const simpler of [0, 1, 2, 3, 4, 5]) if (simpler < order) yield { ...step, order: simpler };
  for (const [index, command] of commands.entries()) {
    for (const simpler of simplerCommands(command))
      yield { ...step, commands: commands.map((other, place) => (place === index ? simpler : other)) };
  }
}

function* simplerCommands(command: Command): Generator<Command> {
  const { fault } = command;
  if (command.do === "up" && command.isRefreshing) yield { ...command, isRefreshing: false };
  if (!fault) return;
  yield { ...command, fault: undefined };
  for (let at = 1; at < fault.at; at++) yield { ...command, fault: { ...fault, at } };
}

type Simpler = (program: Program) => Program;

function* simplerPrograms(steps: readonly Step[]): Generator<Simpler> {
  const all = steps.flatMap((step) =>
    "foreign" in step ? [] : step.commands.flatMap((one) => (one.do === "up" ? [one.program] : [])),
  );
  const components = all.flat();
  for (const name of new Set(components.map((one) => one.name)))
    yield (program) => program.filter((one) => one.name !== name);
  const each =
    (change: (component: Component) => Component): Simpler =>
    (program) =>
      program.map(change);
  yield each((one) => ({ ...one, paths: undefined, everyHost: undefined }));
  yield each((one) => ({ ...one, everyHost: undefined }));
  yield each((one) => ({ ...one, response: undefined }));
  yield each((one) => ({ ...one, action: undefined }));
  yield each((one) => ({ ...one, mode: undefined }));
  yield each((one) => ({ ...one, revoked: undefined }));
  yield each((one) => ({ ...one, subjects: undefined }));
  for (const host of new Set(components.flatMap(({ hosts }) => hosts)))
    yield each((one) => (one.hosts.length > 1 ? { ...one, hosts: one.hosts.filter((other) => other !== host) } : one));
  for (const key of new Set(components.flatMap(({ cas }) => Object.keys(cas))))
    yield each((one) => ({
      ...one,
      cas: Object.fromEntries(Object.entries(one.cas).filter(([other], _, all) => other !== key || all.length === 1)),
    }));
}

function withPrograms(step: Step, simpler: Simpler): Step {
  if ("foreign" in step) return step;
  const commands = step.commands.map((command) => {
    if (command.do !== "up") return command;
    const program = simpler(command.program);
    return program.length > 0 ? { ...command, program } : command;
  });
  return { ...step, commands };
}
