import { changeBetween } from "./change";
import type { Surroundings } from "./execution";
import { beginning } from "./moment";
import { stepText } from "./plan";
import type { Command, Plan } from "./plan";
import type { Program } from "./program";
import type { Finding } from "./sweep";
import type { Wrong } from "./wrong";
import { tryStep } from "./trial";

/** The same for what seems to have one cause: what went wrong, at which kind of edit, and whether a fault or others had a part in it. */
export function groupOf({ plan, wrong }: Finding): string {
  const steps = changesOf(plan);
  const all = steps.join();
  const parts = [
    ...(all.includes("interrupted") ? ["after a fault"] : []),
    ...(all.includes("--refresh") || steps.includes("refresh") ? ["with a refresh"] : []),
    ...(all.includes("stack 2") ? ["two stacks"] : []),
    ...(/others' \w+( \([^)]*\))?/.exec(all)?.slice(0, 1) ?? []),
    ...(all.includes(" beside ") ? ["at the same time"] : []),
  ];
  const [last = ""] = steps.slice(-1);
  const kinds = [
    "moved",
    "renewed",
    "swapped",
    "CA",
    "host",
    "paths",
    "response",
    "mode",
    "revoked",
    "subjects",
    "component",
    "first",
    "destroy",
  ];
  const edit = kinds.find((kind) => last.includes(kind)) ?? "no change";
  return [wrong.kind, tailOf(wrong), edit, ...parts].filter(Boolean).join(" | ");
}

function tailOf({ kind, cause }: Wrong): string {
  return /^(wrongly|let in)/.test(kind) ? "" : cause;
}

/** What the steps are, in a line that is the same for all that have the same cause. */
export function shapeOf({ plan, wrong }: Finding): string {
  const tail = tailOf(wrong);
  return `${wrong.kind}: ${changesOf(plan).join(" → ")}${tail ? ` (${tail})` : ""}`;
}

/** Each step in a few words; stacks are numbered as they come. */
export function changesOf({ steps }: Plan): string[] {
  const numbers = new Map<number, number>();
  const numberOf = (stack: number) => {
    if (!numbers.has(stack)) numbers.set(stack, numbers.size + 1);
    return numbers.get(stack) ?? 0;
  };
  const programs = new Map<number, Program>();
  const word = (command: Command, isOnly: boolean) => {
    const before = programs.get(command.stack) ?? [];
    const who = isOnly ? "" : `stack ${numberOf(command.stack)} `;
    const fault = command.fault ? ", interrupted" : "";
    if (command.do !== "up") return `${who}${command.do}${fault}`;
    programs.set(command.stack, command.program);
    return `${who}up${command.isRefreshing ? " --refresh" : ""} (${changeBetween(before, command.program)})${fault}`;
  };
  const stacks = new Set(steps.flatMap((step) => ("foreign" in step ? [] : step.commands.map(({ stack }) => stack))));
  return steps.map((step) => {
    if ("foreign" in step) return "rule" in step.foreign ? `others' rule (${step.foreign.rule})` : "others' hostname";
    return step.commands.map((command) => word(command, stacks.size < 2)).join(" beside ");
  });
}

/** A counterexample as a person can follow it: each step, the calls of the last two in their order, and who was wronged. */
export async function storyOf(around: Surroundings, finding: Finding): Promise<string> {
  const { plan, wrong } = finding;
  const lines = [`# ${shapeOf(finding)}`, `World "${plan.world}".`];
  let moment = beginning(around.identities);
  for (const [index, step] of plan.steps.entries()) {
    lines.push(`${index + 1}. ${stepText(step)}`);
    const told: string[] = [];
    const outcome = await tryStep({ ...around, tell: (line) => told.push(line) }, moment, step);
    if (index >= plan.steps.length - 2)
      lines.push(...told.flatMap((line) => line.split("\n").map((part) => `     ${part}`)));
    moment = outcome.moment;
  }
  lines.push(`=> ${wrong.kind}: ${wrong.text}`, `   npm run model -- --replay '${JSON.stringify(plan)}'`);
  return lines.join("\n");
}
