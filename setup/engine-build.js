"use strict";

const { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, statfsSync } = require("node:fs");
const { rm } = require("node:fs/promises");
const { join } = require("node:path");
const { cacheFolder, makeWhole } = require("./cache");
const { compareVersions, versionOf } = require("./engine-version");
const { executableIn, pathFolders } = require("./executable");
const { goCaches, goEnvironment, runGo } = require("./go-command");
const { Problem } = require("./problem");
const { startProgress } = require("./progress");

const title = "built from its Go modules";
const minimumGo = "1.21"; // from here on, Go fetches by itself the newer toolchain that a go.mod asks for
const limit = 20 * 60_000; // three to five minutes on two cores
const space = 5e9;
const version = versionIn("cli", "pkg");
const entry = `pulumi-${version}-build`;
const suffix = process.platform === "win32" ? ".exe" : "";
const launcher = process.platform === "win32" ? "pulumi-resource-pulumi-nodejs.cmd" : "pulumi-resource-pulumi-nodejs";
const versionVariable = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

// Two modules, because they need different versions of sdk/v3: the last one that contains the language host is 3.68.0.
const programs = [
  {
    module: "language-host",
    file: "pulumi-language-nodejs",
    main: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    flags: ["-ldflags", `-s -w -X ${versionVariable}=v${versionIn("language-host", "sdk")}`],
  },
  {
    module: "cli",
    file: "pulumi",
    main: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    flags: ["-tags", "osusergo grpcnotrace", "-ldflags", `-s -w -X ${versionVariable}=v${version}`],
  },
];

/** What an earlier run has built. */
function find() {
  const bin = join(cacheFolder(), entry, "bin");
  return existsSync(bin) ? { version, bin } : undefined;
}

async function make() {
  const go = executableIn(pathFolders(), "go");
  if (!go) throw new Problem("there is no go on PATH");
  const caches = goCaches(version);
  const folder = await makeWhole(entry, async (target, work) => {
    const env = goEnvironment(caches, work);
    await checkGo(go, env);
    checkSpace(caches);
    const bin = join(target, "bin");
    mkdirSync(bin);
    const until = Date.now() + limit;
    for (const { module, file, main, flags } of programs) {
      const args = [
        "build",
        "-v",
        "-mod=readonly",
        "-trimpath",
        "-modcacherw",
        ...flags,
        "-o",
        join(bin, file + suffix),
        main,
      ];
      await runGo(go, args, {
        cwd: moduleFolder(module),
        env,
        limit: until - Date.now(),
        what: `Building ${file} from Go modules`,
      });
    }
    await addLauncher(go, env, bin);
    const built = await versionOf(join(bin, `pulumi${suffix}`));
    if (built !== version) throw new Problem(`the built pulumi says that it is ${built}, not ${version}`);
    await removeCaches(caches); // kept after a failure, so that another try is quick
  });
  return { version, bin: join(folder, "bin") };
}

async function checkGo(go, env) {
  const { stdout } = await runGo(go, ["version"], {
    cwd: cacheFolder(),
    env: { ...env, GOTOOLCHAIN: "local" },
    limit: 30_000,
  });
  const found = /go(\d+\.\d+\S*)/.exec(stdout)?.[1];
  if (!found || compareVersions(found, `${minimumGo}.0`) < 0) {
    throw new Problem(`${go} is ${found ?? "of an unknown version"}, older than ${minimumGo}`);
  }
}

function checkSpace(caches) {
  const { bavail, bsize } = statfsSync(cacheFolder());
  const free = bavail * bsize;
  if (caches.own && !existsSync(caches.own) && free < space) {
    throw new Problem(
      `needs ${space / 1e9} GB in ${cacheFolder()} for a while, and ${(free / 1e9).toFixed(1)} GB are free`,
    );
  }
}

/** The launcher of dynamic providers is a script; it lies in the SDK's Go module, too. */
async function addLauncher(go, env, bin) {
  const list = ["list", "-mod=readonly", "-m", "-f", "{{.Dir}}", "github.com/pulumi/pulumi/sdk/v3"];
  const { stdout } = await runGo(go, list, { cwd: moduleFolder("cli"), env, limit: 60_000 });
  copyFileSync(join(stdout.trim(), "nodejs", "dist", launcher), join(bin, launcher));
  chmodSync(join(bin, launcher), 0o755);
}

async function removeCaches(caches) {
  if (!caches.own) return;
  const progress = startProgress("Removing Go's caches of the build");
  await rm(caches.own, { recursive: true, force: true, maxRetries: 5 });
  progress.end();
}

function moduleFolder(module) {
  return join(__dirname, "go", module);
}

function versionIn(module, part) {
  const text = readFileSync(join(moduleFolder(module), "go.mod"), "utf8");
  return new RegExp(`pulumi/${part}/v3 v(\\S+)`).exec(text)?.[1];
}

module.exports = { find, make, minimumGo, title };
