import { readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../examples/run";

export const ROOT = join(__dirname, "../..");

export function readmeOf(example: string): string {
  return readFileSync(join(ROOT, "examples", example, "README.md"), "utf8");
}

/** Goes through an example: all is as expected, and what is seen is what its README shows, to the letter. */
export async function expectAsShown(example: string): Promise<void> {
  const said: string[] = [];
  const holds = await run(example, ROOT, (line) => said.push(line));
  const [, shown] = /```text\n([\s\S]*?)\n```/.exec(readmeOf(example)) ?? [];
  expect({ holds, said: said.join("\n") }).toEqual({ holds: true, said: shown });
}
