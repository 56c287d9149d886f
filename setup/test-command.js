"use strict";

const { mkdtempSync, rmSync, writeSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");
const { root } = require("./checkout");
const { compile, library } = require("./compilation");
const { installDependencies, npmCommand } = require("./dependencies");
const { engineEnvironment, provideEngine } = require("./engine");
const { runInForeground } = require("./foreground");
const { interruptedBy, undoOnInterrupt } = require("./interruption");
const { Problem } = require("./problem");
const { say } = require("./progress");
const { countTests, summaryLine } = require("./test-summary");

/**
 * `npm test`. Whatever happens, the last line on stdout counts passed, failed and skipped tests.
 *
 * @param {string[]} args for jest; without any, all tests are run but those in `apart`, and format, lint and types are checked
 * @param {{ apart?: string[], needsEngine?: boolean }} options
 */
async function test(args, { apart = [], needsEngine = true } = {}) {
  const scratch = mkdtempSync(join(tmpdir(), "cloudflare-mtls-test-"));
  const resultFile = join(scratch, "result.json");
  let broken = 0; // steps other than tests
  let code = 1;
  const finish = () => {
    const counts = countTests(resultFile, code);
    rmSync(scratch, { recursive: true, force: true });
    counts.failed += broken;
    writeSync(1, `${summaryLine(counts)}\n`);
    return counts.failed > 0 && code === 0 ? 1 : code;
  };
  const keep = undoOnInterrupt(finish);
  const attempt = async (step) => {
    try {
      return await step();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      say(error.message);
      broken++;
      return undefined;
    }
  };

  try {
    await installDependencies();
    // The tests that need none of these still run.
    const engine = needsEngine ? await attempt(provideEngine) : undefined;
    await attempt(() => compile(library));
    const env = engine ? engineEnvironment(engine) : process.env;
    if (args.length === 0) broken += await failedChecks(env);
    if (!interruptedBy()) {
      const jest = [
        join(root, "node_modules/jest/bin/jest.js"),
        "--ci",
        "--json",
        `--outputFile=${resultFile}`,
        ...args,
        ...(args.length === 0 ? apart.map((file) => `--testPathIgnorePatterns=${file}`) : []),
      ];
      code = await runInForeground(process.execPath, jest, { cwd: root, env });
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    say(error.message);
  } finally {
    keep();
    code = finish();
  }
  return code;
}

/** Format, lint and types: how many of the two scripts failed. */
async function failedChecks(env) {
  let failed = 0;
  const npm = npmCommand();
  for (const script of ["lint", "types"]) {
    if (interruptedBy()) break;
    const args = [...npm.args, "run", "--silent", script];
    const code = await runInForeground(npm.command, args, { cwd: root, env, shell: npm.shell });
    if (code !== 0) {
      say(`npm run ${script} failed (exit code ${code}).`);
      failed++;
    }
  }
  return failed;
}

module.exports = { test };
