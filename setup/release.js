"use strict";

const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { root } = require("./checkout");
const { Problem } = require("./problem");

/**
 * `check`: the tag, package.json and the changelog name one version. `notes`: what the changelog says of it, on stdout.
 *
 * @param {string | undefined} command
 * @param {string | undefined} tag such as v1.2.3
 */
function release(command, tag) {
  if ((command !== "check" && command !== "notes") || tag === undefined) {
    throw new Problem("Usage: node setup/release.js <check|notes> <tag>");
  }
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  if (tag !== `v${version}`) {
    throw new Problem(`The tag ${tag} is not v${version}, the version in package.json. Set one of the two right.`);
  }
  const notes = notesOf(version, readFileSync(join(root, "CHANGELOG.md"), "utf8"));
  if (!notes) {
    throw new Problem(
      `CHANGELOG.md says nothing of ${version}. Give what is under "Unreleased" the heading "## ${version}, <date>".`,
    );
  }
  if (command === "notes") process.stdout.write(`${notes}\n`);
}

function notesOf(version, changelog) {
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((text) => text.split(/[,\s]/, 1)[0] === version);
  return section?.split("\n").slice(1).join("\n").trim();
}

module.exports = { release };

if (require.main === module) {
  try {
    release(process.argv[2], process.argv[3]);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
