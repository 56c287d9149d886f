import { mintAuthorities } from "./authorities";
import { Explorer } from "./explorer";
import { WORLDS } from "./worlds";

/** A second of a core in each world; `npm run model` goes on for as long as it is told. */
const STEPS = 70;
/** Microseconds of the processor: a machine that is busy with other things makes the sample no smaller. */
const LONGEST = 12_000_000;

test("nobody is wronged in a sample of the model's worlds", async () => {
  const states = new Set<number>();
  const stories: string[] = [];
  const explorer = new Explorer(
    await mintAuthorities(),
    (hash) => states.add(hash),
    ({ story }) => stories.push(story),
  );
  const start = process.cpuUsage();
  const worlds = Object.keys(WORLDS);
  let steps = STEPS * worlds.length;
  await explorer.explore(
    worlds,
    1,
    { worker: 0, workers: 1 },
    () => steps-- <= 0 || process.cpuUsage(start).user > LONGEST,
  );
  expect(states.size).toBeGreaterThan(500);
  expect(stories.join("\n\n")).toBe("");
}, 240_000);
