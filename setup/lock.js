"use strict";

const { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } = require("node:fs");
const { dirname } = require("node:path");
const { setTimeout: sleep } = require("node:timers/promises");
const { undoOnInterrupt } = require("./interruption");
const { Problem } = require("./problem");
const { startProgress } = require("./progress");

const beatEvery = 5_000;
const deadAfter = 60_000; // without a beat
const pollEvery = 200;
const waitAtMost = 30 * 60_000; // longer than the longest step

/** Runs `work` while no other process does so for the same lock file. */
async function withLock(file, work) {
  await take(file);
  const beat = setInterval(() => touch(file), beatEvery);
  const release = () => {
    clearInterval(beat);
    if (ownerOf(file) === process.pid) rmSync(file, { force: true });
  };
  const keep = undoOnInterrupt(release);
  try {
    return await work();
  } finally {
    keep();
    release();
  }
}

async function take(file) {
  mkdirSync(dirname(file), { recursive: true });
  const until = Date.now() + waitAtMost;
  let progress;
  try {
    for (;;) {
      try {
        writeFileSync(file, String(process.pid), { flag: "wx" });
        return;
      } catch (error) {
        if (error.code !== "EEXIST") throw error;
      }
      if (!isHeld(file)) discard(file);
      else if (Date.now() > until)
        throw new Problem(`Waited too long for process ${ownerOf(file)}. If it is stuck: rm '${file}'`);
      else {
        progress ??= startProgress(`Waiting for process ${ownerOf(file)}, which does the same`);
        await sleep(pollEvery);
      }
    }
  } finally {
    progress?.end();
  }
}

/** Whether a living process holds the lock. */
function isHeld(file) {
  try {
    const age = Date.now() - statSync(file).mtimeMs;
    // An empty file is one that is just being written.
    return age < deadAfter && (ownerOf(file) === undefined || isAlive(ownerOf(file)));
  } catch {
    return false;
  }
}

/** Moved before it is removed: of two processes that find the same dead lock, one only succeeds. */
function discard(file) {
  const aside = `${file}.${process.pid}.dead`;
  try {
    renameSync(file, aside);
    rmSync(aside, { force: true });
  } catch {
    // The other one was quicker.
  }
}

function ownerOf(file) {
  try {
    return Number(readFileSync(file, "utf8")) || undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

function touch(file) {
  try {
    utimesSync(file, new Date(), new Date());
  } catch {
    // Removed by hand; the work goes on.
  }
}

module.exports = { isHeld, withLock };
