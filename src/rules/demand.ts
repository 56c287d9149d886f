/** As much of a rule, ours or anybody's, as is needed to see whether it demands client certificates. */
export interface RuleText {
  readonly action: string;
  readonly enabled: boolean;
  readonly expression: string;
}

/** What an enabled rule asks of the clients of certain hosts. */
export interface Demanded {
  /** Hosts the text names, lower case. */
  readonly hostnames: ReadonlySet<string>;
  /** Issuers the text pins, upper-case hex; undefined when it takes a certificate of any associated CA. */
  readonly issuerSkis: ReadonlySet<string> | undefined;
}

/**
 * Reads what a rule demands, or undefined when it demands nothing.
 *
 * Lexical on purpose: rules of other people may use all of Cloudflare's language, and the question is only
 * "would clients of this host be turned away without a certificate". A text that names the host beside
 * `cert_verified` or `cert_presented` counts; one that only logs, is disabled, or names no host doesn't.
 */
export function readDemand(rule: RuleText): Demanded | undefined {
  if (!rule.enabled || rule.action === "log" || rule.action === "skip") return undefined;
  if (!/cf\.tls_client_auth\.cert_(verified|presented)/.test(rule.expression)) return undefined;
  const literals = Array.from(rule.expression.matchAll(/"(?:[^"\\]|\\.)*"/g), ({ 0: quoted }) => quoted.slice(1, -1));
  const skis = literals.filter((text) => /^[0-9A-F]{16,}$/.test(text));
  const hostnames = literals
    .map((text) => text.toLowerCase())
    .filter((text) => /^[a-z0-9_-]+(\.[a-z0-9_-]+)+$/.test(text));
  if (hostnames.length === 0) return undefined;
  const pinned = skis.length > 0 && rule.expression.includes("cf.tls_client_auth.cert_issuer_ski");
  return { hostnames: new Set(hostnames), issuerSkis: pinned ? new Set(skis) : undefined };
}
