import { parseExpression, print, sameMeaning } from "../../language/index";

/**
 * Another spelling of the same expression: without outer parentheses, as Cloudflare has been seen to keep them (OBS); the
 * rest is invented, so that nobody comes to compare texts (INF): sets in order, operators as signs.
 */
export function respelled(expression: string): string {
  const words = print(parseExpression(expression));
  const signs = words
    .split(/("(?:[^"\\]|\\.)*")/)
    .map((part, index) => (index % 2 ? part : part.replace(/ and /g, " && ").replace(/ or /g, " || ")))
    .join("");
  // A raw string may hold a lone quote, after which nothing here is what it seems.
  return sameMeaning(signs, expression) ? signs : words;
}
