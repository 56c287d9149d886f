"use strict";
const { existsSync, mkdirSync, readFileSync, writeFileSync } = require("node:fs");
const { dirname, resolve } = require("node:path");
const { createEmptyTestResult } = require("@jest/test-result");
const { default: run } = require("jest-circus/runner");

/** The first run is without a mutant, and tells which tests a file has: to all processes, of which it is only one's. */
const KEPT = resolve(__dirname, "../../build/tests-of-files.json");
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

function keep(path, names) {
  testsOf.set(path, names);
  mkdirSync(dirname(KEPT), { recursive: true });
  writeFileSync(KEPT, JSON.stringify([...testsOf]));
}

function isWanted(path, pattern) {
  if (testsOf.size === 0 && existsSync(KEPT))
    for (const [file, names] of JSON.parse(readFileSync(KEPT, "utf8"))) testsOf.set(file, names);
  const wanted = new RegExp(pattern ?? "", "i");
  return testsOf.get(path)?.some((name) => wanted.test(name)) !== false;
}

/** Jest's runner, but a file isn't even loaded where none of its tests is wanted, or the mutant is killed already. */
module.exports = async function (globalConfig, config, environment, runtime, path, send) {
  const mutant = process.env.__STRYKER_ACTIVE_MUTANT__;
  if (mutant !== undefined && (mutant === killed || !isWanted(path, globalConfig.testNamePattern)))
    return { ...createEmptyTestResult(), testFilePath: path, testResults: [LEFT_OUT] };
  const result = await run(globalConfig, config, environment, runtime, path, send);
  const names = result.testResults.map(({ fullName }) => fullName);
  if (mutant === undefined) keep(path, names);
  else if (result.numFailingTests > 0) killed = mutant;
  return result;
};
