import { type Address, type AddressRange, printAddress, printAddressRange } from "./addresses";
import type { Argument, Comparison, Expression, Term, Test, Value } from "./expression";
import type { IntegerRange } from "./literals";
import { textOf } from "./reader";
import { printWildcard } from "./wildcard";

/** Loosest first. */
const TIGHTNESS: readonly Term["kind"][] = ["or", "xor", "and", "not", "comparison"];

/**
 * The one canonical spelling: operators as words, single spaces, the parentheses that precedence needs, sets in order.
 * The order of terms is the writer's.
 */
export function print(expression: Expression): string {
  switch (expression.kind) {
    case "constant":
      return String(expression.truth);
    case "comparison":
      return printComparison(expression);
    case "not":
      return `not ${printInside("not", expression.of)}`;
    case "and":
    case "or":
    case "xor":
      return expression.terms.map((term) => printInside(expression.kind, term)).join(` ${expression.kind} `);
  }
}

function printInside(around: Term["kind"], term: Term): string {
  const isLooser = TIGHTNESS.indexOf(term.kind) < TIGHTNESS.indexOf(around);
  return isLooser ? `(${print(term)})` : print(term);
}

function printComparison({ value, test }: Comparison): string {
  return [printValue(value), ...printTest(test)].join(" ");
}

function printValue({ source, path }: Value): string {
  const start = "field" in source ? source.field : `${source.call}(${source.arguments.map(printArgument).join(", ")})`;
  return start + path.map((step) => `[${printStep(step)}]`).join("");
}

function printStep(step: Value["path"][number]): string {
  if (step === "each") return "*";
  return typeof step === "number" ? String(step) : quote(step.key);
}

function printArgument(argument: Argument): string {
  switch (argument.kind) {
    case "value":
      return printValue(argument.value);
    case "literal":
      return printLiteral(argument.literal);
    case "expression":
      return isBareArgument(argument.expression) ? print(argument.expression) : `(${print(argument.expression)})`;
  }
}

/** A chain needs its parentheses among arguments; so does a list of truths, which bare would be one value for each. */
function isBareArgument(term: Term): boolean {
  return term.kind === "comparison" ? !(term.test.kind === "true" && term.value.each) : term.kind === "not";
}

function printTest(test: Test): readonly string[] {
  switch (test.kind) {
    case "true":
      return [];
    case "order":
      return [test.operator, printLiteral(test.literal)];
    case "bits":
      return ["bitwise_and", printLiteral(test.literal)];
    case "contains":
      return ["contains", quote(test.literal)];
    case "matches":
      return ["matches", printPattern(textOf(test.source))];
    case "wildcard":
      return [test.wildcard.strict ? "strict wildcard" : "wildcard", quote(printWildcard(test.wildcard))];
    case "in bytes":
      return ["in", printSet([...test.set].sort().map(quote))];
    case "in integers":
      return ["in", printSet([...test.ranges].sort(inOrder).map(printIntegerRange))];
    case "in addresses":
      return ["in", printSet([...test.ranges].sort(inFamilyOrder).map(printAddressRange))];
    case "in list":
      return ["in", `$${test.list}`];
  }
}

function printLiteral(literal: string | bigint | Address): string {
  if (typeof literal === "string") return quote(literal);
  return typeof literal === "bigint" ? String(literal) : printAddress(literal);
}

/** What isn't printable ASCII is written byte by byte: the language has no other escape for it. */
function quote(bytes: string): string {
  const escaped = bytes.replace(/[\\"]/g, "\\$&");
  return `"${escaped.replace(/[^ -~]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, "0")}`)}"`;
}

/** In quotes where these change nothing: a quote outside of a class would end it there, and a last backslash hide it. */
const QUOTABLE = /^(?:[^"\\[]|\\[^"]|\[(?:[^"\\\]]|\\[^"])*\])*$/;

function printPattern(source: string): string {
  if (QUOTABLE.test(source)) return `"${source}"`;
  let hashes = "";
  while (source.includes(`"${hashes}`)) hashes += "#";
  return `r${hashes}"${source}"${hashes}`;
}

function printSet(items: readonly string[]): string {
  return `{${[...new Set(items)].join(" ")}}`;
}

function printIntegerRange({ first, last }: IntegerRange): string {
  return first === last ? String(first) : `${first}..${last}`;
}

function inOrder(one: IntegerRange, other: IntegerRange): number {
  return Number(one.first - other.first || one.last - other.last);
}

function inFamilyOrder(one: AddressRange, other: AddressRange): number {
  if (one.first.family !== other.first.family) return one.first.family - other.first.family;
  return inOrder(
    { first: one.first.value, last: one.last.value },
    { first: other.first.value, last: other.last.value },
  );
}
