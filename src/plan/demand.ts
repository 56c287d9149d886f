import type { Picture, Rule } from "./picture";
import { dependsOnCertificate, looksAtCertificates, pinsOf, refusal, sameCondition } from "./refusal";
import type { Condition } from "./refusal";

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
 * a certificate of any CA stand on it only where no other CA is associated with the host.
 */
export function standingDemands(picture: Picture, ca: string, hostnames: readonly string[]): StandingDemand[] {
  if (hostnames.length === 0) return [];
  const rules = picture.rules.filter(looksAtCertificates);
  if (rules.length === 0) return [];
  return hostnames.flatMap((hostname) => {
    const isOpen = refusal(picture.rules, "nothing", hostname) === false;
    if (isOpen || !issuersOf(picture, ca).some((ski) => isDemanded(picture, ca, ski, hostname))) return [];
    return { hostname, rules: rules.filter((rule) => refusal([rule], "nothing", hostname) !== false) };
  });
}

/** The issuers whose clients may hold on to the CA: its own, and those pinned ones that are in no upload, and so may be under it. */
function issuersOf(picture: Picture, ca: string): string[] {
  return [...skisOf(picture, ca), ...orphans(picture)];
}

function isDemanded(picture: Picture, ca: string, issuerSki: string, hostname: string): boolean {
  const now = refusal(picture.rules, { issuerSki, verified: true }, hostname);
  const then = refusal(picture.rules, "nothing", hostname);
  if (now === true || sameCondition(now, then)) return false;
  const others = picture.authorities.filter(({ id }) => id !== ca);
  const same = others.filter(({ issuerSkis }) => issuerSkis.includes(issuerSki)).map(({ id }) => id);
  if (picture.associated(hostname, same).length > 0) return false;
  const isOwn = skisOf(picture, ca).includes(issuerSki);
  if (isOwn && isByName(picture, now, hostname)) return true;
  return (
    picture.associated(
      hostname,
      others.map(({ id }) => id),
    ).length === 0
  );
}

/** Another rule text would have to be written if the CA's clients were to be let in by another CA. */
function isByName(picture: Picture, now: Condition, hostname: string): boolean {
  const anyIssuer = refusal(picture.rules, { issuerSki: UNNAMED, verified: true }, hostname);
  return dependsOnCertificate(now) || !sameCondition(now, anyIssuer);
}

/** An issuer that no rule names. */
export const UNNAMED = "0";

/** The issuers that an upload vouches for. */
export function skisOf(picture: Picture, ca: string): readonly string[] {
  return picture.authorities.find(({ id }) => id === ca)?.issuerSkis ?? [];
}

/** What the rules pin and no upload holds: intermediates that issue under an uploaded root. */
export function orphans(picture: Picture): string[] {
  const uploaded = new Set(picture.authorities.flatMap(({ issuerSkis }) => issuerSkis));
  return pinsOf(picture.rules).filter((ski) => !uploaded.has(ski));
}
