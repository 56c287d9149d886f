import { readFileSync } from "node:fs";
import { join } from "node:path";

const DOCS = join(__dirname, "../../docs");

/** The rows of the tables: all cells but the empty ones at both ends. */
const rows = readFileSync(join(DOCS, "emulator-differences.md"), "utf8")
  .split("\n")
  .filter((line) => /^\| (?!behaviour|---)/.test(line))
  .map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

test("the differences are found", () => {
  expect(rows.length).toBeGreaterThan(20);
});

test.each(rows.map((cells) => [cells[0] ?? "", cells.at(-1) ?? ""]))("%s: there is a test of it", (_, cell) => {
  const [, file = "", title = ""] = /\]\((\.\.\/test\/[^)]+)\): "(.+)"$/.exec(cell) ?? [];
  expect(readFileSync(join(DOCS, file), "utf8")).toContain(title);
});
