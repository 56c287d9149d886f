import type { Account } from "./account";
import { accountText, EMPTY } from "./account";
import { NO_LEFTOVERS } from "./leftovers";
import type { Leftovers } from "./leftovers";
import type { Command } from "./plan";
import { textOf } from "./program";
import type { Program } from "./program";
import type { Identity } from "./registrations";
import { NO_STATE, stateText } from "./stack-state";
import type { StackState } from "./stack-state";

/** One stack as it is between two commands. */
export interface Stack {
  readonly state: StackState;
  /** The program that was completed last, and those begun since. */
  readonly inForce: readonly Program[];
  /** What was interrupted since the last command that was completed. */
  readonly interrupted: "nothing" | "an up" | "a destroy" | "both";
  /** The program of the run that was killed, provider or CLI, or got no answer, until a documented way on from there is completed. */
  readonly unheard?: Program;
  readonly left: Leftovers;
  /** It held the same things as a stack of the same names in another backend: what either does is both's. */
  readonly isEntangled?: boolean;
  /** Hosts that it took up while another stack let go of them, until a refresh. */
  readonly passed?: readonly string[];
  /** Hosts that a rule waited in vain to hand over: the next up opens them until their new rule is written, as its error said. */
  readonly overdue?: readonly unknown[];
}

/**
 * Whether docs/interrupted-runs.md tells this way on. After a kill or a lost answer it is the same program again; a changed one needs a
 * refresh, since state doesn't know what the lost call did. After an interrupted destroy it is destroy again, or an up with a refresh.
 */
export function isDocumented({ interrupted, unheard }: Stack, command: Command): boolean {
  if (command.do !== "up" || command.isRefreshing) return true;
  const mayHaveLostRules = interrupted === "a destroy" || interrupted === "both";
  return !mayHaveLostRules && (!unheard || textOf(unheard) === textOf(command.program));
}

/** Where a plan is between two steps: plain values, so that many plans can go on from one. */
export interface Moment {
  readonly account: Account;
  readonly stacks: readonly Stack[];
  readonly now: number;
}

export function beginning(identities: readonly Identity[]): Moment {
  return {
    account: EMPTY,
    stacks: identities.map(() => ({ state: NO_STATE, inForce: [[]], interrupted: "nothing", left: NO_LEFTOVERS })),
    now: 0,
  };
}

/** The same for moments from which the same things can happen. */
export function momentText({ account, stacks }: Moment): string {
  const of = ({ state, inForce, interrupted, unheard, left, isEntangled, passed, overdue }: Stack) => [
    ...[stateText(state), inForce.map(textOf), interrupted],
    ...[unheard && textOf(unheard), left, isEntangled, passed, overdue],
  ];
  return JSON.stringify([accountText(account), stacks.map(of)]);
}
