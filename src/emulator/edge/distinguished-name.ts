/** A certificate's name in the notations that Cloudflare offers. */
export interface DistinguishedName {
  /** RFC 2253: `CN=Leaf,O=Example,C=US`, the most specific part first. */
  readonly rfc2253: string;
  /** OpenSSL's old one-line form: `/C=US/O=Example/CN=Leaf`. */
  readonly legacy: string;
}

/**
 * From node:crypto's notation, which has a line for each part (or several joined by " + "), escapes as RFC 2253 asks
 * and leaves UTF-8 as it is. Of an empty name it makes undefined, which its types don't say.
 */
export function readDistinguishedName(lines: string | undefined): DistinguishedName {
  const parts = !lines ? [] : lines.split("\n").map((line) => line.split(" + "));
  const plain = (part: string): string => spellBytes(unescape(part), (hex) => `\\x${hex}`);
  return {
    rfc2253: parts
      .map((values) => values.reverse().join("+"))
      .reverse()
      .map((part) => spellBytes(part, (hex) => `\\${hex}`))
      .join(","),
    legacy: parts
      .map((values) =>
        values
          .reverse()
          .map((value) => `/${plain(value)}`)
          .join(""),
      )
      .join(""),
  };
}

/** Every byte outside ASCII in the given spelling. */
function spellBytes(text: string, spell: (hex: string) => string): string {
  return text.replace(/[^\0-\x7f]+/gu, (run) =>
    Array.from(Buffer.from(run, "utf8"), (byte) => spell(byte.toString(16).toUpperCase())).join(""),
  );
}

function unescape(part: string): string {
  return part.replace(/\\([0-9A-Fa-f]{2}|.)/g, (_, escaped: string) =>
    escaped.length === 2 ? `\\x${escaped.toUpperCase()}` : escaped,
  );
}
