import { getHostnameAssociations } from "../../cloudflare/hostname-associations";
import { listServicesUsing } from "../../cloudflare/mtls-certificates";
import { listZones } from "../../cloudflare/zones";
import type { CaCertificateState } from "./state";
import type { Session } from "../session";

/** Bounds of the look around: zones, and how many of them are asked at a time. */
const MOST_ZONES = 200;
const AT_A_TIME = 8;

/** The hostnames that one zone associates with the CA. */
export interface UsedList {
  readonly zoneId: string;
  /** The zone's name, or its id where the name can't be read. */
  readonly zone: string;
  readonly hostnames: readonly string[];
}

/** What uses a CA, as far as the token can see. */
export interface Users {
  readonly services: readonly string[];
  readonly lists: readonly UsedList[];
  /** Where there may be more: zones that the token can't read, and what else wasn't looked at. */
  readonly unseen: readonly string[];
}

/** The API tells the services; hostnames it tells zone by zone only, so the zones that can be read are gone through. */
export async function usersOf(
  session: Session,
  id: string,
  { accountId, zoneIds }: Pick<CaCertificateState, "accountId" | "zoneIds">,
): Promise<Users> {
  const cloudflare = session.cloudflare();
  const unseen: string[] = [];
  const orUnseen = async <T>(what: string, look: Promise<T>): Promise<T | undefined> => {
    try {
      return await look;
    } catch (error) {
      unseen.push(`${what} (${(error as Error).message.split("\n")[0] ?? ""})`);
      return undefined;
    }
  };
  const services = await orUnseen("the services", listServicesUsing(cloudflare, accountId, id));
  const listed = await orUnseen("the account's other zones", listZones(cloudflare, accountId, MOST_ZONES));
  if (listed?.more) unseen.push(`the zones after the first ${MOST_ZONES}`);
  const names = new Map([
    ...zoneIds.map((zoneId) => [zoneId, zoneId] as const),
    ...(listed?.zones ?? []).map(({ id: zoneId, name }) => [zoneId, name] as const),
  ]);
  const zones = [...names];
  const lists: UsedList[] = [];
  while (zones.length > 0) {
    await Promise.all(
      zones.splice(0, AT_A_TIME).map(async ([zoneId, zone]) => {
        const hostnames = await orUnseen(`zone ${zone}`, getHostnameAssociations(cloudflare, zoneId, id));
        if (hostnames && hostnames.length > 0) lists.push({ zoneId, zone, hostnames: [...hostnames].sort() });
      }),
    );
  }
  lists.sort((left, right) => left.zone.localeCompare(right.zone));
  return { services: services ?? [], lists, unseen };
}

export function isUsed({ services, lists }: Users): boolean {
  return services.length + lists.length > 0;
}

const NAMED = 10;

/** One line for each of them. */
export function describeUsers({ services, lists, unseen }: Users): string[] {
  const more = (hostnames: readonly string[]) =>
    hostnames.length > NAMED ? `, and ${hostnames.length - NAMED} more` : "";
  return [
    ...services.map((service) => `  the service ${service}`),
    ...lists.map(
      ({ zone, zoneId, hostnames }) =>
        `  zone ${zone} (${zoneId}): ${hostnames.slice(0, NAMED).join(", ")}${more(hostnames)}`,
    ),
    `  not looked at: ${[...unseen, "zones that the token can't see"].join("; ")}`,
  ];
}
