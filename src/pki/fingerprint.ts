import { createHash, X509Certificate } from "node:crypto";
import { splitPem } from "./pem-blocks";

/** SHA-256 of a certificate's DER as lower-case hex: what certificates are compared by, never by their text. */
export function fingerprintOf(der: Uint8Array): string {
  return createHash("sha256").update(der).digest("hex");
}

/**
 * Fingerprints of every certificate in a text that somebody else wrote (Cloudflare's answer), in its order.
 * What can't be read is left out rather than thrown: the caller only asks whether its own certificates are among them.
 */
export function fingerprintsOf(pem: string): string[] {
  if (typeof pem !== "string") return [];
  return splitPem(pem).blocks.flatMap(({ label, der }) => {
    if (!label.endsWith("CERTIFICATE") || der === undefined) return [];
    try {
      return [fingerprintOf(new X509Certificate(der).raw)];
    } catch {
      return [];
    }
  });
}
