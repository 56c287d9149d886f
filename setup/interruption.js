// What Ctrl-C, a kill and a closed terminal do. While a step of the setup runs, its processes are killed and what it left is
// removed. While the program itself runs, the signal is passed on to it, since only the program knows how to end well.
"use strict";

const { constants } = require("node:os");
const { say } = require("./progress");

const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
// npm passes a terminal's Ctrl-C on to us, who got it from the terminal already. Pulumi ends at once when told twice.
const sameWithin = 1_000;

const undoings = new Set();
let receiver;
let last = { signal: undefined, at: 0 };
let received;

/** Registers what an interruption must undo, synchronously. Returns the function that takes it back. */
function undoOnInterrupt(undo) {
  undoings.add(undo);
  return () => undoings.delete(undo);
}

/** Hands signals to `next` instead, until called with undefined. */
function receiveSignals(next) {
  receiver = next;
}

function exitCodeOf(signal) {
  return 128 + constants.signals[signal];
}

/** The signal that asked this run to end, if any. */
function interruptedBy() {
  return received;
}

function handle(signal) {
  const now = Date.now();
  if (last.signal === signal && now - last.at < sameWithin) return;
  last = { signal, at: now };
  received = signal;
  if (receiver) {
    receiver(signal);
    return;
  }
  for (const undo of [...undoings].reverse()) undo();
  if (undoings.size > 0) say(`\nStopped by ${signal}; nothing half-made is left behind.`);
  process.exit(exitCodeOf(signal));
}

function watchSignals() {
  for (const signal of signals) process.on(signal, handle);
}

module.exports = { exitCodeOf, interruptedBy, receiveSignals, undoOnInterrupt, watchSignals };
