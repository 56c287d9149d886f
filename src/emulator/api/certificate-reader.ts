import { createHash, X509Certificate } from "node:crypto";
import type { CertificateFacts } from "../account/store";
import { unparsable, unrecorded } from "./refusals";

/** An upload, read with OpenSSL through node:crypto. */
export interface Bundle {
  readonly certificates: readonly X509Certificate[];
  readonly facts: CertificateFacts;
}

/** DOC: the only signature algorithms that an upload may carry, under the names that Cloudflare answers. */
const SIGNATURES: Readonly<Record<string, string>> = {
  "06092a864886f70d010105": "SHA1WithRSA",
  "06092a864886f70d01010b": "SHA256WithRSA",
  "06092a864886f70d01010c": "SHA384WithRSA",
  "06092a864886f70d01010d": "SHA512WithRSA",
  "06072a8648ce3d0401": "ECDSAWithSHA1",
  "06082a8648ce3d040302": "ECDSAWithSHA256",
  "06082a8648ce3d040303": "ECDSAWithSHA384",
  "06082a8648ce3d040304": "ECDSAWithSHA512",
};

/** Reads the PEM text of an upload, or refuses it. Text around the blocks is passed over, as Go's pem.Decode does (INF). */
export function readBundle(pem: string): Bundle {
  const certificates = blocksOf(pem).map(readBlock);
  const signatures = certificates.map(signatureName);
  const [first] = certificates;
  const [signature] = signatures;
  if (!first || signature === undefined) throw unparsable("there is no BEGIN CERTIFICATE in it");
  const facts = {
    blocks: certificates.map((certificate) => certificate.toString()),
    fingerprint: createHash("sha256").update(first.raw).digest("hex"),
    issuer: goName(first.issuer),
    serialNumber: BigInt(`0x${first.serialNumber}`).toString(),
    signature,
    expiresOn: new Date(first.validTo).toISOString().replace(".000Z", "Z"),
  };
  return { certificates, facts };
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

function readBlock(base64: string, index: number): X509Certificate {
  const der = Buffer.from(base64, "base64");
  try {
    const certificate = new X509Certificate(der);
    if (/^[A-Za-z0-9+/]+={0,2}$/.test(base64) && certificate.raw.equals(der)) return certificate;
  } catch {
    // OpenSSL's reason names its own source lines, which helps nobody.
  }
  throw unparsable(`block ${index + 1} is not a certificate`);
}

/** Node 20 doesn't tell the signature algorithm, so the AlgorithmIdentifier after the tbsCertificate is looked up. */
function signatureName({ raw }: X509Certificate): string {
  const tbs = contentAt(raw, 0).start;
  const algorithm = contentAt(raw, contentAt(raw, tbs).end).start;
  const oid = raw.subarray(algorithm, contentAt(raw, algorithm).end).toString("hex");
  const name = SIGNATURES[oid];
  if (name !== undefined) return name;
  const allowed = Object.values(SIGNATURES).join(", ");
  throw unrecorded(`Certificate signature algorithm is not supported; it must be one of ${allowed}`);
}

function contentAt(der: Buffer, at: number): { start: number; end: number } {
  const short = der.readUInt8(at + 1);
  if (short < 0x80) return { start: at + 2, end: at + 2 + short };
  const width = short & 0x7f;
  const start = at + 2 + width;
  return { start, end: start + der.readUIntBE(at + 2, width) };
}

/** Node gives a name one RDN a line in the certificate's order; Go's pkix String reverses it. Both escape as RFC 2253. */
function goName(lines: string): string {
  // Of several values in one RDN Node separates by " + ", while a plus inside a value is escaped.
  return lines.split("\n").reverse().join(",").replaceAll(" + ", "+");
}
