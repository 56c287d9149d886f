"use strict";

const { say } = require("./progress");
const { watchSignals } = require("./interruption");
const { Problem } = require("./problem");

const help = `Usage: node setup/run.js <command> [arguments]

  start [arguments]   npm start: runs the tour, with these arguments
  example <name>      npm run example: goes through an example on the emulator; without a name: says which there are
  test [arguments]    npm test: format, lint, types and all tests; with arguments: jest alone, with them
  faults [arguments]  npm run test:faults: every fault at every API call, and each life of a stack, in about fifty minutes
  quick [arguments]   npm run test:quick: all tests that need no engine, in about a minute
  matrix [arguments]  npm run test:matrix: the packed package under npm, pnpm and Yarn, Node.js 20 to 24, the oldest and newest SDK
  backends [arguments]  npm run test:backends: two runners on PostgreSQL and S3; needs Debian's postgresql and moto's server
  long [arguments]    npm run test:long: the tests that take longest, in some thirty minutes
  engine              prints the folder of the Pulumi CLI, and nothing else, on stdout

Each first gets what is missing: the dependencies (npm ci), the Pulumi CLI, the compiled files. What is there is left alone.

CLOUDFLARE_MTLS_PULUMI=path|release|build   take the Pulumi CLI from PATH, from its official release, or build it with Go;
                                            unset: the first of the three that works
XDG_CACHE_HOME                              the CLI is kept in $XDG_CACHE_HOME/pulumi-cloudflare-mtls (default ~/.cache)
`;

/** Too long for `npm test`, which leaves them out. */
const long = [
  "bad-config",
  "calls",
  "changed-certificates",
  "edge-order",
  "engine/declarations",
  "engine/failures",
  "engine/order",
  "engine/text",
  "examples",
  "explicit-provider",
  "interrupted-by-hand",
  "managed-ca-ownership",
  "many-zones",
  "nasty",
  "neighbours",
  "one-ca",
  "paths",
  "pipelines",
  "rules-by-path",
  "small-diffs",
  "verify",
  "within-the-limit",
].map((name) => `test/e2e/${name}.test.ts`);

/** Each with a command of its own. */
const others = ["test/matrix/", "test/backends/"];

/** Needs the engine, or more than a few seconds. */
const unquick = [
  ...others,
  "test/e2e/",
  "test/setup/",
  "test/model/",
  "test/parity/",
  ...[
    "api",
    "package",
    "cloudflare/client",
    "cloudflare/network",
    "cloudflare/pace",
    "command/verify",
    "emulator/api/edge-lag",
    "emulator/odd-uploads",
    "language/oracle",
    "language/print",
    "language/reduce",
    "pki/fuzz",
    "provider/consequences",
    "provider/patience",
    "provider/secrets-in-wrong-places",
    "rules/expression-meaning",
  ].map((name) => `test/${name}.test.ts`),
];

const commands = {
  example: (args) => require("./start-command").start(args, "build/program/examples/run.js"),
  start: (args) => require("./start-command").start(args),
  test: (args) => require("./test-command").test(args, { apart: [...long, ...others] }),
  quick: (args) => {
    const left = unquick.map((path) => `--testPathIgnorePatterns=${path}`);
    return require("./test-command").test([...left, ...args], { needsEngine: false });
  },
  matrix: (args) => require("./test-command").test([others[0], ...args]),
  backends: (args) => require("./test-command").test([others[1], ...args]),
  long: (args) => require("./test-command").test([...long, ...args]),
  faults: (args) => {
    process.env.CLOUDFLARE_MTLS_FAULTS = "whole";
    const files = ["fault-matrix", "interrupted-run", "no-request-wronged", "who-is-let-in"].map(
      (name) => `test/e2e/${name}.test.ts`,
    );
    return require("./test-command").test([...files, ...args]);
  },
  engine: async () => {
    const { bin } = await require("./engine").provideEngine();
    process.stdout.write(`${bin}\n`);
    return 0;
  },
};

/** @param {string[]} words */
async function main([name, ...args]) {
  if (name === "--help" || name === "-h") {
    process.stdout.write(help);
  } else if (name === undefined || !Object.hasOwn(commands, name)) {
    process.stderr.write(help);
    process.exitCode = 2;
  } else {
    process.exitCode = await run(commands[name], args);
  }
}

async function run(command, args) {
  watchSignals();
  try {
    return await command(args);
  } catch (error) {
    say(error instanceof Problem ? error.message : error.stack);
    return 1;
  }
}

module.exports = { main };
