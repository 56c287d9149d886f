// Run by engine-release.js in a process of its own, because the SDK's installer can be neither bounded nor stopped.
"use strict";

const { PulumiCommand } = require("@pulumi/pulumi/automation");

PulumiCommand.install({ root: process.argv[2] }).catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
