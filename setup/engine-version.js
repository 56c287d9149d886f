"use strict";

const { Problem } = require("./problem");
const { lastLines, runStep } = require("./step-process");

const limit = 60_000; // a system may check a new program at its first start

/** What `pulumi version` answers, without the v. */
async function versionOf(pulumi) {
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const result = await runStep(pulumi, ["version"], { env, limit });
  const version = /^v?(\d+\.\d+\.\d+\S*)/m.exec(result.stdout)?.[1];
  if (!result.problem && version) return version;
  throw new Problem(`${pulumi} version ${result.problem ?? "printed no version"}: ${lastLines(result)}`);
}

/** Compares the numbers of two versions, like a sort function. */
function compareVersions(a, b) {
  const [left, right] = [a, b].map((version) => version.split(/[.+-]/).slice(0, 3).map(Number));
  return left[0] - right[0] || left[1] - right[1] || (left[2] ?? 0) - (right[2] ?? 0);
}

module.exports = { compareVersions, versionOf };
