import { resolve } from "node:path";
import { endWith, interruption } from "../test/support/ending";
import { Stage } from "./stage";
import { STEPS } from "./steps";

/** Goes through the steps of an example, and answers whether all was as expected. */
export async function run(example: string, root: string, say: (line: string) => void): Promise<boolean> {
  const steps = STEPS[example];
  if (!steps) throw new Error(`Name one of the examples: ${Object.keys(STEPS).join(", ")}.`);
  const stage = await Stage.open(example, root, (line) => {
    if (interruption.asked) throw new Error("Interrupted.");
    say(line);
  });
  try {
    await steps(stage);
    return stage.holds;
  } finally {
    await stage.close();
  }
}

if (require.main === module) {
  // Where the compiled runner stands: build/program/examples.
  endWith(run(process.argv[2] ?? "", resolve(__dirname, "../../.."), console.log));
}
