import { parseArgs } from "node:util";
import { availableParallelism } from "node:os";
import { WORLDS } from "./worlds";

export interface Options {
  readonly seed: number;
  readonly minutes: number;
  readonly workers: number;
  readonly worlds: readonly string[];
  /** A plan as a story prints it. */
  readonly replay?: string;
}

export const HELP = `Usage: npm run model -- [options]

Goes through small worlds of programs, stacks, faults and interleavings, with the package's own handlers over a model of
Pulumi's engine and one of Cloudflare, and looks for a moment in which somebody is wronged. Exit code 1: there is one.

  --seed N       which random walks are taken (default 1)
  --minutes M    how long (default 10)
  --workers W    threads (default: one a core)
  --world NAME   this world alone; may be given more than once
  --replay PLAN  tells one counterexample again, by the JSON at its end
  --help         this text

Worlds: ${Object.keys(WORLDS).join(", ")}.
`;

/** @returns undefined where the help was asked for */
export function readOptions(args: readonly string[]): Options | undefined {
  const text = { type: "string" } as const;
  const options = {
    seed: text,
    minutes: text,
    workers: text,
    replay: text,
    world: { ...text, multiple: true },
    help: { type: "boolean" },
  } as const;
  const { values } = parseArgs({ args: [...args], options });
  if (values.help) return undefined;
  const unknown = values.world?.find((name) => !Object.hasOwn(WORLDS, name));
  if (unknown !== undefined)
    throw new Error(`There is no world "${unknown}". There are: ${Object.keys(WORLDS).join(", ")}.`);
  return {
    seed: numberIn(values.seed ?? "1", "--seed"),
    minutes: numberIn(values.minutes ?? "10", "--minutes"),
    workers: Math.max(1, numberIn(values.workers ?? String(availableParallelism()), "--workers")),
    worlds: values.world ?? Object.keys(WORLDS),
    replay: values.replay,
  };
}

function numberIn(text: string, option: string): number {
  const number = Number(text);
  if (text.trim() === "" || !Number.isFinite(number) || number < 0)
    throw new Error(`${option} takes a number, not "${text}".`);
  return number;
}
