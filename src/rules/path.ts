import { mixesScripts } from "./mixed-scripts";

/** A path that no pattern names; below a pattern, one that no other names. */
export const ELSEWHERE = "/any-other-path";

/** A path of each kind that a rule with these patterns tells apart: one under each pattern. The whole host has no patterns. */
export function pathSamples(patterns: readonly string[] | undefined): (string | undefined)[] {
  return patterns?.map((pattern) => pattern.replace(/\/?\*$/, ELSEWHERE)) ?? [undefined];
}

const HOW = 'Write "/admin" for that path alone, "/admin/*" for everything below it.';
const ESCAPE = "Write it percent-encoded, as a request has it: %7B for a brace.";

/**
 * Why a rule for such a path would match nothing, or not what was meant, and what to write: the first that fits.
 * Cloudflare normalises a path before rules see it (its documentation, "How URL normalization works"). How it spells
 * characters is the same for all zones; what it makes of slashes is the zone's to choose, and so nothing is guessed.
 */
const IMPOSSIBLE: readonly (readonly [RegExp, string])[] = [
  [/^(?!\/)/, `it doesn't begin with a slash. ${HOW}`],
  [/[?#]/, "a rule's path has neither query nor fragment. Leave that out."],
  [/\/\/|\\/, "Cloudflare merges slashes and turns backslashes before a rule sees them. Write single slashes."],
  [/\*.|\/\.{1,2}\*$/, `an asterisk stands for any ending, there alone, and a dot before it is a dot. ${HOW}`],
  [/\/\.{1,2}(\/|$)/, "Cloudflare resolves dot segments before a rule sees them. Write the path that they lead to."],
  [/[^\w.~:/@!$&'()*+,;=[\]%-]/, `it has a character that no URL has, and no placeholders are known. ${ESCAPE}`],
];

/**
 * A path in the one spelling in which Cloudflare shows it to rules, or why it can't be one. Letters outside ASCII become
 * their UTF-8, where only one spelling of them is likely.
 */
export function canonicalPath(pattern: string): { path: string } | { problem: string } {
  const isPlain = /^[\0-\x7f\p{L}\p{M}\p{N}]*$/u.test(pattern) && pattern === pattern.normalize("NFC");
  if (!isPlain || pattern.split("/").some(mixesScripts))
    return { problem: `it has characters that aren't letters, or look like others. ${ESCAPE}` };
  // Before escapes are respelled: in "%%30%30" the digits would make it look like one.
  if (/%(?![0-9a-f]{2})/i.test(pattern))
    return { problem: "its percent sign begins no escape. Write %25 for the sign itself." };
  const path = pattern.replace(/%[0-9a-f]{2}|[^\0-\x7f]+/gi, (text) =>
    text.startsWith("%") ? respelled(text) : encodeURIComponent(text),
  );
  const problem = IMPOSSIBLE.find(([wrong]) => wrong.test(path))?.[1];
  return problem === undefined ? { path } : { problem };
}

/** An escape that no character needs is none; any other is in upper case. */
function respelled(escape: string): string {
  const character = String.fromCharCode(parseInt(escape.slice(1), 16));
  return /[\w.~-]/.test(character) ? character : escape.toUpperCase();
}
