import { fail, type Reader } from "./reader";
import { readString } from "./literals";

/** What stands between the stars of `wildcard "…"`; a pattern without a star is one piece that must be everything. */
export interface Wildcard {
  readonly pieces: readonly string[];
  readonly strict: boolean;
}

export function readWildcard(reader: Reader, strict: boolean): Wildcard {
  const start = reader.at;
  const pattern = readString(reader);
  const refuse = (why: string): never => fail(reader, why, start);
  const pieces = [""];
  for (let at = 0; at < pattern.length; at += 1) {
    let character = pattern.charAt(at);
    if (character === "*") {
      if (at > 0 && pieces.at(-1) === "") refuse("wildcard contains a double star");
      pieces.push("");
      continue;
    }
    if (character === "\\") {
      character = pattern.charAt(at + 1);
      const why =
        character === "" ? "incomplete escape sequence at the end of the wildcard" : "invalid escape sequence";
      if (character !== "*" && character !== "\\") {
        refuse(`invalid wildcard: wildcard syntax error at position ${at}: ${why}`);
      }
      at += 1;
    }
    pieces.push((pieces.pop() ?? "") + character);
  }
  return { pieces, strict };
}

/** The pattern again, before it is put in quotes. */
export function printWildcard({ pieces }: Wildcard): string {
  return pieces.map((piece) => piece.replace(/[\\*]/g, "\\$&")).join("*");
}

export function matchesWildcard(bytes: string, wildcard: Wildcard): boolean {
  const fold = (text: string): string => (wildcard.strict ? text : lowerAscii(text));
  const subject = fold(bytes);
  const [head = "", ...rest] = wildcard.pieces.map(fold);
  const tail = rest.pop();
  if (tail === undefined) return subject === head;
  if (!subject.startsWith(head)) return false;
  let at = head.length;
  for (const piece of rest) {
    const found = subject.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return subject.length - tail.length >= at && subject.endsWith(tail);
}

export function lowerAscii(bytes: string): string {
  return bytes.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

export function upperAscii(bytes: string): string {
  return bytes.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}
