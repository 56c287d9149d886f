import { type Address, compareAddresses, parseAddress, within } from "./addresses";
import type { Argument, Call, Comparison, Logic, Ordering, Term, Test, Value } from "./expression";
import { everything } from "./schemes";
import { lowerAscii, matchesWildcard, upperAscii } from "./wildcard";

/** Lists and maps nest as the field's type says. Strings hold one character a byte, as node:http hands them over. */
export type FieldValue = boolean | number | string | readonly FieldValue[] | { readonly [key: string]: FieldValue };

/** What the expression is about, by field name. An address is given as text. */
export type Fields = Readonly<Record<string, FieldValue>>;

type Datum = boolean | bigint | string | Address | readonly Datum[] | ReadonlyMap<string, Datum>;

/** Whether a comparison holds, every field of which is known. */
export function verdict({ value, test }: Comparison, fields: Fields): boolean {
  const datum = read(value, fields);
  return datum === undefined ? isTrueOfNothing(test) : holds(test, datum);
}

/** A key that the map lacks makes every comparison false, save that it is unequal to everything. */
function isTrueOfNothing(test: Test): boolean {
  return test.kind === "order" && test.operator === "ne";
}

/** The truths of a list, one for each element. */
function verdicts(term: Term, fields: Fields): readonly boolean[] {
  switch (term.kind) {
    case "comparison":
      return elements(read(term.value, fields)).map((one) => holds(term.test, one));
    case "not":
      return verdicts(term.of, fields).map((one) => !one);
    case "and":
    case "or":
    case "xor": {
      const lists = term.terms.map((one) => verdicts(one, fields));
      const [first = []] = lists;
      // Lists are combined element by element, as far as the shortest one goes.
      const length = Math.min(...lists.map((list) => list.length));
      return first.slice(0, length).map((_, index) =>
        combine(
          term.kind,
          lists.map((list) => list[index] === true),
        ),
      );
    }
  }
}

function combine(kind: Logic["kind"], truths: readonly boolean[]): boolean {
  switch (kind) {
    case "and":
      return !truths.includes(false);
    case "or":
      return truths.includes(true);
    case "xor":
      return truths.filter(Boolean).length % 2 === 1;
  }
}

function read(value: Value, fields: Fields): Datum | undefined {
  const start = "field" in value.source ? readField(value.source.field, fields) : callFunction(value.source, fields);
  let found = start === undefined ? [] : [start];
  for (const step of value.path) found = found.flatMap((datum) => follow(datum, step));
  return value.each ? found : found[0];
}

function follow(datum: Datum, step: Value["path"][number]): readonly Datum[] {
  if (step === "each") return elements(datum);
  const next = typeof step === "number" ? elements(datum)[step] : isMap(datum) ? datum.get(step.key) : undefined;
  return next === undefined ? [] : [next];
}

function elements(datum: Datum | undefined): readonly Datum[] {
  if (isMap(datum)) return [...datum.values()];
  return Array.isArray(datum) ? (datum as readonly Datum[]) : [];
}

function isMap(datum: Datum | undefined): datum is ReadonlyMap<string, Datum> {
  return datum instanceof Map;
}

function readField(name: string, fields: Fields): Datum {
  const value = fields[name];
  if (value === undefined) throw new Error(`The field ${name} has no value.`);
  return typeof value === "string" && everything.fields[name] === "Ip" ? addressOf(value) : datumOf(value);
}

function datumOf(value: FieldValue): Datum {
  if (typeof value === "number") return BigInt(value);
  if (typeof value === "boolean" || typeof value === "string") return value;
  if (Array.isArray(value)) return (value as readonly FieldValue[]).map(datumOf);
  return new Map(Object.entries(value).map(([key, item]) => [key, datumOf(item)]));
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
      return verdicts(argument.expression, fields);
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
      throw new Error(`The function ${name} is not evaluated here.`);
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
      return typeof datum === "string" && test.pattern?.test(datum) === true;
    case "wildcard":
      return typeof datum === "string" && matchesWildcard(datum, test.wildcard);
    case "in bytes":
      return typeof datum === "string" && test.set.has(datum);
    case "in integers":
      return typeof datum === "bigint" && test.ranges.some(({ first, last }) => first <= datum && datum <= last);
    case "in addresses":
      return isAddress(datum) && test.ranges.some((range) => within(datum, range));
    case "in list":
      return false;
  }
}

/** NaN: without any order, and so unequal. */
function order(datum: Datum, literal: string | bigint | Address): number {
  if (isAddress(datum) && isAddress(literal)) return compareAddresses(datum, literal) ?? NaN;
  return datum < literal ? -1 : datum > literal ? 1 : 0;
}

function isAddress(datum: Datum): datum is Address {
  return typeof datum === "object" && "family" in datum;
}

function isOrdered(operator: Ordering, sign: number): boolean {
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
