// Every command is started in a session of its own, so that it can be stopped together with all that it started.
"use strict";

const { spawn, spawnSync } = require("node:child_process");
const { readdirSync, readFileSync } = require("node:fs");

const windows = process.platform === "win32";
const killWait = 2_000;

function startTree(command, args, options) {
  return spawn(command, args, { ...options, detached: !windows, windowsHide: true });
}

/** Delivers a signal once to the process group, which is what a terminal does on Ctrl-C. */
function signalGroup(pid, signal) {
  try {
    process.kill(windows ? pid : -pid, signal);
  } catch {
    // Already gone.
  }
}

/** Kills all that is left of the tree and returns when it is gone, so that its folders can be removed. */
function killTree(pid) {
  if (windows) {
    spawnSync("taskkill", ["/pid", String(pid), "/t", "/f"], { stdio: "ignore" });
    return;
  }
  signalGroup(pid, "SIGKILL");
  const until = Date.now() + killWait;
  for (let left = sessionMembers(pid); left.length > 0 && Date.now() < until; left = sessionMembers(pid)) {
    for (const member of left) {
      try {
        process.kill(member, "SIGKILL");
      } catch {
        // Already gone.
      }
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  }
}

/** Pulumi gives its plugins groups of their own, inside the same session. Elsewhere than on Linux the group must do. */
function sessionMembers(session) {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
        const [state, , , sid] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        return Number(sid) === session && state !== "Z" && state !== "X";
      } catch {
        return false;
      }
    });
}

module.exports = { startTree, signalGroup, killTree };
