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
  readonly hasEveryHost?: boolean;
  readonly hasResponse?: boolean;
  /** Whether lists may become shared or exclusive. */
  readonly hasMode?: boolean;
  /** What tells clients of one CA apart, and whether Cloudflare's own may be used: edits may set it, and further clients come. */
  readonly hasLimits?: readonly ("revoked" | "subjects" | "managed" | "unpinned")[];
  readonly foreign: readonly ForeignChange[];
  readonly temper: Temper;
}

const [a, b, c] = HOSTS;
const PROMPT: Temper = { lag: 0, release: 0, quota: 5 };
const LAGGING: Temper = { lag: 40_000, release: 60_000, quota: 5 };
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

const PLAINEST = { hasPaths: false, hasLog: false } as const;
const shared = { mode: "shared" } as const;
const CLOUDFLARE = { managed: true } as const;
const UNPINNED = { managed: "unpinned" } as const;
const ADMIN = { paths: ["/admin/*"], everyHost: true } as const;
const pair = [one("m", "one", [a, b]), one("n", "two", [c])];
const sharing = [one("m", "one", [a, b], shared), one("n", { of: "m-ca" }, [c], shared)];

export const WORLDS: Readonly<Record<string, World>> = {
  plain: { ...PLAIN, hasResponse: true },
  renewal: {
    ...PLAIN,
    cas: ["one", "renewed"],
    ...PLAINEST,
    starts: [[[one("m", "one", [a])], [{ name: "m", cas: { ca: "one", cb: "renewed" }, hosts: [a] }]]],
  },
  rotation: {
    ...PLAIN,
    cas: ["one", "renewed", "two"],
    ...PLAINEST,
    starts: [[[one("m", "one", [a, b])], [{ name: "m", cas: { ca: "one", cb: "two" }, hosts: [a, b] }]]],
  },
  "two components": {
    ...PLAIN,
    hosts: [a, b, c],
    ...PLAINEST,
    starts: [[pair, [one("m", "one", [a])]]],
    cas: ["one", "renewed", "two"],
    further: [one("n", "two", [b]), one("o", "renewed", [c])],
  },
  "two components, one CA": {
    ...PLAIN,
    hosts: [a, b, c],
    cas: ["one"],
    ...PLAINEST,
    starts: [[sharing]],
    further: [one("n", { of: "m-ca" }, [c], shared)],
  },
  "exclusive twice": {
    ...PLAIN,
    hosts: [a, b],
    cas: ["one"],
    ...PLAINEST,
    starts: [[[one("m", "one", [a]), one("n", { of: "m-ca" }, [b])], [one("m", "one", [a])]]],
    further: [one("n", { of: "m-ca" }, [b]), one("n", { of: "m-ca" }, [a])],
  },
  "equal names": {
    ...PLAIN,
    hosts: [a, b, c],
    ...PLAINEST,
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
    ...PLAINEST,
    starts: [
      [[one("m", "one", [a, b], shared)]],
      [[one("m", { foreign: "one" }, [c], shared)], [one("m", "two", [c])]],
    ],
  },
  "two backends": {
    ...PLAIN,
    identities: [SHOP, SHOP],
    hosts: [a, b],
    ...PLAINEST,
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
    ...PLAINEST,
    hasMode: true,
    starts: [[[one("m", "one", [a])], [one("m", "one", [a, b], shared)]]],
    foreign: [{ host: b, ca: "one" }, { host: c, ca: "one" }, { managed: a }],
  },
  lag: {
    ...PLAIN,
    hosts: [a, b],
    cas: ["one", "two"],
    ...PLAINEST,
    starts: [[[one("m", "one", [a, b])], [one("m", "one", [a], shared)]]],
    temper: LAGGING,
  },
  "moves and lag": {
    ...PLAIN,
    hosts: [a, b, c],
    cas: ["one", "two"],
    ...PLAINEST,
    starts: [[pair, sharing]],
    further: [one("n", "two", [b])],
    temper: LAGGING,
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
  revocation: {
    ...PLAIN,
    hasLog: false,
    hasLimits: ["revoked"],
    cas: ["one", "renewed", "two"],
    starts: [[[one("m", "one", [a, b], { revoked: true })], [one("m", "two", [a])]]],
    further: [one("n", "two", [b])],
  },
  "revocation and rules of others": {
    ...PLAIN,
    hasPaths: false,
    hasLimits: ["revoked", "subjects"],
    starts: [[[one("m", "one", [a, b], { revoked: true })], [one("m", "one", [b])]]],
    foreign: Object.keys(FOREIGN_RULES).map((rule) => ({ rule })),
  },
  "moves and revocation": {
    ...PLAIN,
    ...PLAINEST,
    hosts: [a, b, c],
    hasLimits: ["revoked"],
    starts: [[[one("m", "one", [a, b], { revoked: true }), one("n", "two", [c])], sharing]],
    further: [one("n", "two", [b])],
    temper: LAGGING,
  },
  subjects: {
    ...PLAIN,
    hasLog: false,
    hasLimits: ["subjects"],
    cas: ["one", "renewed", "two"],
    starts: [[[one("m", "one", [a, b], { subjects: true })], [one("m", "two", [a])]]],
    further: [one("n", "two", [b])],
  },
  "managed CA": {
    ...PLAIN,
    hosts: [a, b, c],
    hasLog: false,
    hasLimits: ["managed", "revoked"],
    starts: [
      [
        [one("m", "one", [a, b]), one("n", CLOUDFLARE, [c])],
        [{ name: "m", cas: { ca: "one", cb: CLOUDFLARE }, hosts: [a] }],
      ],
    ],
    further: [one("n", CLOUDFLARE, [b])],
    foreign: [{ managed: b }, { host: b, ca: "one" }],
  },
  "managed CA and rules of others": {
    ...PLAIN,
    ...PLAINEST,
    cas: ["one"],
    hasLimits: ["managed"],
    starts: [[[one("m", CLOUDFLARE, [a, b])], [one("m", "one", [b])]]],
    foreign: [...Object.keys(FOREIGN_RULES).map((rule) => ({ rule })), { managed: a }],
  },
  "unpinned managed CA": {
    ...PLAIN,
    hosts: [a, b, c],
    cas: ["one"],
    hasLog: false,
    hasLimits: ["managed", "unpinned"],
    starts: [[[one("m", UNPINNED, [a])], [one("m", UNPINNED, [a, b]), one("n", "one", [c])]]],
    further: [one("n", "one", [b])],
    foreign: [{ managed: b }, { host: b, ca: "one" }],
  },
  "every host": {
    ...PLAIN,
    hosts: [a, b, c],
    hasLog: false,
    hasEveryHost: true,
    starts: [[[one("m", "one", [a], ADMIN)], [one("m", "one", [a], ADMIN), one("n", "two", [b])]]],
    further: [one("n", "two", [b])],
    foreign: [{ rule: "skip" }, { rule: "host in" }, { host: c, ca: "one" }],
  },
  "lag and rules of others": {
    ...PLAIN,
    ...PLAINEST,
    starts: [[[one("m", "one", [a, b])], [one("m", "one", [b], shared)]]],
    foreign: Object.keys(FOREIGN_RULES).map((rule) => ({ rule })),
    temper: LAGGING,
  },
  "full account": {
    ...PLAIN,
    hosts: [a],
    cas: ["one", "renewed", "two"],
    ...PLAINEST,
    starts: [[[one("m", "one", [a])]]],
    temper: { lag: 0, release: 0, quota: 2 },
  },
};
