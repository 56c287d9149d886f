import { getHostnameAssociations } from "../cloudflare/hostname-associations";
import { issuersOf, pinsMatch } from "./issuers";
import type { MtlsRuleState } from "./mtls-rule";
import type { Session } from "./session";
import { waitFor } from "./wait";

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
    `zone ${zoneId} shows the associations that the rule stands on`,
    COVERED_WITHIN,
    session.log,
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
  throw new Error(
    [
      `The rule would lock every client out of ${uncovered.join(", ")} in zone ${zoneId}: no CA whose issuer it pins (${issuerSkis.join(", ")}) is associated there, so the edge would never ask for a certificate.`,
      'Associate the hostnames with the CA first (HostnameAssociations, named under `associations` of the rule), or use `action: "log"`.',
    ].join("\n"),
  );
}
