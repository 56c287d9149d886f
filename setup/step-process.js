"use strict";

const { killTree, startTree } = require("./process-tree");
const { undoOnInterrupt } = require("./interruption");

/**
 * Runs a command of the setup, within `limit` milliseconds and silently, and resolves to its output. `problem` says what went
 * wrong, in words. `onLine` sees each line; `stall`, asked every half second, returns a reason to give up.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, limit: number, onLine?: (line: string) => void,
 *   stall?: () => string | undefined, shell?: boolean }} options
 * @returns {Promise<{ stdout: string, stderr: string, code: number | null, problem: string | undefined }>}
 */
function runStep(command, args, { cwd, env = process.env, limit, onLine, stall, shell = false }) {
  return new Promise((resolve) => {
    const child = startTree(command, args, { cwd, env, shell, stdio: ["ignore", "pipe", "pipe"] });
    const keep = undoOnInterrupt(() => killTree(child.pid));
    const output = { stdout: "", stderr: "" };
    /** @type {string | undefined} */
    let problem;

    const giveUp = (reason) => {
      problem ??= reason;
      killTree(child.pid);
    };
    const timeout = setTimeout(() => giveUp(`took longer than ${describe(limit)}`), limit);
    const stalled = setInterval(() => {
      const reason = stall?.();
      if (reason) giveUp(reason);
    }, 500);
    const end = (code) => {
      clearTimeout(timeout);
      clearInterval(stalled);
      keep();
      resolve({ ...output, code, problem });
    };

    for (const name of ["stdout", "stderr"]) {
      let rest = "";
      child[name].setEncoding("utf8").on("data", (text) => {
        output[name] += text;
        const lines = (rest + text).split("\n");
        rest = lines.pop() ?? "";
        if (onLine) lines.forEach(onLine);
      });
    }
    child.on("error", (/** @type {NodeJS.ErrnoException} */ error) => {
      problem ??= error.code === "ENOENT" ? `${command} was not found` : error.message;
      if (child.pid === undefined) end(null);
    });
    child.on("exit", (code, signal) => {
      if (code !== 0) problem ??= signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
      killTree(child.pid); // nothing that it started may live on, or hold our pipes
    });
    child.on("close", end);
  });
}

function describe(milliseconds) {
  return milliseconds >= 120_000
    ? `${Math.round(milliseconds / 60_000)} minutes`
    : `${Math.round(milliseconds / 1000)} s`;
}

/** The last lines of an output that tell something, for an error message. */
function lastLines(output, count = 2) {
  return (output.stderr + "\n" + output.stdout)
    .replace(/\x1b\[[0-9;]*[A-Za-z]/g, "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .slice(-count)
    .map((line) => (line.length > 300 ? `${line.slice(0, 300)}…` : line))
    .join("\n");
}

module.exports = { lastLines, runStep };
