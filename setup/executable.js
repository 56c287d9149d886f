"use strict";

const { accessSync, constants, statSync } = require("node:fs");
const { delimiter, join } = require("node:path");

const extensions = process.platform === "win32" ? [".exe", ".cmd"] : [""];

/** The path of the executable `name` in the first of the folders that has it. */
function executableIn(folders, name) {
  for (const folder of folders) {
    for (const extension of extensions) {
      const file = join(folder, name + extension);
      try {
        accessSync(file, constants.X_OK);
        if (statSync(file).isFile()) return file;
      } catch {
        // Not there.
      }
    }
  }
  return undefined;
}

function pathFolders() {
  return (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
}

module.exports = { executableIn, pathFolders };
