"use strict";
const { AsyncLocalStorage } = require("node:async_hooks");
const crypto = require("node:crypto");
const fastCheck = require("fast-check");
require("reflect-metadata");
const x509 = require("@peculiar/x509");
const { TestEnvironment } = require("jest-environment-node");

// The same values in every run, so that a mutant is killed in every run or in none; and no search for a smaller example.
fastCheck.configureGlobal({ seed: 4711, endOnFailure: true });

/** The open engine's answers (test/language/oracle.ts): once, not once for each mutant. */
const ANSWERS = new Map();

/** So are keys, of which those of RSA and DSA take their time. */
function once(make) {
  const made = new Map();
  return function (...given) {
    const name = JSON.stringify(given);
    if (!made.has(name)) made.set(name, make.apply(this, given));
    return made.get(name);
  };
}
crypto.generateKeyPairSync = once(crypto.generateKeyPairSync);
const { generateKey } = SubtleCrypto.prototype;
const generateOnce = once(generateKey);
SubtleCrypto.prototype.generateKey = function (algorithm, ...rest) {
  return (algorithm.modulusLength ? generateOnce : generateKey).call(this, algorithm, ...rest);
};

/** Jest opens one for each file and leaves it: every promise then goes through those of all files before. */
const opened = new Set();
const { run } = AsyncLocalStorage.prototype;
AsyncLocalStorage.prototype.run = function (...given) {
  opened.add(this);
  return run.apply(this, given);
};

/** What a busy machine may fail. */
const TIMED = /\(figures? (?:is|are) printed\)/;

/** One failure kills a mutant: the rest of the file is skipped. */
module.exports = class extends TestEnvironment {
  failed = false;

  async setup() {
    await super.setup();
    this.global.keptAnswers = ANSWERS;
    this.global.keptFastCheck = fastCheck;
    this.global.keptX509 = x509;
    // It asks for the class of a date.
    this.global.Date = Date;
  }

  async teardown() {
    await super.teardown();
    for (const storage of opened) storage.disable();
    opened.clear();
  }

  handleTestEvent({ name, test }) {
    if (name === "test_start" && this.failed) test.mode = "skip";
    // Not left out: what the next file loads would be counted with it.
    if (name === "test_start" && TIMED.test(test.name)) test.fn = () => {};
    if (name === "test_done" && test.errors.length > 0) this.failed = true;
  }
};
