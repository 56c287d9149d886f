import type { Properties } from "../../src/provider/engine/contract";
import type { Kind } from "../support/session";

/** One resource in a stack's state. */
export interface Held {
  readonly urn: string;
  readonly name: string;
  readonly kind: Kind;
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
  readonly dependsOn: readonly string[];
  /** Its create or update was half done: the next up calls update. */
  readonly isUnfinished: boolean;
}

/** Immutable, as the account is. */
export interface StackState {
  readonly live: readonly Held[];
  /** Replaced, and not yet deleted. */
  readonly doomed: readonly Held[];
}

export const NO_STATE: StackState = { live: [], doomed: [] };

export function held(state: StackState, urn: string): Held | undefined {
  return state.live.find((one) => one.urn === urn);
}

export function withHeld(state: StackState, next: Held): StackState {
  const isKnown = state.live.some(({ urn }) => urn === next.urn);
  return {
    ...state,
    live: isKnown ? state.live.map((one) => (one.urn === next.urn ? next : one)) : [...state.live, next],
  };
}

export function without(state: StackState, gone: Held): StackState {
  return { live: state.live.filter((one) => one !== gone), doomed: state.doomed.filter((one) => one !== gone) };
}

/** The old one stays until it is deleted, the new one takes its place. */
export function replaced(state: StackState, old: Held, next: Held): StackState {
  return { live: state.live.map((one) => (one === old ? next : one)), doomed: [...state.doomed, old] };
}

const texts = new WeakMap<StackState, string>();

export function stateText(state: StackState): string {
  let text = texts.get(state);
  if (text === undefined) {
    const of = ({ urn, id, inputs, outputs, isUnfinished }: Held) => [
      urn,
      id,
      core(inputs),
      core(outputs),
      isUnfinished,
    ];
    texts.set(state, (text = JSON.stringify([state.live.map(of), state.doomed.map(of)])));
  }
  return text;
}

/** Without what is the same in every state of that resource. */
function core(properties: Properties): Properties {
  const { __provider, certificates, subject, issuer, serialNumber, notBefore, notAfter, ...rest } = properties;
  void [__provider, certificates, subject, issuer, serialNumber, notBefore, notAfter];
  return rest;
}
