/* What is shown in lines: of a text Pulumi's engine prints the lines that change, of a list all of it. */

/** A list of texts as one text, an item a line. */
export function asLines(list: readonly string[]): string {
  return list.map((item) => `${item}\n`).join("");
}

/** The list that such a text holds; what is no text is the list already. */
export function linesOf(held: string | string[]): string[] {
  return typeof held === "string" ? held.split("\n").slice(0, -1) : held;
}

/** How one list differs from another, each in lines. */
export interface Difference {
  readonly more: string;
  readonly less: string;
}

export function differenceOf(usual: readonly string[], list: readonly string[]): Difference {
  const [before, after] = [new Set(usual), new Set(list)];
  const [more, less] = [list.filter((item) => !before.has(item)), usual.filter((item) => !after.has(item))];
  return { more: asLines(more), less: asLines(less) };
}

/** The list that differs so, sorted. */
export function differing(usual: readonly string[], { more, less }: Difference): string[] {
  const gone = new Set(linesOf(less));
  return [...usual.filter((item) => !gone.has(item)), ...linesOf(more)].sort();
}

/** Rule texts as one text, a hostname a line. White space means nothing in them, and there is no line break in one of ours. */
export function expressionsAsLines(expressions: readonly string[]): string {
  const broken = (text: string) =>
    text.replace(/\s*\n\s*/g, " ").replace(/(?<=\{)(?=")|(?<=")(?=\})|(?<=") (?=")|(?<!\{) (?=and |or )/g, "\n");
  return expressions.map((text) => `${broken(text)}\n\n`).join("");
}

/** The rule texts that such a text holds, as they are sent; what is no text is the list already. */
export function expressionsOf(held: string | string[]): string[] {
  if (typeof held !== "string") return held;
  return held
    .split("\n\n")
    .slice(0, -1)
    .map((text) => text.replace(/(?<=\{)\n|\n(?=\})/g, "").replaceAll("\n", " "));
}
