import type { Cloudflare } from "../cloudflare/client";
import { getZone } from "../cloudflare/zones";
import type { Zone } from "../cloudflare/zones";
import { isInZone } from "../rules/hostname";

/** The zones of this run, each looked up once. */
export class ZoneDirectory {
  private readonly zones = new Map<string, Promise<Zone>>();

  constructor(private readonly cloudflare: () => Cloudflare) {}

  async find(zoneId: string): Promise<Zone> {
    const known = this.zones.get(zoneId);
    if (known) return known;
    const zone = (async () => getZone(this.cloudflare(), zoneId))();
    this.zones.set(zoneId, zone);
    // A failure is not remembered: the next one who asks may have more luck.
    zone.catch(() => this.zones.delete(zoneId));
    return zone;
  }

  /** Why these hostnames can't be associated in this zone; undefined when they can. */
  async misplaced(zoneId: string, hostnames: readonly string[]): Promise<string | undefined> {
    const { name } = await this.find(zoneId);
    const strangers = hostnames.filter((hostname) => !isInZone(hostname, name));
    if (strangers.length === 0) return undefined;
    return `${strangers.join(", ")} ${strangers.length === 1 ? "isn't" : "aren't"} in the zone ${name} (${zoneId}): associate a hostname in its own zone.`;
  }
}
