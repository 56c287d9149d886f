"use strict";
/** Lets Node.js load this folder's TypeScript and src/, compiled in memory: no build to wait for. */
const { readFileSync } = require("node:fs");
const { transformSync } = require("@swc/core");

const options = { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "commonjs" } };

require.extensions[".ts"] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, "utf8"), { filename, sourceMaps: false, ...options });
  module._compile(code, filename);
  // Every world has the same few certificates; reading one takes milliseconds, as long as a whole run of the model.
  if (/src.pki.ca-bundle\.ts$/.test(filename)) module.exports = remembered(module.exports);
};

/** @param {Record<string, (text: string, options?: object) => unknown>} functions */
function remembered({ readCaBundle, fingerprintsOf, ...rest }) {
  return { ...rest, readCaBundle: byText(readCaBundle), fingerprintsOf: byText(fingerprintsOf) };
}

function byText(read) {
  const known = new Map();
  return (text, how) => {
    const name = `${text}${JSON.stringify({ ...how, now: undefined })}`;
    if (!known.has(name)) known.set(name, read(text, how));
    return known.get(name);
  };
}
