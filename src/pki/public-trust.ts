import { X509Certificate } from "node:crypto";
import { rootCertificates } from "node:tls";
import { certificateOf, madeSignature, type CaCertificateFacts, type Certificate } from "./certificate";

/**
 * Those of these CAs that browsers trust: publicly trusted roots, in whatever certificate (a cross-signed one has another fingerprint, but the
 * same name and key), and what such a root, or another of these CAs that is trusted so, has issued. Anybody can buy a certificate below them.
 */
export function publiclyTrusted(cas: readonly CaCertificateFacts[], roots = publicRoots()): CaCertificateFacts[] {
  const trusted = new Set<Certificate>();
  const all = cas.map(certificateOf);
  for (let before = -1; before < trusted.size;) {
    before = trusted.size;
    for (const ca of all) {
      const isRoot = roots.get(ca.x509.subject)?.some((root) => haveOneKey(root, ca.x509));
      const isBelowRoot = roots.get(ca.x509.issuer)?.some((root) => madeSignature(root, ca.x509));
      if (isRoot || isBelowRoot || [...trusted].some((above) => above.issued(ca))) trusted.add(ca);
    }
  }
  return all.filter((ca) => trusted.has(ca)).map(({ facts }) => facts);
}

/** By subject. */
export type Roots = ReadonlyMap<string, readonly X509Certificate[]>;

export function rootsOf(pems: readonly string[]): Roots {
  const roots = new Map<string, X509Certificate[]>();
  for (const pem of pems) {
    const root = new X509Certificate(pem);
    roots.set(root.subject, [...(roots.get(root.subject) ?? []), root]);
  }
  return roots;
}

let known: Roots | undefined;

/** Read when they are first asked for: it takes some 20 ms. */
function publicRoots(): Roots {
  return (known ??= rootsOf(rootCertificates));
}

function haveOneKey(one: X509Certificate, other: X509Certificate): boolean {
  try {
    return one.publicKey.equals(other.publicKey);
  } catch {
    // A key that OpenSSL doesn't know.
    return false;
  }
}
