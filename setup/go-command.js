"use strict";

const { join } = require("node:path");
const { cacheFolder } = require("./cache");
const { Problem } = require("./problem");
const { startProgress } = require("./progress");
const { lastLines, runStep } = require("./step-process");

// What a user sets for builds in general and what can't change this one's outcome.
const harmlessFlags = /^--?(p=\d+|buildvcs(=.*)?|x)$/;
// Cross compiling, other module files, a workspace: meant for other builds.
const dropped = ["GOOS", "GOARCH", "GOBIN", "GOEXPERIMENT", "GO111MODULE"];

/** Go's two caches: the user's where the environment names them, else our own in a folder that can be thrown away. */
function goCaches(version) {
  const own = join(cacheFolder(), `go-for-pulumi-${version}`);
  const modules = process.env.GOMODCACHE || join(own, "modules");
  const objects = process.env.GOCACHE || join(own, "objects");
  return { modules, objects, own: process.env.GOMODCACHE && process.env.GOCACHE ? undefined : own };
}

function goEnvironment(caches, work) {
  const env = {
    ...process.env,
    GOMODCACHE: caches.modules,
    GOCACHE: caches.objects,
    GOPATH: join(work, "gopath"), // Go refuses to run without one when there is no HOME
    GOTMPDIR: work,
    TMPDIR: work,
    GOWORK: "off",
    GOFLAGS: (process.env.GOFLAGS ?? "")
      .split(/\s+/)
      .filter((flag) => harmlessFlags.test(flag))
      .join(" "),
    CGO_ENABLED: process.env.CGO_ENABLED ?? "0", // needs no C compiler
  };
  for (const name of dropped) delete env[name];
  return env;
}

/**
 * Runs go and throws its last words when it fails. With `what`, shows progress under that name.
 *
 * @param {string} go
 * @param {string[]} args
 * @param {{ cwd: string, env: NodeJS.ProcessEnv, limit: number, what?: string }} options
 */
async function runGo(go, args, { cwd, env, limit, what }) {
  const progress = what === undefined ? undefined : startProgress(what);
  let modules = 0;
  let packages = 0;
  const onLine = (line) => {
    if (line.startsWith("go: downloading ")) modules++;
    else if (isPackage(line)) packages++;
    progress?.detail(packages > 0 ? `${packages} packages compiled` : `${modules} modules downloaded`);
  };
  const result = await runStep(go, args, { cwd, env, limit, onLine });
  progress?.end();
  if (!result.problem) return result;
  const words = result.stderr.split("\n").filter((line) => !line.startsWith("go: downloading ") && !isPackage(line));
  throw new Problem(`go ${args[0]} ${result.problem}: ${lastLines({ stdout: "", stderr: words.join("\n") })}`);
}

/** `go build -v` names each package, alone on a line. */
function isPackage(line) {
  return /^[\w.~/-]+$/.test(line);
}

module.exports = { goCaches, goEnvironment, runGo };
