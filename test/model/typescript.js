"use strict";
/** Lets Node.js load this folder's TypeScript and src/, compiled in memory: no build to wait for. */
const { readFileSync } = require("node:fs");
const { transformSync } = require("@swc/core");

const options = { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "commonjs" } };

require.extensions[".ts"] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, "utf8"), { filename, sourceMaps: false, ...options });
  module._compile(code, filename);
};
