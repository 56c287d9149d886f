import { type Comparison, type Expression, flatten, type Logic, type Term } from "./expression";
import { type Part, parts } from "./parts";
import { print } from "./print";
import { edge } from "./schemes";
import { type Fields, verdict } from "./verdict";

/**
 * What an expression comes to when only some fields of the request are known: it holds, it doesn't, or the rest of it
 * that hangs on the others. In the rest everything decided is folded away, and so equal rests print alike.
 *
 * A comparison is left whole as soon as one thing in it is unknown. Where it reads a known field too (`concat()` can
 * take two), the rest doesn't say what that field held: whoever compares two rests asks `reads()` as well.
 */
export function reduce(expression: Expression, known: Fields): boolean | Term {
  switch (expression.kind) {
    case "constant":
      return expression.truth;
    case "comparison":
      return isDecided(expression, known) ? verdict(expression, known) : expression;
    case "not":
      return negate(reduce(expression.of, known));
    case "and":
    case "or":
      return reduceChain(expression.kind, expression.terms, known);
    case "xor":
      return reduceXor(expression.terms, known);
  }
}

function isDecided(comparison: Comparison, known: Fields): boolean {
  for (const part of parts(comparison)) if (!isKnown(part, known)) return false;
  return true;
}

function isKnown(part: Part, known: Fields): boolean {
  if ("field" in part) return Object.hasOwn(known, part.field);
  if ("kind" in part) return part.kind !== "in list" && (part.kind !== "matches" || part.pattern !== undefined);
  const shape = Object.hasOwn(edge.functions, part.call) ? edge.functions[part.call] : undefined;
  return shape !== undefined && (shape.variadic === true || part.arguments.length <= shape.parameters.length);
}

function negate(term: boolean | Term): boolean | Term {
  if (typeof term === "boolean") return !term;
  return term.kind === "not" ? term.of : { kind: "not", of: term, type: term.type };
}

/** One false term settles an `and`, one true term an `or`, whatever the unknown ones will be. */
function reduceChain(kind: "and" | "or", terms: readonly Term[], known: Fields): boolean | Term {
  const settling = kind === "or";
  const open: Term[] = [];
  for (const term of terms) {
    const reduced = reduce(term, known);
    if (reduced === settling) return settling;
    if (typeof reduced !== "boolean") open.push(reduced);
  }
  const distinct = new Map(flatten(kind, open).map((term) => [print(term), term]));
  for (const term of distinct.values()) {
    if (term.kind === "not" && distinct.has(print(term.of))) return settling;
  }
  return chain(kind, [...distinct.values()]) ?? !settling;
}

/** Terms that come twice cancel out, and every negation among them is one negation of the whole. */
function reduceXor(terms: readonly Term[], known: Fields): boolean | Term {
  const open = new Map<string, Term>();
  let negated = false;
  const take = (term: boolean | Term): void => {
    if (typeof term === "boolean") negated = negated !== term;
    else if (term.kind === "not") {
      negated = !negated;
      take(term.of);
    } else if (term.kind === "xor") term.terms.forEach(take);
    else if (!open.delete(print(term))) open.set(print(term), term);
  };
  for (const term of terms) take(reduce(term, known));
  const rest = chain("xor", [...open.values()]) ?? false;
  return negated ? negate(rest) : rest;
}

function chain(kind: Logic["kind"], terms: readonly Term[]): Term | undefined {
  return terms.length < 2 ? terms[0] : { kind, terms, type: "Bool" };
}
