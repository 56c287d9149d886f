import type { X509Certificate } from "node:crypto";
import { contextTag, elementsOf, TAG, writeObjectIdentifier } from "./der";

/** The extensions in which a certificate names keys, which node:crypto does not read: upper-case hex, or "" without. */
export interface KeyIdentifiers {
  readonly subject: string;
  readonly authority: string;
  /** The serial number of the issuer's certificate, where the authority key identifier has one. */
  readonly authoritySerial: string;
}

const SUBJECT_KEY_IDENTIFIER = writeObjectIdentifier("2.5.29.14").subarray(2);
const AUTHORITY_KEY_IDENTIFIER = writeObjectIdentifier("2.5.29.35").subarray(2);

export function keyIdentifiersOf(certificate: X509Certificate): KeyIdentifiers {
  try {
    return read(certificate);
  } catch (error) {
    // A client may present any nonsense; OpenSSL doesn't look into an extension that it has no use for.
    if (error instanceof RangeError) return { subject: "", authority: "", authoritySerial: "" };
    throw error;
  }
}

function read(certificate: X509Certificate): KeyIdentifiers {
  const subject = elementsOf(extension(certificate, SUBJECT_KEY_IDENTIFIER))[0];
  const authority = elementsOf(extension(certificate, AUTHORITY_KEY_IDENTIFIER))[0];
  const parts = authority === undefined ? [] : elementsOf(authority.content);
  const part = (number: number): string => hex(parts.find(({ tag }) => tag === contextTag(number, false))?.content);
  return { subject: hex(subject?.content), authority: part(0), authoritySerial: part(2) };
}

function extension(certificate: X509Certificate, identifier: Buffer): Buffer {
  const [whole] = elementsOf(certificate.raw);
  const [signed] = elementsOf(whole?.content ?? Buffer.alloc(0));
  const explicit = elementsOf(signed?.content ?? Buffer.alloc(0)).find(({ tag }) => tag === contextTag(3, true));
  const [list] = elementsOf(explicit?.content ?? Buffer.alloc(0));
  for (const { content } of elementsOf(list?.content ?? Buffer.alloc(0))) {
    const [name, ...rest] = elementsOf(content);
    const value = rest.find(({ tag }) => tag === TAG.octetString);
    if (name?.content.equals(identifier) && value !== undefined) return value.content;
  }
  return Buffer.alloc(0);
}

function hex(bytes: Buffer | undefined): string {
  return bytes?.toString("hex").toUpperCase() ?? "";
}
