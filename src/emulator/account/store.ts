import { randomBytes, randomUUID } from "node:crypto";
import { lagging, type Lagging } from "./lagging";
import { createManagedCa, type ManagedCa } from "./managed-ca";

/** Everything that the emulated account holds. In memory only: a new start is an empty account. */
export interface Store {
  readonly accountId: string;
  readonly certificates: Map<string, StoredCertificate>;
  readonly zones: Map<string, StoredZone>;
  managedCa: ManagedCa;
}

export type CertificateType = "custom" | "gateway_managed" | "access_managed";

/** What Cloudflare reads out of an upload. All but the blocks describe the first certificate (INF). */
export interface CertificateFacts {
  /** Canonical PEM, one block a certificate. */
  readonly blocks: readonly string[];
  /** SHA-256 of the DER, in hex: what a duplicate is recognised by. */
  readonly fingerprint: string;
  /** As Go prints a pkix name. */
  readonly issuer: string;
  /** Decimal. */
  readonly serialNumber: string;
  /** As cfssl names it: SHA256WithRSA. */
  readonly signature: string;
  readonly expiresOn: string;
}

export interface StoredCertificate extends CertificateFacts {
  readonly id: string;
  readonly name?: string;
  readonly ca: boolean;
  readonly type: CertificateType;
  readonly uploadedOn: string;
  /** Services other than hostname associations that hold on to it. */
  readonly services: readonly ServiceAssociation[];
  /** When a zone's list was last emptied: the CA stays "in use" for a while after. */
  releasedAt?: number;
  deletedAt?: number;
}

export interface ServiceAssociation {
  readonly service: string;
  readonly status: string;
  /** When it lets go, and isn't told of any more. */
  readonly until?: number;
}

export type Plan = "free" | "pro" | "business" | "enterprise";

export interface StoredZone {
  readonly id: string;
  readonly name: string;
  readonly plan: Plan;
  readonly createdOn: string;
  /** Hostnames by CA; the key {@link MANAGED} is the list of Cloudflare's own CA. */
  readonly lists: Map<string, Lagging<readonly string[] | null>>;
  /** Client certificates of the managed CA that were made here. */
  readonly clients: Map<string, StoredClientCertificate>;
  /** The entry point of http_request_firewall_custom, once it exists. */
  ruleset?: StoredRuleset;
  /** The rules in it, none without it, as the edge comes to see them. */
  readonly rules: Lagging<readonly StoredRule[]>;
  /** Its versions up to the present one, without their rules. */
  history: RulesetHeader[];
}

export interface StoredClientCertificate {
  readonly id: string;
  /** PEM. */
  readonly certificate: string;
  /** SHA-256 in lower-case hex: what the edge knows it by. */
  readonly fingerprint: string;
  readonly csr: string;
  readonly validityDays: number;
  /** Whether it is revoked: pending as long as not all see it alike. */
  readonly revoked: Lagging<boolean>;
}

/** What an absent mtls_certificate_id means. No upload can have this id: theirs are UUIDs. */
export const MANAGED = "managed";

/** Immutable: each mutation makes a new one, so a dry run or a refusal leaves no trace. Field names are the API's. */
export interface StoredRuleset {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly kind: "zone";
  readonly version: string;
  readonly last_updated: string;
  readonly phase: string;
  readonly rules: readonly StoredRule[];
}

export type RulesetHeader = Omit<StoredRuleset, "rules">;

export interface StoredRule {
  readonly id: string;
  readonly version: string;
  readonly action: string;
  readonly action_parameters?: Readonly<Record<string, unknown>>;
  readonly expression: string;
  readonly description: string;
  readonly last_updated: string;
  readonly ref: string;
  readonly enabled: boolean;
  readonly logging?: { readonly enabled: boolean };
}

export function createStore(
  accountId: string,
  zones: readonly { name: string; id?: string | undefined; plan?: Plan | undefined }[],
): Store {
  const managedCa = createManagedCa(accountId, randomUUID());
  const store: Store = { accountId, certificates: new Map(), zones: new Map(), managedCa };
  for (const { name, id = newId(), plan = "enterprise" } of zones) {
    const empty = { lists: new Map(), clients: new Map(), rules: lagging<readonly StoredRule[]>([]), history: [] };
    store.zones.set(id, { id, name: name.toLowerCase(), plan, createdOn: timestamp(), ...empty });
  }
  return store;
}

/** The list of one CA in one zone; null until somebody wrote it. */
export function hostnameList(zone: StoredZone, certificateId: string): Lagging<readonly string[] | null> {
  const known = zone.lists.get(certificateId);
  if (known) return known;
  const unwritten = lagging<readonly string[] | null>(null);
  zone.lists.set(certificateId, unwritten);
  return unwritten;
}

/** Uploaded and not deleted, in the order of their upload. */
export function presentCertificates(store: Store): StoredCertificate[] {
  return [...store.certificates.values()].filter((certificate) => certificate.deletedAt === undefined);
}

/** What holds on to a certificate now, as the API tells it; `late` is how long a service does after its lists were emptied. */
export function servicesOf({ services, releasedAt }: StoredCertificate, late: number): ServiceAssociation[] {
  const still = { service: "gateway", status: "pending_deletion", until: (releasedAt ?? -Infinity) + late };
  const present = [...services, still].filter(({ until = Infinity }) => Date.now() < until);
  return present.map(({ service, status }) => ({ service, status }));
}

/** 32 lower-case hex digits, as Cloudflare's ids of accounts, zones, rulesets and rules. */
export function newId(): string {
  return randomBytes(16).toString("hex");
}

/** RFC 3339 with six digits, as Cloudflare writes it. */
export function timestamp(): string {
  return new Date().toISOString().replace("Z", "000Z");
}
