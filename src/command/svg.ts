import type { Box, Diagram } from "../wording/diagram";
import { picture, text } from "../wording/svg";
import { DAY, type StandingCa } from "./standing";

const WIDTH = 1180;
const BOX = 320;
const COLUMNS = { cas: 20, hosts: 430, rules: 840 };
const LINE = 16;
const PADDING = 8;
const TOP = 76;
const GAP = 14;
const COLOURS = { plain: "#4a6fa5", alarming: "#c8443c", foreign: "#8592a6", enough: "#2a9d5c" };
/** CAs live for ten years, and what matters ends in this one. */
const HORIZON = { least: 120, most: 1100 };
const LEFT = 340;
const RIGHT = WIDTH - 200;

/** The diagram, and below it a timeline: until when each CA holds. */
export function draw(title: string, diagram: Diagram, cas: readonly StandingCa[], now: Date, within: number): string {
  const columns = {
    cas: column(diagram.cas, COLUMNS.cas),
    hosts: column(diagram.hosts, COLUMNS.hosts),
    rules: column(diagram.rules, COLUMNS.rules),
  };
  const bottom = Math.max(...Object.values(columns).map(({ end }) => end));
  const dated = cas.filter(({ daysLeft }) => daysLeft !== undefined);
  const height = bottom + 70 + dated.length * 28 + 40;
  const edge = (from: number, fromY = 0, to: number, toY = 0) => {
    const middle = (from + to) / 2;
    return `<path d="M${from} ${fromY} C${middle} ${fromY} ${middle} ${toY} ${to} ${toY}" fill="none" stroke="#9aa7b8" stroke-width="1.5"/>`;
  };
  const edges = diagram.hosts.flatMap(({ cas, rules }, index) => {
    const y = columns.hosts.middles[index];
    return [
      ...cas.map((ca) => edge(COLUMNS.cas + BOX, columns.cas.middles[ca], COLUMNS.hosts, y)),
      ...rules.map((rule) => edge(COLUMNS.hosts + BOX, y, COLUMNS.rules, columns.rules.middles[rule])),
    ];
  });
  return picture(WIDTH, height, title, [
    text(20, 28, title, 'font-size="16" font-weight="600"'),
    text(COLUMNS.cas, TOP - 16, "CAs", 'font-weight="600"'),
    text(COLUMNS.hosts, TOP - 16, "hostnames, and who without a certificate gets in", 'font-weight="600"'),
    text(COLUMNS.rules, TOP - 16, "rules that look at certificates", 'font-weight="600"'),
    ...edges,
    ...Object.values(columns).flatMap(({ drawn }) => drawn),
    ...timeline(dated, bottom + 40, now, within),
    text(20, height - 14, "red: look at it   ·   dashed: no stack's", 'fill="#666"'),
  ]);
}

function column(boxes: readonly Box[], x: number): { drawn: string[]; middles: number[]; end: number } {
  const middles: number[] = [];
  let y = TOP;
  const drawn = boxes.map(({ lines, isAlarming, isForeign }) => {
    const height = 2 * PADDING + lines.length * LINE;
    const colour = isAlarming ? COLOURS.alarming : isForeign ? COLOURS.foreign : COLOURS.plain;
    const dashes = isForeign ? ' stroke-dasharray="5 3"' : "";
    const top = y;
    middles.push(top + height / 2);
    y += height + GAP;
    const frame = `<rect x="${x}" y="${top}" width="${BOX}" height="${height}" rx="6" fill="#f7f9fc" stroke="${colour}" stroke-width="${isAlarming ? 2.5 : 1.5}"${dashes}/>`;
    const words = lines.map((line, index) =>
      text(
        x + 10,
        top + PADDING + 12 + index * LINE,
        short(line, 44),
        index === 0 ? 'font-weight="600"' : 'fill="#555"',
      ),
    );
    return [frame, ...words].join("");
  });
  return { drawn, middles, end: y };
}

function timeline(cas: readonly StandingCa[], top: number, now: Date, within: number): string[] {
  const days = Math.min(HORIZON.most, Math.max(HORIZON.least, ...cas.map(({ daysLeft = 0 }) => daysLeft)));
  const x = (day: number) => LEFT + (Math.min(days, Math.max(0, day)) / days) * (RIGHT - LEFT);
  const bottom = top + 24 + cas.length * 28;
  const mark = (day: number, label: string, y = bottom + 14) =>
    `<line x1="${x(day)}" y1="${top + 10}" x2="${x(day)}" y2="${bottom}" stroke="#8592a6" stroke-dasharray="3 3"/>${text(x(day), y, label, 'fill="#666" font-size="11" text-anchor="middle"')}`;
  return [
    text(20, top, "until when", 'font-weight="600"'),
    mark(0, now.toISOString().slice(0, 10)),
    ...(within < days ? [mark(within, `${within} days`, top + 6)] : []),
    ...(cas.length > 0 ? [mark(days, new Date(+now + days * DAY).toISOString().slice(0, 10))] : []),
    ...cas.map(({ name, notAfter = "", daysLeft = 0 }, row) => {
      const y = top + 16 + row * 28;
      const colour = daysLeft <= within ? COLOURS.alarming : COLOURS.enough;
      const beyond = daysLeft > days ? " →" : "";
      const bar = `<rect x="${LEFT}" y="${y}" width="${Math.max(3, x(daysLeft) - LEFT).toFixed(1)}" height="18" fill="${colour}"/>`;
      const end = `${notAfter.slice(0, 10)}, ${daysLeft < 0 ? "expired" : `${daysLeft} days`}${beyond}`;
      return text(20, y + 13, short(name, 46)) + bar + text(Math.max(x(daysLeft), LEFT + 3) + 6, y + 13, end);
    }),
  ];
}

function short(line: string, most: number): string {
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}
