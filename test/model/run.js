"use strict";
/** Entry point of `npm run model`. */
require("./typescript");
const { model } = require("./command.ts");

void model(process.argv.slice(2)).then((code) => (process.exitCode = code));
