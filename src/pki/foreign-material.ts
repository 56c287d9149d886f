/** What people paste where a CA certificate belongs: its name, why it can't work there, and what to do instead. */
export interface Material {
  readonly what: string;
  readonly why: string;
  readonly remedy: string;
  /** Whether a key is in it, or may be: then it is reported first and wherever it stands. */
  readonly secret?: boolean;
}

export const GIVE = "Give the PEM text of the CA certificate that directly issues the client certificates.";

/** `form` names the container, never anything out of it. */
export function privateKey(form: string): Material {
  return {
    what: `a private key (${form})`,
    why: "only certificates are uploaded, and a key must not leave its owner",
    remedy:
      "Take it out of the text; if the text was ever committed, logged or shared, treat the key as exposed and replace it.",
    secret: true,
  };
}

const PUBLIC_KEY: Material = {
  what: "a public key",
  why: "without a CA's name, dates and signature around it, it can't verify clients",
  remedy: GIVE,
};
const REQUEST: Material = {
  what: "a certificate signing request (CSR)",
  why: "no CA has signed it yet, so it can't verify clients",
  remedy: GIVE,
};
export const CRL: Material = {
  what: "a certificate revocation list (CRL)",
  why: "it lists revoked certificates and holds no CA, and Cloudflare reads none for an uploaded CA",
  remedy: `${GIVE} Revoked leaves are blocked by the rule.`,
};
const PKCS7: Material = {
  what: "a PKCS#7 bundle",
  why: "Cloudflare takes plain PEM certificates only",
  remedy: "Convert it: openssl pkcs7 -in ca.p7b -print_certs -out ca.pem (with -inform DER if it is binary).",
};
const PKCS12: Material = {
  what: "a PKCS#12 (PFX) file",
  why: "Cloudflare takes plain PEM certificates only, and such a file nearly always holds a private key",
  remedy:
    "Take the certificate out of it: openssl pkcs12 -in ca.p12 -cacerts -nokeys -out ca.pem; if the text was ever committed, logged or shared, treat the key as exposed and replace it.",
  secret: true,
};
const KEYSTORE: Material = {
  ...PKCS12,
  what: "a Java key store (JKS)",
  remedy: PKCS12.remedy.replace(/openssl [^;]*/, "keytool -exportcert -rfc -alias ca -keystore ca.jks -file ca.pem"),
};
export const SSH_PUBLIC_KEY: Material = {
  what: "an SSH public key",
  why: "SSH keys are not X.509, and TLS can't verify clients against one",
  remedy: GIVE,
};
const PGP: Material = { what: "OpenPGP data", why: "OpenPGP is not X.509, and TLS can't use it", remedy: GIVE };
const PARAMETERS: Material = {
  what: "a set of key parameters",
  why: "it only names a curve or a group, and openssl writes it in front of a private key",
  remedy: `Take it out, and the key if one follows. ${GIVE}`,
};
const UNKNOWN_BLOCK: Material = {
  what: "a block of a kind that is not a certificate",
  why: 'Cloudflare takes blocks labelled "CERTIFICATE" only',
  remedy: `Take it out. ${GIVE}`,
};
export const CERTIFICATE: Material = { what: "a certificate", why: "Cloudflare takes PEM text only", remedy: GIVE };

/** By label, first match wins. */
const LABELS: readonly (readonly [RegExp, Material])[] = [
  [/PGP.*PRIVATE/, privateKey("OpenPGP")],
  [/OPENSSH|SSH2 ENC/, privateKey("OpenSSH")],
  [/ENCRYPTED PRIVATE KEY/, privateKey("PKCS#8, encrypted")],
  [/RSA PRIVATE KEY/, privateKey("RSA, traditional")],
  [/EC PRIVATE KEY/, privateKey("EC, traditional")],
  [/DSA PRIVATE KEY/, privateKey("DSA, traditional")],
  [/^PRIVATE KEY/, privateKey("PKCS#8")],
  [/SSH2? .*PUBLIC KEY/, SSH_PUBLIC_KEY],
  [/^PGP/, PGP],
  [/PUBLIC KEY/, PUBLIC_KEY],
  [/KEY/, privateKey("of an uncommon kind")],
  [/REQUEST/, REQUEST],
  [/CRL/, CRL],
  [/PKCS ?#?7|CMS/, PKCS7],
  [/PKCS ?#?12|PFX/, PKCS12],
  [/PARAMETERS/, PARAMETERS],
];

/** A block's kind by its label; undefined for the labels of a certificate. */
export function materialOfLabel(label: string): Material | undefined {
  if (/^(X509 |TRUSTED )?CERTIFICATE$/.test(label)) return undefined;
  return LABELS.find(([pattern]) => pattern.test(label))?.[1] ?? UNKNOWN_BLOCK;
}

/**
 * The header of a SEQUENCE. Binary read as UTF-8 has lost its length bytes to U+FFFD; what follows still tells.
 */
const S = "0(?:[\\x00-\\x7f]|\\x81.|\\x82..|\\x83...|\\ufffd.{1,2}?)";
const RSADSI = "\\*.H..\\r\\x01";

/** By the first bytes of the DER, one character a byte; first match wins. */
const SHAPES: readonly (readonly [string, Material])[] = [
  [`${S}\\x02\\x01\\x03${S}\\x06`, PKCS12],
  [`${S}\\x02\\x01[\\x00\\x01]${S}\\x06`, privateKey("PKCS#8")],
  [`${S}\\x02\\x01\\x00\\x02`, privateKey("RSA or DSA, traditional")],
  [`${S}\\x02\\x01\\x01\\x04`, privateKey("EC, traditional")],
  [`${S}${S}\\x06.${RSADSI}[\\x05\\x0c]`, privateKey("PKCS#8, encrypted")],
  [`${S}\\x06.${RSADSI}\\x07`, PKCS7],
  [`${S}${S}\\x02\\x01\\x00${S}[1\\x00]`, REQUEST],
  [`${S}${S}\\x02\\x01\\x01${S}\\x06`, CRL],
  [`${S}${S}${S}\\x06`, CRL],
  [`${S}${S}(?:[\\xa0\\ufffd]\\x03)?\\x02`, CERTIFICATE],
  [`${S}${S}\\x06`, PUBLIC_KEY],
  [`${S}\\x02[\\x81\\x82\\ufffd]`, PUBLIC_KEY],
  ["openssh-key-v1\\x00", privateKey("OpenSSH")],
  ["\\xfe\\xed\\xfe\\xed", KEYSTORE],
];
const SHAPE_PATTERNS = SHAPES.map(([source, material]) => [new RegExp(`^${source}`, "s"), material] as const);

/** The kind of a DER structure, whatever label or name it came under. */
export function materialOfDer(bytes: Uint8Array | string): Material | undefined {
  const text = typeof bytes === "string" ? bytes : Buffer.from(bytes.subarray(0, 600)).toString("latin1");
  return SHAPE_PATTERNS.find(([pattern]) => pattern.test(text))?.[1];
}
