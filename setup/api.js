"use strict";

const { mkdirSync, rmSync } = require("node:fs");
const { join } = require("node:path");
const { Extractor, ExtractorConfig, ExtractorLogLevel } = require("@microsoft/api-extractor");
const { root } = require("./checkout");

const entryPoints = ["index", "emulator/index"];

/**
 * Writes what the package exports, read from src and dist, to a folder: pages to read, and one report for each entry point,
 * in whose diff a reviewer sees every change of the public surface.
 */
async function writeApi(folder) {
  rmSync(folder, { recursive: true, force: true });
  await writePages(join(folder, "pages"));
  for (const entryPoint of entryPoints) writeReport(entryPoint, join(folder, "report"));
}

async function writePages(folder) {
  const { Application, LogLevel } = await import("typedoc");
  const options = {
    plugin: ["typedoc-plugin-markdown"],
    entryPoints: entryPoints.map((entryPoint) => join(root, "src", `${entryPoint}.ts`)),
    tsconfig: join(root, "tsconfig.json"),
    out: folder,
    readme: "none",
    disableSources: true, // else every commit changes every page
    excludeExternals: true, // what Pulumi's own classes bring along
    hideBreadcrumbs: true,
    logLevel: LogLevel.Error,
  };
  const application = await Application.bootstrapWithPlugins(options);
  const project = await application.convert();
  if (project === undefined) throw new Error("typedoc could not read the sources: `npm run types` names the errors");
  await application.generateOutputs(project);
}

function writeReport(entryPoint, reportFolder) {
  mkdirSync(reportFolder, { recursive: true });
  /** @type {import("@microsoft/api-extractor").IConfigFile} */
  const configObject = {
    projectFolder: root,
    mainEntryPointFilePath: join(root, "dist", `${entryPoint}.d.ts`),
    compiler: { tsconfigFilePath: join(root, "tsconfig.json") },
    apiReport: {
      enabled: true,
      reportFileName: entryPoint.split("/")[0],
      reportFolder,
      reportTempFolder: join(root, "build", "api"),
    },
    docModel: { enabled: false },
    dtsRollup: { enabled: false },
    tsdocMetadata: { enabled: false },
    messages: {
      extractorMessageReporting: { default: { logLevel: ExtractorLogLevel.None, addToApiReportFile: false } },
    },
    newlineKind: "lf",
  };
  const config = ExtractorConfig.prepare({
    configObject,
    configObjectFullPath: undefined,
    packageJsonFullPath: join(root, "package.json"),
  });
  const { succeeded } = Extractor.invoke(config, { localBuild: true, messageCallback: quiet });
  if (!succeeded) throw new Error(`the API report of dist/${entryPoint}.d.ts could not be made`);
}

/** Only errors are of interest: that a report has changed is what it is written for. */
function quiet(message) {
  message.handled = message.logLevel !== "error";
}

module.exports = { writeApi };

if (require.main === module) writeApi(process.argv[2] ?? join(root, "docs", "api"));
