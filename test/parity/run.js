"use strict";
/** Entry point of `npm run parity`. */
require("../model/typescript");
const { parity } = require("./command.ts");

void parity(process.argv.slice(2), process.env).then((code) => (process.exitCode = code));
