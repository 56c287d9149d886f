"use strict";

const { killTree, signalGroup, startTree } = require("./process-tree");
const { exitCodeOf, receiveSignals } = require("./interruption");

const termGrace = 15_000; // after SIGTERM or SIGHUP: Pulumi finishes the call that is under way
const patience = 3; // the third Ctrl-C kills

/** Runs a program with this terminal's input and output and resolves to its exit code. Signals reach it exactly once. */
function runInForeground(command, args, options) {
  return new Promise((resolve) => {
    const child = startTree(command, args, { ...options, stdio: "inherit" });
    let interrupts = 0;
    let deadline;
    receiveSignals((signal) => {
      if (signal === "SIGINT" && ++interrupts >= patience) {
        killTree(child.pid);
        return;
      }
      signalGroup(child.pid, signal);
      if (signal !== "SIGINT") deadline ??= setTimeout(() => killTree(child.pid), termGrace);
    });
    const end = (code) => {
      clearTimeout(deadline);
      receiveSignals(undefined);
      resolve(code);
    };
    child.on("error", (error) => {
      process.stderr.write(`${command}: ${error.message}\n`);
      end(1);
    });
    child.on("exit", (code, signal) => {
      killTree(child.pid); // whatever it left behind
      end(signal ? exitCodeOf(signal) : code);
    });
  });
}

module.exports = { runInForeground };
