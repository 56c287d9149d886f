/** Columns as wide as their widest cell, two spaces between them. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => [...(row[column] ?? "")].length)));
  const line = (row: readonly string[]) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ");
  return rows.map((row) => `${line(row).trimEnd()}\n`).join("");
}

/** A sentence in lines of a terminal; each but the first is indented. */
export function wrapped(sentence: string): string {
  return `${sentence.replace(/(.{1,98})(?: |$)/g, "$1\n  ").trimEnd()}\n`;
}
