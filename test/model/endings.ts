import type { Key } from "./authorities";
import { differenceOf, isHeldForOthers, reasonToRefuse } from "./conclusions";
import type { Situation } from "./conclusions";
import type { Ending, Execution, Surroundings } from "./execution";
import type { Stack } from "./moment";
import { isNamed } from "./leftovers";
import { isTwin } from "./registrations";
import { areShutOut, contradictionOf } from "./probes";
import { uploadsWith } from "./pardons";
import type { Program } from "./program";
import { wrongOf } from "./wrong";
import type { Wrong } from "./wrong";

/** Everything that one command's end is judged by. */
interface Case extends Situation {
  readonly ending: Ending;
  readonly own: Stack;
  readonly others: readonly Stack[];
  /** What the account should hold of this stack. */
  readonly program: Program;
  /** What the stack's program was. */
  readonly before: Program;
  /** Nobody else ran at the same time. */
  readonly isAlone: boolean;
  readonly judge: Execution["judge"];
}

/** Whether commands ended as they should. */
export function judgeEndings(
  { authorities, identities }: Surroundings,
  { ground, stacks, judge }: Execution,
  endings: readonly Ending[],
  { stacks: from, isAlone }: { readonly stacks: readonly Stack[]; readonly isAlone: boolean },
): Wrong | undefined {
  for (const ending of endings) {
    const { command } = ending;
    const own = stacks[command.stack];
    if (!own) continue;
    const others = stacks.filter((stack) => stack !== own);
    if (own.isEntangled) continue;
    const program = command.do === "up" ? command.program : [];
    const [before = []] = from[command.stack]?.inForce.slice(-1) ?? [];
    const twins = stacks.map((_, other) => other).filter((other) => isTwin(identities, command.stack, other));
    const situation = {
      account: ground.account,
      authorities,
      stack: command.stack,
      state: own.state,
      left: own.left,
      passed: own.passed ?? [],
      twins,
    };
    const wrong = judgeEnding({ ...situation, ending, own, others, program, before, isAlone, judge });
    if (wrong) return wrong;
  }
  return undefined;
}

function judgeEnding(found: Case): Wrong | undefined {
  const { ending, own, others, program, isAlone, judge } = found;
  const { command, refusals, errors } = ending;
  const [refusal] = refusals;
  if (refusal !== undefined) {
    const theirs = others.flatMap(({ inForce }) => inForce);
    const isRight =
      !isAlone ||
      isNamed(own.left, refusal) ||
      reasonToRefuse(found, program, theirs) !== undefined ||
      isHeldForOthers(found, program, judge);
    return isRight ? undefined : wrongOf("refused without a reason", refusal);
  }
  const contradiction = command.do === "up" ? contradictionIn(found) : undefined;
  if (contradiction) return contradiction;
  const [error] = errors;
  if (error !== undefined) return judgeError(found, error);
  if (command.do === "refresh" || isHeldForOthers(found, program, judge)) return undefined;
  const isExact = command.do === "up" || own.interrupted === "nothing";
  const difference = isExact ? differenceOf(found, program) : undefined;
  if (difference === undefined) return undefined;
  const kind = command.do === "up" ? "not what the program says" : "left over after destroy";
  return wrongOf(kind, `${command.do} succeeded, and ${difference}`);
}

/** A program that lets nobody in, by itself or beside another stack's, should have been refused in its preview. */
function contradictionIn({ program, before, others, ending, isAlone }: Case): Wrong | undefined {
  const kind = "a contradiction passes the preview";
  const what =
    "pin different issuers on one host and the same paths: one of them refuses whom the other lets in, and the preview said nothing";
  if (contradictionOf(program) === "contradiction") return { kind, text: `two rules ${what}`, cause: "" };
  // A run without a change asks nothing, and so it sees nobody.
  if (!isAlone || ending.errors.length > 0 || ending.changes === 0) return undefined;
  const settled = others
    .filter(({ interrupted }) => interrupted === "nothing")
    .flatMap(({ inForce }) => inForce.flat());
  if (!settled.some((theirs) => areShutOut(theirs, program) && !areShutOut(theirs, before))) return undefined;
  return { kind, text: `this stack's rule and another's, already there, ${what}`, cause: "another stack's rule" };
}

function judgeError(found: Case, error: string): Wrong | undefined {
  const { ending, own, isAlone, program, judge } = found;
  const { command } = ending;
  // How many CAs an account takes, no preview can know.
  if (command.fault || error.includes("[code: 1489]") || !isAlone) return undefined;
  const isUndecided = found.account.rules?.some(({ by, expression }) => by === "others" && isOpaque(found, expression));
  if (isUndecided && error.includes("still demands its certificates")) return undefined;
  // What a killed create left may stand in the way, as long as the error says so.
  if (isHeldForOthers(found, program, judge) || isNamed(own.left, error)) return undefined;
  if (command.do === "up") return wrongOf("the run refuses what the preview passed", error);
  const mayStop = command.do === "destroy" && own.interrupted === "both";
  return mayStop ? undefined : wrongOf("no way on", `${command.do} fails: ${error}`);
}

/**
 * Whom a rule lets in by a serial number, or by an issuer that may be under an uploaded root, can't be decided, and so it counts. Nor can
 * whether clients of an issuer that it names show their certificates where another CA's are asked for; a preview says so while a rule of
 * the program stands there, but the engine asks it nothing of a component that is gone.
 */
function isOpaque({ account, authorities, before, program }: Case, expression: string): boolean {
  const isOneGone = before.some(({ name }) => !program.some((one) => one.name === name));
  const named = (Object.keys(authorities.skis) as Key[]).filter((key) => expression.includes(authorities.skis[key]));
  const isUnknown = (key: Key) => isOneGone || uploadsWith(account, authorities, key).length === 0;
  return expression.includes("serial") || named.some(isUnknown);
}
