import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const ROOT = join(__dirname, "..");
const DECISIONS = join(ROOT, "docs/decisions");
const examples = readdirSync(join(ROOT, "examples"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
const folders = ["docs", "docs/decisions", "setup", "policies", ".", ...examples.map(({ name }) => `examples/${name}`)];
const pages = folders.flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(ROOT, folder, name)),
);

/** Anchors as GitHub makes them of headings. */
function anchorsIn(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-"),
  );
}

const names = pages.map((page) => relative(ROOT, page));

test.each(names)("every link of %s leads somewhere", (name) => {
  const page = join(ROOT, name);
  const links = [...readFileSync(page, "utf8").matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
  const broken = links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [path = "", anchor] = link.split("#");
    const target = path === "" ? page : join(dirname(page), path);
    if (!existsSync(target)) return true;
    return anchor !== undefined && !anchorsIn(readFileSync(target, "utf8")).includes(anchor);
  });
  expect(broken).toEqual([]);
});

/** About what a page on GitHub has room for, without scrolling sideways. */
const COLUMNS = 105;

test.each(names)("no line of %s is wider than a page", (name) => {
  const parts = readFileSync(join(ROOT, name), "utf8").split(/^```.*$/m);
  const code = parts.filter((_, index) => index % 2 === 1).flatMap((block) => block.split("\n"));
  expect(code.filter((line) => line.length > COLUMNS)).toEqual([]);
  const rows = parts
    .filter((_, index) => index % 2 === 0)
    .flatMap((text) => text.split("\n").filter((line) => /^\|.*[^|\s:-]/.test(line)));
  expect(rows.filter((row) => widthOf(row) > COLUMNS)).toEqual([]);
});

/** What can't be broken: the longest word of each cell. */
function widthOf(row: string): number {
  const cells = row.replace(/\]\([^)]*\)/g, "]").split("|");
  return cells.reduce((sum, cell) => sum + Math.max(...cell.split(/\s+/).map((word) => word.length)), 0);
}

test.each(readdirSync(DECISIONS))("the decision %s has its date and status, and stands in the index", (name) => {
  expect(readFileSync(join(DECISIONS, name), "utf8")).toMatch(
    /^# .+\n\n\d{4}-\d\d-\d\d, (in force|replaced by .+)\.\n/,
  );
  expect(readFileSync(join(ROOT, "docs/README.md"), "utf8")).toContain(`(decisions/${name})`);
});

test("the map of the source names every room, and only files that are there", () => {
  const text = readFileSync(join(ROOT, "docs/source.md"), "utf8");
  const rooms = readdirSync(join(ROOT, "src"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(rooms.filter(({ name }) => !text.includes(`\`src/${name}\``))).toEqual([]);
  const files = [...text.matchAll(/`((?:src|test|docs)\/[\w./-]+)`/g)].map(([, path = ""]) => path);
  expect(files.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});
