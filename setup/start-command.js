"use strict";

const { join } = require("node:path");
const { root } = require("./checkout");
const { compile, library, tour } = require("./compilation");
const { installDependencies } = require("./dependencies");
const { engineEnvironment, provideEngine } = require("./engine");
const { runInForeground } = require("./foreground");

/** Runs a compiled program, the tour unless told, with all that it needs. */
async function start(args, main = tour.main) {
  await installDependencies();
  const engine = await provideEngine();
  await compile(library);
  await compile(tour);
  const program = [join(root, main), ...args];
  return runInForeground(process.execPath, program, { cwd: root, env: engineEnvironment(engine) });
}

module.exports = { start };
