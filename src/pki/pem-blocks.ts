/** One armoured block as it was found; `flaw` says what is wrong with it, also where `der` could be read. */
export interface PemBlock {
  /** Counted from 1, every kind of block included: what a person counts in the text. */
  readonly number: number;
  /** Upper case: `CERTIFICATE`. */
  readonly label: string;
  /** What stands between the lines; to be searched for keys when it can't be decoded, never to be shown. */
  readonly body: string;
  readonly der: Buffer | undefined;
  readonly flaw: string | undefined;
}

interface Armour {
  readonly begins: boolean;
  readonly label: string;
  readonly intact: boolean;
  readonly start: number;
  readonly end: number;
}

/** Word processors turn hyphens into these, and several hyphens into one dash. */
const TYPOGRAPHIC = "[\\u2010-\\u2015\\u2212]";

/**
 * Lenient, because a damaged line around a private key must be recognised too; five dashes at most on each side,
 * because concatenated files without a last newline give `-----END …----------BEGIN …-----`. Every repetition is
 * bounded, so hostile text costs linear time.
 */
const ARMOUR = new RegExp(
  `(?:-{2,5}|${TYPOGRAPHIC}{1,5})[ \\t]{0,8}(BEGIN|END)[ \\t]{1,8}([\\w .#/+]{1,64}?)[ \\t]{0,8}(?:-{1,5}|${TYPOGRAPHIC}{1,5})`,
  "gi",
);

/**
 * Splits a text into its armoured blocks, whatever its spelling: CRLF, BOM, indentation, the body on one line, NULs of
 * a UTF-16 file, and line ends written out as a backslash and an n, which is how environment variables carry them.
 * `stray` is what stands outside of blocks: comments and "Bag Attributes" mostly.
 */
export function splitPem(text: string): { blocks: PemBlock[]; stray: string[] } {
  const plain = text.replaceAll("\0", "").replace(/\\{1,4}[rn]/g, "\n");
  const blocks: PemBlock[] = [];
  const stray: string[] = [];
  let open: Armour | undefined;
  let position = 0;
  const add = (begin: Armour | undefined, end: Armour | undefined, body: string) =>
    blocks.push(toBlock(blocks.length + 1, begin, end, body));
  for (const armour of armours(plain)) {
    const between = plain.slice(position, armour.start);
    if (open === undefined && armour.begins) stray.push(between);
    if (open !== undefined || !armour.begins) add(open, armour.begins ? undefined : armour, between);
    open = armour.begins ? armour : undefined;
    position = armour.end;
  }
  if (open === undefined) stray.push(plain.slice(position));
  else add(open, undefined, plain.slice(position));
  return { blocks, stray };
}

function armours(text: string): Armour[] {
  return Array.from(text.matchAll(ARMOUR), (match) => {
    const [line, kind = "", label = ""] = match;
    return {
      begins: kind.toUpperCase() === "BEGIN",
      label: label.toUpperCase(),
      intact: line === `-----${kind.toUpperCase()} ${label.toUpperCase()}-----`,
      start: match.index,
      end: match.index + line.length,
    };
  });
}

function toBlock(number: number, begin: Armour | undefined, end: Armour | undefined, body: string): PemBlock {
  // A key between a certificate's BEGIN and its own END is a key: the label that says so counts.
  const label = [begin, end].find((armour) => armour?.label.includes("KEY"))?.label ?? (begin ?? end)?.label ?? "";
  const { der, flaw } = decode(body);
  return { number, label, body, der, flaw: flawOf(begin, end) ?? flaw };
}

function flawOf(begin: Armour | undefined, end: Armour | undefined): string | undefined {
  if (begin === undefined) return "has an END line but no BEGIN line";
  if (end === undefined) return "has a BEGIN line but no END line, so the text is cut off";
  if (begin.label !== end.label) return "has an END line of another kind than its BEGIN line";
  const isIntact = begin.intact && end.intact;
  return isIntact ? undefined : "has a damaged BEGIN or END line (five hyphens, capitals, single spaces)";
}

function decode(body: string): { der?: Buffer; flaw?: string } {
  const base64 = body.replace(/[\s\u200b-\u200d\u2060]/g, "");
  if (base64 === "") return { flaw: "has nothing between its BEGIN and END lines" };
  // Looked for the other way round, because matching megabytes (a CRL) to their end overflows the stack.
  if (/[^A-Za-z0-9+/]/.test(base64.replace(/={1,2}$/, "")))
    return { flaw: "has characters in its body that base64 doesn't have" };
  if (base64.length % 4 !== 0) return { flaw: "has lost characters of its body: base64 comes in fours" };
  return { der: Buffer.from(base64, "base64") };
}
