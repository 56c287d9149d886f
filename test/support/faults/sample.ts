import { chanceOf } from "../../../src/emulator/account/chance";
import { FAULTS } from "./cells";
import type { Cell } from "./cells";

/** Always the same, so that what fails fails again. */
const SEED = 20_260;

/**
 * Numbers of cells for a run that is to be short: every other write once, the faults in turn, and as
 * many of all other cells as asked for, drawn by chance.
 */
export function sampleOf(cells: readonly Cell[], further: number): number[] {
  const numbers = cells.map((_, number) => number);
  const again = numbers.filter((number) => cells[number]?.call.isWrite && cells[number]?.then === "again");
  const writes = [...new Set(again.map((number) => cells[number]?.call))].filter((_, place) => place % 2 === 0);
  const fixed = writes.flatMap((call, place) => {
    const fault = FAULTS[place % FAULTS.length];
    return again.filter((number) => cells[number]?.call === call && cells[number]?.fault === fault);
  });
  const random = chanceOf(SEED);
  const rest = numbers.filter((number) => !fixed.includes(number));
  const drawn = Array.from({ length: further }, () => rest.splice(Math.floor(random() * rest.length), 1)).flat();
  return [...fixed, ...drawn].sort((left, right) => left - right);
}
