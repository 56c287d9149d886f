import { titleOf } from "../support/faults/cells";
import type { Cell } from "../support/faults/cells";
import { makeLane, ONE, runCells, titlesOf, TWO } from "../support/faults/matrix";
import { sampleOf } from "../support/faults/sample";
import { holds, report, summaryOf } from "../support/faults/tally";

/*
 * Every API call of every operation, as a clean run makes them, with every fault: killed before and after it, its connection
 * cut before and after, 429, 500, a gateway's page, no answer, and a token that is revoked from there on. One more plain
 * `up` (or `destroy`) then brings everything right: nothing is left over or uploaded twice, what others own is the
 * same to the last byte, and the clients who knock all the while are never wronged. Where a run was ended, somebody may also give up: `destroy` follows an `up`, and
 * `up --refresh` a `destroy`.
 *
 * Two components of one zone are written side by side. So for them each write is failed, and not each read; one of the two is refused while the other goes
 * on; and somebody may put the program back.
 *
 * `npm run test:faults` runs all cells, `npm test` a sample of one component's. Both print their counts. To run some again, give a pattern of their
 * titles: CLOUDFLARE_MTLS_FAULTS="create, call 2," npm test -- test/e2e/fault-matrix.test.ts -t "one component"
 */

const WISH = process.env.CLOUDFLARE_MTLS_FAULTS ?? "";
const WHOLE = WISH === "whole";
/** Cells of the sample besides one for each write. */
const FURTHER = 4;
const MINUTE = 60_000;

test.each(WISH ? [TWO, ONE] : [ONE])(
  "after any fault at any call of any operation of $name, the next command brings everything right, and nobody is wronged",
  async (matrix) => {
    const started = Date.now();
    const lanes = await Promise.all([makeLane(matrix), makeLane(matrix)]);
    const [first, second] = lanes;
    // Or the numbers of the cells would mean nothing.
    expect(titlesOf(second)).toEqual(titlesOf(first));

    const chosen = chosenFrom(first.cells);
    const verdicts = await runCells(lanes, chosen, (verdict, done) => {
      for (const problem of verdict.problems) say(`${titleOf(verdict.cell)}: ${problem}`);
      if (WISH && done % 20 === 0) say(`fault matrix: ${done} of ${chosen.length} cells`);
    });
    const seconds = (Date.now() - started) / 1000;
    const counts = { all: first.cells.length, equal: first.equal, seconds };
    const file = report(matrix.name, verdicts, counts);
    say(
      `fault matrix, ${matrix.name}: ${summaryOf(verdicts, counts)}\nfault matrix: the cells one by one are in ${file}`,
    );
    const broken = verdicts.filter((verdict) => !holds(verdict));
    expect(broken.map(({ cell, problems }) => ({ cell: titleOf(cell), problems }))).toEqual([]);
    expect([verdicts.length, chosen.length > 0]).toEqual([chosen.length, true]);
  },
  (WISH ? 180 : 10) * MINUTE,
);

function chosenFrom(cells: readonly Cell[]): number[] {
  if (!WISH) return sampleOf(cells, FURTHER);
  return cells.flatMap((cell, number) => (WHOLE || new RegExp(WISH).test(titleOf(cell)) ? [number] : []));
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
