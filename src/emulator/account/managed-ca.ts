import { createPrivateKey, createPublicKey } from "node:crypto";
import { AUTHORITY, certify, distinguishedName, endEntity, newIssuer, type Subject } from "../edge/certify";

/** The CA that Cloudflare manages for the account. Plain text, so that it goes into a snapshot with the rest. */
export interface ManagedCa {
  /** What `certificate_authority.id` of its client certificates says. */
  readonly id: string;
  /** PEM blocks of what verifies under it: its own certificate first, then what was seeded. */
  readonly blocks: readonly string[];
  /** Of its private key: PEM. */
  readonly key: string;
}

/** Longer than any client certificate may last. */
const DAYS = 20 * 365;
const CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

/** The distinguished name that Cloudflare's own has (OBS). */
function nameOf(accountId: string): Buffer {
  return distinguishedName(
    ["2.5.4.6", "US"],
    ["2.5.4.8", "California"],
    ["2.5.4.7", "San Francisco"],
    ["2.5.4.10", "Cloudflare, Inc."],
    ["2.5.4.11", "www.cloudflare.com"],
    ["2.5.4.3", managedCaName(accountId)],
  );
}

export function managedCaName(accountId: string): string {
  return `Managed CA ${accountId}`;
}

export function createManagedCa(accountId: string, id: string): ManagedCa {
  const issuer = newIssuer(nameOf(accountId));
  const key = issuer.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return { id, blocks: [certify(issuer, issuer, DAYS, AUTHORITY)], key };
}

/** A client certificate as PEM. */
export function issueClientCertificate(ca: ManagedCa, accountId: string, subject: Subject, days: number): string {
  const privateKey = createPrivateKey(ca.key);
  const publicKey = createPublicKey(privateKey).export({ type: "spki", format: "der" });
  return certify(subject, { name: nameOf(accountId), publicKey, privateKey }, days, endEntity(CLIENT_AUTH));
}
