import type { Cloudflare } from "./client";

const path = (zoneId: string) => `/zones/${encodeURIComponent(zoneId)}/certificate_authorities/hostname_associations`;

/**
 * GET: the hostnames of one zone that are associated with one CA.
 * Without an id both calls would be about the Cloudflare-managed CA of the zone, so an empty one never leaves here.
 */
export async function getHostnameAssociations(
  cloudflare: Cloudflare,
  zoneId: string,
  caCertificateId: string,
): Promise<string[]> {
  const { result } = await cloudflare({
    method: "GET",
    path: path(zoneId),
    query: { mtls_certificate_id: named(caCertificateId) },
  });
  return hostnamesIn(result);
}

/** The same of the Cloudflare-managed CA: read, to warn of it, and never written. */
export async function getManagedHostnameAssociations(cloudflare: Cloudflare, zoneId: string): Promise<string[]> {
  return hostnamesIn((await cloudflare({ method: "GET", path: path(zoneId) })).result);
}

/** PUT: replaces the whole list; an empty one removes every association of that CA in that zone. */
export async function putHostnameAssociations(
  cloudflare: Cloudflare,
  zoneId: string,
  caCertificateId: string,
  hostnames: readonly string[],
): Promise<void> {
  const body = { hostnames, mtls_certificate_id: named(caCertificateId) };
  await cloudflare({ method: "PUT", path: path(zoneId), body });
}

function named(caCertificateId: string): string {
  if (!caCertificateId) throw new Error("No CA was named: the call would change the zone's Cloudflare-managed CA.");
  return caCertificateId;
}

function hostnamesIn(result: unknown): string[] {
  return (result as { hostnames?: string[] | null } | null)?.hostnames ?? [];
}
