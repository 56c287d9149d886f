import { checkRequirements, type PlacedCertificate, type Requirements } from "./ca-requirements";
import type { CaCertificateFacts } from "./certificate";
import { fingerprintOf } from "./fingerprint";
import { GIVE, privateKey } from "./foreign-material";
import { inIssuingOrder } from "./issuing-order";
import { splitPem, type PemBlock } from "./pem-blocks";
import { shown } from "../wording/shown";
import { atMost, isRefused, naming, readBlock, refusal, type Reading, type Refusal } from "./reading";
import { materialInText, materialOfText } from "./stray-material";

export type { CaCertificateFacts } from "./certificate";
export { fingerprintsOf } from "./fingerprint";

export interface CaBundle {
  /** In issuing order: an intermediate before its signer, whatever order the text had. */
  certificates: CaCertificateFacts[];
  /** The canonical text that is sent. */
  pem: string;
  warnings: string[];
  /** For the first time only: nothing is wrong as far as can be seen. */
  notes: string[];
}

/**
 * Our bounds (docs/limits.md), to keep the work on a hostile text small: Cloudflare documents none. A chain has two to four
 * certificates of 1 to 3 KB, and a few chains in one upload are unusual already.
 */
const MOST_CERTIFICATES = 20;
const LONGEST_TEXT = 256 * 1024;

/** Reads what a user gives as "the CA": the certificates that Cloudflare will take, or everything that is wrong. */
export function readCaBundle(text: string, options: Requirements): { bundle: CaBundle } | Refusal {
  const unfit = readUnfit(text);
  if (unfit !== undefined) return refusal([unfit]);
  const { blocks, stray } = splitPem(text);
  if (blocks.length === 0) return refusal([readBlockless(text)]);
  const { placed, readings } = readBlocks(blocks);
  readings.push(naming("Outside of its blocks the text has", materialInText(stray.join("\n"))));
  readings.push(...placed.map((one) => checkRequirements(one, placed, options)));
  if (readings.some(isRefused)) return refusal(readings);
  const { ordered, warnings, notes } = inIssuingOrder(placed);
  const certificates = ordered.map(({ certificate }) => certificate.facts);
  const pem = certificates.map((facts) => facts.pem).join("");
  const all = [...readings.flatMap((reading) => reading.warnings ?? []), ...warnings];
  return { bundle: { certificates, pem, warnings: atMost(all, "warnings"), notes } };
}

/** Values in which it makes no sense to look for blocks. */
function readUnfit(text: unknown): Reading | undefined {
  if (typeof text !== "string") return { problems: [`The value is not a text. ${GIVE}`] };
  if (text.trim() === "") return { problems: [`The text is empty. ${GIVE}`] };
  if (text.length <= LONGEST_TEXT) return undefined;
  const key = /(?:BEGIN|END)[^\n]{0,40}PRIVATE KEY/i.test(text);
  const problem = `The text has ${text.length} characters: with more than ${LONGEST_TEXT} it is no list of CA certificates. ${GIVE}`;
  return { ...naming("In the text is", key ? [privateKey("PEM")] : []), problems: [problem] };
}

function readBlockless(text: string): Reading {
  const found = materialOfText(text);
  if (found.length > 0) return naming("The text is", found);
  return { problems: [`The text holds no certificate: no "-----BEGIN CERTIFICATE-----" line is in it. ${GIVE}`] };
}

function readBlocks(blocks: readonly PemBlock[]): { placed: PlacedCertificate[]; readings: Reading[] } {
  const placed = new Map<string, PlacedCertificate>();
  const readings: Reading[] = [];
  let left = 0;
  for (const block of blocks) {
    const place = `block ${block.number} of ${blocks.length}`;
    const known = block.der && placed.get(fingerprintOf(block.der));
    if (known === undefined && placed.size === MOST_CERTIFICATES && block.label.endsWith("CERTIFICATE")) {
      left += 1;
      continue;
    }
    const reading: Reading = known ?? readBlock(block, capital(place));
    readings.push(reading);
    if (reading.certificate === undefined) continue;
    const { fingerprint, subject } = reading.certificate.facts;
    const first = placed.get(fingerprint);
    const here = `${place}, ${shown(subject)}`;
    if (first !== undefined) readings.push({ warnings: [`${capital(place)} repeats ${first.place}: it is left out.`] });
    else placed.set(fingerprint, { certificate: reading.certificate, place: here, title: `${capital(here)},` });
  }
  if (left > 0) {
    const problem = `The text has ${left} certificates more than the ${MOST_CERTIFICATES} that one upload may have here. ${GIVE}`;
    readings.push({ problems: [problem] });
  }
  return { placed: [...placed.values()], readings };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
