"use strict";
const { existsSync, mkdirSync, readFileSync, writeFileSync } = require("node:fs");
const { dirname, resolve } = require("node:path");
const { default: TestRunner } = require("jest-runner");

/** The first run is without a mutant, and tells which tests a file has: to all processes, of which it is only one's. */
const KEPT = resolve(__dirname, "../../build/tests-of-files.json");
let testsOf = new Map();

function keep(path, names) {
  testsOf.set(path, names);
  mkdirSync(dirname(KEPT), { recursive: true });
  writeFileSync(KEPT, JSON.stringify([...testsOf]));
}

function withTests(tests, pattern) {
  if (testsOf.size === 0 && existsSync(KEPT)) testsOf = new Map(JSON.parse(readFileSync(KEPT, "utf8")));
  const wanted = new RegExp(pattern ?? "", "i");
  return tests.filter(({ path }) => testsOf.get(path)?.some((name) => wanted.test(name)) !== false);
}

/** Jest's runner, but a mutant doesn't even get an environment for a file without a test that is wanted, nor once it is killed. */
module.exports = class extends TestRunner {
  async runTests(tests, watcher, options) {
    const isMutant = process.env.__STRYKER_ACTIVE_MUTANT__ !== undefined;
    let isKilled = false;
    this.on("test-file-success", ([{ path }, { testResults, numFailingTests }]) => {
      if (isMutant) isKilled ||= numFailingTests > 0;
      else
        keep(
          path,
          testResults.map(({ fullName }) => fullName),
        );
    });
    for (const test of isMutant ? withTests(tests, this._globalConfig.testNamePattern) : tests)
      if (!isKilled) await super.runTests([test], watcher, options);
  }
};
