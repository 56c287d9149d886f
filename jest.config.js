const { availableParallelism } = require("node:os");

/** @type {import("jest").Config} */
module.exports = {
  // On a machine that is busy with something else.
  testTimeout: 30_000,
  testEnvironment: "node",
  // The engine's tests wait for its processes more than they compute.
  maxWorkers: availableParallelism() + 1,
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  // v8, because instrumented code would change what Pulumi serialises.
  coverageProvider: "v8",
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "commonjs" } },
    ],
  },
  modulePathIgnorePatterns: ["<rootDir>/dist", "<rootDir>/build", "<rootDir>/examples/[^/]+/", "<rootDir>/template"],
};
