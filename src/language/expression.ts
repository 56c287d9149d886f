import type { Address, AddressRange } from "./addresses";
import type { IntegerRange } from "./literals";
import type { Type } from "./fields";
import type { Wildcard } from "./wildcard";

/** A parsed expression. Its type is Bool; inside any() and all() it may be a list of truths, one for each element. */
export type Expression = Logic | Negation | Comparison | Constant;

export interface Constant {
  readonly kind: "constant";
  readonly truth: boolean;
  readonly type: Type;
}

export interface Logic {
  readonly kind: "and" | "xor" | "or";
  readonly left: Expression;
  readonly right: Expression;
  readonly type: Type;
}

export interface Negation {
  readonly kind: "not";
  readonly of: Expression;
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
  | { readonly kind: "expression"; readonly expression: Expression }
  | { readonly kind: "literal"; readonly literal: string | bigint | Address; readonly type: Type };

export type Ordering = "eq" | "ne" | "ge" | "le" | "gt" | "lt";

export type Test =
  | { readonly kind: "true" }
  | { readonly kind: "order"; readonly operator: Ordering; readonly literal: string | bigint | Address }
  | { readonly kind: "bits"; readonly literal: bigint }
  | { readonly kind: "contains"; readonly literal: string }
  | { readonly kind: "matches"; readonly pattern: RegExp }
  | { readonly kind: "wildcard"; readonly wildcard: Wildcard }
  | { readonly kind: "in bytes"; readonly set: ReadonlySet<string> }
  | { readonly kind: "in integers"; readonly ranges: readonly IntegerRange[] }
  | { readonly kind: "in addresses"; readonly ranges: readonly AddressRange[] };
