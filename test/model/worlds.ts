import type { Temper } from "./api";
import type { CaName } from "./authorities";
import type { ForeignChange } from "./foreign";
import { FOREIGN_RULES } from "./foreign";
import { HOSTS } from "./probes";
import type { CaUse, Component, Program } from "./program";
import type { Identity } from "./registrations";

/** What may happen in a world: programs to begin with, what edits may use, and what others do. */
export interface World {
  readonly identities: readonly Identity[];
  /** For each stack the programs that a plan may begin with. */
  readonly starts: readonly (readonly Program[])[];
  readonly hosts: readonly string[];
  readonly cas: readonly CaName[];
  /** Components that an edit may add. */
  readonly further: readonly Component[];
  readonly hasPaths: boolean;
  readonly hasLog: boolean;
  /** Whether lists may become shared or exclusive. */
  readonly hasMode?: boolean;
  readonly foreign: readonly ForeignChange[];
  readonly temper: Temper;
}

const [a, b, c] = HOSTS;
const PROMPT: Temper = { lag: 0, release: 0, quota: 5 };
const SHOP: Identity = { project: "shop", stack: "prod" };
const TEST: Identity = { project: "shop", stack: "test" };

const one = (name: string, ca: CaUse, hosts: readonly string[], more: Partial<Component> = {}): Component => ({
  ...{ name, cas: { ca }, hosts },
  ...more,
});

const PLAIN: World = {
  identities: [SHOP],
  starts: [[[one("m", "one", [a, b])], [one("m", "one", [a], { paths: ["/admin/*"] })]]],
  hosts: [a, b],
  cas: ["one", "two"],
  further: [],
  hasPaths: true,
  hasLog: true,
  foreign: [],
  temper: PROMPT,
};

const shared = { mode: "shared" } as const;
const pair = [one("m", "one", [a, b]), one("n", "two", [c])];
const sharing = [one("m", "one", [a, b], shared), one("n", { of: "m-ca" }, [c], shared)];

export const WORLDS: Readonly<Record<string, World>> = {
  plain: PLAIN,
  renewal: {
    ...PLAIN,
    cas: ["one", "renewed"],
    hasPaths: false,
    hasLog: false,
    starts: [[[one("m", "one", [a])], [{ name: "m", cas: { ca: "one", cb: "renewed" }, hosts: [a] }]]],
  },
  rotation: {
    ...PLAIN,
    cas: ["one", "renewed", "two"],
    hasPaths: false,
    hasLog: false,
    starts: [[[one("m", "one", [a, b])], [{ name: "m", cas: { ca: "one", cb: "two" }, hosts: [a, b] }]]],
  },
  "two components": {
    ...PLAIN,
    hosts: [a, b, c],
    hasPaths: false,
    hasLog: false,
    starts: [[pair, [one("m", "one", [a])]]],
    cas: ["one", "renewed", "two"],
    further: [one("n", "two", [b]), one("o", "renewed", [c])],
  },
  "two components, one CA": {
    ...PLAIN,
    hosts: [a, b, c],
    cas: ["one"],
    hasPaths: false,
    hasLog: false,
    starts: [[sharing]],
    further: [one("n", { of: "m-ca" }, [c], shared)],
  },
  "exclusive twice": {
    ...PLAIN,
    hosts: [a, b],
    cas: ["one"],
    hasPaths: false,
    hasLog: false,
    starts: [[[one("m", "one", [a]), one("n", { of: "m-ca" }, [b])], [one("m", "one", [a])]]],
    further: [one("n", { of: "m-ca" }, [b]), one("n", { of: "m-ca" }, [a])],
  },
  "equal names": {
    ...PLAIN,
    hosts: [a, b, c],
    hasPaths: false,
    hasLog: false,
    starts: [[[one("m", "one", [a]), one("m", "two", [b], { within: "acme:index:Team" })], [one("m", "one", [a])]]],
    further: [one("m", "two", [b], { within: "acme:index:Team" })],
  },
  contradiction: {
    ...PLAIN,
    hosts: [a, b],
    hasLog: false,
    starts: [[[one("m", "one", [a]), one("n", "two", [b])], [one("m", "one", [a])]]],
    further: [one("n", "two", [a, b])],
  },
  "two stacks": {
    ...PLAIN,
    identities: [SHOP, TEST],
    hosts: [a, b, c],
    hasPaths: false,
    hasLog: false,
    starts: [
      [[one("m", "one", [a, b], shared)]],
      [[one("m", { foreign: "one" }, [c], shared)], [one("m", "two", [c])]],
    ],
  },
  "two backends": {
    ...PLAIN,
    identities: [SHOP, SHOP],
    hosts: [a, b],
    hasPaths: false,
    hasLog: false,
    starts: [[[one("m", "one", [a])]], [[one("m", "one", [a])], [one("m", "two", [b])], [one("m", "one", [a, b])]]],
  },
  "rules of others": {
    ...PLAIN,
    hosts: [a, b],
    cas: ["one", "two"],
    hasLog: false,
    starts: [[[one("m", "one", [a, b])], [one("m", "one", [b], { paths: ["/admin/*"] })]]],
    foreign: Object.keys(FOREIGN_RULES).map((rule) => ({ rule })),
  },
  "hosts of others": {
    ...PLAIN,
    hosts: [a, b],
    cas: ["one", "two"],
    hasPaths: false,
    hasLog: false,
    hasMode: true,
    starts: [[[one("m", "one", [a])], [one("m", "one", [a, b], shared)]]],
    foreign: [{ host: b, ca: "one" }, { host: c, ca: "one" }, { managed: a }],
  },
  lag: {
    ...PLAIN,
    hosts: [a, b],
    cas: ["one", "two"],
    hasPaths: false,
    hasLog: false,
    starts: [[[one("m", "one", [a, b])], [one("m", "one", [a], shared)]]],
    temper: { lag: 40_000, release: 60_000, quota: 5 },
  },
  "moves and lag": {
    ...PLAIN,
    hosts: [a, b, c],
    cas: ["one", "two"],
    hasPaths: false,
    hasLog: false,
    starts: [[pair, sharing]],
    further: [one("n", "two", [b])],
    temper: { lag: 40_000, release: 60_000, quota: 5 },
  },
  "moves and rules of others": {
    ...PLAIN,
    hosts: [a, b, c],
    cas: ["one", "two"],
    hasLog: false,
    starts: [[pair, sharing]],
    further: [one("n", "two", [b])],
    foreign: [...Object.keys(FOREIGN_RULES).map((rule) => ({ rule })), { host: b, ca: "one" }],
  },
  "full account": {
    ...PLAIN,
    hosts: [a],
    cas: ["one", "renewed", "two"],
    hasPaths: false,
    hasLog: false,
    starts: [[[one("m", "one", [a])]]],
    temper: { lag: 0, release: 0, quota: 2 },
  },
};
