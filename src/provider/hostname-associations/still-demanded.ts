import { getEntryPoint } from "../../cloudflare/rulesets";
import type { EntryPoint, Rule } from "../../cloudflare/rulesets";
import { readDemand } from "../../rules/demand";
import type { ListKey } from "./list";
import { issuersOf, pinsMatch } from "./issuers";
import type { Session } from "../session";

export interface StandingDemand {
  readonly hostname: string;
  readonly rule: Rule;
}

/**
 * The guard over every association that is about to go: which of these hosts does an enabled rule of the zone still
 * demand a certificate of, from this CA? Taking such an association away would lock the CA's clients out.
 * A rule that takes any issuer counts only where no other declared CA serves the host.
 *
 * @param known the entry point, where it was read a moment ago
 */
export async function stillDemanded(
  session: Session,
  { zoneId, caCertificateId }: ListKey,
  hostnames: readonly string[],
  known?: EntryPoint,
): Promise<StandingDemand[]> {
  if (hostnames.length === 0) return [];
  const entryPoint = known ?? (await getEntryPoint(session.cloudflare(), zoneId));
  const standing: StandingDemand[] = [];
  let issuers: Awaited<ReturnType<typeof issuersOf>> | undefined;
  for (const rule of entryPoint?.rules ?? []) {
    const demand = readDemand(rule);
    const named = hostnames.filter((hostname) => demand?.hostnames.has(hostname));
    if (!demand || named.length === 0) continue;
    if (demand.issuerSkis) {
      issuers ??= await issuersOf(session, zoneId);
      if (pinsMatch([...demand.issuerSkis], caCertificateId, issuers))
        standing.push(...named.map((hostname) => ({ hostname, rule })));
      continue;
    }
    const alone = named.filter(
      (hostname) => !session.declarations.declaresAnotherListWith(hostname, zoneId, caCertificateId),
    );
    standing.push(...alone.map((hostname) => ({ hostname, rule })));
  }
  return standing;
}
