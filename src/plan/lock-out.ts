import { orphans, skisOf, UNNAMED } from "./demand";
import type { Picture, Rule } from "./picture";
import { pinsOf, refusal } from "./refusal";

/**
 * The hosts of these on which nobody would get in at all, on the paths that are closed. These CAs are the ones whose lists count.
 *
 * @param paths one for each kind of path; undefined alone where the whole host is meant
 */
export function lockedOut(
  picture: Picture,
  hostnames: readonly string[],
  cas: readonly string[],
  paths: readonly (string | undefined)[] = [undefined],
): string[] {
  return hostnames.filter((hostname) => paths.some((path) => !letsSomebodyIn(picture, hostname, cas, path)));
}

function letsSomebodyIn(picture: Picture, hostname: string, cas: readonly string[], path?: string): boolean {
  if (refusal(picture.rules, "nothing", hostname, path) !== true) return true;
  const associated = picture.associated(hostname, cas);
  const issuers = associated.flatMap((ca) => skisOf(picture, ca));
  const possible = associated.length > 0 ? [...issuers, ...orphans(picture)] : [];
  return possible.some((issuerSki) => refusal(picture.rules, { issuerSki, verified: true }, hostname, path) !== true);
}

/**
 * The hosts of these on which nobody would get in whatever the lists hold: the rules let in no anonymous client, and none of any
 * issuer that they name.
 */
export function unopened(
  rules: readonly Rule[],
  hostnames: readonly string[],
  paths: readonly (string | undefined)[],
): string[] {
  const issuers = pinsOf(rules);
  const isShut = (hostname: string, path: string | undefined) =>
    refusal(rules, "nothing", hostname, path) === true &&
    [UNNAMED, ...issuers].every((issuerSki) => refusal(rules, { issuerSki, verified: true }, hostname, path) === true);
  return hostnames.filter((hostname) => paths.some((path) => isShut(hostname, path)));
}

/**
 * The hosts of these on which clients whom others' rules let in by name get in before and would be refused after: because the rule that
 * comes doesn't name them. `own` are the issuers that are its own business.
 */
export function shutOut(
  after: Picture,
  { before, others, own }: { before: readonly Rule[]; others: readonly Rule[]; own: readonly string[] },
  hostnames: readonly string[],
  paths: readonly (string | undefined)[],
): string[] {
  const theirs = pinsOf(others).filter((ski) => !own.includes(ski));
  const loses = (issuerSki: string, hostname: string) =>
    paths.some((path) => {
      const shown = { issuerSki, verified: true };
      return refusal(before, shown, hostname, path) !== true && refusal(after.rules, shown, hostname, path) === true;
    });
  return hostnames.filter((hostname) => {
    const losing = theirs.filter((ski) => loses(ski, hostname));
    if (losing.length === 0 || refusal(others, "nothing", hostname, paths[0]) === false) return false;
    // The first certificate of an upload issues the clients' ones; those above it only vouch for it.
    const uploads = after.authorities.filter(({ issuerSkis: [issuing = ""] }) => losing.includes(issuing));
    return (
      after.associated(
        hostname,
        uploads.map(({ id }) => id),
      ).length > 0
    );
  });
}
