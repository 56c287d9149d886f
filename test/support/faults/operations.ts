import { API, PAY, WWW } from "../life";
import type { Access, Plan } from "../life";

const everybody = "everybody";

/** What a program declares, and who is let in where while it stands. */
export interface Standing {
  readonly name: string;
  readonly plan: Plan;
  readonly access: Readonly<Record<string, Access>>;
}

/** One command on the way from one standing to another. */
export interface Operation {
  readonly name: string;
  readonly from: Standing;
  readonly to: Standing;
  readonly command: "up" | "destroy";
  /** Two components stand in one zone, and are written side by side. */
  readonly beside?: {
    /** Whose rule nobody has a reason to write. */
    readonly untouched?: string;
    /** Where everybody is refused for a while, as docs/decisions/moving-a-hostname.md says. */
    readonly overlap?: string;
  };
}

function standing(name: string, plan: Plan, api: Access, www: Access, pay: Access = everybody): Standing {
  return { name, plan, access: { [API]: api, [WWW]: www, [PAY]: pay } };
}

export const NOTHING = standing("nothing", { cas: {}, x: [] }, everybody, everybody);
const one = standing("one host", { cas: { a: "A" }, x: [API] }, ["A"], everybody);
const two = standing("two hosts", { cas: { a: "A" }, x: [API, WWW] }, ["A"], ["A"]);
const both = standing("two CAs", { cas: { a: "A", b: "B" }, x: [API, WWW] }, ["A", "B"], ["A", "B"]);
const rotated = standing("the other CA", { cas: { b: "B" }, x: [API, WWW] }, ["B"], ["B"]);
const replaced = standing("another PEM", { cas: { a: "B" }, x: [API, WWW] }, ["B"], ["B"]);
/** The clients knock at "/": for them nothing changes. */
const edited = standing("paths", { cas: { a: "A" }, x: [API, WWW], paths: ["/", "/admin/*"] }, ["A"], ["A"]);

/** In an order in which each begins where another has ended. */
export const OPERATIONS: readonly Operation[] = [
  { name: "create", from: NOTHING, to: one, command: "up" },
  { name: "host added", from: one, to: two, command: "up" },
  { name: "host removed", from: two, to: one, command: "up" },
  { name: "rotate in", from: two, to: both, command: "up" },
  { name: "rotate out", from: both, to: rotated, command: "up" },
  { name: "PEM replaced", from: two, to: replaced, command: "up" },
  { name: "rule edited", from: two, to: edited, command: "up" },
  { name: "destroy", from: two, to: NOTHING, command: "destroy" },
];

const apart = { cas: { a: "A" }, x: [API, WWW], beside: { cas: { b: "B" }, x: [PAY] } } as const;
const eachItsOwn = standing("a CA each", apart, ["A"], ["A"], ["B"]);
const toTheOther = { ...apart, x: [API], beside: { cas: { b: "B" }, x: [WWW, PAY] } } as const;
const swapped = { ...apart, beside: { cas: { b: "C" }, x: [PAY] } } as const;
const together = { cas: { b: "B" }, x: [API, WWW], beside: { x: [PAY] } } as const;
const sharing = standing("one CA for two", together, ["B"], ["B"], ["B"]);
const handedOver = { ...together, x: [API], beside: { x: [WWW, PAY] } } as const;
/** The first one's mode stays as it was. */
const alone = standing("one of two", { ...together, beside: { x: [] } }, ["B"], ["B"], everybody);

/** Two components in one zone. What is theirs alone is in the calls that write. */
export const BESIDE: readonly Operation[] = [
  { name: "two created", from: NOTHING, to: eachItsOwn, command: "up", beside: {} },
  {
    name: "moved to another CA",
    from: eachItsOwn,
    to: standing("moved, another CA", toTheOther, ["A"], ["B"], ["B"]),
    command: "up",
    beside: { overlap: WWW },
  },
  {
    name: "CA swapped beside",
    from: eachItsOwn,
    to: standing("another CA beside", swapped, ["A"], ["A"], ["C"]),
    command: "up",
    beside: { untouched: API },
  },
  { name: "two created on one CA", from: NOTHING, to: sharing, command: "up", beside: {} },
  {
    name: "moved under one CA",
    from: sharing,
    to: standing("moved, one CA", handedOver, ["B"], ["B"], ["B"]),
    command: "up",
    beside: {},
  },
  { name: "one of two dropped", from: sharing, to: alone, command: "up", beside: { untouched: API } },
  { name: "two destroyed", from: sharing, to: NOTHING, command: "destroy", beside: {} },
];
