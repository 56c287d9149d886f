import { CLOUDFLARE_MANAGED_CA } from "../wording/managed-ca";
import type { Authority, Picture, Rule } from "./picture";
import { dependsOnCertificate, looksAtCertificates, mayMatch, pinsOf, refusal, sameCondition } from "./refusal";
import type { Condition, Shown } from "./refusal";

/** No upload, and perhaps the one that an issuer in no upload is of. */
const MANAGED = { id: CLOUDFLARE_MANAGED_CA };

/** A host whose association with a CA some rules still stand on. */
export interface StandingDemand {
  readonly hostname: string;
  readonly rules: readonly Rule[];
}

/**
 * The guard over every association that is about to go: on which of these hosts would clients of this CA be refused who get in
 * now? The edge would no longer verify their certificates there. What can't be decided counts.
 *
 * A CA is demanded of a host when the rules let its clients in by name: by its issuer, its serial numbers and the like. Rules that take
 * a certificate of any CA stand on it only where no other CA is associated with the host; or where the CA stays in use, so that nobody
 * meant its clients to be refused.
 */
export function standingDemands(
  picture: Picture,
  ca: string,
  hostnames: readonly string[],
  isStaying = false,
): StandingDemand[] {
  if (hostnames.length === 0) return [];
  const rules = picture.rules.filter(looksAtCertificates);
  if (rules.length === 0) return [];
  return hostnames.flatMap((hostname) => {
    if (isOpen(picture.rules, hostname)) return [];
    const issuerSki = issuersOf(picture, ca).find((ski) => isDemanded(picture, ca, ski, hostname, isStaying));
    if (issuerSki === undefined) return [];
    return { hostname, rules: rules.filter((rule) => standsOnIt(rule, issuerSki, hostname)) };
  });
}

/** Nobody is refused there for what they don't show, nor for what they do. */
function isOpen(rules: readonly Rule[], hostname: string): boolean {
  const shown: Shown[] = ["nothing", { issuerSki: UNNAMED, verified: false }];
  return shown.every((one) => refusal(rules, one, hostname) === false);
}

/** A rule that lets past stands on it where it may meet the CA's clients; one that refuses, where it may meet others. */
function standsOnIt(rule: Rule, issuerSki: string, hostname: string): boolean {
  const isSkip = rule.action === "skip";
  const shown: Shown[] = [...(isSkip ? [] : ["nothing" as const]), { issuerSki, verified: isSkip }];
  return shown.some((one) => mayMatch(rule, one, hostname));
}

/** The issuers whose clients may hold on to the CA: its own, and those pinned ones that are in no upload, and so may be under it. */
function issuersOf(picture: Picture, ca: string): string[] {
  return [...skisOf(picture, ca), ...orphans(picture)];
}

function isDemanded(picture: Picture, ca: string, issuerSki: string, hostname: string, isStaying: boolean): boolean {
  const when = (shown: Shown) => refusal(picture.rules, shown, hostname);
  const now = when({ issuerSki, verified: true });
  const isWorse = (then: Condition) => then !== false && !sameCondition(now, then);
  const unverified = when({ issuerSki, verified: false });
  const isMissed = isWorse(when("nothing"));
  // Where the edge asks for another CA's certificates, this one's are shown and not verified.
  const isRefusedBesideOthers = !dependsOnCertificate(unverified) && isWorse(unverified);
  if (now === true || !(isMissed || isRefusedBesideOthers)) return false;
  const others = picture.authorities.filter(({ id }) => id !== ca);
  const isAssociated = (cas: readonly Pick<Authority, "id">[]) =>
    picture.associated(
      hostname,
      cas.map(({ id }) => id),
    ).length > 0;
  if (isAssociated(others.filter(({ issuerSkis }) => issuerSkis.includes(issuerSki)))) return false;
  const isOwn = skisOf(picture, ca).includes(issuerSki);
  if (isOwn && (isStaying || isByName(picture, now, hostname))) return isMissed || isAssociated(others);
  return isMissed && !isAssociated(others) && (isOwn || !isAssociated([MANAGED]));
}

/** Another rule text would have to be written if the CA's clients were to be let in by another CA. */
function isByName(picture: Picture, now: Condition, hostname: string): boolean {
  const anyIssuer = refusal(picture.rules, { issuerSki: UNNAMED, verified: true }, hostname);
  return dependsOnCertificate(now) || !sameCondition(now, anyIssuer);
}

/** An issuer that no rule names. */
export const UNNAMED = "0";

/** Whom a rule of this package is there to keep out: a client without a certificate, and one of a CA that nobody pins. */
export const STRANGERS: readonly Shown[] = ["nothing", { issuerSki: UNNAMED, verified: true }];

/**
 * Of a CA whose certificates tell none, one that no rule names. Nobody can read the Cloudflare-managed CA: what rules pin and no upload
 * holds may be its own.
 */
export function skisOf(picture: Picture, ca: string): readonly string[] {
  if (ca === CLOUDFLARE_MANAGED_CA) return [...orphans(picture), UNNAMED];
  const upload = picture.authorities.find(({ id }) => id === ca);
  return upload?.issuerSkis.length === 0 ? [UNNAMED] : (upload?.issuerSkis ?? []);
}

/** What the rules pin and no upload holds: intermediates that issue under an uploaded root. */
export function orphans(picture: Picture): string[] {
  const uploaded = new Set(picture.authorities.flatMap(({ issuerSkis }) => issuerSkis));
  return pinsOf(picture.rules).filter((ski) => !uploaded.has(ski));
}
