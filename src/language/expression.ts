import type { Address, AddressRange } from "./addresses";
import type { IntegerRange } from "./literals";
import type { Type } from "./types";
import type { Wildcard } from "./wildcard";

/** What a rule holds. */
export type Expression = Term | Constant;

/** A constant is always the whole expression, never a part of one. */
export interface Constant {
  readonly kind: "constant";
  readonly truth: boolean;
}

/** The type is Bool; inside any() and all() it may be a list of truths, one for each element. */
export type Term = Logic | Negation | Comparison;

/** A chain of two terms or more. None of them is a chain of the same kind: parentheses there change nothing. */
export interface Logic {
  readonly kind: "and" | "xor" | "or";
  readonly terms: readonly Term[];
  readonly type: Type;
}

export interface Negation {
  readonly kind: "not";
  readonly of: Term;
  readonly type: Type;
}

export interface Comparison {
  readonly kind: "comparison";
  readonly value: Value;
  readonly test: Test;
  readonly type: Type;
}

/** A field or a call, and the path from there into a list or a map; "each" stands for `[*]`. */
export interface Value {
  readonly source: { readonly field: string } | Call;
  readonly path: readonly (number | { readonly key: string } | "each")[];
  /** With an "each" in its path: the type of one element. */
  readonly type: Type;
  readonly each: boolean;
}

export interface Call {
  readonly call: string;
  readonly arguments: readonly Argument[];
  /** The first argument has an "each": the call is made for every element. */
  readonly each: boolean;
}

export type Argument =
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "expression"; readonly expression: Term }
  | { readonly kind: "literal"; readonly literal: string | bigint | Address; readonly type: Type };

export type Ordering = "eq" | "ne" | "ge" | "le" | "gt" | "lt";

export type Test =
  | { readonly kind: "true" }
  | { readonly kind: "order"; readonly operator: Ordering; readonly literal: string | bigint | Address }
  | { readonly kind: "bits"; readonly literal: bigint }
  | { readonly kind: "contains"; readonly literal: string }
  /** The pattern as it was written, and what this language makes of it: nothing, where it can't be translated. */
  | { readonly kind: "matches"; readonly source: string; readonly pattern: RegExp | undefined }
  | { readonly kind: "wildcard"; readonly wildcard: Wildcard }
  | { readonly kind: "in bytes"; readonly set: ReadonlySet<string> }
  | { readonly kind: "in integers"; readonly ranges: readonly IntegerRange[] }
  | { readonly kind: "in addresses"; readonly ranges: readonly AddressRange[] }
  /** A list by its name. What is in it, nobody here can tell. */
  | { readonly kind: "in list"; readonly list: string };

/** The terms as they stand in a chain of that kind. */
export function flatten(kind: Logic["kind"], terms: readonly Term[]): readonly Term[] {
  return terms.flatMap((term) => (term.kind === kind ? term.terms : [term]));
}
