import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onMachine, until, type Machine } from "./machine";
import { installGo, installPulumi, pinned } from "./toolchains";

const build = { CLOUDFLARE_MTLS_PULUMI: "build" };

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "%s during a build kills the compilers and leaves nothing half-made",
  (signal) =>
    onMachine(async (machine) => {
      installGo(machine, { build: "sleep 300 & sleep 300" });
      const run = machine.start(["engine"], build);
      await until(() => machine.calls().length === 1);
      run.kill(signal);
      const { code, stderr } = await run.finished;
      expect(code).toBe({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[signal]);
      expect(stderr).toContain(`Stopped by ${signal}`);
      expect(machine.living()).toEqual([]);
      expect(machine.cached()).toEqual([]);
    })(),
);

test(
  "a build after one that was killed outright starts afresh and succeeds",
  onMachine(async (machine) => {
    installGo(machine, { build: "sleep 300" });
    const run = machine.start(["engine"], build);
    await until(() => machine.calls().length === 1);
    run.kill("SIGKILL");
    await run.finished;
    installGo(machine);
    expect(await machine.run(["engine"], build)).toMatchObject({ code: 0 });
    expect(machine.cached()).toEqual([`pulumi-${pinned}-build`]);
    for (const pid of machine.living()) process.kill(Number(pid), "SIGKILL");
  }),
);

/** A tour that writes each signal it gets to $LOG and starts a process that ignores them. */
function checkoutWithTour(machine: Machine, onSignal: string): string {
  const root = machine.checkout();
  installPulumi(machine, "3.300.0");
  const tour = `
    const { appendFileSync } = require("node:fs");
    const log = (text) => appendFileSync(process.env.LOG, text + "\\n");
    require("node:child_process").spawn("sh", ["-c", "trap '' INT TERM; sleep 300"], { stdio: "ignore" });
    for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => { log(signal); ${onSignal} });
    setInterval(() => {}, 1000);
    console.log("ready");`;
  const compiler = `
    const { mkdirSync, writeFileSync } = require("node:fs");
    for (const folder of ["dist", "build/program/tour"]) mkdirSync(folder, { recursive: true });
    writeFileSync("dist/index.js", "");
    writeFileSync("build/program/tour/index.js", ${JSON.stringify(tour)});`;
  mkdirSync(join(root, "node_modules/typescript/bin"), { recursive: true });
  writeFileSync(join(root, "node_modules/typescript/bin/tsc"), compiler);
  writeFileSync(
    join(root, "node_modules/.package-lock.json"),
    '{"packages":{"node_modules/jest":{"version":"1.0.0"}}}',
  );
  return root;
}

test(
  "a Ctrl-C that comes from the terminal and from npm reaches the tour once, and its exit code is passed on",
  onMachine(async (machine) => {
    const run = machine.start(["start"], {}, checkoutWithTour(machine, "setTimeout(() => process.exit(7), 300)"));
    await run.says("ready");
    run.kill("SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 50));
    run.kill("SIGINT");
    expect(await run.finished).toMatchObject({ code: 7 });
    expect(machine.calls()).toEqual(["SIGINT"]);
    expect(machine.living()).toEqual([]);
  }),
);

test(
  "a killed run stops the tour and all that it started",
  onMachine(async (machine) => {
    const run = machine.start(["start"], {}, checkoutWithTour(machine, "process.exit(0)"));
    await run.says("ready");
    run.kill("SIGTERM");
    await run.finished;
    expect(machine.calls()).toEqual(["SIGTERM"]);
    expect(machine.living()).toEqual([]);
  }),
);
