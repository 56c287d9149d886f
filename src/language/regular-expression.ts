import { accept, atEnd, fail, type Reader, take } from "./reader";
import { readRaw } from "./literals";

/** What a pattern may not hold: the engine's own refusals, and what JavaScript would read in another sense. */
class PatternRefusal extends Error {}

const UNSUPPORTED = "the emulator does not evaluate this part of a regular expression";
/** JavaScript would take any other brace for itself. */
const REPETITION = /^\{\d{1,3}(?:,\d{0,3})?\}/;
const ESCAPE = /^\\(?:x[0-9a-fA-F]{2}|[dDwWbBAznrtfvas]|S|[!-/:;=?@[-`{-~])/;
const CLASS_ITEM = /^(?:\\(?:x[0-9a-fA-F]{2}|[dDwWnrtfvas]|[!-/:;=?@[-`{-~])|[^\\[\]])/;
const TRANSLATED: Readonly<Record<string, string>> = { "\\A": "^", "\\z": "$", "\\a": "\\x07", "\\S": "[^\\t-\\r ]" };

/** The pattern as it was written, and translated; not translated where it can't be and the caller takes that. */
export interface RegularExpression {
  readonly source: string;
  readonly pattern: RegExp | undefined;
}

/** `matches "…"` or `matches r"…"`. In quotes a backslash belongs to the pattern, save before a quote. */
export function readRegularExpression(reader: Reader, takesUnknowns = false): RegularExpression {
  if (atEnd(reader)) fail(reader, "unrecognised input");
  if (accept(reader, "r")) {
    const source = readRaw(reader);
    return { source, pattern: compile(reader, takesUnknowns, source, reader.at, reader.end) };
  }
  if (!accept(reader, '"')) fail(reader, 'expected " or r');
  const start = reader.at;
  const source = readQuotedPattern(reader);
  return { source, pattern: compile(reader, takesUnknowns, source, start, reader.at - 1) };
}

function readQuotedPattern(reader: Reader): string {
  const start = reader.at;
  let pattern = "";
  let inClass = false;
  for (;;) {
    if (atEnd(reader)) fail(reader, "could not find an ending quote", start);
    const character = take(reader, 1);
    if (character === '"' && !inClass) return pattern;
    if (character === "\\") {
      const escaped = atEnd(reader) ? "" : take(reader, 1);
      pattern += escaped === '"' && !inClass ? escaped : `\\${escaped}`;
      continue;
    }
    if (character === "[") inClass = true;
    if (character === "]") inClass = false;
    pattern += character;
  }
}

function compile(
  reader: Reader,
  takesUnknowns: boolean,
  source: string,
  start: number,
  end: number,
): RegExp | undefined {
  try {
    return translate(source);
  } catch (error) {
    if (takesUnknowns) return undefined;
    const why = error instanceof PatternRefusal ? error.message : "the emulator cannot compile it";
    return fail(reader, `regex parse error: ${why}`, start, end);
  }
}

/** From the engine's dialect (Rust's, over bytes) to JavaScript's; what does not mean the same in both is refused. */
function translate(pattern: string): RegExp {
  if (/[^\0-\x7f]/.test(pattern)) throw new PatternRefusal(`${UNSUPPORTED}: characters outside ASCII`);
  const flags = pattern.startsWith("(?i)") ? "i" : "";
  let rest = flags === "" ? pattern : pattern.slice(4);
  let source = "";
  while (rest !== "") {
    const [taken, translated] = translateNext(rest);
    source += translated;
    rest = rest.slice(taken.length);
  }
  return new RegExp(source, flags);
}

function translateNext(rest: string): [taken: string, translated: string] {
  switch (rest.charAt(0)) {
    case "\\":
      return translateEscape(rest);
    case "[":
      return translateClass(rest);
    case "(":
      return translateGroup(rest);
    case ".":
      return [".", "[^\\n]"];
    case "{": {
      const repetition = REPETITION.exec(rest)?.[0];
      if (repetition === undefined) throw new PatternRefusal("unclosed counted repetition");
      return [repetition, repetition];
    }
    default:
      return [rest.charAt(0), rest.charAt(0)];
  }
}

function translateEscape(rest: string): [string, string] {
  if (/^\\\d/.test(rest)) throw new PatternRefusal("backreferences are not supported");
  const escape = ESCAPE.exec(rest)?.[0];
  if (escape === undefined) throw new PatternRefusal(`${UNSUPPORTED}: ${rest.slice(0, 2)}`);
  return [escape, escape === "\\s" ? "[\\t-\\r ]" : (TRANSLATED[escape] ?? escape)];
}

function translateGroup(rest: string): [string, string] {
  if (!rest.startsWith("(?")) return ["(", "("];
  if (rest.startsWith("(?:")) return ["(?:", "(?:"];
  if (/^\(\?<?[=!]/.test(rest)) {
    throw new PatternRefusal("look-around, including look-ahead and look-behind, is not supported");
  }
  throw new PatternRefusal(`${UNSUPPORTED}: ${rest.slice(0, 4)}`);
}

function translateClass(rest: string): [string, string] {
  let taken = rest.startsWith("[^") ? "[^" : "[";
  let translated = taken;
  // A bracket that comes first is a member of the class, which JavaScript has to be told.
  if (rest.startsWith("]", taken.length)) {
    taken += "]";
    translated += "\\]";
  }
  for (;;) {
    const left = rest.slice(taken.length);
    if (left === "") throw new PatternRefusal("unclosed character class");
    if (left.startsWith("]")) return [`${taken}]`, `${translated}]`];
    const item = CLASS_ITEM.exec(left)?.[0];
    if (item === undefined || /^(?:&&|--|~~)/.test(left))
      throw new PatternRefusal(`${UNSUPPORTED}: ${left.slice(0, 2)}`);
    const isRange = /^-[^\]]/.test(left.slice(item.length));
    if (isRange && (/\\[dDwWs]/.test(item) || /^-\\[dDwWs]/.test(left.slice(item.length)))) {
      throw new PatternRefusal("invalid character class range");
    }
    taken += item;
    translated += item === "\\s" ? "\\t-\\r " : item === "\\a" ? "\\x07" : item;
  }
}
