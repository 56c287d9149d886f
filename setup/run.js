// Entry point of `npm start` and `npm test`. It runs before `npm ci`, so it needs nothing but Node.js itself, and its own
// syntax is old enough for an old Node.js to read this far and say what is missing.
"use strict";

var wanted = require("../package.json")
  .engines.node.replace(/[^\d.]/g, "")
  .split(".");
var found = process.versions.node.split(".");
var newEnough = +found[0] > +wanted[0] || (+found[0] === +wanted[0] && +found[1] >= +wanted[1]);

if (newEnough) {
  require("./commands").main(process.argv.slice(2));
} else {
  console.error(
    "Node.js " + process.versions.node + " is too old: this project needs " + wanted.join(".") + " or newer.",
  );
  console.error("Install a current one from https://nodejs.org (or: nvm install --lts) and run the command again.");
  process.exitCode = 1;
}
