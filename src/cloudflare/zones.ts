import type { Cloudflare } from "./client";

export interface Zone {
  readonly id: string;
  readonly name: string;
  readonly account: { readonly id: string };
}

/** GET /zones/{zone_id}: its name and its account. */
export async function getZone(cloudflare: Cloudflare, zoneId: string): Promise<Zone> {
  const { result } = await cloudflare({ method: "GET", path: `/zones/${encodeURIComponent(zoneId)}` });
  return result as Zone;
}
