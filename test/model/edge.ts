import { evaluate } from "../../src/language";
import type { Fields } from "../../src/language";
import { parseExpression } from "../../src/language/parse";
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
      const of = (edge: Edge, late: boolean) => {
        const view = { trusted: trusted(late), managed: account.managed, rules };
        return PROBES.map((probe) => this.refusing(view, edge, probe));
      };
      const [strict, broad] = [of("strict", false), of("broad", false)];
      const isLate = Object.values(account.lists).some(({ stale }) => stale && now < stale.until);
      const late = isLate ? [of("strict", true), of("broad", true)] : [strict, broad];
      admissions = { strict, broad, "strict and late": late[0] ?? strict, "broad and late": late[1] ?? broad };
      this.known.set(name, admissions);
    }
    return admissions;
  }

  /** The rule that refuses the request; undefined: it is let in. */
  private refusing(view: View, edge: Edge, probe: Probe): StoredRule | undefined {
    const connection = connectionOf(view, edge.startsWith("broad"), probe);
    for (const rule of view.rules) {
      if (!rule.enabled || rule.action === "log" || !this.holds(rule.expression, probe, connection)) continue;
      if (rule.action === "skip") return undefined;
      return rule;
    }
    return undefined;
  }

  private holds(expression: string, probe: Probe, connection: Connection): boolean {
    const known = this.truths.get(expression) ?? new Map<string, boolean>();
    this.truths.set(expression, known);
    const name = `${probe.host}${probe.path} ${probe.client} ${connection.isPresented} ${connection.isVerified}`;
    let truth = known.get(name);
    if (truth === undefined) {
      truth = evaluate(parseExpression(expression), this.fieldsOf(probe, connection));
      known.set(name, truth);
    }
    return truth;
  }

  private fieldsOf({ host, path, client }: Probe, { isPresented, isVerified }: Connection): Fields {
    const isShown = isPresented && client !== undefined;
    return {
      ...{ "http.host": host, "http.request.uri.path": path },
      "cf.tls_client_auth.cert_presented": isPresented,
      "cf.tls_client_auth.cert_verified": isVerified,
      "cf.tls_client_auth.cert_revoked": false,
      "cf.tls_client_auth.cert_issuer_ski": isShown ? this.authorities.skis[client] : "",
      "cf.tls_client_auth.cert_serial": isShown ? SERIAL[client] : "",
    };
  }
}

/** What a handshake came to. */
interface Connection {
  readonly isPresented: boolean;
  readonly isVerified: boolean;
}

/** The edge asks for a certificate only where some list has the host. */
function connectionOf({ trusted, managed }: View, isBroad: boolean, { host, client }: Probe): Connection {
  const isAsked = managed.includes(host) || trusted.some(({ hosts }) => hosts.includes(host));
  const isPresented = isAsked && client !== undefined;
  const serves = (hosts: readonly string[]) => isBroad || hosts.includes(host);
  const isTrusted =
    client === "managed key" ? serves(managed) : trusted.some(({ key, hosts }) => key === client && serves(hosts));
  return { isPresented, isVerified: isPresented && isTrusted };
}

/** Serial numbers of the clients' leaves, as rules of others name them. */
export const SERIAL: Readonly<Record<Key, string>> = { "key one": "1111", "key two": "2222", "managed key": "3333" };
