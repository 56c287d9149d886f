import { shown } from "../wording/shown";
import { CERTIFICATE, CRL, materialOfDer, materialOfLabel } from "./foreign-material";
import { splitPem, type PemBlock } from "./pem-blocks";
import { naming, readBlock, refusal, type Reading, type Refusal } from "./reading";
import { materialInText, materialOfText } from "./stray-material";

export interface ClientIssuer {
  /** As `cert_issuer_ski` has it. */
  readonly issuerSki: string;
  readonly issuer: string;
}

const GIVE = "Give one client certificate in PEM, as its CA issued it.";

/** Who issued a client certificate: for a CA whose own certificate nobody gets to see, as the managed one. */
export function readClientIssuer(text: unknown): { clientIssuer: ClientIssuer } | Refusal {
  const problem = (why: string) => refusal([{ problems: [`${why} ${GIVE}`] }]);
  if (typeof text !== "string" || text.trim() === "") return problem("The client certificate is not a text, or empty.");
  const { blocks, stray } = splitPem(text);
  const [block, ...others] = blocks;
  const found = block === undefined ? materialOfText(text) : materialInText(stray.join("\n"));
  const secrets = naming("The text holds", [
    ...blocks.flatMap(({ label }) => materialOfLabel(label) ?? []),
    ...found,
  ]).exposures;
  if (secrets.length > 0) return refusal([{ exposures: [...new Set(secrets)] }]);
  if (block === undefined)
    return problem('The text holds no certificate: no "-----BEGIN CERTIFICATE-----" line is in it.');
  if (others.length > 0) return problem(`The text has ${blocks.length} blocks, and one is taken.`);
  const { certificate, ...reading } = readClientCertificate(block, "The block", GIVE);
  if (certificate === undefined) return refusal([reading]);
  const { facts, issuerSki, ca } = certificate;
  if (ca === true) return problem(`${shown(facts.subject)} is a CA: its own issuer isn't the one of its clients.`);
  if (issuerSki === undefined)
    return problem(`${shown(facts.subject)} has no authority key identifier, so who issued it can't be pinned by it.`);
  return { clientIssuer: { issuerSki, issuer: facts.issuer } };
}

/** As `readBlock` does, where it is no CA's certificate that is asked for. */
export function readClientCertificate(block: PemBlock, place: string, give: string): Reading {
  const reading = readBlock(block, place);
  if (reading.certificate !== undefined || reading.exposures?.length) return reading;
  const byLabel = materialOfLabel(block.label);
  const material = byLabel === undefined || byLabel === CRL ? block.der && materialOfDer(block.der) : byLabel;
  const flaw =
    block.flaw ??
    (material === undefined || material === CERTIFICATE || material === CRL
      ? "can't be read: it is damaged, cut off, or has something behind its end"
      : `is ${material.what}`);
  return { problems: [`${place} ${flaw}. ${give}`] };
}
