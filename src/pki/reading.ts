import { shown } from "../wording/shown";
import { readCertificate, type Certificate } from "./certificate";
import { CERTIFICATE, GIVE, materialOfDer, materialOfLabel, privateKey, type Material } from "./foreign-material";
import type { PemBlock } from "./pem-blocks";
import { materialInText } from "./stray-material";

/** What came of reading a part of the text. */
export interface Reading {
  readonly certificate?: Certificate;
  /** Problems that are about a private key; they come first. */
  readonly exposures?: readonly string[];
  readonly problems?: readonly string[];
  readonly warnings?: readonly string[];
}

export interface Refusal {
  /** What it is, why it can't work, what to do. Never a byte of key material. */
  problems: string[];
  /** Whether a private key is in the text, or may be. */
  exposed: boolean;
}

const MOST_MESSAGES = 30;

export function isRefused({ problems, exposures }: Reading): boolean {
  return Boolean(problems?.length || exposures?.length);
}

export function refusal(readings: readonly Reading[]): Refusal {
  const exposures = readings.flatMap((reading) => reading.exposures ?? []);
  const problems = [...exposures, ...readings.flatMap((reading) => reading.problems ?? [])];
  return { problems: atMost(problems, "problems"), exposed: exposures.length > 0 };
}

export function atMost(sentences: string[], what: string): string[] {
  const more = sentences.length - MOST_MESSAGES;
  return more > 0 ? [...sentences.slice(0, MOST_MESSAGES), `${more} more ${what} are not listed.`] : sentences;
}

/** Reads one block; `place` points at it in messages: `Block 2 of 3`. */
export function readBlock(block: PemBlock, place: string): Reading {
  const foreign = materialOfLabel(block.label);
  if (foreign?.secret) return naming(`${place} is`, [foreign]);
  if (foreign === undefined && block.der !== undefined && block.flaw === undefined) {
    return readDer(block.der, block.label, place);
  }
  const { exposures } = naming(`${place} holds`, materialInText(block.body));
  if (foreign !== undefined) return { ...naming(`${place} is`, [foreign]), exposures };
  const problem = `${place} ${block.flaw}. Copy the certificate again, from its BEGIN to its END line.`;
  return { exposures, problems: [problem] };
}

function readDer(der: Buffer, label: string, place: string): Reading {
  const length = sequenceLength(der) ?? 0;
  const certificate = readCertificate(der.subarray(0, length));
  if (certificate === undefined) return readOther(der, length, place);
  const rest = der.subarray(length);
  if (rest.length === 0) return { certificate };
  const title = `${place}, ${shown(certificate.facts.subject)},`;
  if (materialOfDer(rest)?.secret) return naming(`${place} holds, behind its certificate,`, [privateKey("DER")]);
  const trust = `${title} carries OpenSSL trust settings (TRUSTED CERTIFICATE): they are left out.`;
  if (label.startsWith("TRUSTED")) return { certificate, warnings: [trust] };
  const problem = `${title} has ${rest.length} bytes behind its end. Write it anew: openssl x509 -in ca.pem -out clean.pem`;
  return { problems: [problem] };
}

/** The block's body is no certificate, whatever its label says. */
function readOther(der: Buffer, length: number, place: string): Reading {
  const material = materialOfDer(der);
  if (material !== undefined && material !== CERTIFICATE)
    return naming(`${place} is labelled as a certificate, but holds`, [material]);
  const flaw =
    length > der.length
      ? `is cut off: ${der.length} of ${length} bytes are there. Copy the certificate again, whole.`
      : `can't be read as an X.509 certificate: its body is damaged, as by a date without seconds, or something else. ${GIVE}`;
  return { problems: [`${place} ${flaw}`] };
}

/** Names foreign material; what a key is in goes to `exposures`. */
export function naming(lead: string, materials: readonly Material[]): { exposures: string[]; problems: string[] } {
  const sentences = (secret: boolean) =>
    materials
      .filter((material) => (material.secret ?? false) === secret)
      .map(({ what, why, remedy }) => `${lead} ${what}: ${why}. ${remedy}`);
  return { exposures: sentences(true), problems: sentences(false) };
}

/** How many bytes a DER SEQUENCE takes by its own header. */
export function sequenceLength(der: Buffer): number | undefined {
  const first = der[1] ?? 0x80;
  if (der[0] !== 0x30) return undefined;
  if (first < 0x80) return 2 + first;
  const octets = first - 0x80;
  return octets >= 1 && octets <= 4 && der.length >= 2 + octets ? 2 + octets + der.readUIntBE(2, octets) : undefined;
}
