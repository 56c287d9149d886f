/** RFC 5280, 4.1.2.2: at most 20 octets. */
const MOST_DIGITS = 40;

/** The content of a DER INTEGER as Cloudflare's fields and OpenSSL print it; undefined for what RFC 5280 doesn't allow. */
export function serialNumberOf(octets: Buffer): string | undefined {
  // A negative one: how Cloudflare prints it isn't known.
  const [first = 0x80] = octets;
  return first < 0x80 ? canonicalSerialNumber(octets.toString("hex")) : undefined;
}

/** Upper case, whole bytes, no zeros in front; undefined for one that is too long. */
export function canonicalSerialNumber(hex: string): string | undefined {
  const digits = hex.replace(/^0+(?=.)/, "").toUpperCase();
  return digits.length > MOST_DIGITS ? undefined : digits.padStart(digits.length + (digits.length % 2), "0");
}

export type WrittenSerial = { readonly serialNumber: string } | { readonly problem: string };

const SEPARATED = /^[0-9a-f]{2}(?:(?:\s{0,2}[:-]\s{0,2}|\s{1,2})[0-9a-f]{2})+$/i;
const REMEDY = 'Write it in hexadecimal, as "openssl x509 -noout -serial" prints it.';

/**
 * A serial number in hexadecimal, in any spelling: `serial=0A0B`, `0a:0b`, `0A 0B`, `0x0a0b`, `2571 (0x0a0b)`. Digits alone could be decimal,
 * as Cloudflare's API and OpenSSL's text form have them: the wrong reading would let a revoked certificate in without a word, so they are
 * refused, with both readings to choose from. Undefined for a text that looks like no serial number at all.
 */
export function readSerialNumber(text: string): WrittenSerial | undefined {
  const [label = ""] = /^serial(?:[ -]?number)?\s*[=:#]\s*/i.exec(text) ?? [];
  const rest = text.slice(label.length);
  const marked = /^\d+ \((0x[0-9a-f]+)\)$/i.exec(rest)?.[1] ?? rest;
  if (!SEPARATED.test(marked) && !/^(?:0x)?[0-9a-f]+$/i.test(marked)) return undefined;
  const digits = marked.replace(/0x|[\s:-]/gi, "");
  const isHex = digits !== rest || /serial\s*=/i.test(label) || /[a-f]/i.test(digits);
  if (!isHex && !/^0*\d$/.test(digits)) return readBareDigits(digits);
  const serialNumber = canonicalSerialNumber(digits);
  if (serialNumber !== undefined)
    return label === "" && isTooHigh(serialNumber) ? { problem: TOO_HIGH } : { serialNumber };
  return {
    problem: `has ${digits.length} hex digits: a serial number has at most ${MOST_DIGITS}, a SHA-256 fingerprint has 64. ${REMEDY}`,
  };
}

/** As a positive INTEGER of DER it takes 21 octets: some CAs have made such. */
function isTooHigh(serialNumber: string): boolean {
  return serialNumber.length === MOST_DIGITS && serialNumber > "8";
}

const TOO_HIGH = `has 40 hex digits and begins with 8 to F, as RFC 5280 allows no serial number: it seems to be a SHA-1 fingerprint or a key identifier. Give the SHA-256 fingerprint. If it is a serial number indeed, write "serial=" in front of it.`;

function readBareDigits(digits: string): WrittenSerial {
  const asHex = canonicalSerialNumber(digits);
  const asDecimal = canonicalSerialNumber(BigInt(digits).toString(16));
  // What is too long as a decimal number is longer still in hexadecimal.
  if (asDecimal === undefined)
    return { problem: `has ${digits.length} digits, which is too long for a serial number. ${REMEDY}` };
  if (asHex === undefined || isTooHigh(asHex)) return { serialNumber: asDecimal };
  return {
    problem: `has digits only, and may be hexadecimal or decimal. Write "0x${asHex}" if it is hexadecimal already, as OpenSSL prints serial numbers, or "0x${asDecimal}" if it is decimal, as Cloudflare's API has them.`,
  };
}
