import { evaluate } from "../../src/language";
import type { Fields } from "../../src/language";
import { parseExpression } from "../../src/language/parse";
import type { Expression } from "../../src/language/parse";
import { shownHosts } from "./account";
import type { Account, StoredRule } from "./account";
import { caOf, KEY_OF } from "./authorities";
import type { Authorities, Key } from "./authorities";
import { PROBES } from "./probes";
import type { Edge, Probe } from "./probes";

/** Who gets in, by edge and probe; and the rule that refuses who doesn't. */
export type Admissions = Readonly<Record<Edge, readonly (StoredRule | undefined)[]>>;

/** As much of an account as decides who gets in, in two ages: as it is, and as a late edge has it. */
interface View {
  /** The keys whose leaves are verified because of an upload; with the hosts on that upload's list. */
  readonly trusted: readonly { readonly key: Key; readonly hosts: readonly string[] }[];
  readonly managed: readonly string[];
  readonly rules: readonly StoredRule[];
}

/** What the edge of this Cloudflare does. Everything is remembered: most calls of a run change nothing here. */
export class EdgeModel {
  private readonly known = new Map<string, Admissions>();
  private readonly parsed = new Map<string, Expression>();
  private readonly truths = new Map<string, Map<string, boolean>>();

  constructor(private readonly authorities: Authorities) {}

  /** @param rules those that are asked; all of the account's, unless it is about others' alone */
  admissions(account: Account, now: number, rules: readonly StoredRule[] = account.rules ?? []): Admissions {
    const keys = account.uploads.map(({ id, certificates }) => {
      const ca = caOf(this.authorities, certificates);
      return { id, key: ca ? KEY_OF[ca] : "managed key" } as const;
    });
    const trusted = (late: boolean) =>
      keys.map(({ id, key }) => {
        const list = account.lists[id];
        return { key, hosts: late ? shownHosts(list, now) : Object.keys(list?.hosts ?? {}) };
      });
    const asked = rules.map(({ id, action, enabled, expression }) => [id, action, enabled, expression]);
    const name = JSON.stringify([trusted(false), trusted(true), account.managed, asked]);
    let admissions = this.known.get(name);
    if (!admissions) {
      if (this.known.size > 20_000) this.known.clear();
      const view = (late: boolean) => ({ trusted: trusted(late), managed: account.managed, rules });
      const of = (edge: Edge, late: boolean) => PROBES.map((probe) => this.refusing(view(late), edge, probe));
      const [strict, broad] = [of("strict", false), of("broad", false)];
      admissions = { strict, broad, "strict and late": of("strict", true), "broad and late": of("broad", true) };
      this.known.set(name, admissions);
    }
    return admissions;
  }

  /** The rule that refuses the request; undefined: it is let in. */
  private refusing(view: View, edge: Edge, probe: Probe): StoredRule | undefined {
    const fields = this.fieldsOf(view, edge.startsWith("broad"), probe);
    for (const rule of view.rules) {
      if (!rule.enabled || rule.action === "log" || !this.holds(rule.expression, fields)) continue;
      if (rule.action === "skip") return undefined;
      return rule;
    }
    return undefined;
  }

  private fieldsOf({ trusted, managed }: View, isBroad: boolean, { host, path, client }: Probe): Fields {
    const isAsked = managed.includes(host) || trusted.some(({ hosts }) => hosts.includes(host));
    const isPresented = isAsked && client !== undefined;
    const serves = (hosts: readonly string[]) => isBroad || hosts.includes(host);
    const isVerified =
      isPresented &&
      (client === "managed key" ? serves(managed) : trusted.some(({ key, hosts }) => key === client && serves(hosts)));
    return {
      ...{ "http.host": host, "http.request.uri.path": path },
      "cf.tls_client_auth.cert_presented": isPresented,
      "cf.tls_client_auth.cert_verified": isVerified,
      "cf.tls_client_auth.cert_revoked": false,
      "cf.tls_client_auth.cert_issuer_ski": isPresented ? this.authorities.skis[client] : "",
      "cf.tls_client_auth.cert_serial": isPresented ? SERIAL[client] : "",
    };
  }

  private holds(expression: string, fields: Fields): boolean {
    const known = this.truths.get(expression) ?? new Map<string, boolean>();
    this.truths.set(expression, known);
    const name = JSON.stringify(fields);
    let truth = known.get(name);
    if (truth === undefined) {
      const parsed = this.parsed.get(expression) ?? parseExpression(expression);
      this.parsed.set(expression, parsed);
      known.set(name, (truth = evaluate(parsed, fields)));
    }
    return truth;
  }
}

/** Serial numbers of the clients' leaves, as rules of others name them. */
export const SERIAL: Readonly<Record<Key, string>> = { "key one": "1111", "key two": "2222", "managed key": "3333" };
