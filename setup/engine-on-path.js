"use strict";

const { realpathSync } = require("node:fs");
const { dirname, resolve } = require("node:path");
const { compareVersions, versionOf } = require("./engine-version");
const { executableIn, pathFolders } = require("./executable");
const { Problem } = require("./problem");
const { peerDependencies } = require("../package.json");

const title = "on PATH";
// The CLI and the SDK are released together: the oldest SDK that the package works with names the oldest CLI, too.
const minimum = peerDependencies["@pulumi/pulumi"].replace("^", "");

/** A Pulumi CLI of the user's own. It is used as it is; nothing is added to its folder. */
async function find() {
  const pulumi = executableIn(pathFolders(), "pulumi");
  if (!pulumi) throw new Problem("there is no pulumi");
  const version = await versionOf(pulumi);
  if (compareVersions(version, minimum) < 0) throw new Problem(`${pulumi} is ${version}, older than ${minimum}`);
  if (!version.startsWith("3.")) throw new Problem(`${pulumi} is ${version}; this package works with Pulumi 3`);
  // The engine looks on PATH, and beside its own file when all links are followed.
  const folders = [dirname(realpathSync(pulumi)), ...pathFolders()];
  if (!executableIn(folders, "pulumi-language-nodejs")) {
    throw new Problem(`${pulumi} is ${version}, but pulumi-language-nodejs is neither beside it nor on PATH`);
  }
  // Some distributions leave out the launcher of dynamic providers; the SDK brings one.
  const launcherMissing = !executableIn(folders, "pulumi-resource-pulumi-nodejs");
  return { version, bin: resolve(dirname(pulumi)), onPath: true, launcherMissing };
}

module.exports = { find, minimum, title };
