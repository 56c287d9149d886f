import { comparisons, everything, parseExpression, print, reads, reduce } from "../language";
import type { Comparison, Expression, Fields, Term } from "../language";
import type { Rule } from "./picture";

/** When something holds: always, never, or on what it depends. */
export type Condition = boolean | Term;

/** The certificate that a client shows. `verified` undefined: Cloudflare's documents can be read both ways. */
export type Shown = "nothing" | { readonly issuerSki: string; readonly verified: boolean | undefined };

const CLIENT_AUTH = "cf.tls_client_auth.";
/** What the edge reads on a connection without a client certificate: every truth false, every text empty. */
const NOTHING: Fields = Object.fromEntries(
  Object.entries(everything.fields)
    .filter(([name]) => name.startsWith(CLIENT_AUTH))
    .map(([name, type]) => [name, type === "Bool" ? false : ""]),
);

/**
 * When the zone's rules refuse a request for this host (and path) from a client that shows this. The rules are evaluated in order as
 * the edge does, with all that isn't known left open.
 */
export function refusal(rules: readonly Rule[], shown: Shown, hostname: string, path?: string): Condition {
  const open = refusalAnywhere(rules, shown);
  if (typeof open === "boolean") return open;
  const paths: Fields = path === undefined ? {} : { "http.request.uri.path": path, "raw.http.request.uri.path": path };
  return reduce(open, { "http.host": hostname, ...paths });
}

/** Whether a request for this host from a client that shows this may match the rule, whatever its action. */
export function mayMatch(rule: Rule, shown: Shown, hostname: string): boolean {
  return refusal([{ ...rule, action: "block" }], shown, hostname) !== false;
}

/**
 * Whether two conditions are surely the same. One that still depends on the certificate is never: what is left of a comparison doesn't
 * say what was known in it.
 */
export function sameCondition(one: Condition, other: Condition): boolean {
  if (typeof one === "boolean" || typeof other === "boolean") return one === other;
  return print(one) === print(other) && !dependsOnCertificate(one);
}

/** Whether somebody's certificate could decide what the rule does. A text that can't be parsed is searched for the words. */
export function looksAtCertificates(rule: Rule): boolean {
  if (!rule.enabled || !effectOf(rule)) return false;
  const expression = parsed(rule.expression);
  return expression ? [...reads(expression)].some(isClientAuth) : rule.expression.includes(CLIENT_AUTH);
}

/** Whether what is left open depends on the certificate. */
export function dependsOnCertificate(condition: Condition): boolean {
  return typeof condition !== "boolean" && [...reads(condition)].some((name) => isClientAuth(name) || isOpaque(name));
}

/** What the rule does to a request that it matches; undefined: nothing that matters here. */
export function effectOf({ action, action_parameters }: Rule): "refuses" | "lets past" | undefined {
  if (action === "log") return undefined;
  if (action !== "skip") return "refuses";
  const { ruleset, phase, phases } = action_parameters ?? { ruleset: "current" };
  const custom = "http_request_firewall_custom";
  return ruleset === "current" || phase === "current" || phases?.includes(custom) ? "lets past" : undefined;
}

/** By the rules and the client: nearly all of an expression is decided by these two, whatever the host. */
const memory = new WeakMap<readonly Rule[], Map<string, Condition>>();

function refusalAnywhere(rules: readonly Rule[], shown: Shown): Condition {
  const known = memory.get(rules) ?? new Map<string, Condition>();
  memory.set(rules, known);
  const key = JSON.stringify(shown === "nothing" ? shown : [shown.issuerSki, shown.verified]);
  const condition = known.get(key) ?? evaluate(rules, fieldsOf(shown), key);
  known.set(key, condition);
  return condition;
}

function evaluate(rules: readonly Rule[], known: Fields, client: string): Condition {
  let refused: Condition = false;
  let past: Condition = false;
  for (const rule of rules) {
    const effect = rule.enabled ? effectOf(rule) : undefined;
    if (!effect) continue;
    const met = fold("and", matches(rule, known, client), negated(past));
    if (effect === "lets past") past = fold("or", past, met);
    else refused = fold("or", refused, met);
  }
  return refused;
}

function matches(rule: Rule, known: Fields, client: string): Condition {
  const expression = parsed(rule.expression);
  if (expression) return reduce(expression, known);
  // Nobody knows what it means: a truth of its own, which is another one for another client where it may look at certificates.
  const isPersonal = rule.expression.includes(CLIENT_AUTH);
  return opaque(isPersonal ? `${rule.id} ${client}` : rule.id, isPersonal);
}

function fieldsOf(shown: Shown): Fields {
  if (shown === "nothing") return { ...NOTHING, ssl: true };
  const { issuerSki, verified } = shown;
  const certain = { cert_presented: true, cert_revoked: false, cert_issuer_ski: issuerSki };
  const fields = verified === undefined ? certain : { ...certain, cert_verified: verified };
  return {
    ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [CLIENT_AUTH + name, value])),
    ssl: true,
  };
}

const texts = new Map<string, Expression | undefined>();
/** More texts than any account has; past that it begins anew. */
const MOST_TEXTS = 20_000;

/** Undefined: nobody here can read it. */
export function parsed(text: string): Expression | undefined {
  if (!texts.has(text)) {
    if (texts.size >= MOST_TEXTS) texts.clear();
    texts.set(text, attempt(text));
  }
  return texts.get(text);
}

function attempt(text: string): Expression | undefined {
  try {
    return parseExpression(text, everything);
  } catch {
    return undefined;
  }
}

const OPAQUE = "?";

function opaque(name: string, isPersonal: boolean): Term {
  const field = `${OPAQUE}${isPersonal ? CLIENT_AUTH : ""}${name}`;
  const value = { source: { field }, path: [], type: "Bool", each: false } as const;
  return { kind: "comparison", value, test: { kind: "true" }, type: "Bool" };
}

function isOpaque(name: string): boolean {
  return name.startsWith(`${OPAQUE}${CLIENT_AUTH}`);
}

function isClientAuth(name: string): boolean {
  return name.startsWith(CLIENT_AUTH);
}

function fold(kind: "and" | "or", left: Condition, right: Condition): Condition {
  const settling = kind === "or";
  if (left === settling || right === settling) return settling;
  if (typeof left === "boolean") return right;
  return typeof right === "boolean" ? left : reduce({ kind, terms: [left, right], type: "Bool" }, {});
}

function negated(condition: Condition): Condition {
  return typeof condition === "boolean" ? !condition : reduce({ kind: "not", of: condition, type: "Bool" }, {});
}

const ISSUER_SKI = `${CLIENT_AUTH}cert_issuer_ski`;

/** The issuers that enabled rules name, by their subject key identifiers. */
export function pinsOf(rules: readonly Rule[]): string[] {
  const expressions = rules.filter(({ enabled }) => enabled).flatMap(({ expression }) => parsed(expression) ?? []);
  // What lower() is compared with is in small letters.
  const pins = expressions
    .flatMap(comparisons)
    .filter((one) => reads(one).has(ISSUER_SKI))
    .flatMap(literalsOf);
  return [...new Set(pins.map((pin) => pin.toUpperCase()))];
}

/** The texts that something is compared with, to be equal or not. */
export function literalsOf({ test }: Comparison): string[] {
  const literals = test.kind === "in bytes" ? [...test.set] : test.kind === "order" ? [test.literal] : [];
  return literals.filter((literal) => typeof literal === "string");
}
