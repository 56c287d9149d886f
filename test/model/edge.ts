import { evaluate } from "../../src/language";
import type { Fields } from "../../src/language";
import { parseExpression } from "../../src/language/parse";
import { shownHosts } from "./account";
import type { Account, StoredRule } from "./account";
import { CLOUDFLARE_MANAGED_CA } from "../../src/wording/managed-ca";
import { caOf, KEY_OF, LEAVES } from "./authorities";
import type { Authorities, Key } from "./authorities";
import type { Edge, Probe } from "./probes";

/** Who gets in, by edge and probe; and the rule that refuses who doesn't. */
export type Admissions = Readonly<Record<Edge, readonly (StoredRule | undefined)[]>>;

/** As much of an account as decides who gets in, in two ages: as it is, and as a late edge has it. */
interface View {
  /** The keys whose leaves are verified because of a CA; with the hosts on that CA's list. */
  readonly trusted: readonly { readonly key: Key; readonly hosts: readonly string[] }[];
  readonly rules: readonly StoredRule[];
}

/** What the edge of this Cloudflare does. Everything is remembered: most calls of a run change nothing here. */
export class EdgeModel {
  private readonly known = new Map<string, Admissions>();
  private readonly truths = new Map<string, Map<string, boolean>>();

  /** @param probes all, or as many of the first as the world needs */
  constructor(
    private readonly authorities: Authorities,
    readonly probes: readonly Probe[],
  ) {}

  /** @param rules those that are asked; all of the account's, unless it is about others' alone */
  admissions(account: Account, now: number, rules: readonly StoredRule[] = account.rules ?? []): Admissions {
    const uploaded = account.uploads.map(({ id, certificates }) => {
      const ca = caOf(this.authorities, certificates);
      return { id, key: KEY_OF[ca ?? "managed"] };
    });
    const keys = [...uploaded, { id: CLOUDFLARE_MANAGED_CA, key: KEY_OF.managed }];
    const trusted = (late: boolean) =>
      keys.map(({ id, key }) => {
        const list = account.lists[id];
        return { key, hosts: late ? shownHosts(list, now) : Object.keys(list?.hosts ?? {}) };
      });
    const asked = rules.map(({ id, action, enabled, expression }) => [id, action, enabled, expression]);
    const name = JSON.stringify([trusted(false), trusted(true), asked]);
    let admissions = this.known.get(name);
    if (!admissions) {
      if (this.known.size > 20_000) this.known.clear();
      const of = (edge: Edge, late: boolean) => {
        const view = { trusted: trusted(late), rules };
        return this.probes.map((probe) => this.refusing(view, edge, probe));
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
    const leaf = isPresented && client !== undefined ? LEAVES[client] : undefined;
    return {
      ...{ "http.host": host, "http.request.uri.path": path },
      "cf.tls_client_auth.cert_presented": isPresented,
      "cf.tls_client_auth.cert_verified": isVerified,
      // A revoked certificate verifies like any other.
      "cf.tls_client_auth.cert_revoked": leaf?.isRevoked ?? false,
      "cf.tls_client_auth.cert_issuer_ski": leaf ? this.authorities.skis[leaf.issuer] : "",
      "cf.tls_client_auth.cert_serial": leaf?.serial ?? "",
      "cf.tls_client_auth.cert_subject_dn_rfc2253": leaf?.subject ?? "",
    };
  }
}

/** What a handshake came to. */
interface Connection {
  readonly isPresented: boolean;
  readonly isVerified: boolean;
}

/** The edge asks for a certificate only where some list has the host. */
function connectionOf({ trusted }: View, isBroad: boolean, { host, client }: Probe): Connection {
  const isPresented = client !== undefined && trusted.some(({ hosts }) => hosts.includes(host));
  const isTrusted = ({ key, hosts }: View["trusted"][number]) =>
    client !== undefined && key === LEAVES[client].issuer && (isBroad || hosts.includes(host));
  return { isPresented, isVerified: isPresented && trusted.some(isTrusted) };
}
