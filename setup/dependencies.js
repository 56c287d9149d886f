"use strict";

const { readFileSync } = require("node:fs");
const { basename, join } = require("node:path");
const { lockOf } = require("./cache");
const { withLock } = require("./lock");
const { Problem } = require("./problem");
const { startProgress } = require("./progress");
const { root, checkoutLock } = require("./checkout");
const { lastLines, runStep } = require("./step-process");

const limit = 15 * 60_000;

/** Runs `npm ci` unless node_modules holds what package-lock.json asks for. */
async function installDependencies() {
  if (areInstalled()) return;
  await withLock(lockOf(checkoutLock), async () => {
    if (areInstalled()) return;
    const progress = startProgress("Installing the dependencies (npm ci)");
    const npm = npmCommand();
    // `--include=dev`: NODE_ENV=production would leave out the compiler and the tests.
    const result = await runStep(npm.command, [...npm.args, "ci", "--include=dev"], {
      cwd: root,
      shell: npm.shell,
      limit,
    });
    progress.end();
    if (result.problem) {
      throw new Problem(
        `npm ci ${result.problem}:\n${npmReason(result)}\nPut that right, or run npm ci yourself, and try again.`,
      );
    }
  });
}

/** npm begins with its reason and ends with a page of usage and the path of its log. */
function npmReason(result) {
  const told = result.stderr.split("\n").filter((line) => /^npm (error|ERR!) \S/.test(line));
  return lastLines({ stdout: "", stderr: told.slice(0, 12).join("\n") || result.stderr }, 12);
}

/** npm writes node_modules/.package-lock.json last, so after an interrupted `npm ci` it is missing. */
function areInstalled() {
  const wanted = packagesOf("package-lock.json");
  const installed = packagesOf("node_modules/.package-lock.json");
  return Object.entries(wanted).every(
    ([path, entry]) =>
      !path.startsWith("node_modules/") ||
      entry.optional || // for other platforms
      entry.devOptional ||
      (installed[path] !== undefined && installed[path].version === entry.version),
  );
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), "utf8")).packages;
  } catch {
    return {};
  }
}

function npmCommand() {
  const cli = process.env.npm_execpath;
  if (cli && basename(cli) === "npm-cli.js") return { command: process.execPath, args: [cli], shell: false };
  return { command: "npm", args: [], shell: process.platform === "win32" }; // npm.cmd needs a shell
}

module.exports = { installDependencies, npmCommand };
