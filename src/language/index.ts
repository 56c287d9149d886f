/**
 * Cloudflare's rules language. `parseExpression` reads a text under a scheme, which says what names there are: `edge` is
 * what the emulator's edge can fill, `everything` is all that Cloudflare offers. `evaluate` asks of one request whether
 * an expression holds, `reduce` of many requests at once what is left of it, `reads` what it looks at. `print` writes it
 * in its one canonical spelling, and `sameMeaning` compares two texts by that.
 */
export { evaluate } from "./evaluate";
export type { Comparison, Expression, Term } from "./expression";
export { ExpressionError, parseExpression } from "./parse";
export { comparisons, reads, usesRegex } from "./parts";
export { print } from "./print";
export { reduce } from "./reduce";
export { sameMeaning } from "./same-meaning";
export { edge, everything } from "./schemes";
export type { Scheme } from "./types";
export type { Fields, FieldValue } from "./verdict";
