"use strict";

const { createHash } = require("node:crypto");
const { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { lockOf } = require("./cache");
const { checkoutLock, root } = require("./checkout");
const { withLock } = require("./lock");
const { Problem } = require("./problem");
const { startProgress } = require("./progress");
const { lastLines, runStep } = require("./step-process");

const limit = 5 * 60_000;
const stamps = "node_modules/.pulumi-cloudflare-mtls"; // goes when the dependencies are installed anew

const library = { project: "tsconfig.json", output: "dist", main: "dist/index.js", sources: ["src"] };
const tour = {
  project: "tour/tsconfig.json",
  output: "build/program",
  main: "build/program/tour/index.js",
  sources: ["src", "tour", "examples", "test/support"],
};

/** Compiles unless the output was made from the very same sources. Starts from an empty folder: no stale file stays. */
async function compile({ project, output, main, sources }) {
  const stamp = join(root, stamps, output.replace("/", "-"));
  const isCurrent = () => existsSync(join(root, main)) && textOf(stamp) === fingerprint(sources);
  if (isCurrent()) return;
  await withLock(lockOf(checkoutLock), async () => {
    if (isCurrent()) return;
    const made = fingerprint(sources); // before, so that an edit meanwhile counts as new
    rmSync(stamp, { force: true });
    rmSync(join(root, output), { recursive: true, force: true });
    const progress = startProgress(`Compiling ${output}/`);
    const compiler = join(root, "node_modules/typescript/bin/tsc");
    const result = await runStep(process.execPath, [compiler, "-p", project, "--pretty", "false"], {
      cwd: root,
      limit,
    });
    progress.end();
    if (result.problem) throw new Problem(`tsc -p ${project} ${result.problem}:\n${lastLines(result, 30)}`);
    mkdirSync(join(root, stamps), { recursive: true });
    writeFileSync(stamp, made);
  });
}

function fingerprint(sources) {
  const files = sources.flatMap((folder) => listed(folder));
  const hash = createHash("sha256");
  for (const file of ["tsconfig.json", "package.json", "package-lock.json", ...files.sort()]) {
    hash.update(`${file}\0${textOf(join(root, file))}\0`);
  }
  return hash.digest("hex");
}

function listed(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|json)$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length + 1));
}

function textOf(file) {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

module.exports = { compile, library, tour };
