import { Picture, Unseen } from "../../src/plan/picture";
import type { Part, Rule } from "../../src/plan/picture";
import { buildExpression } from "../../src/rules/expression";

export const HOST = "api.example.com";
export const OTHER_HOST = "www.example.com";
/** Subject key identifiers of three issuers. */
export const [SKI_A, SKI_B, SKI_C] = ["A".repeat(40), "B".repeat(40), "C".repeat(40)] as const;

export function rule(expression: string, change: Partial<Rule> = {}): Rule {
  return { id: "r1", ref: "r1", action: "block", enabled: true, expression, ...change };
}

export function skip(expression: string, action_parameters: Rule["action_parameters"] = { ruleset: "current" }): Rule {
  return rule(expression, { id: "s1", ref: "s1", action: "skip", action_parameters });
}

/** The text that this package writes: certificates of these issuers on these hosts. */
export function pinned(issuerSkis: readonly string[], hostnames: readonly string[] = [HOST], paths?: string[]): string {
  return buildExpression({ hostnames, issuerSkis, paths });
}

/** The text of Cloudflare's own documents: a certificate of any CA. */
export const ANY_CA = `(http.host in {"${HOST}"} and not cf.tls_client_auth.cert_verified)`;

/** A zone as a test writes it down: what is left out wasn't looked at. */
export interface Zone {
  /** Subject key identifiers by the CA's id. */
  readonly cas?: Readonly<Record<string, readonly string[]>>;
  readonly rules?: readonly Rule[];
  readonly lists?: Readonly<Record<string, readonly string[]>>;
}

export function pictureOf({ cas, rules, lists = {} }: Zone): Picture {
  const authorities = cas && Object.entries(cas).map(([id, issuerSkis]) => ({ id, issuerSkis }));
  return Object.entries(lists).reduce(
    (picture, [id, hostnames]) => picture.withList(id, hostnames),
    new Picture({ authorities, rules }),
  );
}

/** The parts that a decision asks for; none when it decides. */
export function partsAskedFor(decision: () => unknown): readonly Part[] {
  try {
    decision();
    return [];
  } catch (error) {
    if (error instanceof Unseen) return error.parts;
    throw error;
  }
}
