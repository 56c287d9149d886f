import { picture, text } from "../src/wording/svg";

/** One line of a chart: what was measured, by the number that grew. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Chart {
  readonly title: string;
  readonly across: string;
  readonly up: string;
  readonly series: readonly Series[];
  /** A line that is not to be crossed. */
  readonly limit?: { readonly name: string; readonly at: number };
}

const WIDTH = 760;
const HEIGHT = 380;
const LEFT = 70;
const RIGHT = WIDTH - 150;
const TOP = 50;
const BOTTOM = HEIGHT - 56;
const COLOURS = ["#2a6fbb", "#d1792b", "#2a9d5c", "#7a3fa0", "#8a6d3b", "#c2408f", "#4f8f9d"];
const LIMIT = "#c8443c";
const STEPS = 5;
const ROW = 15;

/** A line chart. */
export function drawChart({ title, across, up, series, limit }: Chart): string {
  const xs = [...new Set(series.flatMap(({ points }) => points.map(([x]) => x)))].sort((one, other) => one - other);
  const highest = Math.max(...series.flatMap(({ points }) => points.map(([, y]) => y)), limit?.at ?? 0);
  const step = roundStep(highest / STEPS);
  const top = Math.max(step, Math.ceil(highest / step) * step);
  const x = (value: number) => LEFT + (value / Math.max(1, ...xs)) * (RIGHT - LEFT);
  const y = (value: number) => BOTTOM - (value / top) * (BOTTOM - TOP);
  const ticks = Array.from({ length: Math.round(top / step) + 1 }, (_, index) => index * step);
  return picture(WIDTH, HEIGHT, title, [
    text(LEFT, 26, title, 'font-size="15" font-weight="600"'),
    text(LEFT, TOP - 8, up),
    text((LEFT + RIGHT) / 2, HEIGHT - 12, across, 'text-anchor="middle"'),
    ...ticks.flatMap((tick) => [
      line(LEFT, y(tick), RIGHT, y(tick), 'stroke="#ddd"'),
      text(LEFT - 8, y(tick) + 4, shownNumber(tick), 'text-anchor="end"'),
    ]),
    ...spread(xs, x).map((value) => text(x(value), BOTTOM + 18, shownNumber(value), 'text-anchor="middle"')),
    ...series.flatMap((one, index) => drawSeries(one, COLOURS[index % COLOURS.length] ?? "#222", x, y)),
    ...(limit
      ? [
          line(LEFT, y(limit.at), RIGHT, y(limit.at), `stroke="${LIMIT}" stroke-dasharray="6 4"`),
          label(LEFT + 6, y(limit.at) - 5, limit.name, LIMIT),
        ]
      : []),
    ...drawNames(series, x, y),
  ]);
}

function drawSeries(
  { points }: Series,
  colour: string,
  x: (value: number) => number,
  y: (value: number) => number,
): string[] {
  const places = points.map(([across, up]) => [x(across).toFixed(1), y(up).toFixed(1)] as const);
  const path = places.map((place) => place.join(",")).join(" ");
  return [
    `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    ...places.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3" fill="${colour}"/>`),
  ];
}

/** Beside the end of each line; of those that end together none over another. */
function drawNames(series: readonly Series[], x: (value: number) => number, y: (value: number) => number): string[] {
  const ends = series.map(({ name, points }, index) => {
    const [across, up] = points.at(-1) ?? [0, 0];
    return { name, across: x(across), up: y(up), colour: COLOURS[index % COLOURS.length] ?? "#222" };
  });
  return [...new Set(ends.map(({ across }) => across))].flatMap((end) => {
    let free = TOP - ROW;
    const placed = ends
      .filter(({ across }) => across === end)
      .sort((one, other) => one.up - other.up)
      .map((one) => ({ ...one, up: (free = Math.max(free + ROW, one.up)) }));
    const over = Math.max(0, free - BOTTOM);
    return placed.map(({ name, across, up, colour }) => label(across + 10, up + 4 - over, name, colour));
  });
}

/** In a line's colour, and readable where another line passes behind it. */
function label(x: number, y: number, words: string, colour: string): string {
  return text(x, y, words, `fill="${colour}" stroke="#fff" stroke-width="3" paint-order="stroke"`);
}

/** The numbers below the axis that have room beside each other, from the right. */
function spread(values: readonly number[], x: (value: number) => number): number[] {
  let free = Infinity;
  return [...values].reverse().filter((value) => {
    if (x(value) > free) return false;
    free = x(value) - 34;
    return true;
  });
}

function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(least, 1e-9)));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least) ?? power;
}

function shownNumber(value: number): string {
  return Number(value.toPrecision(6)).toLocaleString("en-US");
}

function line(x1: number, y1: number, x2: number, y2: number, rest: string): string {
  return `<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}" ${rest}/>`;
}
