import { insteadOf } from "../../wording/did-you-mean";
import { CLOUDFLARE_MANAGED_CA } from "../../wording/managed-ca";
import { shownWrong } from "../../wording/shown";
import type { CheckFailure, Properties } from "./contract";
import { hasUnknown, UNKNOWN } from "./unknown";

const IDENTIFIER = /^[0-9a-f]{32}$/;
const EXAMPLE = "2458ce5a-0c35-4c7f-82c7-8e9487d3ff60";
const UPLOAD = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

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
  only(known: readonly string[], internal: readonly string[] = []): void {
    const strange = (name: string) => !name.startsWith("__") && ![...known, ...internal].includes(name);
    for (const key of Object.keys(this.news).filter(strange))
      this.fail("", `There is no option ${shownWrong(key)}. ${insteadOf(key, known)}`);
  }

  /** The id of an account or a zone: 32 characters of 0-9 and a-f. */
  identifier(property: string, where: string): string {
    return this.like(IDENTIFIER, "an id of Cloudflare's: 32 characters of 0-9 and a-f", property, where);
  }

  /** The id of an uploaded certificate: 36 characters, with hyphens; or the name of the Cloudflare-managed CA. */
  upload(property: string, where: string): string {
    if (this.news[property] === CLOUDFLARE_MANAGED_CA) return CLOUDFLARE_MANAGED_CA;
    return this.like(UPLOAD, `the id of an uploaded CA, such as ${EXAMPLE}`, property, where);
  }

  private like(form: RegExp, what: string, property: string, where: string): string {
    const value = this.text(property, where);
    if (value && value !== UNKNOWN && !form.test(value))
      this.fail(property, `${shownWrong(value)} isn't ${what}. ${where}`);
    return value;
  }

  /** A list of ids of zones; sorted, so that their order is no diff. */
  identifiers(property: string): string[] | typeof UNKNOWN {
    const given = this.texts(property, [`"<the zone's id>"`]) ?? [];
    const wrong = given === UNKNOWN ? undefined : given.find((value) => !IDENTIFIER.test(value));
    if (wrong !== undefined)
      this.fail(
        property,
        `${shownWrong(wrong)} isn't an id of Cloudflare's: give ids of 32 characters of 0-9 and a-f.`,
      );
    return given === UNKNOWN ? given : given.toSorted();
  }

  /** A required text. `remedy` says where it comes from. */
  text(property: string, remedy: string): string {
    const value = this.news[property];
    if (hasUnknown(value)) return UNKNOWN;
    if (typeof value === "string" && value.trim() !== "") return value.trim();
    const isMissing = value === undefined || value === null || typeof value === "string";
    this.fail(property, `${property} ${isMissing ? "is missing" : "must be a text"}. ${remedy}`);
    return "";
  }

  optionalText(property: string): string | undefined {
    const isText = this.optional(property, (value) => typeof value === "string", "a text. Give one");
    const value = this.news[property];
    return hasUnknown(value) ? UNKNOWN : isText ? (value as string) : undefined;
  }

  flag(property: string): void {
    const wish = "true or false, without quotes. Give one of them";
    this.optional(property, (value) => typeof value === "boolean", wish);
  }

  days(property: string): void {
    const isLength = (value: unknown) => typeof value === "number" && value >= 0 && Number.isFinite(value);
    this.optional(property, isLength, "a number of days, 0 or more. Give one");
  }

  /** Whether it is there, and good. */
  private optional(property: string, fits: (value: unknown) => boolean, wish: string): boolean {
    const value = this.news[property];
    if (value === undefined || value === null || hasUnknown(value)) return false;
    if (!fits(value)) this.fail(property, `${property} must be ${wish}, or leave it out.`);
    return fits(value);
  }

  oneOf<T extends string>(property: string, allowed: readonly [T, ...T[]]): T {
    const value = this.news[property] ?? allowed[0];
    if (hasUnknown(value)) return UNKNOWN as T;
    if (allowed.includes(value as T)) return value as T;
    const words = allowed.map((word) => `"${word}"`).join(" or ");
    this.fail(property, `${property} must be ${words}. Give one of them, or leave it out.`);
    return allowed[0];
  }

  /**
   * A list of texts, empty where there is none; UNKNOWN when any part of it is unknown, since nothing can be derived
   * from it then; undefined when it is refused.
   */
  texts(property: string, examples: readonly string[]): string[] | typeof UNKNOWN | undefined {
    const value = this.news[property];
    if (hasUnknown(value)) return UNKNOWN;
    if (value === undefined || value === null) return [];
    if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
    const odd = Array.isArray(value) ? value.findIndex((item) => typeof item !== "string") : -1;
    const place = odd < 0 ? "" : `, and item ${odd + 1} is none`;
    this.fail(property, `${property} must be a list of texts${place}. Write ${property}: [${examples.join(", ")}].`);
    return undefined;
  }
}
