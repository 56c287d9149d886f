import type * as CaBundle from "../../src/pki/ca-bundle";
import { mintAuthorities } from "./authorities";
import { Explorer } from "./explorer";
import { isKnown } from "./known";
import { WORLDS } from "./worlds";

// The worlds have three certificates; to read them anew each time takes longer than all the rest.
jest.mock("../../src/pki/ca-bundle", () => {
  const actual = jest.requireActual<typeof CaBundle>("../../src/pki/ca-bundle");
  const known = new Map<string, ReturnType<typeof actual.readCaBundle>>();
  return {
    ...actual,
    readCaBundle: (...[text, options]: Parameters<typeof actual.readCaBundle>) => {
      const name = JSON.stringify([text, { ...options, now: 0 }]);
      const read = known.get(name) ?? actual.readCaBundle(text, options);
      known.set(name, read);
      return read;
    },
  };
});

/** A second of a core in each world; `npm run model` goes on for as long as it is told. */
const STEPS = 70;
const LONGEST = 12_000;

test("nobody is wronged in a sample of the model's worlds, but for what is known", async () => {
  const states = new Set<number>();
  const stories: string[] = [];
  const explorer = new Explorer(
    await mintAuthorities(),
    (hash) => states.add(hash),
    ({ shape, story }) => (isKnown(shape) ? undefined : stories.push(story)),
  );
  const end = Date.now() + LONGEST;
  const worlds = Object.keys(WORLDS);
  let steps = STEPS * worlds.length;
  await explorer.explore(worlds, 1, { worker: 0, workers: 1 }, () => steps-- <= 0 || Date.now() > end);
  expect(states.size).toBeGreaterThan(500);
  expect(stories.join("\n\n")).toBe("");
}, 40_000);
