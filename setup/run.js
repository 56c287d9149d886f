// Entry point of `npm start` and `npm test`. It runs before `npm ci`, so it needs nothing but Node.js itself, and its own
// syntax is old enough for an old Node.js to read this far and say what is missing.
"use strict";

var wanted = require("../package.json").engines.node.match(/(\d+)\.(\d+)/);
var found = process.versions.node.split(".");
var newEnough = +found[0] > +wanted[1] || (+found[0] === +wanted[1] && +found[1] >= +wanted[2]);

if (newEnough) {
  require("./commands").main(process.argv.slice(2));
} else {
  console.error("Node.js " + process.versions.node + " is too old: this project needs " + wanted[0] + " or newer.");
  console.error("Install a current one from https://nodejs.org (or: nvm install --lts) and run the command again.");
  process.exitCode = 1;
}
