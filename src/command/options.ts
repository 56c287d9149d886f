import { parseArgs } from "node:util";
import { closest } from "../wording/did-you-mean";
import { shownWrong } from "../wording/shown";
import { UsageError, type Command, type Given } from "./terminal";

/** The parser isn't strict, so that a mistyped option can be answered with what was meant. */
export function parseOptions(
  args: readonly string[],
  { options, flags = [] }: Pick<Command, "options" | "flags">,
): Given {
  const known = [...options, ...flags];
  const types = Object.fromEntries(
    known.map((name) => [name, { type: options.includes(name) ? ("string" as const) : ("boolean" as const) }]),
  );
  const given: Record<string, string[]> = {};
  for (const token of parseArgs({ args: [...args], options: types, strict: false, tokens: true }).tokens) {
    if (token.kind === "positional") throw new UsageError(`unexpected argument ${shownWrong(token.value)}`);
    if (token.kind !== "option") continue;
    const { name, rawName, value, inlineValue } = token;
    if (!known.includes(name)) throw new UsageError(`unknown option ${rawName}${didYouMean(name, known, "--")}`);
    const isFlag = flags.includes(name);
    if (isFlag && value !== undefined) throw new UsageError(`${rawName} takes no value`);
    if (!isFlag && (value === undefined || (!inlineValue && value.startsWith("--"))))
      throw new UsageError(`${rawName} needs a value`);
    (given[name] ??= []).push(value ?? "");
  }
  return given;
}

export function wholeNumber(option: string, text: string | undefined, most: number): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value <= most) return value;
  throw new UsageError(`${option} must be a whole number from 0 to ${most}, not ${shownWrong(text)}`);
}

export function didYouMean(name: string, known: readonly string[], mark = ""): string {
  const meant = closest(name, known);
  return meant === undefined ? "" : `; did you mean ${mark}${meant}?`;
}
