"use strict";
const { resolve } = require("node:path");
const ours = require("../../jest.config.js");

/** A room is to be guarded by its own tests: those of others, which come to it as well, aren't asked. */
const ROOMS = (process.env.MUTATED_ROOMS || "language,plan,rules,pki").split(",");

/** @type {import("jest").Config} */
module.exports = {
  ...ours,
  rootDir: resolve(__dirname, "../.."),
  roots: ["<rootDir>/src", "<rootDir>/test"],
  testMatch: ROOMS.map((room) => `<rootDir>/test/${room}/**/*.test.ts`),
  // One asks for no more than that nothing throws and all is quick, and takes longer than everything else; one runs the build.
  testPathIgnorePatterns: ["/test/pki/(?:fuzz|loading).test.ts"],
  // Stryker mixes its own environment into this one, and takes no <rootDir>.
  testEnvironment: resolve(__dirname, "environment.js"),
  runner: "<rootDir>/test/mutants/runner.js",
  testSequencer: "<rootDir>/test/mutants/sequencer.js",
  moduleNameMapper: {
    "^fast-check$": "<rootDir>/test/mutants/fast-check.js",
    "^@peculiar/x509$": "<rootDir>/test/mutants/x509.js",
  },
};
