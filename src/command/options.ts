import { parseArgs } from "node:util";
import { closest } from "../wording/did-you-mean";
import { shownWrong } from "../wording/shown";
import { UsageError, type Given } from "./terminal";

/** The parser isn't strict, so that a mistyped option can be answered with what was meant. */
export function parseOptions(args: readonly string[], known: readonly string[]): Given {
  const options = Object.fromEntries(known.map((name) => [name, { type: "string", multiple: true } as const]));
  const { values, tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind === "positional") throw new UsageError(`unexpected argument ${shownWrong(token.value)}`);
    if (token.kind !== "option") continue;
    const { name, rawName, value, inlineValue } = token;
    if (!known.includes(name)) throw new UsageError(`unknown option ${rawName}${didYouMean(name, known, "--")}`);
    if (value === undefined || (!inlineValue && value.startsWith("--")))
      throw new UsageError(`${rawName} needs a value`);
  }
  return values as Given;
}

export function didYouMean(name: string, known: readonly string[], mark = ""): string {
  const meant = closest(name, known);
  return meant === undefined ? "" : `; did you mean ${mark}${meant}?`;
}
