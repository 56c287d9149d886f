import { CLOUDFLARE_MANAGED_CA } from "../wording/managed-ca";
import type { Cloudflare } from "./client";

const path = (zoneId: string) => `/zones/${encodeURIComponent(zoneId)}/certificate_authorities/hostname_associations`;

/** GET: the hostnames of one zone that are associated with one CA; `null` in a list that was never written. */
export async function getHostnameAssociations(
  cloudflare: Cloudflare,
  zoneId: string,
  caCertificateId: string,
): Promise<string[]> {
  const { result } = await cloudflare({
    method: "GET",
    path: path(zoneId),
    query: keyOf(caCertificateId),
  });
  return (result as { hostnames?: string[] | null } | null)?.hostnames ?? [];
}

/** PUT: replaces the whole list; an empty one removes every association of that CA in that zone. */
export async function putHostnameAssociations(
  cloudflare: Cloudflare,
  zoneId: string,
  caCertificateId: string,
  hostnames: readonly string[],
): Promise<void> {
  await cloudflare({ method: "PUT", path: path(zoneId), body: { hostnames, ...keyOf(caCertificateId) } });
}

/** A call without an id is about the Cloudflare-managed CA: none leaves here that wasn't meant so. */
function keyOf(caCertificateId: string): { mtls_certificate_id?: string } {
  if (!caCertificateId) throw new Error("No CA was named: the call would change the zone's Cloudflare-managed CA.");
  return caCertificateId === CLOUDFLARE_MANAGED_CA ? {} : { mtls_certificate_id: caCertificateId };
}
