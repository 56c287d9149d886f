import type { Cloudflare } from "../../cloudflare/client";
import { isUnreachable } from "../../cloudflare/errors";
import { getZone } from "../../cloudflare/zones";
import type { Zone } from "../../cloudflare/zones";
import { remembered } from "./remembered";
import { isInZone } from "../../rules/hostname";

/** The zones of this run, each looked up once. */
export class ZoneDirectory {
  private readonly zones = new Map<string, Promise<Zone>>();

  constructor(private readonly cloudflare: () => Cloudflare) {}

  find(zoneId: string): Promise<Zone> {
    return remembered(this.zones, zoneId, () => this.lookUp(zoneId));
  }

  /** Why a CA of this account can't serve this zone; undefined when it can. */
  async foreign(zoneId: string, accountId: string): Promise<string | undefined> {
    const { name, account } = await this.find(zoneId);
    if (account.id === accountId) return undefined;
    return `The zone ${name} (${zoneId}) is in account ${account.id}, not in ${accountId}: a CA serves the zones of its own account. Correct \`accountId\` or \`zoneIds\`.`;
  }

  /** Why these hostnames can't be associated in this zone; undefined when they can. */
  async misplaced(zoneId: string, hostnames: readonly string[]): Promise<string | undefined> {
    if (hostnames.length === 0) return undefined;
    const { name } = await this.find(zoneId);
    const strangers = hostnames.filter((hostname) => !isInZone(hostname, name));
    if (strangers.length === 0) return undefined;
    return `${strangers.join(", ")} ${strangers.length === 1 ? "isn't" : "aren't"} in the zone ${name} (${zoneId}): associate a hostname in its own zone, or correct \`hostnames\` or \`zoneId\`.`;
  }

  private async lookUp(zoneId: string): Promise<Zone> {
    const cloudflare = this.cloudflare();
    try {
      return await getZone(cloudflare, zoneId);
    } catch (error) {
      if (error instanceof Error && !isUnreachable(error))
        error.message = `The zone ${zoneId} can't be read: is its id right (\`zoneId\`; of a CA, \`zoneIds\`), and may the token read the zone?\n${error.message}`;
      throw error;
    }
  }
}
