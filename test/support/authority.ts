import "reflect-metadata";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";
import type { Extension, X509Certificate } from "@peculiar/x509";

/** All certificates of a test end at one moment, so that which of them ends first doesn't go by when a second is over. */
const LOADED = Date.now();

/** An authority minted at run time: no key is ever pasted into a test. */
export interface Authority {
  readonly pem: string;
  readonly keys: CryptoKeyPair;
  readonly certificate: X509Certificate;
  /** Upper-case hex, as `cf.tls_client_auth.cert_issuer_ski` has it for its leaves. */
  readonly ski: string;
  issue(commonName: string, options?: IssueOptions): Promise<{ certificate: string; key: string }>;
  /** An authority below this one. */
  intermediate(name: string, options?: AuthorityOptions): Promise<Authority>;
  /** Another self-signed certificate for the same key, of the same name unless another is given. */
  renew(name?: string): Promise<Authority>;
}

export interface Validity {
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

export interface AuthorityOptions extends Validity {
  /** @default "P-256" */
  readonly key?: "P-256" | "RSA" | "RSA-PSS" | "Ed25519";
  /** Of the signature. @default "SHA-256" */
  readonly hash?: "SHA-1" | "SHA-256" | "SHA-384" | "SHA-512";
  /** What Basic Constraints say; "absent" leaves them out. @default true */
  readonly ca?: boolean | "absent";
  /** Of Basic Constraints. @default none */
  readonly pathLength?: number;
  /** @default true */
  readonly keyUsage?: boolean;
  /** Subject and authority key identifiers. @default true */
  readonly keyIdentifiers?: boolean;
}

export interface IssueOptions extends Validity {
  /** Hex. */
  readonly serialNumber?: string;
  /** Subject alternative names. */
  readonly hostnames?: readonly string[];
  /** Extended key usages by OID; none leave the extension out. @default [] */
  readonly extendedKeyUsage?: readonly string[];
  /** The leaf's own key. @default "P-256" */
  readonly leafKey?: AuthorityOptions["key"];
  readonly keyIdentifiers?: boolean;
}

/** A self-signed authority. `name` is a common name, or a whole distinguished name. */
export function createAuthority(name: string, options: AuthorityOptions = {}): Promise<Authority> {
  return mint(name, options, undefined);
}

/** Several at once, by name. */
export async function authorities<T extends string>(...names: T[]): Promise<Record<T, Authority>> {
  const made = await Promise.all(names.map(async (name) => [name, await createAuthority(name)] as const));
  return Object.fromEntries(made) as Record<T, Authority>;
}

type Signer = Pick<Authority, "certificate" | "keys">;

async function mint(
  name: string,
  options: AuthorityOptions,
  issuer: Signer | undefined,
  given?: CryptoKeyPair,
): Promise<Authority> {
  const keys = given ?? (await generateKeys(options));
  const certificate = await sign(name, keys, issuer ?? { keys }, options, authorityExtensions(options));
  const self: Signer = { certificate, keys };
  const ski = certificate.getExtension(SubjectKeyIdentifierExtension)?.keyId.toUpperCase() ?? "";
  return {
    ...self,
    pem: certificate.toString("pem"),
    ski,
    async issue(commonName, issueOptions = {}) {
      const leafKeys = await generateKeys({ key: issueOptions.leafKey });
      const leaf = await sign(
        commonName,
        leafKeys,
        self,
        { ...options, ...defaultLife, ...issueOptions },
        leafExtensions(issueOptions),
      );
      const key = await crypto.subtle.exportKey("pkcs8", leafKeys.privateKey);
      return { certificate: leaf.toString("pem"), key: PemConverter.encode(key, "PRIVATE KEY") };
    },
    intermediate: (intermediateName, below = {}) => mint(intermediateName, below, self),
    renew: (renewedName = name) => mint(renewedName, options, undefined, keys),
  };
}

const defaultLife: Validity = {
  notBefore: new Date(LOADED - 3_600_000),
  notAfter: new Date(LOADED + 30 * 86_400_000),
};

async function sign(
  name: string,
  keys: CryptoKeyPair,
  issuer: { keys: CryptoKeyPair; certificate?: X509Certificate },
  options: AuthorityOptions & IssueOptions,
  extensions: readonly Extension[],
): Promise<X509Certificate> {
  const subject = name.includes("=") ? name : `CN=${name}`;
  return X509CertificateGenerator.create({
    subject,
    issuer: issuer.certificate?.subject ?? subject,
    publicKey: keys.publicKey,
    signingKey: issuer.keys.privateKey,
    signingAlgorithm: signingAlgorithm(issuer.keys.privateKey, options.hash ?? "SHA-256"),
    notBefore: options.notBefore ?? new Date(LOADED - 3_600_000),
    notAfter: options.notAfter ?? new Date(LOADED + 3650 * 86_400_000),
    ...(options.serialNumber === undefined ? {} : { serialNumber: options.serialNumber }),
    extensions: [
      ...extensions,
      ...(options.keyIdentifiers === false
        ? []
        : [
            await SubjectKeyIdentifierExtension.create(keys.publicKey),
            await AuthorityKeyIdentifierExtension.create(issuer.certificate ?? keys.publicKey),
          ]),
    ],
  });
}

function authorityExtensions({ ca = true, pathLength, keyUsage = true }: AuthorityOptions): Extension[] {
  return [
    ...(ca === "absent" ? [] : [new BasicConstraintsExtension(ca, pathLength, true)]),
    ...(keyUsage ? [new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true)] : []),
  ];
}

function leafExtensions({ hostnames, extendedKeyUsage = [] }: IssueOptions): Extension[] {
  return [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    ...(extendedKeyUsage.length > 0 ? [new ExtendedKeyUsageExtension([...extendedKeyUsage])] : []),
    ...(hostnames
      ? [new SubjectAlternativeNameExtension(hostnames.map((value) => ({ type: "dns" as const, value })))]
      : []),
  ];
}

function generateKeys({ key = "P-256", hash = "SHA-256" }: AuthorityOptions): Promise<CryptoKeyPair> {
  const rsa = { modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash };
  const algorithm = {
    "P-256": { name: "ECDSA", namedCurve: "P-256" },
    RSA: { name: "RSASSA-PKCS1-v1_5", ...rsa },
    "RSA-PSS": { name: "RSA-PSS", ...rsa },
    Ed25519: { name: "Ed25519" },
  }[key];
  return crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]) as Promise<CryptoKeyPair>;
}

function signingAlgorithm(key: CryptoKey, hash: string): Algorithm & { hash?: string; saltLength?: number } {
  const { name } = key.algorithm;
  return name === "Ed25519" ? { name } : { name, hash, saltLength: 32 };
}
