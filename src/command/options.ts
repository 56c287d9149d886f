import { parseArgs } from "node:util";
import type { ParseArgsConfig } from "node:util";
import { closest } from "../wording/did-you-mean";
import { UsageError } from "./usage-error";

type Options = NonNullable<ParseArgsConfig["options"]>;
type Values<T extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; options: T; strict: false; tokens: true }>
>["values"];

/** The parser isn't strict, so that a mistyped option can be answered with what was meant. */
export function parseOptions<T extends Options>(args: readonly string[], options: T): Values<T> {
  const { values, tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind === "positional") throw new UsageError(`unexpected argument "${token.value}"`);
    if (token.kind === "option") checkOption(token, Object.keys(options));
  }
  return values;
}

function checkOption(
  token: { name: string; rawName: string; value?: string | undefined; inlineValue?: boolean | undefined },
  known: readonly string[],
): void {
  const { name, rawName, value, inlineValue } = token;
  if (!known.includes(name)) {
    const meant = closest(name, known);
    throw new UsageError(`unknown option ${rawName}${meant === undefined ? "" : `; did you mean --${meant}?`}`);
  }
  if (name === "help") return;
  if (value === undefined || (!inlineValue && value.startsWith("--"))) throw new UsageError(`${rawName} needs a value`);
}
