import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(__dirname, "..");
const kept = join(root, "docs/api");
const fresh = mkdtempSync(join(tmpdir(), "cloudflare-mtls-api-"));

beforeAll(() => void execFileSync(process.execPath, [join(root, "setup/api.js"), fresh], { stdio: "pipe" }), 60_000);
afterAll(() => rmSync(fresh, { recursive: true, force: true }));

/** Each file's text by its path. */
function filesIn(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map(({ parentPath, name }) => join(parentPath, name)).sort();
  return Object.fromEntries(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path, "utf8")]));
}

test("docs/api tells what the package exports now; `npm run api` writes it anew", () => {
  expect(filesIn(kept)).toEqual(filesIn(fresh));
});

test("all that is exported has a docstring", () => {
  const lines = readFileSync(join(fresh, "report/index.api.md"), "utf8").split("\n");
  expect(lines.filter((_, index) => lines[index - 1]?.includes("(undocumented)"))).toEqual([]);
});
