import { deal } from "./dealing";

/** Issuers of whose certificates only some are let in. */
export interface LimitedCa {
  readonly issuerSkis: readonly string[];
  /** Subjects as `cert_subject_dn_rfc2253` spells them; absent: any. */
  readonly subjects?: readonly string[];
  /** They are the Cloudflare-managed CA's, whose revoked certificates are refused. Without issuers: of any CA. */
  readonly isManaged?: true;
}

/** What a rule demands: a verified client certificate from one of these issuers, on these hosts (and paths). */
export interface Demand {
  /** Canonical hostnames (see hostname.ts); never empty, because an empty set would match nothing, or everything. */
  readonly hostnames: readonly string[];
  /** For every host of the zone, whatever the hostnames; then there are paths. */
  readonly everyHost?: boolean;
  /** Subject key identifiers of the issuers that are let in: upper-case hex without colons, as Cloudflare writes them. */
  readonly issuerSkis: readonly string[];
  readonly cas?: readonly LimitedCa[];
  /** Certificates that are refused all the same: `issuer's SKI/serial number` in upper-case hex, or a SHA-256 fingerprint in lower case. */
  readonly revoked?: readonly string[];
  /** Paths under the demand: exact, or everything below one that ends in an asterisk. Absent or empty: the whole host. */
  readonly paths?: readonly string[];
}

/** Characters that Cloudflare takes in one expression (developers.cloudflare.com, rules language, "Expressions"). */
export const EXPRESSION_LIMIT = 4096;

/** Not even one host fits, and `property` takes most of the room. */
export class NoRoom extends RangeError {
  readonly property: "paths" | "issuerSkis" | "subjects";

  constructor(demand: Demand) {
    const rest = [
      ["paths", { ...demand, paths: ["/"] }],
      ["subjects", { ...demand, cas: demand.cas?.map((one) => ({ ...one, subjects: undefined })) }],
    ] as const;
    const [property] = rest.find(([, without]) => buildExpression(without).length < EXPRESSION_LIMIT / 2) ?? [
      "issuerSkis",
    ];
    const where = demand.everyHost ? "" : ` for the hostname ${demand.hostnames.join()}`;
    super(
      `${property} leave no room${where} within the ${EXPRESSION_LIMIT} characters that Cloudflare takes in one expression. Name fewer; what belongs to other hosts, under a rule of their own.`,
    );
    this.property = property;
  }
}

const CLIENT = "cf.tls_client_auth.";

/**
 * The rule texts for a demand, by what their `ref`s end in: one, nearly always, and one more where certificates are revoked.
 *
 * A request is blocked when any one rule matches, so hosts can be dealt out to several rules freely, and so can revoked certificates.
 *
 * @throws NoRoom when a host doesn't even fit alone beside the paths and issuers.
 */
export function buildExpressions(demand: Demand): ReadonlyMap<string, string> {
  const { hostnames, everyHost, revoked = [] } = demand;
  const hosts = everyHost ? [""] : hostnames;
  const part = (some: readonly string[]) => ({ ...demand, hostnames: everyHost ? hostnames : some });
  const noRoom = (some: readonly string[]) => new NoRoom(part(some));
  const demands = deal(hosts, EXPRESSION_LIMIT, (some) => buildExpression(part(some)), noRoom);
  const texts = demands.map(([place, , text]) => [place ? `_${place}` : "", text] as const);
  if (revoked.length === 0) return new Map(texts);
  // Half of the room is the certificates'.
  const groups = deal(hosts, EXPRESSION_LIMIT / 2, (some) => where(part(some)), noRoom);
  const refusals = groups.flatMap(([group, some, there]) => {
    const text = (entries: readonly string[]) => `${there} and (${anyOf(entries)})`;
    return deal(revoked, EXPRESSION_LIMIT, text, () => noRoom(some)).map(([place, , refusal]) => {
      return [`_revoked${group || place ? `_${group}_${place}` : ""}`, refusal] as const;
    });
  });
  return new Map([...texts, ...refusals]);
}

/** One expression: who isn't admitted there is meant. */
export function buildExpression(demand: Demand): string {
  return `${where(demand)} and not (${admitted(demand)})`;
}

/**
 * The hosts and paths. `lower()` because the comparison is byte-exact and the Host header is the client's to spell:
 * without it `API.Example.com` walks past a rule for `api.example.com`.
 */
function where({ hostnames, everyHost, paths = [] }: Demand): string {
  const hosts = everyHost ? [] : [`lower(http.host) in ${set(hostnames.toSorted())}`];
  if (everyHost && paths.length === 0) throw new RangeError("A rule for every host has paths.");
  const alternatives = paths.toSorted().map(path).join(" or ");
  return [...hosts, ...(paths.length > 0 ? [`(${alternatives})`] : [])].join(" and ");
}

/** Which certificates are let in. Two demands with the same text let in the same. */
export function admitted({ issuerSkis, cas = [] }: Demand): string {
  const plain = issuerSkis.length > 0 || cas.length === 0 ? [issuedBy(issuerSkis)] : [];
  const limited = cas.map(inOrder).sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
  const alternatives = [...plain, ...limited.map(condition)];
  const either = alternatives.map((one) => (one.includes(" and ") ? `(${one})` : one)).join(" or ");
  return `${CLIENT}cert_verified and ${alternatives.length > 1 ? `(${either})` : alternatives[0]}`;
}

/** Every issuer whose certificates a demand lets in, some or all. */
export function issuersOf({ issuerSkis, cas = [] }: Pick<Demand, "issuerSkis" | "cas">): string[] {
  return [...new Set([...issuerSkis, ...cas.flatMap((one) => one.issuerSkis)])];
}

/** With the properties in one order, too. */
function inOrder({ issuerSkis, subjects, isManaged }: LimitedCa): LimitedCa {
  return { issuerSkis: issuerSkis.toSorted(), subjects: subjects?.toSorted(), isManaged };
}

/** The managed CA without an issuer: whatever verifies. */
export function isUnpinned({ issuerSkis, isManaged }: LimitedCa): boolean {
  return isManaged === true && issuerSkis.length === 0;
}

function condition(ca: LimitedCa): string {
  const { issuerSkis, subjects, isManaged } = ca;
  return [
    ...(isUnpinned(ca) ? [] : [issuedBy(issuerSkis)]),
    ...(subjects ? [`${CLIENT}cert_subject_dn_rfc2253 in ${set(subjects)}`] : []),
    ...(isManaged ? [`not ${CLIENT}cert_revoked`] : []),
  ].join(" and ");
}

function issuedBy(issuerSkis: readonly string[]): string {
  return `${CLIENT}cert_issuer_ski in ${set(issuerSkis.toSorted())}`;
}

/** Any of these certificates. A serial number counts with its issuer: another CA may well have given the same. */
function anyOf(revoked: readonly string[]): string {
  const fingerprints = revoked.filter((entry) => !entry.includes("/")).sort();
  const serials = new Map<string, string[]>();
  for (const [issuer = "", serial] of revoked.toSorted().map((entry) => entry.split("/"))) {
    if (serial === undefined) continue;
    const known = serials.get(issuer);
    // Cloudflare documents upper-case hex, and not whether a first digit of zero is printed. Both mean the same number.
    const spellings = serial.startsWith("0") ? [serial, serial.slice(1)] : [serial];
    if (known) known.push(...spellings);
    else serials.set(issuer, spellings);
  }
  return [
    ...[...serials].map(([issuer, all]) => `(${issuedBy([issuer])} and ${CLIENT}cert_serial in ${set(all)})`),
    ...(fingerprints.length > 0 ? [`${CLIENT}cert_fingerprint_sha256 in ${set(fingerprints)}`] : []),
  ].join(" or ");
}

function path(pattern: string): string {
  return pattern.endsWith("*")
    ? `starts_with(http.request.uri.path, ${quote(pattern.slice(0, -1))})`
    : `http.request.uri.path eq ${quote(pattern)}`;
}

function set(items: readonly string[]): string {
  // `{}` is legal, never matches, and so turns `not … in {}` into "everyone": it must not come out of here.
  if (items.length === 0) throw new RangeError("A set in an expression must not be empty.");
  return `{${items.map(quote).join(" ")}}`;
}

/** A string literal: the language knows no escape for control characters, so they are refused rather than sent. */
function quote(text: string): string {
  if (/[\u0000-\u001f\u007f]/.test(text))
    throw new RangeError(`Control characters cannot stand in an expression: ${JSON.stringify(text)}`);
  return `"${text.replace(/[\\"]/g, "\\$&")}"`;
}
