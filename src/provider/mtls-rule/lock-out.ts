import { getHostnameAssociations } from "../../cloudflare/hostname-associations";
import { observe } from "../hostname-associations/list";
import { issuersOf, pinsMatch } from "../hostname-associations/issuers";
import type { MtlsRuleState } from "./state";
import type { Session } from "../session";
import { hasUnknown } from "../engine/unknown";
import { waitFor } from "../session/waiting";

/** Milliseconds: the associations waited for their own visibility already; this is for a replica that lags behind. */
const COVERED_WITHIN = 10_000;

/**
 * Refuses a rule that would lock everybody out: one that demands certificates of a host which no CA it pins is
 * associated with. The edge never asks for a certificate there, so no client could ever show one.
 */
export async function refuseLockOut(
  session: Session,
  { zoneId, hostnames, issuerSkis, action, associations }: MtlsRuleState,
): Promise<void> {
  if (action !== "block") return;
  const issuers = await issuersOf(session, zoneId);
  const named = associations.map(({ caCertificateId }) => caCertificateId);
  const candidates = (named.length > 0 ? named : [...issuers.keys()]).filter((id) =>
    pinsMatch(issuerSkis, id, issuers),
  );
  let uncovered = [...hostnames];
  const covered = await waitFor(
    session,
    `zone ${zoneId} shows the associations that the rule stands on`,
    COVERED_WITHIN,
    async () => {
      const lists = await Promise.all(
        candidates.map((id) => getHostnameAssociations(session.cloudflare(), zoneId, id)),
      );
      const associated = new Set(lists.flat().map((hostname) => hostname.toLowerCase()));
      uncovered = hostnames.filter((hostname) => !associated.has(hostname));
      return uncovered.length === 0 || candidates.length === 0 ? true : undefined;
    },
  );
  if (covered && uncovered.length === 0) return;
  throw new Error(lockOutMessage(zoneId, uncovered, issuerSkis));
}

/**
 * The same in a preview, as far as it can be known: what the named lists declare will be there by then. Without named
 * lists it is only said, because the program may well declare them further down.
 */
export async function foreseeLockOut(
  session: Session,
  { zoneId, hostnames, issuerSkis, action, associations }: MtlsRuleState,
): Promise<string | undefined> {
  if (action !== "block" || !areKnown(associations)) return undefined;
  const declared = hostnames.filter(
    (hostname) =>
      associations.some((list) => list.hostnames.includes(hostname)) ||
      session.declarations.declaresAnotherListWith(hostname, zoneId, ""),
  );
  if (declared.length === hostnames.length) return undefined;
  const issuers = await issuersOf(session, zoneId);
  const named = associations.map(({ caCertificateId }) => caCertificateId).filter((id) => !hasUnknown(id));
  const candidates = (associations.length > 0 ? named : [...issuers.keys()]).filter((id) =>
    pinsMatch(issuerSkis, id, issuers),
  );
  const lists = await Promise.all(candidates.map((caCertificateId) => observe(session, { zoneId, caCertificateId })));
  const associated = new Set([...declared, ...lists.flat().map((hostname) => hostname.toLowerCase())]);
  const uncovered = hostnames.filter((hostname) => !associated.has(hostname));
  if (uncovered.length === 0) return undefined;
  if (associations.length > 0) return lockOutMessage(zoneId, uncovered, issuerSkis);
  session.log(
    `warning: nothing associates ${uncovered.join(", ")} with a CA that the rule pins, yet. Name the lists that the rule stands on under \`associations\`: where the real run finds none, it refuses the rule, which would lock every client out.`,
  );
  return undefined;
}

/** In a preview anything may be unknown: a list's CA, its hostnames, the list itself, or all of them. */
function areKnown(associations: unknown): boolean {
  if (!Array.isArray(associations)) return false;
  const lists = associations.map((list: unknown) => (Object(list) as { hostnames?: unknown }).hostnames);
  return lists.every((hostnames) => Array.isArray(hostnames) && !hasUnknown(hostnames));
}

function lockOutMessage(zoneId: string, uncovered: readonly string[], issuerSkis: readonly string[]): string {
  return [
    `The rule would lock every client out of ${uncovered.join(", ")} in zone ${zoneId}: no CA whose issuer it pins (${issuerSkis.join(", ")}) is associated there, so the edge would never ask for a certificate.`,
    'Associate the hostnames with the CA first (HostnameAssociations, named under `associations` of the rule), or use `action: "log"`.',
  ].join("\n");
}
