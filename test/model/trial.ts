import { judgeEndings } from "./endings";
import { Execution } from "./execution";
import { isDocumented, momentText } from "./moment";
import type { Ending, Surroundings } from "./execution";
import type { Moment, Stack } from "./moment";
import { hashOf } from "./hash";
import { leftoversOf } from "./leftovers";
import type { Command, Step } from "./plan";
import { passedTo } from "./pardons";
import { wrongOf } from "./wrong";
import type { Wrong } from "./wrong";

/** What came of one step: the next moment, or who was wronged. */
export interface Outcome {
  readonly moment: Moment;
  readonly endings: readonly Ending[];
  readonly wrong?: Wrong;
}

/**
 * Carries a step out and judges how it ended. What ended well is done again at once, and has to be quiet.
 *
 * @param isPreviewed the same programs passed their previews from this moment already, which isn't gone through again
 */
export async function tryStep(around: Surroundings, from: Moment, step: Step, isPreviewed = false): Promise<Outcome> {
  const execution = new Execution(around, from, "commands" in step ? step.order : 0, isPreviewed);
  let endings: readonly Ending[] = [];
  const together = "commands" in step && step.commands.length > 1 ? step.commands : [];
  for (const command of together) {
    const stack = execution.stacks[command.stack];
    if (stack) Object.assign(stack, { passed: passedTo(from.stacks, together, command) });
  }
  try {
    endings = await execution.step(step);
  } catch (error) {
    const text = (error as Error).message;
    return { moment: from, endings, wrong: { kind: "the model is stuck", text, cause: text } };
  }
  const between = execution.judge.wrong;
  if (between) return { moment: from, endings, wrong: between };
  const documented = endings.filter(({ command }) => {
    const stack = execution.stacks[command.stack];
    return stack && isDocumented(stack, command);
  });
  for (const ending of endings) settle(execution, ending, documented.includes(ending), around.temper.lag > 0);
  const moment = execution.moment();
  execution.judge.expectAnew();
  execution.judge.look(execution.ground, moment.now);
  const wrong =
    execution.judge.wrong ??
    judgeEndings(around, execution, documented, { stacks: from.stacks, isAlone: endings.length === 1 });
  if (wrong) return { moment, endings, wrong };
  return { moment, endings, wrong: await notQuiet(around, moment, documented) };
}

/** What is in force after a command, and what was interrupted. */
function settle({ stacks, ground }: Execution, ending: Ending, isDocumented: boolean, hasLag: boolean): void {
  const { command, refusals, errors, isKilled } = ending;
  const stack = stacks[command.stack];
  if (!stack || refusals.length > 0) return;
  // A refresh that is made before Cloudflare shows a list takes it for gone: no state knows of it any more.
  const isForgotten = command.do === "refresh" && hasLag;
  const isAnswerLost = /lost|network/.test(command.fault?.kind ?? "") && errors.length > 0;
  Object.assign(stack, {
    left: leftoversOf(ground.account, stack, command.stack, { isKilled: isKilled || isForgotten, isAnswerLost }),
  });
  if (command.do === "refresh") return;
  if (command.do === "up" && (isKilled || isAnswerLost)) Object.assign(stack, { unheard: command.program });
  // Where nobody was told to go on like this, nothing is known to be done.
  const isDone = errors.length === 0 && isDocumented;
  const overdue = new Set([
    ...(stack.overdue ?? []),
    ...stack.state.live.flatMap(({ outputs }) => outputs.overdue ?? []),
  ]);
  Object.assign(stack, { overdue: isDone || overdue.size === 0 ? undefined : [...overdue] });
  if (isDone && command.do === "up") Object.assign(stack, { unheard: undefined });
  if (isDone && command.do === "up" && command.isRefreshing) Object.assign(stack, { passed: undefined });
  const { interrupted: was } = stack;
  const own = command.do === "up" ? "an up" : "a destroy";
  // What a lost create made, no destroy takes away.
  const isLeft = command.do === "destroy" && (was === "an up" || was === "both");
  const next = (): Partial<Stack> => {
    if (!isDone) return { interrupted: was === "nothing" || was === own ? own : "both" };
    if (isLeft) return { interrupted: "an up" };
    return { inForce: [command.do === "up" ? command.program : []], interrupted: "nothing" };
  };
  Object.assign(stack, next());
}

/** After an up without a fault another one makes no call and no change. */
async function notQuiet(around: Surroundings, moment: Moment, endings: readonly Ending[]): Promise<Wrong | undefined> {
  const [ending, ...more] = endings;
  if (!ending || more.length > 0 || ending.command.do !== "up" || ending.command.fault) return undefined;
  if (ending.refusals.length > 0 || ending.errors.length > 0) return undefined;
  const command: Command = { ...ending.command, isRefreshing: false };
  const { quiet } = around;
  const name = hashOf(momentText(moment));
  if (quiet.has(name)) return undefined;
  const execution = new Execution({ ...around, tell: () => undefined }, moment, 0);
  const [again] = await execution.step({ commands: [command], order: 0 });
  if (!again) return execution.judge.wrong;
  const noise =
    [...again.refusals, ...again.errors][0] ??
    (again.changes > 0 ? `${again.changes} changes` : `${again.previewCalls + again.calls.length} calls`);
  if (noise === "0 calls") {
    quiet.add(name);
    return undefined;
  }
  return wrongOf("a second up is not quiet", `another up, without any change: ${noise}`);
}
