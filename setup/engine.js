// The Pulumi CLI, by the first way that works.
"use strict";

const { delimiter, dirname, join } = require("node:path");
const { removeLeftovers } = require("./cache");
const { root } = require("./checkout");
const { Problem } = require("./problem");
const { say } = require("./progress");

const variable = "CLOUDFLARE_MTLS_PULUMI";
/** Each has `title`, `find()`, which looks and costs nothing, and perhaps `make()`, which may take minutes. */
const ways = {
  path: require("./engine-on-path"),
  release: require("./engine-release"),
  build: require("./engine-build"),
};

/** Resolves to `{ version, bin, … }`. A way that fails throws a Problem with its reason, and the next one is tried. */
async function provideEngine() {
  const names = wantedWays();
  const reasons = new Map();
  removeLeftovers();
  // What is there already comes first, so that a second run neither downloads nor builds, and needs no network.
  for (const step of ["find", "make"]) {
    if (step === "make") for (const [name, reason] of reasons) say(`Pulumi, ${ways[name].title}: ${reason}`);
    for (const name of names) {
      try {
        const engine = await ways[name][step]?.();
        if (engine) return engine;
      } catch (error) {
        if (!(error instanceof Problem) && error.code === undefined) throw error; // a bug, not a full disk
        reasons.set(name, error.message);
        if (step === "make" && name !== names.at(-1)) say(`Pulumi, ${ways[name].title}: ${error.message}`);
      }
    }
  }
  throw new Problem(explain(names, reasons));
}

function wantedWays() {
  const asked = process.env[variable];
  if (!asked) return Object.keys(ways);
  if (Object.hasOwn(ways, asked)) return [asked];
  throw new Problem(`${variable}=${asked} names no way to get the Pulumi CLI. It can be path, release or build.`);
}

function explain(names, reasons) {
  return [
    names.length === 1 ? `No Pulumi CLI (${variable}=${names[0]}):` : "No Pulumi CLI could be found or made:",
    ...names.map((name) => `  ${name} (${ways[name].title}): ${reasons.get(name).replaceAll("\n", "\n    ")}`),
    "What to do, one of:",
    `  - install Pulumi ${ways.path.minimum} or newer (https://www.pulumi.com/docs/install/) so that it is on PATH;`,
    "  - let this machine reach get.pulumi.com and github.com;",
    `  - install Go ${ways.build.minimumGo} or newer (https://go.dev/dl/), and it is built from its Go modules.`,
  ].join("\n");
}

/** The environment for a program that runs the engine. */
function engineEnvironment(engine) {
  const path = [
    engine.onPath ? undefined : engine.bin, // the order of a user's own PATH is theirs
    process.env.PATH,
    engine.launcherMissing ? join(root, "node_modules/@pulumi/pulumi") : undefined,
    dirname(process.execPath), // the launcher of dynamic providers calls `node`
  ];
  return { ...process.env, PATH: path.filter(Boolean).join(delimiter), PULUMI_SKIP_UPDATE_CHECK: "true" };
}

module.exports = { engineEnvironment, provideEngine };
