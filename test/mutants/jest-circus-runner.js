"use strict";
const { createEmptyTestResult } = require("@jest/test-result");
const { default: run } = require("jest-circus/runner");

/** The process is the same for many mutants; the first run is without one, and tells which tests a file has. */
const testsOf = new Map();
/** The mutant that a test has failed for already. */
let killed;

/** A file without any test would be an error. */
const LEFT_OUT = {
  ancestorTitles: [],
  failureMessages: [],
  fullName: "",
  numPassingAsserts: 0,
  status: "pending",
  title: "",
};

/** Jest's runner, but a file isn't even loaded where none of its tests is wanted, or the mutant is killed already. */
module.exports = async function (globalConfig, config, environment, runtime, path, send) {
  const mutant = process.env.__STRYKER_ACTIVE_MUTANT__;
  const wanted = new RegExp(globalConfig.testNamePattern ?? "", "i");
  const tests = testsOf.get(path);
  const idle = mutant !== undefined && (mutant === killed || tests?.some((name) => wanted.test(name)) === false);
  if (idle) return { ...createEmptyTestResult(), testFilePath: path, testResults: [LEFT_OUT] };
  const result = await run(globalConfig, config, environment, runtime, path, send);
  if (mutant === undefined)
    testsOf.set(
      path,
      result.testResults.map(({ fullName }) => fullName),
    );
  else if (result.numFailingTests > 0) killed = mutant;
  return result;
};
