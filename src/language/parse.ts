import { type Comparison, type Expression, flatten, type Logic, type Term } from "./expression";
import { accept, atEnd, expect, fail, openReader, type Reader, skipSpace } from "./reader";
import { edge } from "./schemes";
import { nameOf, type Scheme, type Type } from "./types";
import { readTest } from "./comparison";
import { readValue } from "./value";

export type { Expression } from "./expression";
export { ExpressionError } from "./expression-error";

/** Parsing in a scheme; `depth` counts what is open around this place. */
export interface Context {
  readonly scheme: Scheme;
  readonly depth: number;
}

const DEEPEST = 128;
/** Loosest first, each with its symbol. No word boundary is asked for: `a and(b)` and `a andb` are both fine. */
const OPERATORS = [
  ["or", "||"],
  ["xor", "^^"],
  ["and", "&&"],
] as const;

/** Reads the text of a rule, or throws an ExpressionError in the layout that Cloudflare's API repeats. */
export function parseExpression(text: string, scheme: Scheme = edge): Expression {
  if (scheme.constants.includes(text.trim())) return { kind: "constant", truth: true };
  const reader = openReader(text);
  const expression = readExpression(reader, { scheme, depth: 0 });
  if (!atEnd(reader)) fail(reader, "unrecognised input");
  if (expression.type !== "Bool") mismatch(reader, "Bool", expression.type);
  return expression;
}

export function readExpression(reader: Reader, context: Context): Term {
  return readMore(reader, context, readSimple(reader, context), readOperator(reader), 0);
}

export function nested(reader: Reader, context: Context, start = reader.at): Context {
  if (context.depth >= DEEPEST) fail(reader, `nesting limit of ${DEEPEST} exceeded`, start);
  return { ...context, depth: context.depth + 1 };
}

function readSimple(reader: Reader, context: Context): Term {
  const start = reader.at;
  if (accept(reader, "(")) {
    const inner = nested(reader, context, start);
    skipSpace(reader);
    const expression = readExpression(reader, inner);
    skipSpace(reader);
    expect(reader, ")");
    return expression;
  }
  if (acceptNot(reader)) {
    const inner = nested(reader, context, start);
    skipSpace(reader);
    const of = readSimple(reader, inner);
    return { kind: "not", of, type: of.type };
  }
  return readComparison(reader, context);
}

export function acceptNot(reader: Reader): boolean {
  return accept(reader, "not") || accept(reader, "!");
}

function readComparison(reader: Reader, context: Context): Comparison {
  return readTest(reader, readValue(reader, context), context.scheme);
}

/** An operator ahead with how tightly it binds, -1 where there is none; and the place before it. */
interface Lookahead {
  readonly level: number;
  readonly resume: number;
}

function readOperator(reader: Reader): Lookahead {
  const resume = reader.at;
  skipSpace(reader);
  const level = OPERATORS.findIndex(([word, symbol]) => accept(reader, word) || accept(reader, symbol));
  skipSpace(reader);
  return { level, resume };
}

/** Precedence climbing: takes in every operator of at least `lowest`. */
function readMore(reader: Reader, context: Context, left: Term, first: Lookahead, lowest: number): Term {
  let lookahead = first;
  while (lookahead.level >= lowest) {
    const { level } = lookahead;
    let right = readSimple(reader, context);
    lookahead = readOperator(reader);
    while (lookahead.level > level) {
      right = readMore(reader, context, right, lookahead, lookahead.level);
      lookahead = readOperator(reader);
    }
    left = combine(reader, level, left, right);
  }
  // An operator belongs to someone further out.
  reader.at = lookahead.resume;
  return left;
}

function combine(reader: Reader, level: number, left: Term, right: Term): Logic {
  if (nameOf(left.type) !== nameOf(right.type)) mismatch(reader, left.type, right.type);
  const kind = OPERATORS[level]?.[0] ?? "or";
  return { kind, terms: flatten(kind, [left, right]), type: left.type };
}

function mismatch(reader: Reader, expected: Type, actual: Type): never {
  return fail(reader, `expected value of type ${nameOf(expected)}, but got ${nameOf(actual)}`);
}
