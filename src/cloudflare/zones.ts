import type { Cloudflare } from "./client";

export interface Zone {
  readonly id: string;
  readonly name: string;
  readonly account: { readonly id: string };
  /** `free`, `pro`, `business`, `enterprise`, or another. */
  readonly plan?: { readonly legacy_id?: string };
}

/** The most that a page of zones holds. */
const PAGE = 50;

/** GET /zones/{zone_id}: its name and its account. */
export async function getZone(cloudflare: Cloudflare, zoneId: string): Promise<Zone> {
  const { result } = await cloudflare({ method: "GET", path: `/zones/${encodeURIComponent(zoneId)}` });
  return result as Zone;
}

/** GET /zones: those of an account that the token can read, and whether there are more than `most`. */
export async function listZones(
  cloudflare: Cloudflare,
  accountId: string,
  most: number,
): Promise<{ zones: Zone[]; more: boolean }> {
  const zones: Zone[] = [];
  let more = true;
  for (let page = 1; more && zones.length < most; page++) {
    const query = { "account.id": accountId, per_page: PAGE, page };
    const { result, resultInfo } = await cloudflare({ method: "GET", path: "/zones", query });
    zones.push(...(result as Zone[]));
    more = page < (resultInfo?.total_pages ?? 1);
  }
  return { zones: zones.slice(0, most), more: more || zones.length > most };
}
