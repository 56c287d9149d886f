import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onMachine, type Machine } from "./machine";
import { installPulumi } from "./toolchains";

interface Results {
  /** null: jest writes no result */
  jest?: object | null;
  jestCode?: number;
  lintCode?: number;
  compilerCode?: number;
}

const green = {
  numPassedTests: 5,
  numFailedTests: 0,
  numRuntimeErrorTestSuites: 0,
  numPendingTests: 2,
  numTodoTests: 1,
};

/** A checkout whose npm, compiler and jest write to $LOG what they are asked for. */
function checkout(
  machine: Machine,
  { jest = green, jestCode = 0, lintCode = 0, compilerCode = 0 }: Results = {},
): string {
  const root = machine.checkout();
  const log = (text: string) => `require("node:fs").appendFileSync(process.env.LOG, ${text} + "\\n");`;
  const compiler = `${log('"tsc " + process.argv[3]')}
    require("node:fs").mkdirSync("dist", { recursive: true });
    require("node:fs").writeFileSync("dist/index.js", "");
    if (${compilerCode}) console.log("src/index.ts(1,1): error TS1000");
    process.exit(${compilerCode});`;
  const runner = `${log('"jest " + process.argv.slice(2).filter((each) => !each.startsWith("--")).join(" ")')}
    if (process.env.CLOUDFLARE_MTLS_FAULTS) ${log('"faults " + process.env.CLOUDFLARE_MTLS_FAULTS')}
    const file = process.argv.find((each) => each.startsWith("--outputFile=")).slice(13);
    if (${JSON.stringify(jest !== null)}) require("node:fs").writeFileSync(file, ${JSON.stringify(JSON.stringify(jest))});
    process.exit(${jestCode});`;
  const programs = JSON.stringify({ "typescript/bin/tsc": compiler, "jest/bin/jest.js": runner });
  const npm = `${log('"npm " + process.argv.slice(2).join(" ")')}
    const { mkdirSync, writeFileSync } = require("node:fs");
    if (process.argv[2] === "run") process.exit(process.argv[4] === "lint" ? ${lintCode} : 0);
    for (const [file, text] of Object.entries(${programs})) {
      mkdirSync(require("node:path").dirname("node_modules/" + file), { recursive: true });
      writeFileSync("node_modules/" + file, text);
    }
    writeFileSync("node_modules/.package-lock.json", '{"packages":{"node_modules/jest":{"version":"1.0.0"}}}');`;
  mkdirSync(join(machine.folder, "npm"));
  writeFileSync(join(machine.folder, "npm", "npm-cli.js"), npm);
  machine.env.npm_execpath = join(machine.folder, "npm", "npm-cli.js");
  return root;
}

function lastLine(text: string): string | undefined {
  return text.trimEnd().split("\n").at(-1);
}

test(
  "npm test on a fresh checkout installs, compiles, checks and tests, and does the first two only once",
  onMachine(async (machine) => {
    installPulumi(machine, "3.300.0");
    const root = checkout(machine);
    const checks = ["npm run --silent lint", "npm run --silent types", "jest "];
    expect((await machine.run(["test"], {}, root)).code).toBe(0);
    expect(machine.calls()).toEqual(["npm ci --include=dev", "tsc tsconfig.json", ...checks]);
    const second = await machine.run(["test"], {}, root);
    expect(lastLine(second.stdout)).toBe("5 passed, 0 failed, 3 skipped");
    expect(machine.calls().slice(5)).toEqual(checks);
  }),
);

test(
  "a changed source is compiled again into an empty folder",
  onMachine(async (machine) => {
    installPulumi(machine, "3.300.0");
    const root = checkout(machine);
    await machine.run(["test", "one"], {}, root);
    writeFileSync(join(root, "dist", "stale.js"), "");
    writeFileSync(join(root, "src", "more.ts"), "export {};\n");
    await machine.run(["test", "two"], {}, root);
    expect(machine.calls()).toEqual([
      "npm ci --include=dev",
      "tsc tsconfig.json",
      "jest one",
      "tsc tsconfig.json",
      "jest two",
    ]);
    expect(existsSync(join(root, "dist", "stale.js"))).toBe(false);
  }),
);

test(
  "npm run test:faults runs the longest tests in full",
  onMachine(async (machine) => {
    installPulumi(machine, "3.300.0");
    const { code, stdout } = await machine.run(["faults"], {}, checkout(machine));
    expect([code, lastLine(stdout)]).toEqual([0, "5 passed, 0 failed, 3 skipped"]);
    const names = ["fault-matrix", "interrupted-run", "no-request-wronged", "who-is-let-in"];
    const files = names.map((name) => `test/e2e/${name}.test.ts`);
    expect(machine.calls().slice(-2)).toEqual([`jest ${files.join(" ")}`, "faults whole"]);
    for (const file of files) expect(existsSync(join(__dirname, "../..", file))).toBe(true);
  }),
);

test(
  "a lint failure counts as one failed, and the tests still run",
  onMachine(async (machine) => {
    installPulumi(machine, "3.300.0");
    const { code, stdout } = await machine.run(["test"], {}, checkout(machine, { lintCode: 1 }));
    expect(code).toBe(1);
    expect(lastLine(stdout)).toBe("5 passed, 1 failed, 3 skipped");
  }),
);

test(
  "a suite that cannot run and a missing engine count as failed each",
  onMachine(async (machine) => {
    const jest = { ...green, numFailedTests: 1, numRuntimeErrorTestSuites: 1 };
    const root = checkout(machine, { jest, jestCode: 1 });
    const { code, stdout, stderr } = await machine.run(["test"], { CLOUDFLARE_MTLS_PULUMI: "path" }, root);
    expect(code).toBe(1);
    expect(lastLine(stdout)).toBe("5 passed, 3 failed, 3 skipped");
    expect(stderr).toContain("No Pulumi CLI");
  }),
);

test(
  "a source that does not compile and a jest without a result count as failed each",
  onMachine(async (machine) => {
    installPulumi(machine, "3.300.0");
    const root = checkout(machine, { jest: null, jestCode: 1, compilerCode: 2 });
    const { code, stdout, stderr } = await machine.run(["test"], {}, root);
    expect(code).toBe(1);
    expect(lastLine(stdout)).toBe("0 passed, 2 failed, 0 skipped");
    expect(stderr).toContain("src/index.ts(1,1): error TS1000");
  }),
);

test(
  "the help lists the commands and the variable, and a wrong command gets it, too",
  onMachine(async (machine) => {
    const help = await machine.run(["--help"]);
    expect(help).toMatchObject({ code: 0, stderr: "" });
    for (const word of ["start", "test", "faults", "engine", "CLOUDFLARE_MTLS_PULUMI"])
      expect(help.stdout).toContain(word);
    expect(await machine.run(["strat"])).toMatchObject({ code: 2, stdout: "", stderr: help.stdout });
  }),
);
