import { ExpressionError } from "./expression-error";

/**
 * The text being parsed and how far the parser has come. The text holds one character a byte (UTF-8 read as latin1):
 * the engine compares bytes and reports byte columns, and so both come out right without a second representation.
 */
export interface Reader {
  readonly whole: string;
  /** Where the text ends once trailing white space is set aside. */
  readonly end: number;
  at: number;
}

const WHITE_SPACE = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

export function bytesOf(text: string): string {
  return Buffer.from(text).toString("latin1");
}

export function textOf(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString("utf8");
}

/** Any Unicode white space is trimmed around an expression; inside it only space, CR and LF count. */
export function openReader(text: string): Reader {
  let [start, end] = [0, text.length];
  // From behind first: of white space alone nothing is left, and the engine points at its beginning.
  while (end > 0 && WHITE_SPACE.test(text.charAt(end - 1))) end -= 1;
  while (start < end && WHITE_SPACE.test(text.charAt(start))) start += 1;
  return { whole: bytesOf(text), end: bytesOf(text.slice(0, end)).length, at: bytesOf(text.slice(0, start)).length };
}

export function fail(reader: Reader, reason: string, start = reader.at, end = reader.end): never {
  throw new ExpressionError(reader.whole, start, end, reason);
}

export function atEnd(reader: Reader): boolean {
  return reader.at >= reader.end;
}

export function peek(reader: Reader, length = 1, from = reader.at): string {
  return reader.whole.slice(from, Math.min(from + length, reader.end));
}

export function skipSpace(reader: Reader): void {
  while (!atEnd(reader) && " \r\n".includes(peek(reader))) reader.at += 1;
}

export function accept(reader: Reader, literal: string): boolean {
  if (peek(reader, literal.length) !== literal) return false;
  reader.at += literal.length;
  return true;
}

export function expect(reader: Reader, literal: string): void {
  if (!accept(reader, literal)) fail(reader, `expected literal ${JSON.stringify(literal)}`);
}

/** One character or more of a class, or a refusal that names what was expected. */
export function takeWhile(reader: Reader, name: string, allowed: RegExp): string {
  const start = reader.at;
  while (!atEnd(reader) && allowed.test(peek(reader))) reader.at += 1;
  if (reader.at === start) fail(reader, `expected ${name}`);
  return reader.whole.slice(start, reader.at);
}

/** Exactly `count` characters, a character being a whole UTF-8 sequence. */
export function take(reader: Reader, count: number): string {
  const start = reader.at;
  for (let taken = 0; taken < count; taken += 1) {
    if (atEnd(reader)) {
      reader.at = start;
      fail(reader, `expected ${count} characters, but found ${taken}`);
    }
    reader.at += 1;
    while (!atEnd(reader) && (reader.whole.charCodeAt(reader.at) & 0xc0) === 0x80) reader.at += 1;
  }
  return reader.whole.slice(start, reader.at);
}
