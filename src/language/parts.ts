import type { Call, Comparison, Expression, Test, Value } from "./expression";

/** What an expression is made of: the fields that it reads, the functions that it calls, the tests that it makes. */
export type Part = { readonly field: string } | Call | Test;

/** Every part, those inside the arguments of functions as well. */
export function* parts(expression: Expression): Generator<Part, void> {
  switch (expression.kind) {
    case "constant":
      return;
    case "comparison":
      yield* partsOfValue(expression.value);
      yield expression.test;
      return;
    case "not":
      return yield* parts(expression.of);
    case "and":
    case "or":
    case "xor":
      for (const term of expression.terms) yield* parts(term);
  }
}

function* partsOfValue({ source }: Value): Generator<Part, void> {
  yield source;
  if ("field" in source) return;
  for (const argument of source.arguments) {
    if (argument.kind === "value") yield* partsOfValue(argument.value);
    if (argument.kind === "expression") yield* parts(argument.expression);
  }
}

/** Every comparison; those inside the arguments of functions belong to the one that calls them. */
export function comparisons(expression: Expression): readonly Comparison[] {
  if (expression.kind === "constant") return [];
  if (expression.kind === "comparison") return [expression];
  return expression.kind === "not" ? comparisons(expression.of) : expression.terms.flatMap(comparisons);
}

/** The names of the fields that an expression reads. */
export function reads(expression: Expression): ReadonlySet<string> {
  const names = new Set<string>();
  for (const part of parts(expression)) if ("field" in part) names.add(part.field);
  return names;
}

/** Whether an expression has the operator `matches` anywhere: regular expressions aren't for every plan. */
export function usesRegex(expression: Expression): boolean {
  for (const part of parts(expression)) if ("kind" in part && part.kind === "matches") return true;
  return false;
}
