import { shown } from "../wording/shown";
import { isNamedByOne, oidOf } from "./attribute-types";
import { parseName, printName, type Parts } from "./distinguished-name";
import { materialOfLabel } from "./foreign-material";
import { splitPem } from "./pem-blocks";
import { naming } from "./reading";
import { materialInText, materialOfText } from "./stray-material";

export interface Subject {
  /**
   * As `cf.tls_client_auth.cert_subject_dn_rfc2253` may print it: as OpenSSL does first, with every byte outside of ASCII escaped. Where there are
   * such, a second one has those letters as they are: which of them Cloudflare prints isn't documented, and no other subject reads like either.
   */
  readonly spellings: readonly string[];
  readonly warnings: readonly string[];
}

const PRINT = "openssl x509 -noout -subject -nameopt RFC2253 -in client.pem";
const GIVE = `Give the whole subject as RFC 4514 has it, such as CN=client.example.com,O=Example,C=US. This prints it: ${PRINT}`;
const LONGEST = 1000;

/** What is no subject by its look, first match wins. */
const REFUSED: readonly (readonly [look: RegExp, why: string])[] = [
  [/^$/, "is empty."],
  [/^\/\w+=/, "is in OpenSSL's old form with slashes."],
  [/^[^=]*$/, "has no attribute in it."],
  [/(?! )[\p{C}\p{Z}]/u, "has a line end, a control character or an invisible one in it."],
];

/** Reads a subject as a person writes it, for a comparison letter by letter with what Cloudflare prints. */
export function readSubject(input: unknown): Subject | { problem: string } {
  if (typeof input !== "string") return { problem: `The subject is not a text. ${GIVE}` };
  const text = input
    .trimStart()
    .replace(/(?<!\\)\s+$/, "")
    .replace(/^subject\s*[=:]\s*(?=[\w.]+\s*=)/i, "");
  const title = `The subject, ${shown(text)},`;
  const { blocks } = splitPem(input);
  const materials = [
    ...blocks.flatMap(({ label }) => materialOfLabel(label) ?? []),
    ...(input.includes("=") ? materialInText(input) : materialOfText(input)),
  ];
  const [exposure] = naming("The subject holds", materials).exposures;
  if (exposure !== undefined) return { problem: exposure };
  if (input.length > LONGEST)
    return { problem: `The subject has ${input.length} characters, more than ${LONGEST}. ${GIVE}` };
  if (blocks.length > 0) return { problem: `The subject is PEM text. ${GIVE}` };
  const [material] = materials;
  if (material !== undefined) return { problem: `The subject is ${material.what}. ${GIVE}` };
  const refused = REFUSED.find(([look]) => look.test(text));
  if (refused !== undefined) return { problem: `${title} ${refused[1]} ${GIVE}` };
  const parts = parseName(text);
  if (typeof parts === "string") return { problem: `${title} ${parts} ${GIVE}` };
  if (isReversed(parts)) return { problem: `${title} ${turn(parts)}` };
  const spellings = [...new Set([printName(parts, true), printName(parts, false)])];
  return { spellings, warnings: warningsOf(parts).map((warning) => `${title} ${warning}`) };
}

const GENERAL = ["C", "ST", "L", "O", "OU", "DC"];

/** RFC 4514 goes from the client up to its country; a certificate, and OpenSSL where nobody asks for another order, the other way round. */
function isReversed(parts: Parts): boolean {
  const has = (part: Parts[number] | undefined, ...types: readonly string[]) =>
    part?.some(({ type }) => types.includes(type)) === true;
  const [first, last] = [parts[0], parts.at(-1)];
  if (first?.some(({ isByOid }) => isByOid)) return false;
  return (has(first, "C") && !has(last, "C")) || (has(first, ...GENERAL) && has(last, "CN"));
}

function turn(parts: Parts): string {
  const oid = oidOf(parts[0]?.[0]?.type ?? "");
  return `begins with its most general attribute, as a certificate does and "openssl x509 -subject" prints it. RFC 4514 begins with the most specific one: write ${shown(printName([...parts].reverse(), true))}. Should the certificate have that other order indeed, write the first type by its number, ${oid}.`;
}

function warningsOf(parts: Parts): string[] {
  const all = parts.flat();
  const types = all.map(({ type }) => type).filter(isNamedByOne);
  const isJoined = parts.some((attributes) => attributes.length > 1);
  const hasStar = all.some(({ value }) => value.toString().includes("*"));
  return [
    ...(types.length > 0
      ? [
          `has ${types.join(", ")}: whether Cloudflare prints that name or the number of its type isn't known. Let the rule log first (action "log") and see whether such a client is logged.`,
        ]
      : []),
    ...(isJoined
      ? [
          'has attributes joined by "+": they are compared in the order that they have here. Take it from what OpenSSL prints.',
        ]
      : []),
    ...(hasStar
      ? [
          "has an asterisk: it is compared as the letter that it is, and stands for nothing else. Write one subject for each client.",
        ]
      : []),
  ];
}
