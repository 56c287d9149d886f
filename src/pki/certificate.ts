import "reflect-metadata";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  SubjectKeyIdentifierExtension,
  X509Certificate as Fields,
} from "@peculiar/x509";
import { X509Certificate } from "node:crypto";
import { fingerprintOf } from "./fingerprint";

/** What a certificate says of itself, in the spellings that Cloudflare uses. */
export interface CaCertificateFacts {
  subject: string;
  issuer: string;
  /** Upper-case hex, whole bytes. */
  serialNumber: string;
  /** Subject key identifier, upper-case hex without colons: what `cert_issuer_ski` of its leaves is. */
  ski: string | undefined;
  /** SHA-256 of the DER, lower-case hex without colons. */
  fingerprint: string;
  /** RFC 3339, UTC. */
  notBefore: string;
  notAfter: string;
  selfSigned: boolean;
  /** 64 columns, LF, a last newline. */
  pem: string;
}

export interface Certificate {
  readonly facts: CaCertificateFacts;
  /** Its authority key identifier, spelled as `facts.ski` is: what names its issuer. */
  readonly issuerSki: string | undefined;
  /** basicConstraints: undefined when there is no such extension. */
  readonly ca: boolean | undefined;
  readonly pathLength: number | undefined;
  /** Whether keyUsage, if there is one, lets it sign certificates. */
  readonly signsCertificates: boolean;
  /** extendedKeyUsage: whether clients below it may authenticate; undefined when there is no such extension. */
  readonly servesClients: boolean | undefined;
  /** Whether OpenSSL, too, takes it for a CA: it is stricter with malformed and doubled extensions. */
  readonly openSslAgrees: boolean;
  readonly signature: { readonly key: string; readonly hash: string | undefined };
  issued(other: Certificate): boolean;
  readonly x509: X509Certificate;
}

const CLIENT_AUTH = ["1.3.6.1.5.5.7.3.2", "2.5.29.37.0"];

/**
 * Reads one certificate, or undefined when it can't be read. node:crypto goes first, because OpenSSL bounds the
 * nesting of hostile DER; signatures are its business, too: WebCrypto answers "false" for algorithms that it lacks.
 */
export function readCertificate(der: Buffer): Certificate | undefined {
  const name = der.toString("latin1");
  const certificate = read.get(name) ?? readAnew(der);
  if (certificate) read.set(name, certificate);
  return certificate;
}

/** By their bytes: the CAs of a program and of an account are read many times in a run, and to read one takes a millisecond. */
const read = new Map<string, Certificate>();

function readAnew(der: Buffer): Certificate | undefined {
  try {
    const x509 = new X509Certificate(der);
    // Given DER with PEM text inside an extension, Node reads that text instead.
    if (!x509.raw.equals(der)) return undefined;
    const fields = new Fields(new Uint8Array(der));
    // Of a time without seconds, against which no client verifies, peculiar makes one of 1899.
    const agree = +fields.notBefore === Date.parse(x509.validFrom) && +fields.notAfter === Date.parse(x509.validTo);
    return agree ? describe(x509, fields, der) : undefined;
  } catch {
    return undefined;
  }
}

function describe(x509: X509Certificate, fields: Fields, der: Buffer): Certificate {
  const basicConstraints = fields.getExtension(BasicConstraintsExtension);
  const keyUsage = fields.getExtension(KeyUsagesExtension);
  const purposes = fields.getExtension(ExtendedKeyUsageExtension)?.usages.map(String);
  const { name, hash } = fields.signatureAlgorithm as { name: string; hash?: { name: string } };
  return {
    facts: {
      subject: fields.subject,
      issuer: fields.issuer,
      serialNumber: x509.serialNumber,
      ski: fields.getExtension(SubjectKeyIdentifierExtension)?.keyId.toUpperCase() || undefined,
      fingerprint: fingerprintOf(der),
      notBefore: rfc3339(fields.notBefore),
      notAfter: rfc3339(fields.notAfter),
      selfSigned: madeSignature(x509, x509),
      pem: toPem(der),
    },
    issuerSki: fields.getExtension(AuthorityKeyIdentifierExtension)?.keyId?.toUpperCase() || undefined,
    ca: basicConstraints?.ca,
    pathLength: basicConstraints?.pathLength,
    signsCertificates: keyUsage === null || (keyUsage.usages & KeyUsageFlags.keyCertSign) !== 0,
    servesClients: purposes?.some((purpose) => CLIENT_AUTH.includes(purpose)),
    openSslAgrees: x509.ca,
    signature: { key: name, hash: hash?.name },
    issued: (other) => madeSignature(x509, other.x509),
    x509,
  };
}

/** The certificate that these facts were read from. */
export function certificateOf({ pem }: CaCertificateFacts): Certificate {
  const certificate = readCertificate(Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ""), "base64"));
  if (certificate === undefined) throw new TypeError("These are no facts of a certificate.");
  return certificate;
}

/** A distinguished name in DER, spelled as `facts.subject` is; throws where it can't be read. */
export function nameOf(der: Buffer): string {
  return new Name(new Uint8Array(der)).toString();
}

/** True when this issuer's key made the signature of that certificate, and its name is the issuer there. */
export function madeSignature(issuer: X509Certificate, subject: X509Certificate): boolean {
  // Of an issuer whose key OpenSSL doesn't know it says no before that key is asked for.
  return subject.checkIssued(issuer) && subject.verify(issuer.publicKey);
}

export function rfc3339(date: Date): string {
  return date.toISOString().replace(/\.\d+/, "");
}

function toPem(der: Buffer): string {
  const lines = der.toString("base64").replace(/.{1,64}/g, "$&\n");
  return `-----BEGIN CERTIFICATE-----\n${lines}-----END CERTIFICATE-----\n`;
}
