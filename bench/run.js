"use strict";
/** Entry point of `npm run bench`. */
require("../test/model/typescript");
const { bench } = require("./command.ts");

void bench(process.argv.slice(2)).then((code) => process.exit(code));
