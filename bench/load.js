"use strict";
/** Milliseconds that it takes to load a module, in a process that has loaded another already. */
const [, , name = "", before] = process.argv;
if (before) require(before);
const started = performance.now();
require(name);
console.log(performance.now() - started);
