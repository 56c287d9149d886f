import type { Rule } from "../cloudflare/rulesets";

export type { Rule };

/** What an upload can vouch for: the subject key identifiers of its certificates, upper-case hex. */
export interface Authority {
  readonly id: string;
  readonly issuerSkis: readonly string[];
}

/** A resource's texts as rules among others; their ids aren't known yet. */
export function rulesOf({
  expressions,
  ...rest
}: Pick<Rule, "ref" | "action" | "description"> & { readonly expressions: readonly string[] }): Rule[] {
  const { ref, action, description } = rest;
  return expressions.map((expression) => ({ id: ref, ref, action, description, expression, enabled: true }));
}

/** A part of the picture that is looked at by itself: one call or a few. */
export type Part = "authorities" | "rules" | { readonly list: string };

/** A decision needs parts of the picture that nobody has looked at yet. Look, and decide again. */
export class Unseen extends Error {
  constructor(readonly parts: readonly Part[]) {
    super("A part of the account wasn't looked at.");
  }
}

/**
 * What was seen of one zone at one moment. Every decision is a pure function of it. A decision asks for no more than it needs:
 * what isn't here yet is thrown as {@link Unseen}, so that a decision that is plain without it costs no call.
 */
export class Picture {
  constructor(
    private readonly seen: {
      readonly authorities?: readonly Authority[];
      readonly rules?: readonly Rule[];
      /** By the CA's id: hostnames in small letters. */
      readonly lists?: ReadonlyMap<string, ReadonlySet<string>>;
    } = {},
  ) {}

  get rules(): readonly Rule[] {
    if (!this.seen.rules) throw new Unseen(["rules"]);
    return this.seen.rules;
  }

  get authorities(): readonly Authority[] {
    if (!this.seen.authorities) throw new Unseen(["authorities"]);
    return this.seen.authorities;
  }

  /** Those of these CAs that are associated with the host. */
  associated(hostname: string, ids: readonly string[]): string[] {
    const unseen = ids.filter((id) => !this.seen.lists?.has(id));
    if (unseen.length > 0) throw new Unseen(unseen.map((list) => ({ list })));
    return ids.filter((id) => this.seen.lists?.get(id)?.has(hostname.toLowerCase()));
  }

  withRules(rules: readonly Rule[]): Picture {
    return new Picture({ ...this.seen, rules });
  }

  withAuthorities(authorities: readonly Authority[]): Picture {
    return new Picture({ ...this.seen, authorities });
  }

  withList(id: string, hostnames: Iterable<string>): Picture {
    const names = new Set([...hostnames].map((hostname) => hostname.toLowerCase()));
    return new Picture({ ...this.seen, lists: new Map([...(this.seen.lists ?? []), [id, names]]) });
  }
}
