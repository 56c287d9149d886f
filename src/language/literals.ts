import { type Address, type AddressRange, block, compareAddresses, parseAddress, parseLooseAddress } from "./addresses";
import { accept, atEnd, expect, fail, peek, type Reader, skipSpace, take, takeWhile } from "./reader";

export interface IntegerRange {
  readonly first: bigint;
  readonly last: bigint;
}

const DIGIT = /[0-9a-fA-F]/;
const ADDRESS_CHARACTER = /[0-9a-fA-F:./]/;
const LARGEST_BYTE = 255n;
const LARGEST = (1n << 63n) - 1n;

/** `{…}`: items one after the other. Only white space may stand between them; a comma is no separator. */
export function readSet<Item>(reader: Reader, readItem: (reader: Reader) => Item): Item[] {
  expect(reader, "{");
  const items: Item[] = [];
  for (;;) {
    skipSpace(reader);
    if (accept(reader, "}")) return items;
    items.push(readItem(reader));
  }
}

/** `"…"`, `r#"…"#` or `hh:hh`. */
export function readBytes(reader: Reader): string {
  if (atEnd(reader)) fail(reader, "unrecognised input");
  return peek(reader) === '"' || peek(reader) === "r" ? readString(reader) : readHexBytes(reader);
}

/** A string, for the operators that take no hex bytes. */
export function readString(reader: Reader): string {
  if (atEnd(reader)) fail(reader, "unrecognised input");
  if (accept(reader, '"')) return readQuoted(reader);
  if (accept(reader, "r")) return readRaw(reader);
  return fail(reader, 'expected " or r');
}

function readQuoted(reader: Reader): string {
  const start = reader.at;
  let bytes = "";
  for (;;) {
    if (atEnd(reader)) fail(reader, "could not find an ending quote", start);
    if (accept(reader, '"')) return bytes;
    if (!accept(reader, "\\")) {
      bytes += take(reader, 1);
      continue;
    }
    if (atEnd(reader)) fail(reader, "could not find an ending quote", start);
    bytes += readEscape(reader);
  }
}

/** After the backslash: `"`, `\`, xHH or three octal digits, and nothing else. */
function readEscape(reader: Reader): string {
  const start = reader.at;
  if (/[0-7]/.test(peek(reader))) return readByte(reader, 3, 8);
  const escaped = take(reader, 1);
  if (escaped === '"' || escaped === "\\") return escaped;
  if (escaped === "x") return readByte(reader, 2, 16);
  return fail(reader, 'expected ", xHH or OOO after \\', start, reader.at);
}

export function readRaw(reader: Reader): string {
  const start = reader.at;
  while (accept(reader, "#"));
  const hashes = reader.at - start;
  if (hashes > 255) fail(reader, "invalid raw string hash count, there can't be more than 255 #s", start);
  if (!accept(reader, '"')) fail(reader, 'expected " or #');
  const close = reader.whole.indexOf(`"${"#".repeat(hashes)}`, reader.at);
  if (close < 0) fail(reader, "could not find an ending quote", start);
  const bytes = reader.whole.slice(reader.at, close);
  reader.at = close + 1 + hashes;
  return bytes;
}

function readHexBytes(reader: Reader): string {
  let bytes = readByte(reader, 2, 16);
  const start = reader.at;
  if (!/[-:.]/.test(take(reader, 1))) fail(reader, "expected byte separator", start, reader.at);
  for (;;) {
    bytes += readByte(reader, 2, 16);
    if (atEnd(reader) || !/[-:.]/.test(peek(reader))) return bytes;
    reader.at += 1;
  }
}

function readByte(reader: Reader, digits: number, radix: 8 | 16): string {
  const start = reader.at;
  const text = take(reader, digits);
  // A plus sign in front is what the engine's number reader lets through.
  return String.fromCharCode(Number(parseInteger(reader, text.replace(/^\+(?=.)/, ""), radix, LARGEST_BYTE, start)));
}

/** Decimal with an optional minus, 0x for hexadecimal, 0 for octal; 64 bits. */
export function readInteger(reader: Reader): bigint {
  const start = reader.at;
  if (accept(reader, "0x")) {
    const digitsStart = reader.at;
    return parseInteger(reader, takeWhile(reader, "digit", DIGIT), 16, LARGEST, digitsStart);
  }
  const isNegative = accept(reader, "-");
  const digits = takeWhile(reader, "digit", DIGIT);
  if (isNegative) return -parseInteger(reader, digits, 10, LARGEST + 1n, start, "small");
  return parseInteger(reader, digits, digits.startsWith("0") ? 8 : 10, LARGEST, start);
}

export function readIntegerRange(reader: Reader): IntegerRange {
  const start = reader.at;
  const first = readInteger(reader);
  const last = accept(reader, "..") ? readInteger(reader) : first;
  if (last < first) fail(reader, "incompatible range bounds", start, reader.at);
  return { first, last };
}

function parseInteger(
  reader: Reader,
  digits: string,
  radix: 8 | 10 | 16,
  largest: bigint,
  start: number,
  beyond: "large" | "small" = "large",
): bigint {
  const value = valueOf(digits, radix, largest, beyond);
  return typeof value === "bigint"
    ? value
    : fail(reader, `${value} while parsing with radix ${radix}`, start, reader.at);
}

/** Digit by digit, as the engine does: what comes first, a wrong digit or too large a number, is what it complains of. */
function valueOf(digits: string, radix: 8 | 10 | 16, largest: bigint, beyond: "large" | "small"): bigint | string {
  if (digits === "") return "cannot parse integer from empty string";
  let value = 0n;
  for (const digit of digits) {
    const weight = parseInt(digit, radix);
    if (Number.isNaN(weight)) return "invalid digit found in string";
    value = value * BigInt(radix) + BigInt(weight);
    if (value > largest) return `number too ${beyond} to fit in target type`;
  }
  return value;
}

export function readAddress(reader: Reader): Address {
  const start = reader.at;
  return addressOr(reader, parseAddress(takeWhile(reader, "IP address character", ADDRESS_CHARACTER)), start);
}

/** An address, a block in CIDR notation or `first..last`. */
export function readAddressRange(reader: Reader): AddressRange {
  const start = reader.at;
  const chunk = takeWhile(reader, "IP address character", ADDRESS_CHARACTER);
  const dots = chunk.indexOf("..");
  if (dots < 0) return readBlock(reader, chunk, start);
  const first = addressOr(reader, parseAddress(chunk.slice(0, dots)), start, start + dots);
  const last = addressOr(reader, parseAddress(chunk.slice(dots + 2)), start + dots + 2);
  const order = compareAddresses(first, last);
  if (order === undefined || order > 0) fail(reader, "incompatible range bounds", start, reader.at);
  return { first, last };
}

function readBlock(reader: Reader, chunk: string, start: number): AddressRange {
  const slash = chunk.lastIndexOf("/");
  const hostEnd = chunk.includes("/") ? start + chunk.indexOf("/") : reader.at;
  const address = addressOr(reader, parseLooseAddress(slash < 0 ? chunk : chunk.slice(0, slash)), start, hostEnd);
  const bits = address.family === 4 ? 32 : 128;
  if (slash < 0) return { first: address, last: address };
  const value = valueOf(chunk.slice(slash + 1), 10, LARGEST_BYTE, "large");
  if (typeof value === "string") {
    fail(reader, `couldn't parse length in network: ${value}`, start + chunk.indexOf("/") + 1, reader.at);
  }
  const length = Number(value);
  if (length > bits) {
    const why = `Network length ${length} is too long for Ipv${address.family} (maximum: ${bits})`;
    fail(reader, `invalid length for network: ${why}`, start, reader.at);
  }
  return block(address, length) ?? fail(reader, "host part of address was not zero", start, hostEnd);
}

function addressOr(reader: Reader, address: Address | undefined, start: number, end = reader.at): Address {
  return address ?? fail(reader, "couldn't parse address in network: invalid IP address syntax", start, end);
}
