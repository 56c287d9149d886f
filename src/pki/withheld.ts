import type * as CaBundleModule from "./ca-bundle";
import { CERTIFICATE, materialOfDer } from "./foreign-material";
import { splitPem, type PemBlock } from "./pem-blocks";

/*
 * A private key among the certificates is refused, but Pulumi's engine logs what it is given before anybody can refuse
 * it. So the program looks for keys itself, and sends in the place of such a text what is wrong with it.
 */

const WITHHELD = "withheld:";

/** The text as it is, unless a private key is in it: then the reasons to refuse it, which hold no byte of the key. */
export function withholdKeys(text: unknown): unknown {
  // A Buffer, mostly: no text is asked for, and what is in it is anybody's guess.
  if (typeof text !== "string") return text === undefined || text === null ? text : false;
  if (isPlain(text)) return text;
  // Loaded only where it is needed: it takes ten times as long to load as the rest of the program's part.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { readCaBundle } = require("./ca-bundle") as typeof CaBundleModule;
  const outcome = readCaBundle(text, { now: new Date(), allowExpired: true });
  if (!("problems" in outcome) || !outcome.exposed) return text;
  return WITHHELD + JSON.stringify(outcome.problems);
}

/** Why a text was withheld; undefined for one that wasn't. */
export function reasonsOfWithheld(text: unknown): string[] | undefined {
  if (typeof text !== "string" || !text.startsWith(WITHHELD)) return undefined;
  try {
    return JSON.parse(text.slice(WITHHELD.length)) as string[];
  } catch {
    return undefined;
  }
}

/** Nothing but blocks of certificates, as they nearly always come: no key can hide there. */
export function isPlain(text: string): boolean {
  const { blocks, stray } = splitPem(text);
  const isCertificate = ({ label, der }: PemBlock) =>
    label === "CERTIFICATE" && der !== undefined && materialOfDer(der) === CERTIFICATE && isWhole(der);
  return blocks.every(isCertificate) && stray.every((line) => line.trim() === "");
}

/** A SEQUENCE of the length that a certificate has (two octets tell it), with nothing behind it. */
function isWhole(der: Buffer): boolean {
  return der.readUInt16BE(2) === der.length - 4;
}
