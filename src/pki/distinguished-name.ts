import { isUtf8 } from "node:buffer";
import { insteadOf } from "../wording/did-you-mean";
import { shown } from "../wording/shown";
import { ATTRIBUTE_NAMES, attributeName, isNamedByOne } from "./attribute-types";

export interface Attribute {
  /** As it is printed: a name, or an OID where it has none. */
  readonly type: string;
  readonly isByOid: boolean;
  /** UTF-8; of a type without a name it is the whole DER, as upper-case hex. */
  readonly value: Buffer | string;
}

/** The parts of a name in the order of the text, with several attributes where "+" joins them. */
export type Parts = readonly (readonly Attribute[])[];

/** One attribute with what parts it from the next. A value is in quotes, as RFC 2253 still allows, or has its special characters escaped. */
const ATTRIBUTE = /\s*([\w.-]+)\s*=\s*(?:"((?:\\.|[^"\\])*)"\s*|((?:\\.|[^\\",+;<>])*))(?:([,+])(?=.)|$)/suy;
const UNIT = /\\[0-9a-f]{2}|\\?./gisu;
const OID = /^(?:oid\.)?([0-2](?:\.(?:0|[1-9]\d*))+)$/i;

const UNFILLED = /^(?:undefined|null|NaN|\[object \w+\])$|\$\{|\{\{|^%\w+%$/;

/** Reads RFC 4514's form; a string says what is wrong. */
export function parseName(text: string): Parts | string {
  const parts: Attribute[][] = [[]];
  for (let at = 0; at < text.length;) {
    ATTRIBUTE.lastIndex = at;
    const match = ATTRIBUTE.exec(text);
    if (match === null)
      return `can't be read from ${shown(text.slice(at, at + 30).trim())} on: attributes are written TYPE=value and parted by commas, and , + " \\ < > ; have a backslash in front when they belong to a value.`;
    const [whole, type = "", quoted, plain = "", separator] = match;
    const attribute = toAttribute(type, quoted ?? plain, quoted !== undefined);
    if (typeof attribute === "string") return attribute;
    parts.at(-1)?.push(attribute);
    if (separator === ",") parts.push([]);
    at += whole.length;
  }
  return parts;
}

function toAttribute(type: string, written: string, isQuoted: boolean): Attribute | string {
  const oid = OID.exec(type)?.[1];
  const name = attributeName(oid ?? type);
  if (name === undefined && oid === undefined)
    return `has an attribute of the unknown type ${shown(type)}. ${insteadOf(type, ATTRIBUTE_NAMES)} A type without a name is written by its number, and its value as # with the DER in hexadecimal.`;
  if (!isQuoted && written.startsWith("#")) return toDerAttribute(oid, name, type, written.slice(1).trim());
  if (name === undefined)
    return `has a value for ${shown(type)} as a text, but such a type is printed with # and the DER of its value in hexadecimal.`;
  const value = bytesOf(written, isQuoted);
  if (typeof value === "string") return `has for ${name} ${value}`;
  if (value.length === 0 || UNFILLED.test(value.toString()))
    return `has no value for ${name}, or one that nothing filled in.`;
  return { type: name, isByOid: oid !== undefined, value };
}

function toDerAttribute(
  oid: string | undefined,
  name: string | undefined,
  type: string,
  hex: string,
): Attribute | string {
  if (oid === undefined || (name !== undefined && !isNamedByOne(name)))
    return `has for ${shown(type)} a value that begins with #. Write it as a text, with a backslash in front of a # that belongs to it.`;
  if (!/^(?:[0-9a-f]{2})+$/i.test(hex))
    return `has for ${shown(type)} a # without whole bytes in hexadecimal behind it.`;
  return { type: oid, isByOid: true, value: hex.toUpperCase() };
}

/** What the escapes stand for; a string says what is wrong. */
function bytesOf(written: string, isQuoted: boolean): Buffer | string {
  const units: string[] = written.match(UNIT) ?? [];
  while (!isQuoted && units.at(-1) === " ") units.pop();
  const odd = units.find((unit) => /\\[^ "#+,;<=>\\]$/su.test(unit));
  if (odd !== undefined) return `a backslash before ${shown(odd.slice(1))}, which takes none.`;
  const bytes = Buffer.concat(
    units.map((unit) =>
      /\\[0-9a-f]/i.test(unit) ? Buffer.from(unit.slice(1), "hex") : Buffer.from(unit.replace("\\", "")),
    ),
  );
  return isUtf8(bytes) && !/[\ud800-\udfff]/u.test(written) ? bytes : "bytes that are no UTF-8.";
}

/** RFC 2253's form as OpenSSL prints it, with each byte outside of ASCII escaped; or as it is. */
export function printName(parts: Parts, isAscii: boolean): string {
  const print = ({ type, value }: Attribute) =>
    `${type}=${typeof value === "string" ? `#${value}` : printValue(value.toString(), isAscii)}`;
  return parts.map((attributes) => attributes.map(print).join("+")).join(",");
}

function printValue(value: string, isAscii: boolean): string {
  const hex = (run: string) => Buffer.from(run).toString("hex").toUpperCase().replace(/../g, "\\$&");
  return value.replace(/[,+"\\<>;]|^#(?=[^])|^ | $/g, "\\$&").replace(isAscii ? /[^ -~]/gu : /[\0-\x1f\x7f]/g, hex);
}
