/* What is shown in lines: of a text Pulumi's engine prints the lines that change, of a list all of it. */

/** A list of texts as one text, an item a line. */
export function asLines(list: readonly string[]): string {
  return list.map((item) => `${item}\n`).join("");
}

/** The list that such a text holds; what is no text is the list already. */
export function linesOf(held: string | string[]): string[] {
  return typeof held === "string" ? held.split("\n").slice(0, -1) : held;
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
