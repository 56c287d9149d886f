import { type Address, compareAddresses, parseAddress, within } from "./addresses";
import type { Argument, Call, Comparison, Expression, Ordering, Test, Value } from "./expression";
import { lowerAscii, matchesWildcard, upperAscii } from "./wildcard";

/** Lists and maps nest as the field's type says. Strings hold one character a byte, as node:http hands them over. */
export type FieldValue = boolean | number | string | readonly FieldValue[] | { readonly [key: string]: FieldValue };

/** What the expression is about, by field name. An address is given as text. */
export type Fields = Readonly<Record<string, FieldValue>>;

type Datum = boolean | bigint | string | Address | readonly Datum[] | { readonly entries: ReadonlyMap<string, Datum> };

/** Whether the expression holds. Throws where a field that it reads was not given: silence would be a wrong answer. */
export function evaluate(expression: Expression, fields: Fields): boolean {
  return truthOf(expression, fields) === true;
}

function truthOf(expression: Expression, fields: Fields): boolean | boolean[] {
  switch (expression.kind) {
    case "constant":
      return expression.truth;
    case "comparison":
      return compare(expression, fields);
    case "not": {
      const truth = truthOf(expression.of, fields);
      return typeof truth === "boolean" ? !truth : truth.map((one) => !one);
    }
    case "and":
    case "or":
    case "xor":
      return combine(expression.kind, truthOf(expression.left, fields), truthOf(expression.right, fields));
  }
}

function combine(kind: "and" | "or" | "xor", left: boolean | boolean[], right: boolean | boolean[]) {
  if (typeof left === "boolean" || typeof right === "boolean") return apply(kind, left === true, right === true);
  // Lists are combined element by element, as far as the shorter one goes.
  return left.slice(0, right.length).map((one, index) => apply(kind, one, right[index] === true));
}

function apply(kind: "and" | "or" | "xor", left: boolean, right: boolean): boolean {
  switch (kind) {
    case "and":
      return left && right;
    case "or":
      return left || right;
    case "xor":
      return left !== right;
  }
}

function compare({ value, test, type }: Comparison, fields: Fields): boolean | boolean[] {
  const datum = read(value, fields);
  if (type === "Bool") return datum === undefined ? isTrueOfNothing(test) : holds(test, datum);
  return elements(datum).map((one) => holds(test, one));
}

/** A key that the map lacks makes every comparison false, save that it is unequal to everything. */
function isTrueOfNothing(test: Test): boolean {
  return test.kind === "order" && test.operator === "ne";
}

function read(value: Value, fields: Fields): Datum | undefined {
  const start = "field" in value.source ? readField(value.source.field, fields) : callFunction(value.source, fields);
  let found = start === undefined ? [] : [start];
  for (const step of value.path) found = found.flatMap((datum) => follow(datum, step));
  return value.each ? found : found[0];
}

function follow(datum: Datum, step: Value["path"][number]): readonly Datum[] {
  if (step === "each") return elements(datum);
  const next =
    typeof step === "number" ? elements(datum)[step] : isMap(datum) ? datum.entries.get(step.key) : undefined;
  return next === undefined ? [] : [next];
}

function elements(datum: Datum | undefined): readonly Datum[] {
  if (Array.isArray(datum)) return datum as readonly Datum[];
  return datum !== undefined && isMap(datum) ? [...datum.entries.values()] : [];
}

function isMap(datum: Datum): datum is { entries: ReadonlyMap<string, Datum> } {
  return typeof datum === "object" && "entries" in datum && datum.entries instanceof Map;
}

function readField(name: string, fields: Fields): Datum {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (value === undefined) throw new Error(`The expression reads ${name}, which was given no value.`);
  return datumOf(value, name);
}

function datumOf(value: FieldValue, name: string): Datum {
  if (typeof value === "number") return BigInt(value);
  if (typeof value === "boolean") return value;
  if (typeof value === "string") return name === "ip.src" ? addressOf(value) : value;
  if (Array.isArray(value)) return (value as readonly FieldValue[]).map((item) => datumOf(item, ""));
  return { entries: new Map(Object.entries(value).map(([key, item]) => [key, datumOf(item, "")])) };
}

function addressOf(text: string): Address {
  const address = parseAddress(text);
  if (address === undefined) throw new Error(`"${text}" is no IP address.`);
  return address;
}

function callFunction(call: Call, fields: Fields): Datum | undefined {
  const [first, ...rest] = call.arguments.map((argument) => readArgument(argument, fields));
  if (!call.each) return run(call.call, first, rest);
  return elements(first).flatMap((one) => run(call.call, one, rest) ?? []);
}

function readArgument(argument: Argument, fields: Fields): Datum | undefined {
  switch (argument.kind) {
    case "value":
      return read(argument.value, fields);
    case "expression":
      return truthOf(argument.expression, fields);
    case "literal":
      return argument.literal;
  }
}

function run(name: string, first: Datum | undefined, rest: readonly (Datum | undefined)[]): Datum | undefined {
  if (name === "concat") return concat([first, ...rest]);
  if (name === "any" || name === "all") {
    const truths = elements(first);
    return name === "any" ? truths.includes(true) : !truths.includes(false);
  }
  if (typeof first !== "string") return undefined;
  const [second] = rest;
  switch (name) {
    case "lower":
      return lowerAscii(first);
    case "upper":
      return upperAscii(first);
    case "len":
      return BigInt(first.length);
    case "starts_with":
      return typeof second === "string" ? first.startsWith(second) : undefined;
    case "ends_with":
      return typeof second === "string" ? first.endsWith(second) : undefined;
    case "url_decode":
      return urlDecode(first);
    default:
      throw new Error(`The emulator does not evaluate the function ${name}.`);
  }
}

function concat(parts: readonly (Datum | undefined)[]): string | undefined {
  const given = parts.filter((part) => typeof part === "string");
  return given.length === 0 ? undefined : given.join("");
}

function urlDecode(bytes: string): string {
  return bytes
    .replaceAll("+", " ")
    .replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

function holds(test: Test, datum: Datum): boolean {
  switch (test.kind) {
    case "true":
      return datum === true;
    case "order":
      return isOrdered(test.operator, order(datum, test.literal));
    case "bits":
      return typeof datum === "bigint" && (datum & test.literal) !== 0n;
    case "contains":
      return typeof datum === "string" && datum.includes(test.literal);
    case "matches":
      return typeof datum === "string" && test.pattern.test(datum);
    case "wildcard":
      return typeof datum === "string" && matchesWildcard(datum, test.wildcard);
    case "in bytes":
      return typeof datum === "string" && test.set.has(datum);
    case "in integers":
      return typeof datum === "bigint" && test.ranges.some(({ first, last }) => first <= datum && datum <= last);
    case "in addresses":
      return isAddress(datum) && test.ranges.some((range) => within(datum, range));
  }
}

function order(datum: Datum, literal: string | bigint | Address): number | undefined {
  if (isAddress(datum) && isAddress(literal)) return compareAddresses(datum, literal);
  return datum < literal ? -1 : datum > literal ? 1 : 0;
}

function isAddress(datum: Datum): datum is Address {
  return typeof datum === "object" && "family" in datum;
}

function isOrdered(operator: Ordering, sign: number | undefined): boolean {
  if (sign === undefined) return operator === "ne";
  switch (operator) {
    case "eq":
      return sign === 0;
    case "ne":
      return sign !== 0;
    case "ge":
      return sign >= 0;
    case "le":
      return sign <= 0;
    case "gt":
      return sign > 0;
    case "lt":
      return sign < 0;
  }
}
