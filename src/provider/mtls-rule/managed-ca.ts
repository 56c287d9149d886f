import { getHostnameAssociations } from "../../cloudflare/hostname-associations";
import { Picture } from "../../plan/picture";
import { isUnpinned } from "../../rules/expression";
import { CLOUDFLARE_MANAGED_CA } from "../../wording/managed-ca";
import type { Session } from "../session";
import { decide } from "../session/looking";
import type { MtlsRuleState } from "./state";

/** Why a rule can't do without an issuer: uploaded CAs are on its hosts too, whoever put them there. */
export async function besideUploads(session: Session, state: MtlsRuleState): Promise<string | undefined> {
  const { zoneId, hostnames, cas = [] } = state;
  if (!cas.some(isUnpinned)) return undefined;
  const beside = await decide(session, zoneId, new Picture(), (seen) => {
    const uploads = seen.authorities.map(({ id }) => id);
    return hostnames.filter((hostname) => seen.associated(hostname, uploads).length > 0);
  });
  if (beside.length === 0) return undefined;
  return `${beside.join(", ")}: an uploaded CA is associated there in zone ${zoneId} too, and a rule that names no issuer would let in all of its certificates. Give a client certificate of the managed CA as \`clientCertificate\`, or \`issuerSkis\`, to pin it.`;
}

/** Which certificates verify on the hosts beside those that are meant. */
export async function warnOfManagedCa(session: Session, state: MtlsRuleState): Promise<void> {
  const { zoneId, hostnames, cas = [] } = state;
  if (cas.some(isUnpinned))
    session.log(
      `warning: ${hostnames.join(", ")}: the rule names no issuer, so that it lets in certificates of the Cloudflare-managed CA, and of whichever CA is ever associated there. Give a client certificate of the managed CA as \`clientCertificate\`, or \`issuerSkis\`, to pin it.`,
    );
  if (cas.some(({ isManaged }) => isManaged)) return;
  const covered = await getHostnameAssociations(session.cloudflare(), zoneId, CLOUDFLARE_MANAGED_CA);
  const both = covered.filter((hostname) => hostnames.includes(hostname.toLowerCase()));
  if (both.length > 0)
    session.log(
      `warning: the managed CA also covers ${both.join(", ")}: Cloudflare's own client certificates verify there too. The rule refuses them, because it pins the issuer; a rule that asks for cert_verified alone wouldn't.`,
    );
}
