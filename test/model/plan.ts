import type { Fault } from "./faults";
import { foreignText } from "./foreign";
import type { ForeignChange } from "./foreign";
import { textOf } from "./program";
import type { Program } from "./program";

/** One command of a person or a pipeline. An `up` carries the program as it is by then. */
export type Command = { readonly stack: number; readonly fault?: Fault } & (
  | { readonly do: "up"; readonly program: Program; readonly isRefreshing?: boolean }
  | { readonly do: "destroy" | "refresh" }
);

/** Commands that run at the same time, or a change by others. `order`: which of the possible interleavings (schedule.ts). */
export type Step =
  { readonly commands: readonly Command[]; readonly order: number } | { readonly foreign: ForeignChange };

/** What a model run does, from an empty account on. */
export interface Plan {
  readonly world: string;
  readonly steps: readonly Step[];
}

export function commandText(command: Command): string {
  const fault = command.fault ? `, and at call ${command.fault.at} of the run: ${command.fault.kind}` : "";
  const stack = `stack ${command.stack + 1}: `;
  if (command.do !== "up") return `${stack}${command.do}${fault}`;
  return `${stack}up${command.isRefreshing ? " --refresh" : ""}${fault}\n      of ${textOf(command.program)}`;
}

export function stepText(step: Step): string {
  if ("foreign" in step) return foreignText(step.foreign);
  const order = step.order === 0 ? "" : ` [order ${step.order}]`;
  return step.commands.map(commandText).join("\n    at the same time, ") + order;
}
