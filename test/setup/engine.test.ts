import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onMachine, type Machine } from "./machine";
import { installGo, installPulumi, pinned } from "./toolchains";

const built = `pulumi-${pinned}-build`;

function binOf(machine: Machine): string {
  return join(machine.cache, built, "bin");
}

test(
  "a Pulumi CLI on PATH that is new enough is used, and nothing is added to its folder",
  onMachine(async (machine) => {
    installPulumi(machine, "3.229.0");
    const before = readdirSync(machine.bin);
    expect(await machine.run(["engine"])).toMatchObject({ code: 0, stdout: `${machine.bin}\n`, stderr: "" });
    expect(readdirSync(machine.bin)).toEqual(before);
    expect(machine.cached()).toEqual([]);
  }),
);

test(
  "a Pulumi CLI that is too old is passed over with its reason, and the next ways are tried",
  onMachine(async (machine) => {
    installPulumi(machine, "3.228.9");
    installGo(machine);
    const { code, stdout, stderr } = await machine.run(["engine"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${binOf(machine)}\n` });
    expect(stderr).toContain("is 3.228.9, older than 3.229.0");
    expect(stderr).toContain("the official release: the installer ended with exit code 1");
    expect(readdirSync(binOf(machine)).sort()).toEqual([
      "pulumi",
      "pulumi-language-nodejs",
      "pulumi-resource-pulumi-nodejs",
    ]);
  }),
);

test(
  "a Pulumi CLI without its Node.js language host is passed over",
  onMachine(async (machine) => {
    machine.script("pulumi", "echo v3.300.0");
    const { code, stderr } = await machine.run(["engine"], { CLOUDFLARE_MTLS_PULUMI: "path" });
    expect(code).toBe(1);
    expect(stderr).toContain("pulumi-language-nodejs is neither beside it nor on PATH");
  }),
);

test(
  "when no way is left, the error names all three with their reasons and says what to do",
  onMachine(async (machine) => {
    const { code, stdout, stderr } = await machine.run(["engine"]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/ {2}path \(on PATH\): there is no pulumi\n/);
    expect(stderr).toMatch(
      / {2}release \(the official release\): .*Failed to download https:\/\/get\.pulumi\.com\/install\.sh/,
    );
    expect(stderr).toMatch(/ {2}build \(built from its Go modules\): there is no go on PATH\n/);
    expect(stderr).toContain("What to do, one of:");
    expect(machine.cached()).toEqual([]);
  }),
);

test(
  "a Go that is too old says so",
  onMachine(async (machine) => {
    installGo(machine, { version: "1.20.14" });
    const { code, stderr } = await machine.run(["engine"], { CLOUDFLARE_MTLS_PULUMI: "build" });
    expect(code).toBe(1);
    expect(stderr).toContain("is 1.20.14, older than 1.21");
  }),
);

test(
  "a failed build says why in Go's own words, and keeps Go's caches for the next try but no half-made engine",
  onMachine(async (machine) => {
    installGo(machine, { build: 'mkdir -p "$GOMODCACHE"; echo "go: module lookup disabled" >&2; exit 1' });
    const { code, stderr } = await machine.run(["engine"], { CLOUDFLARE_MTLS_PULUMI: "build" });
    expect(code).toBe(1);
    expect(stderr).toContain("go build ended with exit code 1: go: module lookup disabled");
    expect(machine.cached()).toEqual([`go-for-pulumi-${pinned}`]);
  }),
);

test(
  "the variable CLOUDFLARE_MTLS_PULUMI takes one way, and any other value is refused with the list",
  onMachine(async (machine) => {
    installPulumi(machine, "3.300.0");
    installGo(machine);
    expect((await machine.run(["engine"], { CLOUDFLARE_MTLS_PULUMI: "build" })).stdout).toBe(`${binOf(machine)}\n`);
    expect((await machine.run(["engine"], { CLOUDFLARE_MTLS_PULUMI: "path" })).stdout).toBe(`${machine.bin}\n`);
    const refused = await machine.run(["engine"], { CLOUDFLARE_MTLS_PULUMI: "docker" });
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain("It can be path, release or build.");
  }),
);

test(
  "a second run does not build again, and needs no network",
  onMachine(async (machine) => {
    installGo(machine);
    await machine.run(["engine"], { CLOUDFLARE_MTLS_PULUMI: "build" });
    expect(await machine.run(["engine"])).toMatchObject({ code: 0, stdout: `${binOf(machine)}\n`, stderr: "" });
    expect(machine.calls()).toEqual(["build", "build"]); // the language host and the CLI, once each
    expect(machine.cached()).toEqual([built]);
  }),
);

test(
  "of two runs at once, one builds and both use the result",
  onMachine(async (machine) => {
    installGo(machine, { build: "sleep 0.5" });
    const both = await Promise.all([1, 2].map(() => machine.run(["engine"], { CLOUDFLARE_MTLS_PULUMI: "build" })));
    for (const each of both) expect(each).toMatchObject({ code: 0, stdout: `${binOf(machine)}\n` });
    expect(machine.calls()).toEqual(["build", "build"]);
    expect(machine.cached()).toEqual([built]);
  }),
);

test(
  "Go's caches that the user names are used and left alone",
  onMachine(async (machine) => {
    installGo(machine, { build: 'touch "$GOMODCACHE/used" "$GOCACHE/used"' });
    const own = { GOMODCACHE: join(machine.folder, "modules"), GOCACHE: join(machine.folder, "objects") };
    for (const folder of Object.values(own)) mkdirSync(folder);
    expect(await machine.run(["engine"], { CLOUDFLARE_MTLS_PULUMI: "build", ...own })).toMatchObject({ code: 0 });
    for (const folder of Object.values(own)) expect(existsSync(join(folder, "used"))).toBe(true);
  }),
);

test(
  "what a killed process left in the cache is removed, and its lock is not waited for",
  onMachine(async (machine) => {
    installGo(machine);
    const dead = "999999999";
    mkdirSync(join(machine.cache, `pulumi-0.0.1-build.${dead}.partial`, "target"), { recursive: true });
    writeFileSync(join(machine.cache, `${built}.lock`), dead);
    const { code, milliseconds } = await machine.run(["engine"], { CLOUDFLARE_MTLS_PULUMI: "build" });
    expect(code).toBe(0);
    expect(milliseconds).toBeLessThan(5_000);
    expect(machine.cached()).toEqual([built]);
  }),
);

test(
  "without a home, the cache is found or made elsewhere",
  onMachine(async (machine) => {
    installGo(machine);
    const home = { HOME: "", XDG_CACHE_HOME: join(machine.folder, "elsewhere"), CLOUDFLARE_MTLS_PULUMI: "build" };
    const bin = join(machine.folder, "elsewhere", "pulumi-cloudflare-mtls", built, "bin");
    expect(await machine.run(["engine"], home)).toMatchObject({ code: 0, stdout: `${bin}\n` });
  }),
);
