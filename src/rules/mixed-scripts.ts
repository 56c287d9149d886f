import { domainToUnicode } from "node:url";

/** Scripts whose letters look like one another's. Japanese or Korean names mix scripts by nature, and are not meant. */
const LOOKALIKES: readonly (readonly [string, RegExp])[] = [
  ["Latin", /\p{Script=Latin}/u],
  ["Cyrillic", /\p{Script=Cyrillic}/u],
  ["Greek", /\p{Script=Greek}/u],
  ["Armenian", /\p{Script=Armenian}/u],
  ["Cherokee", /\p{Script=Cherokee}/u],
];

/**
 * Warns of labels that mix scripts with letters of the same look: `раypal` with Cyrillic letters is another host than
 * the one that was meant. Takes the canonical name; shows code points, because the letters would deceive again.
 */
export function mixedScriptWarnings(hostname: string): string[] {
  return domainToUnicode(hostname)
    .split(".")
    .flatMap((label) => {
      const scripts = scriptsOf(label);
      if (scripts.length < 2) return [];
      const foreign = scripts.slice(scripts[0]?.[0] === "Latin" ? 1 : 0).map(([, letter]) => letter);
      const points = Array.from(label)
        .filter((character) => foreign.some((letter) => letter.test(character)))
        .map(codePoint);
      const names = scripts.map(([name]) => name).join(" and ");
      return `"${hostname}" mixes ${names} letters in one label (${[...new Set(points)].slice(0, 5).join(", ")}): they look alike, so check that this is the host that you mean.`;
    });
}

export function mixesScripts(text: string): boolean {
  return scriptsOf(text).length > 1;
}

function scriptsOf(text: string): typeof LOOKALIKES {
  return LOOKALIKES.filter(([, letter]) => letter.test(text));
}

export function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
