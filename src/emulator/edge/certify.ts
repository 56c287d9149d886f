import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { contextTag, TAG, write, writeObjectIdentifier } from "./der";

/** Whom a certificate is about: the name as DER, and the public key as SubjectPublicKeyInfo. */
export interface Subject {
  readonly name: Buffer;
  readonly publicKey: Buffer;
  /** What it calls its key. @default the SHA-1 of the key */
  readonly keyIdentifier?: Buffer;
}

/** Who signs. */
export interface Issuer extends Subject {
  readonly privateKey: KeyObject;
}

const DAY = 86_400_000;
const ECDSA_WITH_SHA256 = write(TAG.sequence, writeObjectIdentifier("1.2.840.10045.4.3.2"));
const YES = write(TAG.boolean, Buffer.from([0xff]));

/** Basic Constraints with CA:TRUE; key usage keyCertSign, cRLSign. */
export const AUTHORITY = [
  extension("2.5.29.19", true, write(TAG.sequence, YES)),
  extension("2.5.29.15", true, write(TAG.bitString, Buffer.from([1, 0b0000_0110]))),
];

/** Basic Constraints without CA; key usage digitalSignature; and the one extended key usage. */
export function endEntity(extendedKeyUsage: string): Buffer[] {
  return [
    extension("2.5.29.19", true, write(TAG.sequence)),
    extension("2.5.29.15", true, write(TAG.bitString, Buffer.from([7, 0b1000_0000]))),
    extension("2.5.29.37", false, write(TAG.sequence, writeObjectIdentifier(extendedKeyUsage))),
  ];
}

/** A name with a new P-256 key. */
export function newIssuer(name: Buffer): Issuer {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { name, publicKey: publicKey.export({ type: "spki", format: "der" }), privateKey };
}

/** A certificate as PEM, valid since yesterday, for clocks that disagree, and for so many days from now. */
export function certify(subject: Subject, issuer: Issuer, days: number, extensions: readonly Buffer[]): string {
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40; // positive, and of one length
  const keyIdentifiers = [
    extension("2.5.29.14", false, write(TAG.octetString, keyIdentifier(subject))),
    extension("2.5.29.35", false, write(TAG.sequence, write(contextTag(0, false), keyIdentifier(issuer)))),
  ];
  const body = write(
    TAG.sequence,
    write(contextTag(0, true), write(TAG.integer, Buffer.from([2]))),
    write(TAG.integer, serial),
    ECDSA_WITH_SHA256,
    issuer.name,
    write(TAG.sequence, time(Date.now() - DAY), time(Date.now() + days * DAY)),
    subject.name,
    subject.publicKey,
    write(contextTag(3, true), write(TAG.sequence, ...extensions, ...keyIdentifiers)),
  );
  const signature = sign("sha256", body, issuer.privateKey);
  const der = write(TAG.sequence, body, ECDSA_WITH_SHA256, write(TAG.bitString, Buffer.from([0]), signature));
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}

/** From object identifiers and texts, the most general first. */
export function distinguishedName(...parts: readonly (readonly [string, string])[]): Buffer {
  const attribute = ([type, text]: readonly [string, string]): Buffer =>
    write(TAG.sequence, writeObjectIdentifier(type), write(TAG.utf8String, Buffer.from(text, "utf8")));
  return write(TAG.sequence, ...parts.map((part) => write(TAG.set, attribute(part))));
}

export function extension(identifier: string, critical: boolean, value: Buffer): Buffer {
  return write(
    TAG.sequence,
    writeObjectIdentifier(identifier),
    ...(critical ? [YES] : []),
    write(TAG.octetString, value),
  );
}

function time(moment: number): Buffer {
  const digits = new Date(moment).toISOString().replace(/\.\d+|[-:T]/g, "");
  // RFC 5280: until 2049 a certificate's time has a year of two digits.
  return digits < "2050"
    ? write(TAG.utcTime, Buffer.from(digits.slice(2), "latin1"))
    : write(TAG.generalizedTime, Buffer.from(digits, "latin1"));
}

function keyIdentifier({ publicKey, keyIdentifier }: Subject): Buffer {
  return keyIdentifier ?? createHash("sha1").update(publicKey).digest();
}
