import type { Address } from "./addresses";
import { acceptOperator, readLiteral, readTest } from "./comparison";
import type { Argument, Call, Value } from "./expression";
import { type FunctionShape, nameOf, type Parameter, sameType, type Type } from "./types";
import { readInteger, readBytes } from "./literals";
import { acceptNot, type Context, nested, readExpression } from "./parse";
import { accept, atEnd, bytesOf, expect, fail, peek, type Reader, skipSpace, takeWhile, textOf } from "./reader";

type Step = Value["path"][number];

/** A field or a function call, followed by any number of `[index]`. */
export function readValue(reader: Reader, context: Context): Value {
  const start = reader.at;
  do takeWhile(reader, "identifier character", /[A-Za-z0-9_]/);
  while (accept(reader, "."));
  const name = reader.whole.slice(start, reader.at);
  const { fields, functions } = context.scheme;
  if (Object.hasOwn(fields, name)) return readPath(reader, { field: name }, fields[name] ?? "Bytes");
  const shape = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (shape === undefined) {
    const reason = context.scheme.isForeign(name)
      ? `${name} exists at Cloudflare, but the emulator does not evaluate it`
      : "unknown identifier";
    return fail(reader, reason, start, reader.at);
  }
  const call = readCall(reader, context, name, shape);
  return readPath(reader, call, call.each ? { array: shape.returns } : shape.returns);
}

function readPath(reader: Reader, source: Value["source"], type: Type): Value {
  const path: Step[] = [];
  for (;;) {
    const start = reader.at;
    if (!accept(reader, "[")) return { source, path, type, each: path.includes("each") };
    skipSpace(reader);
    const step = readStep(reader);
    skipSpace(reader);
    expect(reader, "]");
    type = stepInto(type, step) ?? fail(reader, cannotAccess(step, type), start, reader.at);
    path.push(step);
  }
}

function readStep(reader: Reader): Step {
  const start = reader.at;
  if (accept(reader, "*")) return "each";
  if (peek(reader) === '"') {
    const key = readBytes(reader);
    if (bytesOf(textOf(key)) !== key) {
      fail(reader, 'expected literal "expected utf8 string"', start);
    }
    return { key };
  }
  const index = attempt(reader, () => readInteger(reader));
  if (index === undefined) {
    return fail(reader, 'expected literal "expected quoted utf8 string or positive integer"', start);
  }
  if (index < 0n || index > 0xffff_ffffn) {
    fail(reader, 'expected literal "expected positive integer as index"', start);
  }
  return Number(index);
}

function stepInto(type: Type, step: Step): Type | undefined {
  if (typeof type === "string") return undefined;
  if ("array" in type) return typeof step === "object" ? undefined : type.array;
  return typeof step === "number" ? undefined : type.map;
}

function cannotAccess(step: Step, type: Type): string {
  const index =
    step === "each" ? "MapEach" : typeof step === "number" ? `ArrayIndex(${step})` : `MapKey("${textOf(step.key)}")`;
  return `cannot access index ${index} for type ${nameOf(type)}`;
}

function readCall(reader: Reader, context: Context, name: string, shape: FunctionShape): Call {
  skipSpace(reader);
  const inner = nested(reader, context);
  expect(reader, "(");
  skipSpace(reader);
  const given: Argument[] = [];
  while (!atEnd(reader) && peek(reader) !== ")") {
    if (given.length > 0) expect(reader, ",");
    skipSpace(reader);
    const start = reader.at;
    const argument = readArgument(reader, inner);
    if (given.length > 0 && isEach(argument)) {
      fail(reader, "invalid use of map each access operator", start, reader.at);
    }
    const parameter = shape.parameters[given.length] ?? (shape.variadic ? shape.parameters.at(-1) : undefined);
    if (parameter === undefined) fail(reader, "invalid number of arguments", start);
    else check(reader, given.length, parameter, argument, start);
    given.push(argument);
    skipSpace(reader);
  }
  if (given.length < (shape.required ?? shape.parameters.length)) fail(reader, "invalid number of arguments");
  expect(reader, ")");
  return { call: name, arguments: given, each: given.some(isEach) };
}

function check(reader: Reader, index: number, parameter: Parameter, argument: Argument, start: number): void {
  const kind = argument.kind === "literal" ? "Literal" : "Field";
  if (parameter.kind !== undefined && parameter.kind !== kind) {
    const mismatch = `expected argument of kind ${parameter.kind}, but got ${kind}`;
    fail(reader, `invalid kind of argument #${index}: ${mismatch}`, start, reader.at);
  }
  const type = typeOf(argument);
  if (parameter.type !== undefined && !sameType(parameter.type, type)) {
    const mismatch = `expected value of type ${nameOf(parameter.type)}, but got ${nameOf(type)}`;
    fail(reader, `invalid type of argument #${index}: ${mismatch}`, start, reader.at);
  }
}

function typeOf(argument: Argument): Type {
  switch (argument.kind) {
    case "value":
      return argument.value.type;
    case "expression":
      return argument.expression.type;
    case "literal":
      return argument.type;
  }
}

function isEach(argument: Argument): boolean {
  return argument.kind === "value" && argument.value.each;
}

/** The grammar is ambiguous here (`fa` begins a field as well as a byte), and so the order of attempts is the engine's. */
function readArgument(reader: Reader, context: Context): Argument {
  const start = reader.at;
  if (/^(?:"|r[#"])/.test(peek(reader, 2))) return literal(readBytes(reader), "Bytes");
  if (peek(reader) === "(" || acceptNot(reader)) {
    reader.at = start;
    return { kind: "expression", expression: readExpression(reader, context) };
  }
  if (/^[A-Za-z0-9_]{0,2}[G-Zg-z_]/.test(peek(reader, 3))) return readValueArgument(reader, context);
  const value = attempt(reader, () => readValue(reader, context));
  if (value !== undefined) return continueArgument(reader, context, value);
  for (const type of ["Ip", "Int", "Bytes"] as const) {
    const found = attempt(reader, () => readLiteral(reader, type));
    if (found !== undefined) return literal(found, type);
  }
  return fail(reader, "unrecognised input");
}

function readValueArgument(reader: Reader, context: Context): Argument {
  return continueArgument(reader, context, readValue(reader, context));
}

function continueArgument(reader: Reader, context: Context, value: Value): Argument {
  const end = reader.at;
  skipSpace(reader);
  const compared = acceptOperator(reader) !== undefined;
  reader.at = end;
  if (!compared) return { kind: "value", value };
  return { kind: "expression", expression: readTest(reader, value, context.scheme) };
}

function literal(found: string | bigint | Address, type: Type): Argument {
  return { kind: "literal", literal: found, type };
}

/** The result, or undefined with the reader back where it was. */
function attempt<Result>(reader: Reader, read: () => Result): Result | undefined {
  const start = reader.at;
  try {
    return read();
  } catch {
    reader.at = start;
    return undefined;
  }
}
