import type { Certificate } from "./certificate";
import { shown } from "../wording/shown";

/** A certificate together with the words that point at it in the user's text. */
export interface PlacedCertificate {
  readonly certificate: Certificate;
  /** Inside a sentence: `block 2 of 3, "CN=Root"`. */
  readonly place: string;
  /** In front of one: `Block 2 of 3, "CN=Root",`. */
  readonly title: string;
}

export interface Requirements {
  readonly now: Date;
  /** Makes "expired" and "not valid yet" warnings. @default false */
  readonly allowExpired?: boolean;
  /** @default 60 */
  readonly expiryWarningDays?: number;
  /** Makes a missing subject key identifier a problem: what pins issuers needs it. @default false */
  readonly requireSki?: boolean;
}

const DAY = 86_400_000;
/** A CA that the same program has just made may be seconds ahead of this machine's clock. */
export const SKEW = 5 * 60_000;

/** In hex digits: the longest digest in use has 64 bytes, and a rule's text must have room for others. */
const LONGEST_SKI = 128;

/** developers.cloudflare.com, SSL/TLS, "Bring your own CA for mTLS". */
const ACCEPTED_SIGNATURES =
  "SHA-1, SHA-256, SHA-384 or SHA-512 with RSA (PKCS #1 v1.5) or ECDSA. Re-issue the CA certificate with one of these.";

/** What peculiar doesn't name by itself. */
const ALGORITHMS: Readonly<Record<string, string>> = {
  "1.2.840.113549.1.1.2": "MD2 with RSA",
  "1.2.840.113549.1.1.4": "MD5 with RSA",
  "1.2.840.113549.1.1.14": "SHA-224 with RSA",
  "1.2.840.10040.4.3": "DSA",
  "2.16.840.1.101.3.4.3.1": "DSA",
  "2.16.840.1.101.3.4.3.2": "DSA",
  "1.2.840.10045.4.3.1": "SHA-224 with ECDSA",
  "1.2.156.10197.1.501": "SM2",
  "1.2.840.113549.1.1.10": "RSA-PSS",
  "1.3.101.112": "Ed25519",
  "1.3.101.113": "Ed448",
  EdDSA: "Ed448",
  "RSA-PSS": "RSA-PSS",
};

/** Checks one certificate against what Cloudflare asks of a CA, and what a rule needs to pin it. */
export function checkRequirements(placed: PlacedCertificate, all: readonly PlacedCertificate[], wanted: Requirements) {
  const { certificate, title } = placed;
  const problems: string[] = [];
  const warnings: string[] = [];
  const notCa = whyNotCa(placed, all);
  if (notCa !== undefined) problems.push(`${title} ${notCa}`);
  const signature = signatureName(certificate);
  if (signature !== undefined)
    problems.push(`${title} is signed with ${signature}, which Cloudflare refuses: it takes ${ACCEPTED_SIGNATURES}`);
  else if (certificate.signature.hash === "SHA-1")
    warnings.push(`${title} is signed with SHA-1: Cloudflare takes it, but it can be forged. Plan a successor.`);
  const period = checkPeriod(placed, wanted);
  (period.fatal ? problems : warnings).push(...period.messages);
  if (notCa !== undefined) return { problems, warnings };
  const { ski = "" } = certificate.facts;
  if (ski === "" || ski.length > LONGEST_SKI) {
    const has = ski === "" ? "no subject key identifier" : `a subject key identifier of ${ski.length / 2} bytes`;
    (wanted.requireSki ? problems : warnings).push(
      `${title} has ${has}, so a rule can't pin it by cert_issuer_ski. Re-issue it with "subjectKeyIdentifier = hash".`,
    );
  }
  if (certificate.servesClients === false)
    warnings.push(
      `${title} limits extendedKeyUsage to other purposes than clientAuth: client certificates below it may fail to verify. Re-issue it with clientAuth, or without the extension.`,
    );
  return { problems, warnings };
}

function whyNotCa({ certificate }: PlacedCertificate, all: readonly PlacedCertificate[]): string | undefined {
  const { ca, signsCertificates, openSslAgrees, facts } = certificate;
  if (ca !== true) {
    const why =
      ca === false
        ? "its basicConstraints say CA:FALSE"
        : "it has no basicConstraints extension, as in X.509 version 1";
    return `is ${facts.selfSigned ? "not a CA" : "a leaf"} (${why}): Cloudflare refuses it, and no client certificate can chain to it. ${insteadOfLeaf(certificate, all)}`;
  }
  if (!signsCertificates)
    return "may not issue certificates (its keyUsage lacks keyCertSign), so no client certificate verifies against it. Re-issue it with keyUsage keyCertSign.";
  return openSslAgrees
    ? undefined
    : "has doubled or malformed extensions: OpenSSL doesn't take it for a CA. Re-issue it.";
}

function insteadOfLeaf(leaf: Certificate, all: readonly PlacedCertificate[]): string {
  if (leaf.facts.selfSigned)
    return 'It signed itself, so nothing stands above it: make a CA certificate with "basicConstraints = critical, CA:TRUE" and issue the client certificates from that.';
  const issuer = all.find(({ certificate }) => certificate.issued(leaf));
  return issuer === undefined
    ? `Give the certificate of its issuer instead: ${shown(leaf.facts.issuer)}.`
    : `Take it out: its issuer is here already, as ${issuer.place}.`;
}

/** Undefined for what Cloudflare takes. For any other hash peculiar gives the OID alone. */
function signatureName({ signature: { key } }: Certificate): string | undefined {
  return key === "RSASSA-PKCS1-v1_5" || key === "ECDSA" ? undefined : algorithmName(key);
}

/** By peculiar's name, or by its OID. */
export function algorithmName(key: string): string {
  return ALGORITHMS[key] ?? (/^\d/.test(key) ? `an algorithm without a common name (${key.slice(0, 60)})` : key);
}

function checkPeriod({ certificate, title }: PlacedCertificate, wanted: Requirements) {
  const { notBefore, notAfter } = certificate.facts;
  const now = wanted.now.getTime();
  const left = Date.parse(notAfter) - now;
  const until = Date.parse(notBefore) - now;
  const messages: string[] = [];
  const strict = wanted.allowExpired !== true;
  if (left < 0) {
    const advice = strict ? "Give its successor, or set allowExpired." : "No client certificate verifies against it.";
    messages.push(`${title} expired on ${notAfter}, ${days(-left)} ago. ${advice}`);
  } else if (until > SKEW) {
    const advice = strict ? "Wait, check this machine's clock, or set allowExpired." : "No client verifies until then.";
    messages.push(`${title} is not valid before ${notBefore}, in ${days(until)}. ${advice}`);
  } else if (left < (wanted.expiryWarningDays ?? 60) * DAY) {
    messages.push(`${title} expires on ${notAfter}, in ${days(left)}. Add its successor before that.`);
    return { fatal: false, messages };
  }
  return { fatal: strict, messages };
}

export function days(milliseconds: number): string {
  const count = Math.floor(milliseconds / DAY);
  return count === 0 ? "less than a day" : count === 1 ? "1 day" : `${count} days`;
}
