import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { providerText } from "../../src/resources/provider-text";

/*
 * The texts that stand in people's state. A release's texts are fixed for ever, because refresh and delete run the text that was
 * stored; a release that changes one adds a file here, and touches none.
 */

const KINDS = ["ca-certificate", "hostname-associations", "mtls-rule"] as const;
const METHODS = ["check", "configure", "create", "delete", "diff", "read", "update"];
const fixtures = resolve(__dirname, "../fixtures/provider-texts");
const repository = resolve(__dirname, "../..");
const releases = readdirSync(fixtures).map((file) => file.replace(/\.json$/, ""));

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

function textsOf(release: string): Record<string, string> {
  return JSON.parse(readFileSync(join(fixtures, `${release}.json`), "utf8")) as Record<string, string>;
}

/** What a text does as the engine's provider process runs it: a CommonJS module without a file, in the project's folder. */
function run(text: string, project: string): { methods?: string[]; error?: string } {
  const script = `
    const Module = require("node:module");
    const text = new Module("", module);
    text._compile(process.argv[1], "");
    let answer;
    try { answer = { methods: Object.keys(text.exports.handler()).sort() }; } catch (error) { answer = { error: error.message }; }
    process.stdout.write(JSON.stringify(answer));`;
  const output = execFileSync(process.execPath, ["-e", script, text], { cwd: project, encoding: "utf8" });
  return JSON.parse(output) as { methods?: string[]; error?: string };
}

test("this release writes a text that is among the released ones, byte for byte", () => {
  const texts = Object.fromEntries(KINDS.map((kind) => [kind, providerText(kind)]));
  expect(releases.map(textsOf)).toContainEqual(texts);
  for (const text of Object.values(texts)) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(300);
});

test.each(releases)("the texts of %s find their provider from a project's folder", (release) => {
  const parent = join(repository, "build", "e2e");
  mkdirSync(parent, { recursive: true });
  const project = mkdtempSync(join(parent, "text-"));
  folders.push(project);
  for (const text of Object.values(textsOf(release))) expect(run(text, project)).toEqual({ methods: METHODS });
});

test.each(releases)("the texts of %s say what to install where the package is missing", (release) => {
  const foreign = mkdtempSync(join(tmpdir(), "cloudflare-mtls-text-"));
  folders.push(foreign);
  for (const text of Object.values(textsOf(release))) {
    expect(run(text, foreign).error).toMatch(
      /^pulumi-cloudflare-mtls can't be loaded from .*: npm install pulumi-cloudflare-mtls there\. Cannot find module/,
    );
  }
});

test("a kind that a newer release wrote is told from a broken one", () => {
  const text = providerText("mtls-rule").replace('"mtls-rule"', '"something-newer"');
  expect(run(text, repository).error).toMatch(/doesn't know the kind "something-newer".*Update the package/);
});
