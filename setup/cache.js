// What is made once and kept outside of the repository. A folder in here is whole or absent: it is made under another name,
// checked, and renamed.
"use strict";

const { accessSync, constants, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } = require("node:fs");
const { tmpdir, userInfo } = require("node:os");
const { isAbsolute, join } = require("node:path");
const { undoOnInterrupt } = require("./interruption");
const { isHeld, withLock } = require("./lock");
const { Problem } = require("./problem");

const name = "pulumi-cloudflare-mtls";
let folder;

/** `${XDG_CACHE_HOME:-~/.cache}/pulumi-cloudflare-mtls`; without a home that can be written to, one in the temporary folder. */
function cacheFolder() {
  const { XDG_CACHE_HOME, HOME } = process.env;
  const user = accountOf();
  const candidates = [
    XDG_CACHE_HOME && isAbsolute(XDG_CACHE_HOME) && join(XDG_CACHE_HOME, name),
    HOME && join(HOME, ".cache", name),
    user.homedir && join(user.homedir, ".cache", name),
    join(tmpdir(), `${name}-${user.uid}`),
  ];
  folder ??= candidates.find((candidate) => candidate && isUsable(candidate, user.uid));
  if (!folder) throw new Problem("No folder to keep files in: set XDG_CACHE_HOME to one that can be written to.");
  return folder;
}

function accountOf() {
  try {
    return userInfo();
  } catch {
    return { uid: process.getuid?.() ?? 0, homedir: undefined }; // a container's user without an account
  }
}

function isUsable(candidate, uid) {
  try {
    mkdirSync(candidate, { recursive: true, mode: 0o700 });
    accessSync(candidate, constants.W_OK | constants.X_OK);
    // In a folder that everyone can write to, somebody else may have made it first.
    return uid === -1 || statSync(candidate).uid === uid || uid === 0;
  } catch {
    return false;
  }
}

/** Makes the folder `entry` of the cache unless it is there. `fill(target, work)` fills `target`; `work` is for its own files. */
async function makeWhole(entry, fill) {
  const final = join(cacheFolder(), entry);
  if (existsSync(final)) return final;
  return withLock(lockOf(entry), async () => {
    if (existsSync(final)) return final; // another process made it meanwhile
    const partial = `${final}.${process.pid}.partial`;
    const remove = () => rmSync(partial, { recursive: true, force: true, maxRetries: 5 });
    const keep = undoOnInterrupt(remove);
    try {
      const target = join(partial, "target");
      const work = join(partial, "work");
      for (const each of [target, work]) mkdirSync(each, { recursive: true });
      await fill(target, work);
      renameSync(target, final);
      return final;
    } finally {
      remove();
      keep();
    }
  });
}

/** Removes what processes that were killed outright have left. */
function removeLeftovers() {
  for (const entry of readdirSync(cacheFolder())) {
    const [, made] = /^(.+)\.\d+\.partial$/.exec(entry) ?? [];
    if (made && !isHeld(lockOf(made))) rmSync(join(cacheFolder(), entry), { recursive: true, force: true });
  }
}

function lockOf(entry) {
  return join(cacheFolder(), `${entry}.lock`);
}

module.exports = { cacheFolder, lockOf, makeWhole, removeLeftovers };
