"use strict";
/** Milliseconds that it takes to load a module in a program that has loaded Pulumi already. */
require("@pulumi/pulumi");
const started = performance.now();
require(process.argv[2] ?? "");
console.log(performance.now() - started);
