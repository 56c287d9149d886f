"use strict";
const { default: Sequencer } = require("@jest/test-sequencer");

const SLOW = /oracle|meaning/;

/** Slow files last: most mutants are killed before. */
module.exports = class extends Sequencer {
  sort(tests) {
    return [...tests].sort((a, b) => SLOW.test(a.path) - SLOW.test(b.path) || (a.path < b.path ? -1 : 1));
  }
};
