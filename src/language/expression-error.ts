/** Where and why a text is not an expression, in the layout that Cloudflare's API repeats inside its own message. */
export class ExpressionError extends Error {
  readonly line: number;
  /** Counted in bytes of UTF-8 from 1, as the open engine counts. */
  readonly column: number;

  /** `text` holds one character a byte; `start` and `end` mark the offending piece in it. */
  constructor(
    text: string,
    start: number,
    end: number,
    readonly reason: string,
  ) {
    const before = text.slice(0, start);
    const lineStart = before.lastIndexOf("\n") + 1;
    const line = before.split("\n").length;
    const lineEnd = text.indexOf("\n", lineStart);
    const shown = text.slice(lineStart, lineEnd < 0 ? undefined : lineEnd);
    const indent = start - lineStart;
    const width = Math.max(1, Math.min(end - start, shown.length - indent));
    const source = Buffer.from(shown, "latin1").toString("utf8");
    super(
      `Filter parsing error (${line}:${indent + 1}):\n${source}\n${" ".repeat(indent)}${"^".repeat(width)} ${reason}`,
    );
    this.line = line;
    this.column = indent + 1;
  }
}
