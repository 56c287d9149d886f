import { X509Certificate } from "node:crypto";
import type { TLSSocket } from "node:tls";
import { readDistinguishedName } from "./distinguished-name";
import { keyIdentifiersOf } from "./key-identifiers";

/** The fields cf.tls_client_auth.* of a connection, without that prefix. */
export type ClientAuth = Readonly<Record<string, boolean | string>>;

const LONGEST_CERTIFICATE = 10 * 1024;
const LONGEST_CHAIN = 16 * 1024;

/** What Cloudflare's fields read on a connection without client authentication, and without a certificate. */
const NOTHING: ClientAuth = {
  cert_presented: false,
  cert_verified: false,
  cert_revoked: false,
  cert_rfc9440_too_large: false,
  cert_chain_rfc9440_too_large: false,
  ...Object.fromEntries(
    `cert_chain_rfc9440 cert_fingerprint_sha1 cert_fingerprint_sha256 cert_issuer_dn cert_issuer_dn_legacy
    cert_issuer_dn_rfc2253 cert_issuer_serial cert_issuer_ski cert_not_after cert_not_before cert_rfc9440 cert_serial
    cert_ski cert_subject_dn cert_subject_dn_legacy cert_subject_dn_rfc2253`
      .split(/\s+/)
      .map((name) => [name, ""]),
  ),
};

/**
 * Reads the finished handshake. `trusted` are the certificates that the client's was checked against, as PEM. A revoked
 * certificate verifies like any other (DOC).
 */
export function readClientAuth(
  socket: TLSSocket,
  trusted: readonly string[],
  isRevoked: (fingerprint: string) => boolean,
): ClientAuth {
  // Asked once: it takes the rest of the chain out of the connection (seen in Node 20). getPeerCertificate() has an order of its own.
  const leaf = socket.getPeerX509Certificate();
  // Node reports a failed verification for no certificate too, and so "presented" has to be asked first.
  if (leaf === undefined) return NOTHING;
  const anchors = trusted.map((pem) => new X509Certificate(pem));
  const sent = chainOf(leaf);
  const issuer = [...anchors, ...sent].find((one) => isIssuer(one, leaf));
  const verdict = { cert_verified: socket.authorized, cert_revoked: isRevoked(plainHex(leaf.fingerprint256)) };
  return { ...describe(leaf, issuer), ...encode(leaf, sent), ...verdict };
}

function describe(leaf: X509Certificate, issuer: X509Certificate | undefined): ClientAuth {
  const own = keyIdentifiersOf(leaf);
  const subject = readDistinguishedName(leaf.subject);
  const issuerName = readDistinguishedName(leaf.issuer);
  return {
    ...NOTHING,
    cert_presented: true,
    cert_fingerprint_sha1: plainHex(leaf.fingerprint),
    cert_fingerprint_sha256: plainHex(leaf.fingerprint256),
    cert_issuer_dn: issuerName.rfc2253,
    cert_issuer_dn_legacy: issuerName.legacy,
    cert_issuer_dn_rfc2253: issuerName.rfc2253,
    cert_issuer_serial: issuer?.serialNumber ?? own.authoritySerial,
    cert_issuer_ski: (issuer === undefined ? "" : keyIdentifiersOf(issuer).subject) || own.authority,
    cert_not_after: leaf.validTo,
    cert_not_before: leaf.validFrom,
    cert_serial: leaf.serialNumber,
    cert_ski: own.subject,
    cert_subject_dn: subject.rfc2253,
    cert_subject_dn_legacy: subject.legacy,
    cert_subject_dn_rfc2253: subject.rfc2253,
  };
}

/** RFC 9440: each certificate as base64 between colons; too long a value is left out and said to be. */
function encode(leaf: X509Certificate, sent: readonly X509Certificate[]): ClientAuth {
  const wrap = ({ raw }: X509Certificate): string => `:${raw.toString("base64")}:`;
  const certificate = wrap(leaf);
  const chain = sent.map(wrap).join(", ");
  return {
    cert_rfc9440: certificate.length > LONGEST_CERTIFICATE ? "" : certificate,
    cert_rfc9440_too_large: certificate.length > LONGEST_CERTIFICATE,
    cert_chain_rfc9440: chain.length > LONGEST_CHAIN ? "" : chain,
    cert_chain_rfc9440_too_large: chain.length > LONGEST_CHAIN,
  };
}

/** What was sent beside the leaf, in that order: Node calls each the issuer of the one before, whether it is or not. */
function chainOf(leaf: X509Certificate): X509Certificate[] {
  const chain: X509Certificate[] = [];
  for (let next = leaf.issuerCertificate; next !== undefined; next = next.issuerCertificate) chain.push(next);
  return chain;
}

function isIssuer(candidate: X509Certificate, leaf: X509Certificate): boolean {
  try {
    return leaf.checkIssued(candidate) && leaf.verify(candidate.publicKey);
  } catch {
    // A key of a kind that node:crypto can't verify with.
    return false;
  }
}

/** As `node:crypto` prints fingerprints, without colons. */
export function plainHex(colons: string): string {
  return colons.replaceAll(":", "").toLowerCase();
}
