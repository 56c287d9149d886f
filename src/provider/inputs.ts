import type { CheckFailure, Properties } from "./handler";
import { hasUnknown, UNKNOWN } from "./unknown";

const IDENTIFIER = /^[0-9a-f]{32}$/;

/**
 * Reads what a program gave, property by property. An unknown value passes everywhere, and is never looked at as a
 * value; what is wrong becomes a failure with the property's name, and the reading goes on to find the next mistake.
 */
export class InputReader {
  readonly failures: CheckFailure[] = [];

  constructor(private readonly news: Properties) {}

  fail(property: string, reason: string): void {
    this.failures.push({ property, reason });
  }

  /** Refuses options that the resource hasn't, with the one that was probably meant. */
  only(known: readonly string[]): void {
    for (const key of Object.keys(this.news).filter((name) => !name.startsWith("__") && !known.includes(name))) {
      const meant = known.find((name) => isNear(key.toLowerCase(), name.toLowerCase()));
      // No property: its value may be anything, and the engine would print it.
      this.fail(
        "",
        `There is no option "${shorten(key)}".${meant ? ` Did you mean "${meant}"?` : ` There are: ${known.join(", ")}.`}`,
      );
    }
  }

  /** The id of an account or a zone: 32 characters of 0-9 and a-f. */
  identifier(property: string, where: string): string {
    const value = this.text(property, where);
    if (value && value !== UNKNOWN && !IDENTIFIER.test(value)) {
      this.fail(property, `"${shorten(value)}" isn't an id of Cloudflare's: 32 characters of 0-9 and a-f. ${where}`);
    }
    return value;
  }

  /** A required text. `remedy` says where it comes from. */
  text(property: string, remedy: string): string {
    const value = this.news[property];
    if (value === UNKNOWN) return UNKNOWN;
    if (typeof value === "string" && value.trim() !== "") return value.trim();
    this.fail(
      property,
      `${property} ${value === undefined || value === null || value === "" ? "is missing" : "must be a text"}. ${remedy}`,
    );
    return "";
  }

  optionalText(property: string): string | undefined {
    const value = this.news[property];
    if (value === undefined || value === null || typeof value === "string") return value ?? undefined;
    this.fail(property, `${property} must be a text.`);
    return undefined;
  }

  flag(property: string): boolean | undefined {
    const value = this.news[property];
    if (value === undefined || value === null || value === UNKNOWN || typeof value === "boolean")
      return (value ?? undefined) as boolean | undefined;
    this.fail(property, `${property} must be true or false.`);
    return undefined;
  }

  oneOf<T extends string>(property: string, allowed: readonly [T, ...T[]]): T {
    const value = this.news[property] ?? allowed[0];
    if (value === UNKNOWN || allowed.includes(value as T)) return value as T;
    this.fail(property, `${property} must be one of ${allowed.map((word) => `"${word}"`).join(", ")}.`);
    return allowed[0];
  }

  /** A list of texts; UNKNOWN when any part of it is unknown, since nothing can be derived from it then. */
  texts(property: string): string[] | typeof UNKNOWN {
    const value = this.news[property];
    if (hasUnknown(value)) return UNKNOWN;
    if (value === undefined || value === null) return [];
    if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
    this.fail(property, `${property} must be a list of texts.`);
    return [];
  }
}

/** At most two letters inserted, left out or exchanged; a singular for a plural is one. */
function isNear(left: string, right: string): boolean {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [index, letter] of Array.from(left).entries()) {
    const above = row;
    row = [index + 1];
    for (let at = 1; at <= right.length; at++) {
      const exchanged = (above[at - 1] ?? 0) + (right[at - 1] === letter ? 0 : 1);
      row.push(Math.min(exchanged, (above[at] ?? 0) + 1, (row[at - 1] ?? 0) + 1));
    }
  }
  return (row.at(-1) ?? 0) <= 2;
}

export function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
