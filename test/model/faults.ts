/** What goes wrong at one call of a run. "before" and "after": before or after Cloudflare carries the call out. */
export const FAULTS = [
  "the provider is killed before it",
  "the provider is killed after it",
  "the CLI is killed before it, and the provider ends its operations",
  "Ctrl-C before it: operations under way end",
  "it is not carried out, and the answer is lost",
  "it is carried out, and the answer is lost",
  "it is refused with 403",
  "it is answered with 500",
  "the network fails before it, for the rest of the run",
  "the network fails after it, for the rest of the run",
] as const;
export type FaultKind = (typeof FAULTS)[number];

export interface Fault {
  /** The number of the call in its run, from 1. */
  readonly at: number;
  readonly kind: FaultKind;
}

/** The faults that can make a difference at a call: of a read nothing is carried out, and the client repeats it by itself. */
export function faultsAt(method: string): readonly FaultKind[] {
  return method === "GET" ? FAULTS.filter((kind) => /before|403/.test(kind)) : FAULTS;
}

/** What becomes of the call itself. */
export interface Effect {
  readonly isCarriedOut: boolean;
  /** The status of the answer in its place; 0: none came. */
  readonly status?: number;
}

export function effectOf(kind: FaultKind, isThatCall: boolean): Effect {
  if (!isThatCall) return kind.startsWith("the network") ? { isCarriedOut: false, status: 0 } : { isCarriedOut: true };
  if (kind.endsWith("403")) return { isCarriedOut: false, status: 403 };
  if (kind.endsWith("500")) return { isCarriedOut: false, status: 500 };
  if (kind.endsWith("answer is lost")) return { isCarriedOut: kind.startsWith("it is carried"), status: 0 };
  if (kind.startsWith("the network")) return { isCarriedOut: kind.includes("after"), status: 0 };
  return { isCarriedOut: !kind.startsWith("the provider is killed before") };
}
