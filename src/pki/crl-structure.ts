import { nameOf } from "./certificate";
import { dotted, elementsOf, Members, TAG, timeOf } from "./der";
import { serialNumberOf } from "./serial-number";

export interface CrlExtension {
  readonly id: string;
  readonly critical: boolean;
  readonly value: Buffer;
}

export interface CrlEntry {
  /** Undefined for one that RFC 5280 doesn't allow. */
  readonly serialNumber: string | undefined;
  readonly extensions: readonly CrlExtension[];
}

/** A CertificateList of RFC 5280, 5.1, as it stands: nothing is checked but its structure. */
export interface CrlStructure {
  /** The bytes that are signed. */
  readonly tbs: Buffer;
  readonly signature: Buffer;
  /** The OID of the signature's algorithm. */
  readonly algorithm: string;
  readonly issuer: string;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date | undefined;
  readonly entries: readonly CrlEntry[];
  readonly extensions: readonly CrlExtension[];
  /** The numbers of the fields that are set in issuingDistributionPoint: 4 is indirectCRL. */
  readonly scope: ReadonlySet<number>;
}

const OPTIONAL_EXTENSIONS = 0xa0;

/** Undefined for bytes that are no CRL. */
export function parseCrl(der: Buffer): CrlStructure | undefined {
  try {
    return parse(der);
  } catch {
    return undefined;
  }
}

function parse(der: Buffer): CrlStructure {
  const [tbs, algorithm, signature] = only(new Members(der), (whole) => {
    const parts = new Members(whole.take(TAG.sequence).body);
    return only(parts, () => [parts.take(TAG.sequence), parts.take(TAG.sequence), parts.take(TAG.bits)] as const);
  });
  const fields = new Members(tbs.body);
  fields.optional(TAG.integer);
  const named = fields.take(TAG.sequence);
  // The name of the algorithm stands inside of what is signed, too, so that nobody can exchange it.
  if (!named.whole.equals(algorithm.whole) || signature.body[0] !== 0) throw new TypeError();
  const issuer = nameOf(fields.take(TAG.sequence).whole);
  const thisUpdate = timeOf(fields.take(TAG.utcTime, TAG.generalizedTime));
  const next = fields.optional(TAG.utcTime, TAG.generalizedTime);
  const revoked = fields.optional(TAG.sequence);
  const extensions = extensionsOf(only(fields, () => fields.optional(OPTIONAL_EXTENSIONS))?.body);
  return {
    tbs: tbs.whole,
    signature: signature.body.subarray(1),
    algorithm: dotted(new Members(algorithm.body).take(TAG.oid)),
    issuer,
    thisUpdate,
    nextUpdate: next && timeOf(next),
    entries: revoked === undefined ? [] : elementsOf(revoked.body).map(({ body }) => entryOf(new Members(body))),
    extensions,
    scope: scopeOf(extensions),
  };
}

/** What is taken from these members, which must be all that there is. */
function only<T>(members: Members, take: (members: Members) => T): T {
  const taken = take(members);
  members.end();
  return taken;
}

function entryOf(members: Members): CrlEntry {
  const serialNumber = serialNumberOf(members.take(TAG.integer).body);
  members.take(TAG.utcTime, TAG.generalizedTime);
  return { serialNumber, extensions: extensionsOf(only(members, () => members.optional(TAG.sequence))?.whole) };
}

/** Of a SEQUENCE of them. */
function extensionsOf(whole: Buffer | undefined): CrlExtension[] {
  if (whole === undefined) return [];
  const list = only(new Members(whole), (members) => members.take(TAG.sequence));
  return elementsOf(list.body).map(({ body }) =>
    only(new Members(body), (members) => ({
      id: dotted(members.take(TAG.oid)),
      critical: members.optional(TAG.boolean)?.body[0] === 0xff,
      value: members.take(TAG.octets).body,
    })),
  );
}

function scopeOf(extensions: readonly CrlExtension[]): Set<number> {
  const point = extensions.find(({ id }) => id === "2.5.29.28");
  if (point === undefined) return new Set();
  return new Set(
    elementsOf(new Members(point.value).take(TAG.sequence).body)
      .filter(({ body }) => body.some((octet) => octet !== 0))
      .map(({ tag }) => tag & 0x1f),
  );
}
