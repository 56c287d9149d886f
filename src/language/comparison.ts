import type { Comparison, Ordering, Test, Value } from "./expression";
import { nameOf, type Scheme, type Type } from "./types";
import { readAddress, readAddressRange, readBytes, readInteger, readIntegerRange, readSet } from "./literals";
import { accept, fail, peek, type Reader, skipSpace } from "./reader";
import { readRegularExpression } from "./regular-expression";
import { readWildcard } from "./wildcard";

type Operator = "in" | Ordering | "bits" | "contains" | "matches" | "wildcard" | "strict wildcard";

/** In the engine's order: the first spelling that fits is taken, and no word boundary is asked for. */
const SPELLINGS: readonly (readonly [spelling: string, operator: Operator])[] = [
  ["in", "in"],
  ["eq", "eq"],
  ["==", "eq"],
  ["ne", "ne"],
  ["!=", "ne"],
  ["ge", "ge"],
  [">=", "ge"],
  ["le", "le"],
  ["<=", "le"],
  ["gt", "gt"],
  [">", "gt"],
  ["lt", "lt"],
  ["<", "lt"],
  ["&", "bits"],
  ["bitwise_and", "bits"],
  ["contains", "contains"],
  ["~", "matches"],
  ["matches", "matches"],
  ["wildcard", "wildcard"],
  ["strict wildcard", "strict wildcard"],
];

export function acceptOperator(reader: Reader): Operator | undefined {
  return SPELLINGS.find(([spelling]) => accept(reader, spelling))?.[1];
}

/** What follows a value: nothing where it is a truth already, else an operator and its literal. */
export function readTest(reader: Reader, value: Value, scheme: Scheme): Comparison {
  const { type } = value;
  if (type === "Bool") return compare(value, { kind: "true" });
  if (isListOfTruths(type)) return { kind: "comparison", value, test: { kind: "true" }, type: { array: "Bool" } };
  skipSpace(reader);
  const start = reader.at;
  const operator = acceptOperator(reader) ?? fail(reader, "expected ComparisonOp");
  const operatorEnd = reader.at;
  skipSpace(reader);
  const test = readOperand(reader, scheme, type, operator, start);
  return compare(value, test ?? refuseOperation(reader, type, start, operatorEnd));
}

function compare(value: Value, test: Test): Comparison {
  return { kind: "comparison", value, test, type: value.each ? { array: "Bool" } : "Bool" };
}

function isListOfTruths(type: Type): boolean {
  return typeof type !== "string" && ("array" in type ? type.array : type.map) === "Bool";
}

function refuseOperation(reader: Reader, type: Type, start: number, end: number): never {
  return fail(reader, `cannot perform this operation on type ${nameOf(type)}`, start, end);
}

/** Undefined when the operator is not for that type. */
function readOperand(
  reader: Reader,
  scheme: Scheme,
  type: Exclude<Type, "Bool">,
  operator: Operator,
  start: number,
): Test | undefined {
  if (typeof type !== "string") return undefined;
  switch (operator) {
    case "in":
      return peek(reader) === "$" ? readList(reader, scheme, start) : readMembership(reader, type);
    case "eq":
    case "ne":
    case "ge":
    case "le":
    case "gt":
    case "lt":
      return { kind: "order", operator, literal: readLiteral(reader, type) };
    case "bits":
      return type === "Int" ? { kind: "bits", literal: readInteger(reader) } : undefined;
    case "contains":
    case "matches":
    case "wildcard":
    case "strict wildcard":
      return type === "Bytes" ? readBytesOperand(reader, scheme, operator) : undefined;
  }
}

function readBytesOperand(
  reader: Reader,
  scheme: Scheme,
  operator: "contains" | "matches" | "wildcard" | "strict wildcard",
): Test {
  switch (operator) {
    case "contains":
      return { kind: "contains", literal: readBytes(reader) };
    case "matches":
      return { kind: "matches", ...readRegularExpression(reader, scheme.takesUnknowns) };
    case "wildcard":
    case "strict wildcard":
      return { kind: "wildcard", wildcard: readWildcard(reader, operator === "strict wildcard") };
  }
}

export function readLiteral(reader: Reader, type: "Bytes" | "Int" | "Ip") {
  switch (type) {
    case "Bytes":
      return readBytes(reader);
    case "Int":
      return readInteger(reader);
    case "Ip":
      return readAddress(reader);
  }
}

function readMembership(reader: Reader, type: "Bytes" | "Int" | "Ip"): Test {
  switch (type) {
    case "Bytes":
      return { kind: "in bytes", set: new Set(readSet(reader, readBytes)) };
    case "Int":
      return { kind: "in integers", ranges: readSet(reader, readIntegerRange) };
    case "Ip":
      return { kind: "in addresses", ranges: readSet(reader, readAddressRange) };
  }
}

/** `in $list`: a name that the engine would refuse is refused in its words, any other where no list exists. */
function readList(reader: Reader, scheme: Scheme, start: number): Test {
  accept(reader, "$");
  const nameStart = reader.at;
  while (/[a-z0-9_.]/.test(peek(reader))) reader.at += 1;
  const name = reader.whole.slice(nameStart, reader.at);
  if (name === "" || name.startsWith(".") || name.endsWith(".")) {
    const shown = name === "" ? peek(reader) : name;
    fail(reader, `invalid list name ${JSON.stringify(shown)}`, nameStart);
  }
  if (scheme.takesUnknowns) return { kind: "in list", list: name };
  return fail(reader, `the list $${name} is not known to the emulator, which has no lists`, start, reader.at);
}
