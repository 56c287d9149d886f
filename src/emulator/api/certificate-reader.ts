import { createHash, X509Certificate } from "node:crypto";
import type { CertificateFacts } from "../account/store";
import { contextTag, elementsOf, TAG, type Element } from "../edge/der";
import { unparsable, unrecorded } from "./refusals";

/** An upload, read with OpenSSL through node:crypto. */
export interface Bundle {
  readonly certificates: readonly X509Certificate[];
  readonly facts: CertificateFacts;
}

/** DOC: the only signature algorithms that an upload may carry, by identifier in hex, under the names that Cloudflare answers. */
export const SIGNATURES: Readonly<Record<string, string>> = {
  "2a864886f70d010105": "SHA1WithRSA",
  "2a864886f70d01010b": "SHA256WithRSA",
  "2a864886f70d01010c": "SHA384WithRSA",
  "2a864886f70d01010d": "SHA512WithRSA",
  "2a8648ce3d0401": "ECDSAWithSHA1",
  "2a8648ce3d040302": "ECDSAWithSHA256",
  "2a8648ce3d040303": "ECDSAWithSHA384",
  "2a8648ce3d040304": "ECDSAWithSHA512",
};

/** Reads the PEM text of an upload, or refuses it. Text around the blocks is passed over, as Go's pem.Decode does (INF). */
export function readBundle(pem: string): Bundle {
  const read = blocksOf(pem).map(readBlock);
  const signatures = read.map(({ algorithm }) => signatureName(algorithm));
  const certificates = read.map(({ certificate }) => certificate);
  const [first] = read;
  const [signature] = signatures;
  if (!first || signature === undefined) throw unparsable("there is no BEGIN CERTIFICATE in it");
  const { certificate, serialNumber, expiresOn } = first;
  const fingerprint = createHash("sha256").update(certificate.raw).digest("hex");
  const facts = { fingerprint, issuer: goName(certificate.issuer), serialNumber, signature, expiresOn };
  return { certificates, facts: { blocks: certificates.map(String), ...facts } };
}

function blocksOf(pem: string): string[] {
  const kinds = [...pem.matchAll(/-----BEGIN ([^-\r\n]*)-----/g)].map((match) => match[1] ?? "");
  for (const kind of kinds) {
    // DOC (troubleshooting): private keys and signing requests don't belong in `certificates`.
    if (kind !== "CERTIFICATE") throw unparsable(`it contains a ${kind}`);
  }
  const blocks = [...pem.matchAll(/-----BEGIN CERTIFICATE-----([\s\S]*?)-----END CERTIFICATE-----/g)];
  if (blocks.length !== kinds.length) throw unparsable("a BEGIN CERTIFICATE has no END CERTIFICATE");
  return blocks.map((block) => (block[1] ?? "").replace(/\s+/g, ""));
}

function readBlock(base64: string, index: number): { certificate: X509Certificate } & Fields {
  const der = Buffer.from(base64, "base64");
  try {
    const certificate = new X509Certificate(der);
    if (/^[A-Za-z0-9+/]+={0,2}$/.test(base64) && certificate.raw.equals(der)) {
      return { certificate, ...readFields(der) };
    }
  } catch {
    // OpenSSL's reason names its own source lines, which helps nobody.
  }
  throw unparsable(`block ${index + 1} is not a certificate`);
}

interface Fields {
  /** Decimal, and below zero where the certificate has it so, as Go prints it. */
  readonly serialNumber: string;
  readonly expiresOn: string;
  /** The object identifier of the signature, in hex. */
  readonly algorithm: string;
}

/** What Node 20 doesn't tell, or not of every certificate: a UTCTime without seconds is none to OpenSSL, but is to Go. */
function readFields(der: Buffer): Fields {
  const [signed, algorithm] = within(elementsOf(der)[0]);
  const [serial, , , validity] = within(signed).filter(({ tag }) => tag !== contextTag(0, true));
  const [identifier] = within(algorithm);
  const [, notAfter] = within(validity);
  if (!serial || !identifier || !notAfter) throw new RangeError("The DER lacks an element.");
  const number = serial.content.toString("hex");
  return {
    serialNumber: BigInt.asIntN(number.length * 4, BigInt(`0x${number}`)).toString(),
    expiresOn: readTime(notAfter),
    algorithm: identifier.content.toString("hex"),
  };
}

function readTime({ tag, content }: Element): string {
  const text = content.toString("latin1");
  // RFC 5280: a UTCTime lies between 1950 and 2049.
  const full = tag === TAG.generalizedTime ? text : `${text < "5" ? 20 : 19}${text}`;
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?Z$/.exec(full);
  if (parts === null) throw new RangeError("That is no time.");
  const [, year, month, day, hour, minute, second = "00"] = parts;
  return dateOf(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/** RFC 3339, without parts of seconds. */
export function dateOf(text: string): string {
  return new Date(text).toISOString().replace(".000Z", "Z");
}

function within(element: Element | undefined): Element[] {
  return elementsOf(element?.content ?? Buffer.alloc(0));
}

function signatureName(algorithm: string): string {
  const name = SIGNATURES[algorithm];
  if (name !== undefined) return name;
  const allowed = Object.values(SIGNATURES).join(", ");
  throw unrecorded(`Certificate signature algorithm is not supported; it must be one of ${allowed}`);
}

/**
 * Node gives a name one RDN a line in the certificate's order, and none for an empty name; Go's pkix String reverses it.
 * Both escape as RFC 2253.
 */
function goName(lines: string | undefined = ""): string {
  // Of several values in one RDN Node separates by " + ", while a plus inside a value is escaped.
  return lines.split("\n").reverse().join(",").replaceAll(" + ", "+");
}
