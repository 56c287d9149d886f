import { picture, text } from "../src/wording/svg";
import type { Probe } from "../test/support/prober";

/** A stretch of the run: one command, or the pause after it. */
export interface Phase {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** A write to the API. */
export interface Mark {
  readonly at: number;
  readonly what: string;
}

export interface Lane {
  readonly label: string;
  readonly hostname: string;
  readonly probes: readonly Probe[];
}

const LEFT = 240;
const WIDTH = 1180;
const RIGHT = WIDTH - 20;
const TOP = 64;
const LANE = 40;
const BAND = 22;

const COLOURS = { open: "#2a9d5c", closed: "#c8443c", broken: "#7a3fa0" };

/**
 * The whole run in one picture: a lane for each client, green where it was let in and red where it was refused, over
 * the phases of the run; below, a tick for each write to the API.
 */
export function drawTimeline(
  title: string,
  phases: readonly Phase[],
  lanes: readonly Lane[],
  marks: readonly Mark[],
): string {
  const start = Math.min(...phases.map(({ from }) => from));
  const end = Math.max(...phases.map(({ to }) => to));
  const x = (at: number) => LEFT + ((Math.min(end, Math.max(start, at)) - start) / (end - start)) * (RIGHT - LEFT);
  const bottom = TOP + 28 + lanes.length * LANE;
  const writes = stack(marks, x);
  const depth = Math.max(0, ...writes.map(({ row }) => row));
  const height = bottom + 44 + (depth + 1) * 16 + 46;
  return picture(WIDTH, height, title, [
    text(20, 28, title, 'font-size="16" font-weight="600"'),
    ...phases.map((phase, index) => band(phase, index, x, bottom)),
    ...lanes.map((lane, index) => drawLane(lane, TOP + 28 + index * LANE, x)),
    text(20, bottom + 24, "writes to the API", 'font-weight="600"'),
    // The lines first, so that none runs through a word.
    ...writes.map(({ at, row }) => line(x(at), bottom + 8, row)),
    ...writes.map((label) => named(x(label.at), bottom + 8, label)),
    ...legend(height - 18, (end - start) / 1000),
  ]);
}

function band({ name, from, to }: Phase, index: number, x: (at: number) => number, bottom: number): string {
  const width = Math.max(1, x(to) - x(from));
  const shade = index % 2 === 0 ? "#f1f4f8" : "#e4e9f0";
  const shown = width > widthOf(name) ? text(x(from) + 4, TOP + 14, name, 'font-weight="600"') : "";
  return `<rect x="${x(from).toFixed(1)}" y="${TOP}" width="${width.toFixed(1)}" height="${bottom - TOP}" fill="${shade}"/>${shown}`;
}

/** Each probe lasts until the next one: a colour change is where the answer changed. */
function drawLane({ label, hostname, probes }: Lane, y: number, x: (at: number) => number): string {
  const labels =
    text(20, y + 10, label, 'font-weight="600"') + text(20, y + 25, hostname, 'fill="#666" font-size="11"');
  const bars = runs(probes).map(({ status, from, to }) => {
    const colour = status === 200 ? COLOURS.open : status === 403 ? COLOURS.closed : COLOURS.broken;
    const width = Math.max(1, x(to) - x(from));
    const inside = width > 30 ? text(x(from) + 6, y + 20, String(status), 'fill="#fff" font-weight="600"') : "";
    return `<rect x="${x(from).toFixed(1)}" y="${y + 4}" width="${width.toFixed(1)}" height="${BAND}" fill="${colour}"/>${inside}`;
  });
  return labels + bars.join("");
}

function runs(probes: readonly Probe[]): { status: Probe["status"]; from: number; to: number }[] {
  const found: { status: Probe["status"]; from: number; to: number }[] = [];
  for (const { status, sent, answered } of probes) {
    const last = found.at(-1);
    if (last) last.to = last.status === status ? answered : sent;
    if (last?.status !== status) found.push({ status, from: sent, to: answered });
  }
  return found;
}

interface Label extends Mark {
  readonly row: number;
  /** It stands left of its line, because there is no room on the right. */
  readonly flipped: boolean;
}

/** Labels go to the first row where they don't run into the one before. */
function stack(marks: readonly Mark[], x: (at: number) => number): Label[] {
  const ends: number[] = [];
  return marks.map((mark) => {
    const width = widthOf(mark.what);
    const flipped = x(mark.at) + width > RIGHT;
    const from = flipped ? x(mark.at) - width : x(mark.at);
    let row = ends.findIndex((end) => end <= from);
    if (row < 0) row = ends.length;
    ends[row] = from + width + 4;
    return { ...mark, row, flipped };
  });
}

/** About what words take, with room on both sides. */
function widthOf(words: string): number {
  return words.length * 6.2 + 8;
}

function line(at: number, top: number, row: number): string {
  return `<line x1="${at.toFixed(1)}" y1="${top}" x2="${at.toFixed(1)}" y2="${rowAt(top, row)}" stroke="#8592a6"/>`;
}

function named(at: number, top: number, { what, row, flipped }: Label): string {
  const halo = 'paint-order="stroke" stroke="#ffffff" stroke-width="3"';
  const side = `text-anchor="${flipped ? "end" : "start"}"`;
  return text(flipped ? at - 4 : at + 4, rowAt(top, row), what, `font-size="11" ${side} ${halo}`);
}

function rowAt(top: number, row: number): number {
  return top + 16 + row * 16;
}

function legend(y: number, seconds: number): string[] {
  const entries: [string, string][] = [
    [COLOURS.open, "200: let in"],
    [COLOURS.closed, "403: refused by the rule"],
    [COLOURS.broken, "anything else"],
  ];
  const swatches = entries.map(([colour, meaning], index) => {
    const at = LEFT + index * 190;
    return `<rect x="${at}" y="${y - 10}" width="12" height="12" fill="${colour}"/>${text(at + 18, y, meaning)}`;
  });
  return [...swatches, text(RIGHT, y, `${seconds.toFixed(0)} s from end to end`, 'fill="#666" text-anchor="end"')];
}
