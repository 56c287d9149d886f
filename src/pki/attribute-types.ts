/**
 * Types of attributes by the names that OpenSSL and BoringSSL print in RFC 2253's form, with what else people and programs call
 * them. How Cloudflare prints a type beyond CN, OU, O, L, ST and C isn't documented.
 */
const TYPES: readonly (readonly [name: string, oid: string, others?: string])[] = [
  ["CN", "2.5.4.3", "commonName"],
  ["SN", "2.5.4.4", "surname"],
  ["serialNumber", "2.5.4.5"],
  ["C", "2.5.4.6", "countryName"],
  ["L", "2.5.4.7", "localityName"],
  ["ST", "2.5.4.8", "S SP stateOrProvinceName"],
  ["street", "2.5.4.9", "streetAddress"],
  ["O", "2.5.4.10", "organizationName"],
  ["OU", "2.5.4.11", "organizationalUnitName"],
  ["title", "2.5.4.12", "T"],
  ["description", "2.5.4.13"],
  ["businessCategory", "2.5.4.15"],
  ["postalCode", "2.5.4.17"],
  ["name", "2.5.4.41"],
  ["GN", "2.5.4.42", "G givenName"],
  ["initials", "2.5.4.43", "I"],
  ["generationQualifier", "2.5.4.44"],
  ["dnQualifier", "2.5.4.46"],
  ["pseudonym", "2.5.4.65"],
  ["UID", "0.9.2342.19200300.100.1.1", "userId"],
  ["DC", "0.9.2342.19200300.100.1.25", "domainComponent"],
  ["emailAddress", "1.2.840.113549.1.9.1", "E email"],
  ["organizationIdentifier", "2.5.4.97"],
  ["jurisdictionL", "1.3.6.1.4.1.311.60.2.1.1", "jurisdictionLocalityName"],
  ["jurisdictionST", "1.3.6.1.4.1.311.60.2.1.2", "jurisdictionStateOrProvinceName"],
  ["jurisdictionC", "1.3.6.1.4.1.311.60.2.1.3", "jurisdictionCountryName"],
];

/** OpenSSL has a name for these; BoringSSL has none, and prints `2.5.4.97=#0C…`. */
const NAMED_BY_ONE = /^(?:organizationIdentifier|jurisdiction\w+)$/;

const BY_NAME = new Map(
  TYPES.flatMap(([name, oid, others = ""]) =>
    [name, oid, ...others.split(" ")].map((spelling): [string, string] => [spelling.toLowerCase(), name]),
  ).filter(([spelling]) => spelling !== ""),
);

export const ATTRIBUTE_NAMES: readonly string[] = TYPES.map(([name]) => name);

/** The name that is printed; undefined for one that has none. */
export function attributeName(spelling: string): string | undefined {
  return BY_NAME.get(spelling.toLowerCase());
}

export function isNamedByOne(name: string): boolean {
  return NAMED_BY_ONE.test(name);
}

export function oidOf(name: string): string {
  return TYPES.find(([known]) => known === name)?.[1] ?? name;
}
