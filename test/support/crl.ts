import { KeyObject, sign } from "node:crypto";
import type { Authority } from "./authority";
import * as der from "./der";
import { extension } from "./odd-certificates";

export interface CrlEntryOptions {
  /** As octets: as they stand. */
  readonly serialNumber: bigint | Buffer;
  /** 1 keyCompromise, 6 certificateHold, 8 removeFromCRL. */
  readonly reason?: number;
  readonly extensions?: readonly Buffer[];
}

export interface CrlOptions {
  readonly revoked?: readonly (bigint | CrlEntryOptions)[];
  /** Version 1 has no extensions. @default 2 */
  readonly version?: 1 | 2;
  readonly thisUpdate?: Date;
  /** Bytes are the whole element. @default in a week */
  readonly nextUpdate?: Date | "absent" | Buffer;
  readonly extensions?: readonly Buffer[];
  /** The name of another than the signer, in DER. */
  readonly issuerName?: Buffer;
  /** @default "SHA-256" */
  readonly hash?: "SHA-1" | "SHA-256" | "SHA-384" | "SHA-512";
  /** An algorithm that is named in place of the true one. */
  readonly algorithm?: string;
  /** An algorithm that is named outside of what is signed. */
  readonly outerAlgorithm?: string;
}

const ALGORITHMS: Readonly<Record<string, string>> = {
  "rsa SHA-1": "1.2.840.113549.1.1.5",
  "rsa SHA-256": "1.2.840.113549.1.1.11",
  "rsa SHA-384": "1.2.840.113549.1.1.12",
  "rsa SHA-512": "1.2.840.113549.1.1.13",
  "ec SHA-1": "1.2.840.10045.4.1",
  "ec SHA-256": "1.2.840.10045.4.3.2",
  "ec SHA-384": "1.2.840.10045.4.3.3",
  "ec SHA-512": "1.2.840.10045.4.3.4",
  "ed25519 SHA-256": "1.3.101.112",
};

export function nameOf({ certificate }: Authority): Buffer {
  return Buffer.from(certificate.subjectName.toArrayBuffer());
}

/** A CRL that this authority signs, odd in the ways that the options say; in DER. */
export function mintCrl(authority: Authority, options: CrlOptions = {}): Buffer {
  const { version = 2, hash = "SHA-256", nextUpdate = new Date(Date.now() + 7 * 86_400_000) } = options;
  const key = KeyObject.from(authority.keys.privateKey);
  const kind = key.asymmetricKeyType ?? "";
  const algorithm = (id: string) => der.sequence(der.oid(id), ...(kind === "rsa" ? [der.nothing()] : []));
  const named = options.algorithm ?? ALGORITHMS[`${kind} ${hash}`] ?? "";
  const entries = (options.revoked ?? []).map((one) => entry(typeof one === "bigint" ? { serialNumber: one } : one));
  const tbs = der.sequence(
    ...(version === 2 ? [der.integer(1)] : []),
    algorithm(named),
    options.issuerName ?? nameOf(authority),
    der.time(options.thisUpdate ?? new Date(Date.now() - 3_600_000)),
    ...(nextUpdate === "absent" ? [] : [Buffer.isBuffer(nextUpdate) ? nextUpdate : der.time(nextUpdate)]),
    ...(entries.length > 0 ? [der.sequence(...entries)] : []),
    ...(options.extensions?.length ? [der.explicit(0, der.sequence(...options.extensions))] : []),
  );
  const signature = sign(kind === "ed25519" ? undefined : hash.replace("-", ""), tbs, key);
  return der.sequence(tbs, algorithm(options.outerAlgorithm ?? named), der.bits(signature));
}

export function toCrlPem(crl: Buffer): string {
  return der.toPem(crl, "X509 CRL");
}

/** An issuingDistributionPoint with these fields set. */
export function distributionPoint(...fields: readonly number[]): Buffer {
  const flags = fields.map((field) => der.element(0x80 + field, Buffer.from(field === 3 ? [0, 0x40] : [0xff])));
  return critical("2.5.29.28", der.sequence(...flags));
}

export function critical(id: string, value: Buffer): Buffer {
  return der.sequence(der.oid(id), der.boolean(true), der.octets(value));
}

export function reasonCode(reason: number): Buffer {
  return extension("2.5.29.21", der.element(0x0a, Buffer.from([reason])));
}

function entry({ serialNumber, reason, extensions = [] }: CrlEntryOptions): Buffer {
  const all = [...(reason === undefined ? [] : [reasonCode(reason)]), ...extensions];
  return der.sequence(
    Buffer.isBuffer(serialNumber) ? der.element(0x02, serialNumber) : der.integer(serialNumber),
    der.time(new Date(Date.now() - 7_200_000)),
    ...(all.length > 0 ? [der.sequence(...all)] : []),
  );
}
