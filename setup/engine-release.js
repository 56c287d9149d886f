"use strict";

const { existsSync, readFileSync, readdirSync, statSync, writeFileSync } = require("node:fs");
const { homedir } = require("node:os");
const { join } = require("node:path");
const { cacheFolder, makeWhole } = require("./cache");
const { root } = require("./checkout");
const { versionOf } = require("./engine-version");
const { Problem } = require("./problem");
const { startProgress } = require("./progress");
const { lastLines, runStep } = require("./step-process");

const title = "the official release";
const limit = 15 * 60_000; // a slow download may take minutes …
const silence = 15_000; // … as long as something arrives
// The official script asks github.com first and get.pulumi.com then: a host that doesn't answer must leave time for the other.
const curlOptions = "connect-timeout = 6\nspeed-limit = 1\nspeed-time = 7\n";

/** What an earlier run has installed. */
function find() {
  const version = sdkVersion();
  const bin = join(cacheFolder(), entryOf(version), "bin");
  return existsSync(bin) ? { version, bin } : undefined;
}

/** Lets the SDK install the release of its own version, as the Automation API does. */
async function make() {
  const version = sdkVersion();
  const folder = await makeWhole(entryOf(version), async (target, work) => {
    const progress = startProgress(`Downloading Pulumi ${version} (get.pulumi.com)`);
    writeFileSync(join(work, ".curlrc"), curlOptions + userCurlOptions());
    const env = { ...process.env, TMPDIR: work, TMP: work, TEMP: work, CURL_HOME: work };
    const stall = stallOf([target, work], progress);
    const result = await runStep(process.execPath, [join(__dirname, "release-installer.js"), target], {
      cwd: work,
      env,
      limit,
      stall,
    });
    progress.end();
    if (result.problem) throw new Problem(reasonOf(result));
    await versionOf(join(target, "bin", "pulumi"));
  });
  return { version, bin: join(folder, "bin") };
}

function entryOf(version) {
  return `pulumi-${version}-release`;
}

function sdkVersion() {
  const file = join(root, "node_modules/@pulumi/pulumi/package.json");
  if (!existsSync(file)) throw new Problem("the Pulumi SDK, which installs it, is not in node_modules yet: run npm ci");
  return JSON.parse(readFileSync(file, "utf8")).version;
}

function userCurlOptions() {
  const { CURL_HOME, XDG_CONFIG_HOME } = process.env;
  const home = homedir();
  const folders = [CURL_HOME, XDG_CONFIG_HOME, home, home && join(home, ".config")].flatMap((each) => each || []);
  const file = folders
    .flatMap((folder) => [join(folder, ".curlrc"), join(folder, "curlrc")])
    .find((each) => existsSync(each));
  return file ? readFileSync(file, "utf8") : "";
}

/** Gives up once nothing has been written for a while. */
function stallOf(folders, progress) {
  let size = 0;
  let since = Date.now();
  return () => {
    const now = folders.reduce((sum, folder) => sum + sizeOf(folder), 0);
    if (now !== size) [size, since] = [now, Date.now()];
    if (now > 1e6) progress.detail(`${Math.round(now / 1e6)} MB`);
    return Date.now() - since > silence ? `got no answer for ${silence / 1000} s and was given up` : undefined;
  };
}

function sizeOf(folder) {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).reduce(
    (sum, file) => sum + (statSync(join(folder, file), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}

/** The installer's output says much; curl's own words, or the first error, say why. */
function reasonOf(result) {
  const telling = result.stderr.split("\n").filter((line) => /curl: \(|error|failed to download|timed out/i.test(line));
  const words = lastLines({ stdout: "", stderr: telling.join("\n") }) || lastLines(result);
  return [`the installer ${result.problem}`, words].filter(Boolean).join(": ");
}

module.exports = { find, make, title };
