import { readCaBundle } from "../../pki/ca-bundle";
import type { CaCertificateFacts } from "../../pki/certificate";
import { readClientIssuer } from "../../pki/client-certificate";
import { publiclyTrusted } from "../../pki/public-trust";
import { readSubject } from "../../pki/subject";
import { reasonsOfWithheld } from "../../pki/withheld";
import { isUnpinned } from "../../rules/expression";
import type { LimitedCa } from "../../rules/expression";
import { shownWrong } from "../../wording/shown";
import type { Properties } from "../engine/contract";
import { InputReader } from "../engine/inputs";
import { hasUnknown, UNKNOWN } from "../engine/unknown";
import type { Session } from "../session";
import { readRevocations } from "./revocations";

const CAS = 'Write cas: [ca], or [{ issuerSkis: ca.issuerSkis, subjects: ["CN=client.example.com"] }].';

/** Whom the rule lets in, as the program says it: whoever some issuers certify, of some CAs not everybody, and revoked ones never. */
export function readClients(session: Session, read: InputReader, news: Properties): Properties {
  const failed = read.failures.length;
  const given = readSkis(read);
  const entries = hasUnknown(news.cas)
    ? UNKNOWN
    : listed(read, news.cas ?? []).map((entry) => readCa(session, read, entry));
  if (given === UNKNOWN || entries === UNKNOWN || read.failures.length > failed) {
    readRevocations(session, read, undefined);
    const unread = hasUnknown([given, entries]) ? UNKNOWN : undefined;
    return { issuerSkis: given, cas: unread, revoked: unread };
  }
  const isPlain = ({ subjects, isManaged }: LimitedCa) => !subjects && !isManaged;
  const issuerSkis = [...new Set([...given, ...entries.filter(isPlain).flatMap((one) => one.issuerSkis)])].sort();
  const cas = entries.filter((entry) => !isPlain(entry)).sort((one, other) => (textOf(one) < textOf(other) ? -1 : 1));
  refuseContradictions(read, issuerSkis, cas);
  const certificates = certificatesIn(news.cas);
  for (const { subject, ski } of publiclyTrusted(certificates))
    if (ski && issuerSkis.includes(ski))
      session.log(
        `warning: the CA ${subject} is publicly trusted: whoever buys a certificate of it is let in. Name the \`subjects\` of the clients that you mean, beside the CA.`,
      );
  const skis = [...issuerSkis, ...cas.flatMap((one) => (one.isManaged ? [] : one.issuerSkis))];
  const revoked = readRevocations(session, read, { cas: certificates, issuerSkis: skis });
  return { issuerSkis, cas: cas.length > 0 ? cas : undefined, revoked };
}

function listed(read: InputReader, given: unknown): Properties[] {
  const isOdd = (entry: unknown) => typeof entry !== "object" || entry === null || Array.isArray(entry);
  if (Array.isArray(given) && !given.some(isOdd)) return given as Properties[];
  read.fail("cas", `cas must be a list of CAs. ${CAS}`);
  return [];
}

/** Upper-case hex without colons, whichever way they were given; sorted, so that their order is no diff. */
function readSkis(read: InputReader): string[] | typeof UNKNOWN {
  const given = read.texts("issuerSkis", ["...ca.issuerSkis"]) ?? [];
  if (given === UNKNOWN) return UNKNOWN;
  const skis = given.map((ski) => ski.replace(/[:\s]/g, "").toUpperCase());
  const wrong = given.find((_, index) => !/^([0-9A-F]{2}){1,64}$/.test(skis[index] ?? ""));
  if (wrong !== undefined)
    read.fail(
      "issuerSkis",
      `${shownWrong(wrong)} isn't a subject key identifier in hex digits: give ca.issuerSkis of a CaCertificate.`,
    );
  return [...new Set(skis)].sort();
}

/** One CA, with its limits. */
function readCa(session: Session, whole: InputReader, entry: Properties): LimitedCa {
  const read = new InputReader(entry);
  read.only(["issuerSkis", "certificates", "subjects", "clientCertificate"], ["isManaged"]);
  const subjects = entry.subjects === undefined || entry.subjects === null ? undefined : readSubjects(session, read);
  const isManaged = entry.isManaged === true ? true : undefined;
  const issuerSkis = [...new Set([...readSkis(read), ...readPin(read, entry.clientCertificate)])].sort();
  if (!isManaged && issuerSkis.length === 0 && read.failures.length === 0)
    read.fail("issuerSkis", "issuerSkis is empty: give `ca.issuerSkis` of a CaCertificate.");
  for (const { reason } of read.failures) whole.fail("cas", reason);
  return { issuerSkis, ...(subjects && { subjects }), ...(isManaged && { isManaged }) };
}

/** The issuer that a client certificate names. */
function readPin(read: InputReader, certificate: unknown): string[] {
  if (certificate === undefined || certificate === null) return [];
  const withheld = reasonsOfWithheld(certificate);
  const pin = withheld ? { problems: withheld } : readClientIssuer(certificate);
  if ("clientIssuer" in pin) return [pin.clientIssuer.issuerSki];
  for (const problem of pin.problems) read.fail("clientCertificate", `clientCertificate: ${problem}`);
  return [];
}

function readSubjects(session: Session, read: InputReader): string[] {
  const given = read.texts("subjects", ['"CN=client.example.com,O=Example"']) ?? [];
  if (given === UNKNOWN) return [];
  if (given.length === 0) read.fail("subjects", "subjects is empty, which lets nobody in: name one, or leave it out.");
  const subjects = given.flatMap((text) => {
    const known = readSubject(text);
    if ("problem" in known) read.fail("subjects", known.problem);
    else for (const warning of known.warnings) session.log(`warning: ${warning}`);
    return "problem" in known ? [] : known.spellings;
  });
  return [...new Set(subjects)].sort();
}

/** What would let in more, or fewer, than either line says. */
function refuseContradictions(read: InputReader, issuerSkis: readonly string[], cas: readonly LimitedCa[]): void {
  if (issuerSkis.length === 0 && cas.length === 0)
    read.fail(
      "issuerSkis",
      "issuerSkis is empty: give `ca.issuerSkis` of a CaCertificate. Without an issuer, certificates of any CA of the account would be let in.",
    );
  const both = cas.flatMap((one) => one.issuerSkis).find((ski) => issuerSkis.includes(ski));
  if (both !== undefined)
    read.fail(
      "cas",
      `Issuer ${both} is named twice, once with limits and once without, so that all of its certificates would be let in. Give both the same \`subjects\`, or take one out.`,
    );
  if (cas.some(isUnpinned) && issuerSkis.length + cas.length > 1)
    read.fail(
      "cas",
      "The Cloudflare-managed CA is named without an issuer beside other CAs, so that certificates of theirs would be let in which the rule is to refuse. Give one of its client certificates as `clientCertificate`, or its issuer as `issuerSkis`.",
    );
}

function certificatesIn(cas: unknown): CaCertificateFacts[] {
  const texts = Array.isArray(cas) ? cas.map((ca: unknown) => (Object(ca) as Properties).certificates) : [];
  return texts.flatMap((text) => {
    const outcome = typeof text === "string" ? readCaBundle(text, { now: new Date(), allowExpired: true }) : undefined;
    return outcome && "bundle" in outcome ? outcome.bundle.certificates : [];
  });
}

function textOf(entry: LimitedCa): string {
  return JSON.stringify(entry);
}
