import { shown } from "../wording/shown";
import { certificateOf, type CaCertificateFacts, type Certificate } from "./certificate";
import { readClientCertificate } from "./client-certificate";
import { readCrl } from "./crl";
import { CRL, materialOfDer, materialOfLabel } from "./foreign-material";
import { splitPem, type PemBlock } from "./pem-blocks";
import { atMost, isRefused, naming, refusal, type Reading, type Refusal } from "./reading";
import { canonicalSerialNumber, readSerialNumber } from "./serial-number";
import { materialInText, materialOfText } from "./stray-material";

export interface RevokedSerial {
  /** Upper-case hex, whole bytes. */
  readonly serialNumber: string;
  /** Of the issuers with which it counts, as `cert_issuer_ski` has them; sorted. */
  readonly issuerSkis: readonly string[];
}

/** What is revoked, in one order whatever order the entries had. */
export interface Revocations {
  readonly serialNumbers: readonly RevokedSerial[];
  /** As `cert_fingerprint_sha256` has them. */
  readonly fingerprints: readonly string[];
  readonly warnings: readonly string[];
}

/** Whose clients are let in. */
export interface Issuers {
  readonly cas: readonly CaCertificateFacts[];
  /** Of issuers whose certificates aren't here. */
  readonly issuerSkis?: readonly string[];
}

interface EntryReading extends Reading {
  readonly serialNumbers?: readonly RevokedSerial[];
  readonly fingerprints?: readonly string[];
}

interface Known {
  readonly cas: readonly Certificate[];
  readonly skis: readonly string[];
  readonly now: Date;
}

const GIVE = "Give a serial number in hexadecimal, a SHA-256 fingerprint, a certificate in PEM, or a CRL.";
const COPY = "Copy the CRL again, from its BEGIN to its END line.";
/** Our bound: a CRL of 100,000 entries has some 5 MB, and a zone has no rules for a tenth of them. */
const LONGEST_TEXT = 8 * 1024 * 1024;
const MOST_BLOCKS = 1000;
/** On a line of its own, without a name in front as OpenSSL prints one. */
const BARE_NUMBER = /^(?:0x)?(?:[0-9a-f]{2}[: -]?){2,80}\r?$/im;
const LONGEST_NUMBER = 300;
/** In hex digits: of so many (64 bits) chance makes no two alike, so that a number alone tells its certificate. */
const UNIQUE = 16;

/** Reads what a user lists as revoked, or everything that is wrong with it. */
export function readRevoked(
  entries: readonly unknown[],
  { cas, issuerSkis = [] }: Issuers,
  now: Date,
): { revocations: Revocations } | Refusal {
  const certificates = cas.map(certificateOf);
  const known: Known = { cas: certificates, skis: [...new Set([...issuerSkis, ...skisOf(certificates)])], now };
  const readings = entries.flatMap((entry, index) =>
    readEntry(entry, `Entry ${index + 1} of ${entries.length}`, known),
  );
  if (readings.some(isRefused)) return refusal(readings);
  const fingerprints = [...new Set(readings.flatMap((reading) => reading.fingerprints ?? []))].sort();
  const warnings = readings.flatMap((reading) => reading.warnings ?? []);
  const serialNumbers = inOrder(readings.flatMap((reading) => reading.serialNumbers ?? []));
  return { revocations: { serialNumbers, fingerprints, warnings: atMost(warnings, "warnings") } };
}

function inOrder(serials: readonly RevokedSerial[]): RevokedSerial[] {
  const skis = new Map<string, Set<string>>();
  for (const { serialNumber, issuerSkis } of serials)
    skis.set(serialNumber, new Set([...(skis.get(serialNumber) ?? []), ...issuerSkis]));
  const sorted = [...skis].sort(([one], [other]) => (one < other ? -1 : 1));
  return sorted.map(([serialNumber, issuers]) => ({ serialNumber, issuerSkis: [...issuers].sort() }));
}

function readEntry(entry: unknown, place: string, known: Known): EntryReading[] {
  if (typeof entry !== "string") return [{ problems: [`${place} is not a text. ${GIVE}`] }];
  if (entry.length > LONGEST_TEXT)
    return [{ problems: [`${place} has ${entry.length} characters: more than ${LONGEST_TEXT} aren't read. ${GIVE}`] }];
  const { blocks, stray } = splitPem(entry);
  // Windows shows a fingerprint with an invisible mark in front, which comes along when it is copied.
  if (blocks.length === 0) return [readBare(entry.replace(/[\0\p{Cf}]/gu, "").trim(), place, known)];
  if (blocks.length > MOST_BLOCKS)
    return [{ problems: [`${place} has ${blocks.length} blocks: more than ${MOST_BLOCKS} aren't read. ${GIVE}`] }];
  const outside = stray.join("\n");
  const { exposures } = naming(`${place} has, outside of its blocks,`, materialInText(outside));
  const ignored = `${place} has a number beside its blocks, which isn't read. Give it as an entry of its own.`;
  const placeOf = ({ number }: PemBlock) =>
    blocks.length === 1 ? place : `${place}, block ${number} of ${blocks.length}`;
  return [
    { exposures, warnings: BARE_NUMBER.test(outside) ? [ignored] : [] },
    ...blocks.map((block) => readArmoured(block, placeOf(block), known)),
  ];
}

function readArmoured(block: PemBlock, place: string, known: Known): EntryReading {
  const isCrl = materialOfLabel(block.label) === CRL;
  if (block.der !== undefined && block.flaw === undefined && materialOfDer(block.der) === CRL)
    return ofCrl(block.der, place, known);
  const { certificate, ...reading } = readClientCertificate(block, place, isCrl ? COPY : GIVE);
  return certificate === undefined ? reading : ofCertificate(certificate, place, known);
}

function ofCrl(der: Buffer, place: string, { cas, now }: Known): EntryReading {
  const { signers, serialNumbers, ...reading } = readCrl(der, place, cas, now);
  const issuerSkis = skisOf(signers);
  if (signers.length === 0 || issuerSkis.length > 0)
    return { ...reading, serialNumbers: serialNumbers.map((serialNumber) => ({ serialNumber, issuerSkis })) };
  const problem = `${place} is a CRL of a CA without a subject key identifier, so its serial numbers can't be told from another CA's. Re-issue the CA with "subjectKeyIdentifier = hash", or give SHA-256 fingerprints.`;
  return { problems: [problem] };
}

/**
 * By issuer and serial number where that can be, which no holder can change. A fingerprint is over the signature, too, and whoever
 * holds a certificate that was signed with ECDSA can make another valid signature out of that one.
 */
function ofCertificate(certificate: Certificate, place: string, { cas, skis }: Known): EntryReading {
  const { subject, issuer, fingerprint } = certificate.facts;
  const title = `${place}, ${shown(subject)},`;
  if (certificate.ca === true)
    return {
      problems: [`${title} is a CA, and a rule sees the client's own certificate. Take the CA out where it is let in.`],
    };
  const issuers = cas.filter((ca) => ca.issued(certificate));
  // An identifier proves nothing where the certificate that has it is at hand, and didn't sign.
  const named = skis.filter((ski) => ski === certificate.issuerSki && !cas.some(({ facts }) => facts.ski === ski));
  if (issuers.length === 0 && named.length === 0) {
    const problem = `${title} was issued by ${shown(issuer)}, whose clients aren't let in here. Take it out, or check whose it is.`;
    return { problems: [problem] };
  }
  const issuerSkis = issuers.length > 0 ? skisOf(issuers) : named;
  const serialNumber = canonicalSerialNumber(certificate.facts.serialNumber);
  return serialNumber === undefined || issuerSkis.length === 0
    ? { fingerprints: [fingerprint] }
    : { serialNumbers: [{ serialNumber, issuerSkis }] };
}

function skisOf(cas: readonly Certificate[]): string[] {
  return cas.flatMap(({ facts }) => facts.ski ?? []);
}

function readBare(text: string, place: string, known: Known): EntryReading {
  if (text === "") return { problems: [`${place} is empty. ${GIVE}`] };
  const isShort = text.length <= LONGEST_NUMBER;
  const fingerprint = isShort ? readFingerprint(text) : undefined;
  if (fingerprint !== undefined) return ofFingerprint(fingerprint, place, known);
  const serial = isShort ? readSerialNumber(text) : undefined;
  if (serial !== undefined)
    return "problem" in serial
      ? { problems: [`${place} ${serial.problem}`] }
      : ofSerial(serial.serialNumber, place, known);
  const der = /[^A-Za-z0-9+/=\s]/.test(text) ? Buffer.alloc(0) : Buffer.from(text, "base64");
  const encoded = materialOfDer(der);
  if (encoded !== undefined && !encoded.secret)
    return readArmoured({ number: 1, label: "CERTIFICATE", body: text, der, flaw: undefined }, place, known);
  const materials = materialOfText(text);
  const { exposures } = naming(`${place} is`, materials);
  if (exposures.length > 0) return { exposures };
  const [material] = materials;
  const bytes = material?.what.includes("DER (binary)") ? " Pass a file's bytes as readFileSync(path) gives them." : "";
  const what = material?.what ?? (text.length > 200 ? `a text of ${text.length} characters` : shown(text));
  return { problems: [`${place} is ${what}: nothing that names a revoked certificate. ${GIVE}${bytes}`] };
}

function readFingerprint(text: string): { sha256: string } | { problem: string } | undefined {
  const [label = ""] = /^(?:(?:sha-?\d+|md5)(?:\sfingerprint)?|fingerprint)\s?[=:]\s?/i.exec(text) ?? [];
  const digits = text
    .slice(label.length)
    .replace(/^0x|[\s:-]/gi, "")
    .toLowerCase();
  const isHex = /^[0-9a-f]+$/.test(digits);
  if (isHex && digits.length === 64) return { sha256: digits };
  if (label === "" || !isHex) return undefined;
  const problem = `has ${digits.length} hex digits behind ${shown(label.trim())}: a SHA-256 fingerprint has 64, and no other is taken. Copy it from: openssl x509 -noout -fingerprint -sha256 -in client.pem`;
  return { problem };
}

function ofFingerprint(read: { sha256: string } | { problem: string }, place: string, { cas }: Known): EntryReading {
  if ("problem" in read) return { problems: [`${place} ${read.problem}`] };
  if (cas.some(({ facts }) => facts.fingerprint === read.sha256))
    return { problems: [`${place} is the fingerprint of a CA that is let in here. Take the CA out instead.`] };
  // An RSA signature can't be changed into another valid one.
  const isFirm = cas.length > 0 && cas.every(({ x509 }) => x509.publicKey.asymmetricKeyType === "rsa");
  const warning = `${place} is a fingerprint, and the holder of a certificate that was signed with ECDSA can change it without a new key. Give the serial number, or the certificate in PEM.`;
  return { fingerprints: [read.sha256], warnings: isFirm ? [] : [warning] };
}

function ofSerial(serialNumber: string, place: string, { skis }: Known): EntryReading {
  if (skis.some((ski) => canonicalSerialNumber(ski) === serialNumber))
    return { problems: [`${place} is the key identifier of a CA that is let in here. Take the CA out instead.`] };
  if (skis.length < 2 || serialNumber.length >= UNIQUE) return { serialNumbers: [{ serialNumber, issuerSkis: skis }] };
  return {
    problems: [
      `${place}, ${shown(serialNumber)}, is so short that each of the ${skis.length} issuers that are let in may have used it. Give the certificate in PEM, or the CRL of its CA.`,
    ],
  };
}
