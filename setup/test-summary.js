"use strict";

const { readFileSync } = require("node:fs");

/** Counts of a jest result file. A suite that could not run counts as one failed test; so does a run without a result. */
function countTests(file, code) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  try {
    const result = JSON.parse(readFileSync(file, "utf8"));
    counts.passed = result.numPassedTests;
    counts.failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
    counts.skipped = result.numPendingTests + result.numTodoTests;
  } catch {
    // jest was stopped, or never began.
  }
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}

function summaryLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

module.exports = { countTests, summaryLine };
