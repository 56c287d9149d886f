import { API, WWW } from "../life";
import type { Access, Plan } from "../life";

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
}

function standing(name: string, plan: Plan, api: Access, www: Access): Standing {
  return { name, plan, access: { [API]: api, [WWW]: www } };
}

const everybody = "everybody";
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
