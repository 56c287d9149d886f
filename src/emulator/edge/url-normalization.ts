/** What a zone does with URLs before its rules see them (DOC: "How URL normalization works"). */
export const URL_NORMALIZATIONS = ["cloudflare", "rfc3986", "none"] as const;
export type UrlNormalization = (typeof URL_NORMALIZATIONS)[number];

/** The path as rules see it. Takes and gives one character a byte. */
export function normalizedPath(path: string, how: UrlNormalization): string {
  if (how === "none") return path;
  const merged = how === "cloudflare" ? path.replace(/[/\\]+/g, "/") : path;
  return withoutDotSegments(merged.replace(/%[0-9a-f]{2}|[^\w.~:/?#[\]@!$&'()*+,;=-]/gi, respelled));
}

/** Unreserved characters stand for themselves, and what is neither reserved is escaped: a percent sign alone, too (INF). */
function respelled(text: string): string {
  const code = text.length === 3 ? parseInt(text.slice(1), 16) : text.charCodeAt(0);
  const character = String.fromCharCode(code);
  return /[\w.~-]/.test(character) ? character : `%${code.toString(16).toUpperCase().padStart(2, "0")}`;
}

/** RFC 3986, 5.2.4. An empty segment is one like any other there: ".." takes it away. */
function withoutDotSegments(path: string): string {
  const kept: string[] = [];
  const [, ...segments] = path.split("/");
  for (const segment of segments) {
    if (segment === "..") kept.pop();
    else if (segment !== ".") kept.push(segment);
  }
  return `/${kept.join("/")}${/\/\.{1,2}$/.test(path) && kept.length > 0 ? "/" : ""}`;
}
