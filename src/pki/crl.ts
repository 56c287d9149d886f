import { verify } from "node:crypto";
import { shown } from "../wording/shown";
import { algorithmName, days, SKEW } from "./ca-requirements";
import { rfc3339, type Certificate } from "./certificate";
import { parseCrl, type CrlEntry, type CrlStructure } from "./crl-structure";
import { sequenceLength, type Reading } from "./reading";

export interface CrlReading extends Reading {
  /** The CAs whose key signed the list: several where one was renewed. */
  readonly signers: readonly Certificate[];
  /** Canonical, each once. */
  readonly serialNumbers: readonly string[];
}

/** Those that ca-requirements.ts accepts for a CA: hash, and kind of key. */
const SIGNATURES: Readonly<Record<string, readonly [hash: string, key: "rsa" | "ec"]>> = {
  "1.2.840.113549.1.1.5": ["sha1", "rsa"],
  "1.2.840.113549.1.1.11": ["sha256", "rsa"],
  "1.2.840.113549.1.1.12": ["sha384", "rsa"],
  "1.2.840.113549.1.1.13": ["sha512", "rsa"],
  "1.2.840.10045.4.1": ["sha1", "ec"],
  "1.2.840.10045.4.3.2": ["sha256", "ec"],
  "1.2.840.10045.4.3.3": ["sha384", "ec"],
  "1.2.840.10045.4.3.4": ["sha512", "ec"],
};

const REASON = "2.5.29.21";
const REMOVE_FROM_CRL = 8;
const CERTIFICATE_ISSUER = "2.5.29.29";
const DELTA = "2.5.29.27";
/** What may be critical, because it is understood here or changes nothing: RFC 5280, 5.2 and 5.3. */
const UNDERSTOOD = [DELTA, "2.5.29.28", REASON, CERTIFICATE_ISSUER, "2.5.29.20", "2.5.29.24", "2.5.29.35"];

const COMPLETE = "Give the complete CRL that the CA signs for its own certificates.";

/** Reads a CRL of one of these CAs; `place` points at it in messages: `Entry 2 of 3`. */
export function readCrl(der: Buffer, place: string, cas: readonly Certificate[], now: Date): CrlReading {
  const list = parseCrl(der);
  if (list === undefined) return refused(`${place} ${flawOf(der)}`);
  const title = `${place}, a CRL of ${shown(list.issuer)},`;
  const namesakes = cas.filter(({ facts }) => facts.subject === list.issuer);
  const signers = namesakes.filter((ca) => isSigner(ca, list));
  const why = whyUnfit(list) ?? (signers.length === 0 ? whyForeign(list, namesakes, cas) : undefined);
  if (why !== undefined) return refused(`${title} ${why}`);
  const kept = list.entries.filter((entry) => !isRemoved(entry));
  const serialNumbers = new Set(kept.flatMap(({ serialNumber }) => serialNumber ?? []));
  const warnings = [...datesOf(list, now), ...revokedCas(cas, signers, serialNumbers), ...omissionsOf(list, kept)];
  return {
    signers,
    serialNumbers: [...serialNumbers],
    warnings: warnings.map((warning) => `${title} ${warning}`),
  };
}

function refused(problem: string): CrlReading {
  return { signers: [], serialNumbers: [], problems: [problem] };
}

function flawOf(der: Buffer): string {
  const length = sequenceLength(der) ?? 0;
  return length > der.length
    ? `is cut off: ${der.length} of ${length} bytes are there. Fetch it again, whole.`
    : "can't be read as a CRL (RFC 5280): it is damaged, or something else. Fetch it again.";
}

/** Why it is no list of a CA's client certificates, whoever signed it. */
function whyUnfit({ extensions, entries, scope }: CrlStructure): string | undefined {
  const all = [...extensions, ...entries.flatMap((entry) => entry.extensions)];
  if (extensions.some(({ id }) => id === DELTA))
    return `is a delta CRL (deltaCRLIndicator): it holds only what changed since another. ${COMPLETE}`;
  const isNamed = all.some(({ id }) => id === CERTIFICATE_ISSUER);
  if (scope.has(4) || isNamed)
    return `is an indirect CRL (${isNamed ? "certificateIssuer" : "indirectCRL"}): it lists certificates of other CAs than its signer. ${COMPLETE}`;
  if (scope.has(2))
    return `lists CA certificates only (onlyContainsCACerts), and a rule sees the client's own certificate. ${COMPLETE}`;
  if (scope.has(5))
    return `lists attribute certificates only (onlyContainsAttributeCerts), and TLS uses none. ${COMPLETE}`;
  const unknown = all.find(({ id, critical }) => critical && !UNDERSTOOD.includes(id));
  if (unknown !== undefined)
    return `has a critical extension that isn't understood here (${unknown.id.slice(0, 60)}), so RFC 5280 forbids to rely on it. ${COMPLETE}`;
  return entries.some(({ serialNumber }) => serialNumber === undefined)
    ? "has a serial number that is negative or longer than 20 octets: how Cloudflare prints such a one isn't known. Give SHA-256 fingerprints of what it revokes."
    : undefined;
}

function isSigner({ x509 }: Certificate, { algorithm, tbs, signature }: CrlStructure): boolean {
  const [hash, kind] = SIGNATURES[algorithm] ?? [];
  try {
    const key = x509.publicKey;
    return key.asymmetricKeyType === kind && verify(hash, tbs, key, signature);
  } catch {
    // A key that OpenSSL doesn't know.
    return false;
  }
}

function whyForeign({ algorithm }: CrlStructure, namesakes: readonly Certificate[], cas: readonly Certificate[]) {
  if (SIGNATURES[algorithm] === undefined)
    return `is signed with ${algorithmName(algorithm)}, which isn't taken here. Let the CA sign it with RSA (PKCS #1 v1.5) or ECDSA, and SHA-1, SHA-256, SHA-384 or SHA-512.`;
  if (namesakes.length > 0)
    return "isn't signed by the key of the CA of that name: it is damaged, forged, or of another generation of that CA. Fetch it again, or give that generation's certificate with the others.";
  const here = cas.map(({ facts }) => shown(facts.subject)).join(", ") || "none";
  return `is of a CA that isn't here. Those that are here: ${here}. Take it out, or give that CA's certificate with the others.`;
}

function datesOf({ thisUpdate, nextUpdate }: CrlStructure, now: Date): string[] {
  const due = nextUpdate ?? now;
  const late = +now - +due;
  const early = +thisUpdate - +now;
  if (late > 0)
    return [
      `was to be replaced by ${rfc3339(due)}, ${days(late)} ago: what was revoked since then isn't in it. Fetch it anew.`,
    ];
  if (early <= SKEW) return [];
  return [`is of ${rfc3339(thisUpdate)}, in ${days(early)}. It counts at once. Check this machine's clock.`];
}

/** A CA that is revoked lets its clients in all the same: a rule doesn't look above the direct issuer. */
function revokedCas(cas: readonly Certificate[], signers: readonly Certificate[], revoked: ReadonlySet<string>) {
  return cas
    .filter((ca) => revoked.has(ca.facts.serialNumber) && signers.some((signer) => signer.issued(ca)))
    .map(
      ({ facts }) => `revokes ${shown(facts.subject)}, whose clients are let in all the same. Take that CA's pin out.`,
    );
}

function omissionsOf({ entries, scope }: CrlStructure, kept: readonly CrlEntry[]): string[] {
  const removed = entries.length - kept.length;
  return [
    ...(scope.has(3) ? ["lists some reasons only (onlySomeReasons). Give the CRLs for the other reasons, too."] : []),
    ...(removed > 0 ? [`takes back ${removed} of its entries (removeFromCRL): they count as not revoked.`] : []),
  ];
}

/** Only a delta CRL may say so; OpenSSL takes it for "not revoked" in others, too. A hold, on the contrary, is a revocation while it is listed. */
function isRemoved({ extensions }: CrlEntry): boolean {
  return extensions.find(({ id }) => id === REASON)?.value.at(-1) === REMOVE_FROM_CRL;
}
