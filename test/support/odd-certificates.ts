import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from "node:crypto";
import * as der from "./der";

/** What a signature can be made with, the algorithms that nobody should use any more included. */
const SIGNATURES = {
  "SHA-1 with RSA": ["rsa", "1.2.840.113549.1.1.5", "sha1"],
  "SHA-256 with RSA": ["rsa", "1.2.840.113549.1.1.11", "sha256"],
  "SHA-384 with RSA": ["rsa", "1.2.840.113549.1.1.12", "sha384"],
  "SHA-512 with RSA": ["rsa", "1.2.840.113549.1.1.13", "sha512"],
  "SHA-1 with ECDSA": ["ec", "1.2.840.10045.4.1", "sha1"],
  "SHA-256 with ECDSA": ["ec", "1.2.840.10045.4.3.2", "sha256"],
  "SHA-384 with ECDSA": ["ec", "1.2.840.10045.4.3.3", "sha384"],
  "SHA-512 with ECDSA": ["ec", "1.2.840.10045.4.3.4", "sha512"],
  "MD5 with RSA": ["rsa", "1.2.840.113549.1.1.4", "md5"],
  "MD2 with RSA": ["rsa", "1.2.840.113549.1.1.2", "md5"],
  "SHA-224 with RSA": ["rsa", "1.2.840.113549.1.1.14", "sha224"],
  "SHA-224 with ECDSA": ["ec", "1.2.840.10045.4.3.1", "sha224"],
  "SHA-1 with DSA": ["dsa", "1.2.840.10040.4.3", "sha1"],
  "SHA-256 with DSA": ["dsa", "2.16.840.1.101.3.4.3.2", "sha256"],
  Ed25519: ["ed25519", "1.3.101.112", undefined],
  Ed448: ["ed448", "1.3.101.113", undefined],
  "an unknown algorithm": ["ec", "1.2.3.4.5", "sha256"],
  SM2: ["ec", "1.2.156.10197.1.501", "sha256"],
} as const;
export type SignatureName = keyof typeof SIGNATURES;
export const signatureNames = Object.keys(SIGNATURES) as SignatureName[];

const keys = new Map<string, KeyObject>();
/** One key for each kind, made when it is first asked for: RSA and DSA keys take their time. */
export function keyOf(kind: "rsa" | "ec" | "dsa" | "ed25519" | "ed448" | "x25519"): KeyObject {
  const known = keys.get(kind);
  if (known) return known;
  const pair = {
    rsa: () => generateKeyPairSync("rsa", { modulusLength: 2048 }),
    ec: () => generateKeyPairSync("ec", { namedCurve: "prime256v1" }),
    dsa: () => generateKeyPairSync("dsa", { modulusLength: 1024, divisorLength: 160 }),
    ed25519: () => generateKeyPairSync("ed25519"),
    ed448: () => generateKeyPairSync("ed448"),
    x25519: () => generateKeyPairSync("x25519"),
  }[kind]();
  keys.set(kind, pair.privateKey);
  return pair.privateKey;
}

export interface OddOptions {
  readonly commonName?: string;
  readonly signature?: SignatureName;
  /** Version 1 has no extensions. @default 3 */
  readonly version?: 1 | 3;
  /** basicConstraints. @default true */
  readonly ca?: boolean | "absent";
  readonly pathLength?: number;
  /** The first byte of keyUsage: 0x04 keyCertSign, 0x80 digitalSignature. */
  readonly keyUsage?: number;
  readonly ski?: Buffer | "absent";
  readonly purposes?: readonly string[];
  readonly extra?: readonly Buffer[];
  /** As octets: negative where the first of them is 0x80 or more. */
  readonly serialNumber?: number | bigint | Buffer;
  /** A text is a UTCTime as it stands. */
  readonly notBefore?: Date | string;
  readonly notAfter?: Date | string;
  /** Signed by another: its common name. The key is that of the signature's kind all the same. */
  readonly issuer?: string;
}

/** A self-signed certificate, odd in the ways that the options say. */
export function oddCertificate(options: OddOptions = {}): { pem: string; der: Buffer } {
  const { commonName = "Odd", signature = "SHA-256 with ECDSA", version = 3 } = options;
  const [kind, algorithm, hash] = SIGNATURES[signature];
  const key = keyOf(kind);
  const identifier = der.sequence(der.oid(algorithm), ...(kind === "rsa" ? [der.nothing()] : []));
  const tbs = der.sequence(
    ...(version === 3 ? [der.explicit(0, der.integer(2))] : []),
    Buffer.isBuffer(options.serialNumber)
      ? der.element(0x02, options.serialNumber)
      : der.integer(options.serialNumber ?? 4711),
    identifier,
    name(options.issuer ?? commonName),
    der.sequence(
      ...[
        options.notBefore ?? new Date(Date.now() - 86_400_000),
        options.notAfter ?? new Date(Date.now() + 900 * 86_400_000),
      ].map((moment) => (typeof moment === "string" ? der.element(0x17, Buffer.from(moment)) : der.time(moment))),
    ),
    name(commonName),
    createPublicKey(key).export({ type: "spki", format: "der" }),
    ...(version === 3 ? [der.explicit(3, der.sequence(...extensions(options)))] : []),
  );
  const whole = der.sequence(tbs, identifier, der.bits(sign(hash, tbs, key)));
  return { pem: der.toPem(whole), der: whole };
}

export function basicConstraints(ca: boolean, pathLength?: number): Buffer {
  const limit = pathLength === undefined ? [] : [der.integer(pathLength)];
  return extension("2.5.29.19", der.sequence(...(ca ? [der.boolean(true)] : []), ...limit));
}

function extensions({ ca = true, pathLength, keyUsage, ski, purposes, extra = [] }: OddOptions): Buffer[] {
  return [
    ...(ca === "absent" ? [] : [basicConstraints(ca, pathLength)]),
    ...(keyUsage === undefined ? [] : [extension("2.5.29.15", der.bits(Buffer.from([keyUsage])))]),
    ...(ski === "absent" ? [] : [extension("2.5.29.14", der.octets(ski ?? Buffer.from("0a0b0c0d0e", "hex")))]),
    ...(purposes === undefined ? [] : [extension("2.5.29.37", der.sequence(...purposes.map(der.oid)))]),
    ...extra,
    // A certificate of version 3 has one extension at least.
    extension("1.3.6.1.4.1.55555.1", der.utf8("odd")),
  ];
}

export function extension(id: string, value: Buffer): Buffer {
  return der.sequence(der.oid(id), der.octets(value));
}

/** An empty one holds nothing. */
function name(commonName: string): Buffer {
  if (commonName === "") return der.sequence();
  return der.sequence(der.set(der.sequence(der.oid("2.5.4.3"), der.utf8(commonName))));
}

/** Material that isn't a certificate, by what a message should call it; all of it made here, keys too. */
export function foreignDer(
  certificate: Buffer,
): Record<"PKCS#7" | "PKCS#12" | "CSR" | "CRL" | "public key" | "PKCS#1 public key", Buffer> {
  const data = der.sequence(der.oid("1.2.840.113549.1.7.1"));
  const signed = der.sequence(der.integer(1), der.set(), data, der.explicit(0, certificate), der.set());
  const rsa = createPublicKey(keyOf("rsa"));
  const algorithm = der.sequence(der.oid("1.2.840.10045.4.3.2"));
  const signature = der.bits(randomBytes(70));
  const request = der.sequence(
    der.integer(0),
    name("request"),
    createPublicKey(keyOf("ec")).export({ type: "spki", format: "der" }),
    der.explicit(0),
  );
  const list = der.sequence(der.integer(1), algorithm, name("Odd"), der.time(new Date()), der.time(new Date()));
  const safe = der.sequence(der.oid("1.2.840.113549.1.7.1"), der.explicit(0, der.octets(randomBytes(900))));
  return {
    "PKCS#7": der.sequence(der.oid("1.2.840.113549.1.7.2"), der.explicit(0, signed)),
    "PKCS#12": der.sequence(der.integer(3), safe, der.sequence(algorithm, der.octets(randomBytes(20)))),
    CSR: der.sequence(request, algorithm, signature),
    CRL: der.sequence(list, algorithm, signature),
    "public key": rsa.export({ type: "spki", format: "der" }),
    "PKCS#1 public key": rsa.export({ type: "pkcs1", format: "der" }),
  };
}

/** Private keys in every container that turns up in practice; what a message calls it, and the text. */
export function privateKeys(): { kind: string; pem: string }[] {
  const lock = { cipher: "aes-128-cbc", passphrase: "secret" } as const;
  const rsa = keyOf("rsa");
  const dsa = createPrivateKey(keyOf("dsa").export({ type: "pkcs8", format: "pem" }));
  return [
    ...(["rsa", "ec", "dsa", "ed25519", "ed448", "x25519"] as const).map((kind) => ({
      kind: "PKCS#8",
      pem: keyOf(kind).export({ type: "pkcs8", format: "pem" }).toString(),
    })),
    { kind: "PKCS#8, encrypted", pem: rsa.export({ type: "pkcs8", format: "pem", ...lock }).toString() },
    {
      kind: "PKCS#8, encrypted",
      pem: keyOf("ec")
        .export({ type: "pkcs8", format: "pem", ...lock })
        .toString(),
    },
    { kind: "RSA, traditional", pem: rsa.export({ type: "pkcs1", format: "pem" }).toString() },
    { kind: "RSA, traditional", pem: rsa.export({ type: "pkcs1", format: "pem", ...lock }).toString() },
    { kind: "EC, traditional", pem: keyOf("ec").export({ type: "sec1", format: "pem" }).toString() },
    {
      kind: "EC, traditional",
      pem: keyOf("ec")
        .export({ type: "sec1", format: "pem", ...lock })
        .toString(),
    },
    { kind: "DSA, traditional", pem: der.toPem(traditionalDsa(dsa), "DSA PRIVATE KEY") },
    { kind: "OpenSSH", pem: der.toPem(openSsh(), "OPENSSH PRIVATE KEY", 70) },
    { kind: "OpenPGP", pem: der.toPem(randomBytes(700), "PGP PRIVATE KEY BLOCK") },
    { kind: "of an uncommon kind", pem: der.toPem(randomBytes(256), "OpenVPN Static key V1") },
  ];
}

/** Containers without armour. */
export function otherKeyTexts(): { kind: string; text: string }[] {
  const lines = (count: number) => Array.from({ length: count }, () => randomBytes(48).toString("base64")).join("\n");
  const putty = `PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: odd\nPrivate-Lines: 2\n${lines(2)}\n`;
  const jwk = (kind: "rsa" | "ec" | "ed25519") => JSON.stringify(keyOf(kind).export({ format: "jwk" }), undefined, 1);
  return [
    { kind: "PuTTY", text: putty },
    { kind: "age", text: `AGE-SECRET-KEY-1${randomBytes(29).toString("hex").toUpperCase()}` },
    ...(["rsa", "ec", "ed25519"] as const).map((kind) => ({ kind: "JWK", text: jwk(kind) })),
  ];
}

function traditionalDsa(key: KeyObject): Buffer {
  // p, q, g, y are not needed for its look; five integers after the version make one.
  const inner = key.export({ type: "pkcs8", format: "der" });
  return der.sequence(
    der.integer(0),
    ...[128, 20, 128, 128].map((size) => der.integer(randomBytes(size))),
    der.integer(inner.subarray(-20)),
  );
}

function openSsh(): Buffer {
  const text = (value: string) => Buffer.concat([Buffer.from([0, 0, 0, value.length]), Buffer.from(value)]);
  return Buffer.concat([Buffer.from("openssh-key-v1\0"), text("none"), text("none"), text(""), randomBytes(200)]);
}
