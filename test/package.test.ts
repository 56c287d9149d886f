import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(__dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "cloudflare-mtls-package-"));
let tarball: string;

beforeAll(() => {
  execFileSync("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder], { cwd: root });
  tarball = join(folder, readdirSync(folder)[0] ?? "");
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ["publint", ["publint/src/cli.js", "--strict"]],
  ["attw", ["@arethetypeswrong/cli/dist/index.js", "--no-color"]],
])(
  "%s finds nothing to say about the package, for old and new ways to resolve a module",
  (_, [program = "", ...options]) => {
    const checker = join(root, "node_modules", program);
    const { status, stdout, stderr } = spawnSync(process.execPath, [checker, tarball, ...options], {
      encoding: "utf8",
    });
    expect({ status, said: status === 0 ? "" : stdout + stderr }).toEqual({ status: 0, said: "" });
  },
  60_000,
);
