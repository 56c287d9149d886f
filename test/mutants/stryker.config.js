"use strict";
const { availableParallelism } = require("node:os");

/** @type {import("@stryker-mutator/api/core").PartialStrykerOptions} */
module.exports = {
  mutate: ["src/{language,plan,rules,pki}/**/*.ts"],
  testRunner: "jest",
  // Which tests come to a place, the first run tells; to ask for related files as well takes its time for each mutant.
  jest: { configFile: "test/mutants/jest.config.js", enableFindRelatedTests: false },
  coverageAnalysis: "perTest",
  // What only runs while a module is loaded would take all tests, and a fresh environment, for each mutant.
  ignoreStatic: true,
  // swc takes the types away without looking at them.
  disableTypeChecks: false,
  concurrency: Math.max(1, availableParallelism() - 1),
  // Jest leaves something of each file in the process.
  maxTestRunnerReuse: 300,
  // Endless loops are counted, not timed; a machine that is busy must kill no mutant.
  timeoutMS: 10_000,
  reporters: ["progress-append-only", "json"],
  jsonReporter: { fileName: "build/mutants/report.json" },
  incrementalFile: "build/mutants/incremental.json",
  tempDirName: "build/mutants/sandbox",
  cleanTempDir: "always",
  ignorePatterns: ["/bench", "/build", "/coverage", "/dist", "/docs", "/examples", "/setup", "/test/e2e", "/tour"],
  thresholds: { high: 98, low: 92, break: 92 },
};
