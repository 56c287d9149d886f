import { differenceOf, isHeldForOthers, reasonToRefuse } from "./conclusions";
import type { Situation } from "./conclusions";
import { Execution, momentText } from "./execution";
import type { Ending, Moment, Stack, Surroundings } from "./execution";
import { hashOf } from "./hash";
import type { Command, Step } from "./plan";
import { contradictionOf } from "./probes";
import type { Program } from "./program";
import type { Wrong, WrongKind } from "./wrong";

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
  try {
    endings = await execution.step(step);
  } catch (error) {
    const text = (error as Error).message;
    return { moment: from, endings, wrong: { kind: "the model is stuck", text, cause: text } };
  }
  const between = execution.judge.wrong;
  if (between) return { moment: from, endings, wrong: between };
  for (const ending of endings) settle(execution, ending);
  const moment = execution.moment();
  execution.judge.expectAnew();
  execution.judge.look(execution.ground, moment.now);
  const wrong = execution.judge.wrong ?? judgeEndings(around, execution, endings);
  if (wrong) return { moment, endings, wrong };
  return { moment, endings, wrong: await notQuiet(around, moment, endings) };
}

/** What is in force after a command, and what was interrupted. */
function settle({ stacks }: Execution, { command, refusals, errors }: Ending): void {
  const stack = stacks[command.stack];
  if (!stack || refusals.length > 0 || command.do === "refresh") return;
  const isDone = errors.length === 0;
  const wasUp = stack.interrupted === "an up" || (!isDone && command.do === "up");
  const next: Partial<Stack> =
    isDone && (command.do === "up" || !wasUp)
      ? { inForce: [command.do === "up" ? command.program : []], interrupted: "nothing" }
      : { interrupted: wasUp ? "an up" : "a destroy" };
  Object.assign(stack, next);
}

function judgeEndings(around: Surroundings, execution: Execution, endings: readonly Ending[]): Wrong | undefined {
  const isAlone = endings.length === 1;
  for (const ending of endings) {
    const wrong = judgeEnding(around, execution, ending, isAlone);
    if (wrong) return wrong;
  }
  return undefined;
}

function judgeEnding(
  around: Surroundings,
  { ground, stacks, judge }: Execution,
  ending: Ending,
  isAlone: boolean,
): Wrong | undefined {
  const { command, refusals, errors } = ending;
  const stack = stacks[command.stack];
  if (!stack) return undefined;
  const situation: Situation = { account: ground.account, authorities: around.authorities, stack: command.stack };
  const program = command.do === "up" ? command.program : [];
  const [refusal] = refusals;
  if (refusal !== undefined) {
    const others = stacks.filter((other) => other !== stack).flatMap(({ inForce }) => inForce);
    const isRight = !isAlone || reasonToRefuse(situation, program, others) !== undefined;
    return isRight ? undefined : wrongOf("refused without a reason", refusal);
  }
  if (command.do === "up" && contradictionOf(program) === "all are refused")
    return {
      kind: "a contradiction passes the preview",
      text: "two rules demand certificates of different CAs on one host and path: nobody gets in, and the preview said nothing",
      cause: "",
    };
  const others = stacks.filter((other) => other !== stack && other.interrupted === "nothing");
  const all = [...program, ...others.flatMap(({ inForce }) => inForce.flat())];
  if (command.do === "up" && isAlone && errors.length === 0 && contradictionOf(all) === "all are refused")
    return {
      kind: "a contradiction passes the preview",
      text: "this stack's rule demands certificates of one CA, and another stack's, already there, of another: nobody gets in, and the preview said nothing",
      cause: "another stack's rule",
    };
  const [error] = errors;
  if (error !== undefined) return judgeError(situation, ending, error, stack, program, isAlone, judge);
  if (command.do === "refresh" || isHeldForOthers(situation, program, judge)) return undefined;
  const difference =
    command.do === "up" || stack.interrupted === "nothing" ? differenceOf(situation, program) : undefined;
  if (difference === undefined) return undefined;
  return wrongOf(
    command.do === "up" ? "not what the program says" : "left over after destroy",
    `${command.do} succeeded, and ${difference}`,
  );
}

function judgeError(
  situation: Situation,
  { command }: Ending,
  error: string,
  stack: Stack,
  program: Program,
  isAlone: boolean,
  judge: Judge,
): Wrong | undefined {
  // How many CAs an account takes, no preview can know.
  if (command.fault || error.includes("[code: 1489]") || !isAlone || isHeldForOthers(situation, program, judge))
    return undefined;
  if (command.do === "up") return wrongOf("the run refuses what the preview passed", error);
  return command.do === "destroy" && stack.interrupted === "an up"
    ? undefined
    : wrongOf("no way on", `${command.do} fails: ${error}`);
}

type Judge = Execution["judge"];

/** The cause leaves out what differs from world to world. */
function wrongOf(kind: WrongKind, said: string): Wrong {
  const [text = ""] = said.split("\n");
  const cause = text
    .replace(/[0-9a-f-]{32,}/g, "…")
    .replace(/(\b[abc](\.example\.com)?\b(, )?)+/g, "h")
    .replace(/"[^"]*"/g, "…")
    .replace(/\b(one|renewed|two)\b/g, "CA")
    .replace(/[0-9A-F]{40}(, )?/g, "…")
    .replace(/^.*(\w+ \S*mtls_certificates\S* was answered)/, "$1");
  return { kind, text: said.replace(/0{8,}|00000000-0000-4000-8000-0+/g, "…"), cause: cause.slice(0, 120) };
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
