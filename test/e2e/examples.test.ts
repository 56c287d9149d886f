import { spawnSync } from "node:child_process";
import { STEPS } from "../../examples/steps";
import { expectAsShown, ROOT } from "../support/example";

jest.setTimeout(400_000);

test.each(Object.keys(STEPS))("the example %s does what its README shows", (name) => expectAsShown(name));

test("the compiled program, without a name, says which examples there are", () => {
  const node = (...args: string[]) => spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });
  node("-e", 'const { compile, tour } = require("./setup/compilation"); void compile(tour)');
  const { status, stderr } = node("build/program/examples/run.js");
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: `\nName one of the examples: ${Object.keys(STEPS).join(", ")}.\n`,
  });
});
