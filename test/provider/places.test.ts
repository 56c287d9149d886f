import fc from "fast-check";
import { inPlaces, inPlacesWithin } from "../../src/provider/engine/places";
import { runs } from "../support/runs";

/* A list keeps its order from one run to the next: the engine compares lists place by place. */

const members = fc.uniqueArray(fc.integer({ min: 0, max: 30 }).map(String), { maxLength: 20 });
const times = { numRuns: runs(1000) };

test("what is in the list is what the program gives, as often as it gives it", () => {
  const several = fc.array(fc.constantFrom("a", "b", "c", "d"));
  fc.assert(
    fc.property(several, several, (olds, news) => expect(inPlaces(olds, news).sort()).toEqual([...news].sort())),
    times,
  );
});

test("the same members are the same list as before, in whatever order they come", () => {
  const shuffled = members.chain((olds) =>
    fc.tuple(fc.constant(olds), fc.shuffledSubarray(olds, { minLength: olds.length })),
  );
  fc.assert(
    fc.property(shuffled, ([olds, news]) => expect(inPlaces(olds, news)).toEqual(olds)),
    times,
  );
});

test("no fewer places could change: those of members that are gone, and those at the end", () => {
  fc.assert(
    fc.property(members, members, (olds, news) => {
      const placed = inPlaces(olds, news);
      const changed = (list: readonly string[]) => list.filter((member, index) => member !== olds[index]).length;
      const gone = olds.slice(0, news.length).filter((member) => !news.includes(member)).length;
      expect(changed(placed)).toBe(gone + Math.max(0, news.length - olds.length));
    }),
    times,
  );
});

test.each([
  ["added", ["c", "a"], ["a", "b", "c"], ["c", "a", "b"]],
  ["exchanged", ["c", "a", "b"], ["a", "c", "x"], ["c", "a", "x"]],
  ["removed", ["c", "a", "b"], ["a", "b"], ["b", "a"]],
  ["removed at the end", ["c", "a", "b"], ["a", "c"], ["c", "a"]],
  ["new, where there was no list", undefined, ["a", "b"], ["a", "b"]],
])("a member that is %s moves no other than the last", (_what, olds, news, expected) => {
  expect(inPlaces(olds, news)).toEqual(expected);
});

test("the lists inside objects keep their places too, wherever the object comes to stand", () => {
  const olds = [
    { ca: "1", hostnames: ["b", "a"] },
    { ca: "2", hostnames: ["d", "c"] },
  ];
  expect(inPlacesWithin(olds, [{ ca: "2", hostnames: ["c", "d", "e"] }], ({ ca }) => ca)).toEqual([
    { ca: "2", hostnames: ["d", "c", "e"] },
  ]);
});
