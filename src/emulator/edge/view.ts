import type { UrlNormalization } from "./url-normalization";

/**
 * What the edge needs to know of the account, asked anew for every handshake and request,
 * so that a change through the API is in force for the very next connection.
 */
export interface EdgeView {
  readonly settings: EdgeSettings;
  /** The data centre that a new connection comes to. What one knows of the account another may not know yet. */
  colo(): Colo;
}

export interface Colo {
  /** The zone that serves this hostname (longest zone name wins), or undefined when no zone of the account does. */
  zoneOf(hostname: string): EdgeZone | undefined;
  /** Whether the managed CA has revoked the certificate of this SHA-256 fingerprint, in lower-case hex. */
  isRevoked(fingerprint: string): boolean;
}

/** How the edge reads what Cloudflare's documents leave open, or leave to the zone. */
export interface EdgeSettings {
  /** Which CAs a leaf is checked against: those of the host, or all of the account. Cloudflare's documents allow both. */
  verification: "host" | "account";
  /**
   * What rules see of a path: with slashes merged, escapes in one spelling and dot segments resolved, as Cloudflare has
   * been seen to do by default; as RFC 3986 has it alone, which keeps a double slash; or as it was sent.
   */
  urlNormalization: UrlNormalization;
  /** Whether TLS sessions are resumed, and carry the verdict on the client along as they did at Cloudflare until 2025-02. */
  sessionResumption: (typeof SESSION_RESUMPTIONS)[number];
}

export const SESSION_RESUMPTIONS = ["none", "carries-verdict"] as const;

export interface EdgeZone {
  readonly name: string;
  /** CAs whose hostname associations, as the edge sees them now, contain this hostname. Empty: no certificate is asked for. */
  associated(hostname: string): readonly EdgeAuthority[];
  /** Every CA of the account: what a leaf is checked against in the account-wide reading. */
  account(): readonly EdgeAuthority[];
  /** The rules of the phase http_request_firewall_custom in order; none when there is no entry point. */
  rules(): readonly EdgeRule[];
}

export interface EdgeAuthority {
  readonly id: string;
  /** Each certificate of the upload, one PEM block a string. */
  readonly certificates: readonly string[];
}

export interface EdgeRule {
  readonly id: string;
  readonly action: string;
  readonly enabled: boolean;
  readonly expression: string;
  readonly actionParameters?: {
    readonly response?: { readonly status_code: number; readonly content: string; readonly content_type: string };
    readonly ruleset?: string;
  };
}
