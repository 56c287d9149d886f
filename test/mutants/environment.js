"use strict";
const { TestEnvironment } = require("jest-environment-node");

/** The tests' own keys (test/support/odd-certificates.ts): made once, not once for each mutant. */
const KEYS = new Map();

/** One failure kills a mutant: the rest of the file is skipped. */
module.exports = class extends TestEnvironment {
  failed = false;

  async setup() {
    await super.setup();
    this.global.keptKeys = KEYS;
  }

  handleTestEvent({ name, test }) {
    if (name === "test_start" && this.failed) test.mode = "skip";
    if (name === "test_done" && test.errors.length > 0) this.failed = true;
  }
};
