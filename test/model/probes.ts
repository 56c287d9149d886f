import { LEAVES, STOLEN } from "./authorities";
import type { Client } from "./authorities";
import { caMeant, clientsOf, demands, isUnpinned, keysOf, sharedHosts } from "./program";
import type { Component, Program } from "./program";

export const HOSTS = ["a.example.com", "b.example.com", "c.example.com"] as const;
export const PATHS = ["/", "/admin/x"] as const;
const USUAL: readonly (Client | undefined)[] = [undefined, "key one", "key two", "managed key"];
const FURTHER: readonly Client[] = [...STOLEN, "revoked by Cloudflare"];

/**
 * Cloudflare's documents can be read two ways: a leaf is verified against the CAs whose list holds its host, or against every
 * CA of the account as soon as the host is on any list. And an edge may still have a list as it was before the last PUT.
 */
export const EDGES = ["strict", "broad", "strict and late", "broad and late"] as const;
export type Edge = (typeof EDGES)[number];

export interface Probe {
  readonly host: string;
  readonly path: string;
  /** Undefined: it shows no certificate. */
  readonly client: Client | undefined;
}

const probesOf = (clients: readonly (Client | undefined)[]): Probe[] =>
  HOSTS.flatMap((host) => PATHS.flatMap((path) => clients.map((client) => ({ host, path, client }))));

export const PROBES: readonly Probe[] = [...probesOf(USUAL), ...probesOf(FURTHER)];
/** Those that come first are enough where no program tells clients of one CA apart. */
export const USUAL_PROBES = PROBES.slice(0, -probesOf(FURTHER).length);

/** By the probe: the one for the same host and path that shows no certificate. */
export const ANONYMOUS: readonly number[] = PROBES.map(({ host, path }) =>
  PROBES.findIndex((one) => one.host === host && one.path === path && !one.client),
);

/** What a program says of a probe; "either" where its components disagree, or several programs do. */
export type Verdict = "admitted" | "refused" | "either";

/** What one program says. */
function verdictOf(program: Program, probe: Probe): Verdict {
  const { host, path } = probe;
  const answers = new Set(
    program
      .filter((component) => demands(component, host, path))
      .map((component) => answerOf(program, component, probe)),
  );
  const [only = "admitted"] = answers;
  return answers.size > 1 ? "either" : only;
}

/** What one component says of a host and path that it closes. */
function answerOf(program: Program, component: Component, { host, client }: Probe): Verdict {
  if (client === undefined) return "refused";
  // Of a host that it doesn't name, others may have put a CA's list there or not; and who names no issuer takes what verifies.
  if (clientsOf(program, component).has(client)) return component.hosts.includes(host) ? "admitted" : "either";
  return isUnpinned(component) && !LEAVES[client].isRevoked ? "either" : "refused";
}

const verdicts = new WeakMap<Program, readonly Verdict[]>();

export function verdictsOf(program: Program): readonly Verdict[] {
  let all = verdicts.get(program);
  if (!all) verdicts.set(program, (all = PROBES.map((probe) => verdictOf(program, probe))));
  return all;
}

/** "narrower": a rule for some paths alone lets fewer in; or of a renewed CA one names a certificate of the same key. */
export type Contradiction = "none" | "narrower" | "contradiction";
const contradictions = new WeakMap<Program, Contradiction>();

/**
 * Two rules that let different issuers in on one host are a contradiction, for one of them refuses whom the other lets in. A rule
 * for some paths alone beside one for the whole host, or for others, is none: it may well let fewer in.
 */
export function contradictionOf(program: Program): Contradiction {
  const known = contradictions.get(program) ?? worstOf(program);
  contradictions.set(program, known);
  return known;
}

function worstOf(program: Program): Contradiction {
  const blocking = program.filter(({ action }) => action !== "log");
  const worst = blocking.flatMap((one) =>
    blocking
      .filter((other) => sharedHosts(one, other).length > 0)
      .map((other) => {
        if (sortedCas(program, one) === sortedCas(program, other)) return 0;
        const isSame = sortedClients(program, one) === sortedClients(program, other);
        return String(one.paths) === String(other.paths) && !isSame ? 2 : 1;
      }),
  );
  return (["none", "narrower", "contradiction"] as const)[Math.max(0, ...worst)] ?? "none";
}

/**
 * Whether a stack's rule for the same paths of a host refuses clients whom another stack's rule lets in, already there. The reverse hurts
 * nobody who got in before; and a CA that two stacks demand can't be rotated but in turn, one of them first.
 */
export function areShutOut(theirs: Component, program: Program): boolean {
  if (theirs.action === "log") return false;
  const letIn = keysOf([theirs], theirs);
  return program.some(
    (one) =>
      one.action !== "log" &&
      String(one.paths) === String(theirs.paths) &&
      sharedHosts(one, theirs).length > 0 &&
      [...letIn].some((key) => !keysOf(program, one).has(key)),
  );
}

function sortedCas(program: Program, component: Component): string {
  const { cas, subjects } = component;
  const names = Object.values(cas).map((use) => caMeant(program, use));
  return [...names, subjects && "subjects", isUnpinned(component) && "unpinned"].sort().join();
}

/** What one of the two revokes is a refusal of its own. */
function sortedClients(program: Program, component: Component): string {
  return [...clientsOf(program, { ...component, revoked: undefined })].sort().join();
}

/**
 * What everybody's programs say together: each stack may have several in force, the last that was completed and those begun
 * since, and a request is let in by a zone only where no stack's rules refuse it.
 */
export function demandedOf(stacks: readonly (readonly Program[])[], index: number): Verdict {
  const each = stacks.map((programs): Verdict => {
    const all = new Set(programs.map((program) => verdictsOf(program)[index]));
    const [only] = all;
    return all.size === 1 && only ? only : "either";
  });
  if (each.includes("refused")) return "refused";
  return each.includes("either") ? "either" : "admitted";
}
