import { getHostnameAssociations } from "../../cloudflare/hostname-associations";
import { listServicesUsing } from "../../cloudflare/mtls-certificates";
import type { MtlsCertificate } from "../../cloudflare/mtls-certificates";
import { listZones } from "../../cloudflare/zones";
import type { Session } from "../session";
import { label } from "./state";
import type { CaCertificateState } from "./state";

/** Bounds of the look around: zones, how many of them are asked at a time, and what is named in a message. */
const MOST_ZONES = 200;
const AT_A_TIME = 8;
const MOST_NAMED = 10;

/** CAs of an Enterprise account, unless Cloudflare's account team raised the number. */
export const USUAL_QUOTA = 5;
const MOST_CAS = 20;
const MOST_ZONES_PER_CA = 10;

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
  /** Where there may be more. */
  readonly unseen: readonly string[];
}

type Place = Pick<CaCertificateState, "accountId" | "zoneIds">;

/**
 * The API tells the services; hostnames it tells zone by zone only, so zones are gone through: all that can be read, or
 * `zoneIds` alone.
 */
export async function usersOf(
  session: Session,
  id: string,
  { accountId, zoneIds }: Place,
  zones: "all" | "named" = "all",
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
  const names = new Map(zoneIds.map((zoneId) => [zoneId, zoneId]));
  if (zones === "all") {
    const listed = await orUnseen("the account's other zones", listZones(cloudflare, accountId, MOST_ZONES));
    for (const zone of listed?.zones ?? []) names.set(zone.id, zone.name);
    unseen.push(listed?.more ? `the zones after the first ${MOST_ZONES}` : "zones that the token can't see");
  } else unseen.push(zoneIds.length > 0 ? `other zones than ${zoneIds.join(", ")}` : "the zones");
  const lists: UsedList[] = [];
  for (const left = [...names]; left.length > 0;) {
    await Promise.all(
      left.splice(0, AT_A_TIME).map(async ([zoneId, zone]) => {
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

/** One line for each of them. */
export function describeUsers({ services, lists, unseen }: Users): string[] {
  return [
    ...services.map((service) => `  the service ${service}`),
    ...lists.map(({ zone, zoneId, hostnames }) => `  zone ${zone} (${zoneId}): ${some(hostnames)}`),
    `  not looked at: ${unseen.join("; ")}`,
  ];
}

function some(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return `${names.slice(0, MOST_NAMED).join(", ")}${more > 0 ? `, and ${more} more` : ""}`;
}

/** The uploads that take one of the account's slots: Gateway's own do, Access has a list of its own. */
export function slotsTaken(uploads: readonly MtlsCertificate[]): MtlsCertificate[] {
  return uploads.filter(({ ca, type }) => ca && type !== "access_managed");
}

/** A line for each CA of a full account: its id, name, expiry, and what uses it, as far as can be seen from here. */
export async function describeSlots(
  session: Session,
  state: CaCertificateState,
  uploads: readonly MtlsCertificate[],
): Promise<string> {
  const { accountId, zoneIds } = state;
  const cas = slotsTaken(uploads);
  const near = { accountId, zoneIds: zoneIds.slice(0, MOST_ZONES_PER_CA) };
  const lines = cas.slice(0, MOST_CAS).map(async ({ id, name, type, expires_on }) => {
    const life = `valid until ${expires_on ?? "an unknown time"}`;
    // Another product's: whether it is in use or not, it isn't for the reader of this to delete.
    const isManaged = (type ?? "custom") !== "custom";
    const use = isManaged
      ? `managed by another product of Cloudflare's (${type}), not to be deleted`
      : useOf(await usersOf(session, id, near, "named"));
    return `  ${id} "${name ?? ""}", ${life}: ${name === label(state) ? "this resource's own, " : ""}${use}`;
  });
  const more = cas.length > MOST_CAS ? [`  and ${cas.length - MOST_CAS} more`] : [];
  return [`The CAs of account ${accountId}:`, ...(await Promise.all(lines)), ...more].join("\n");
}

function useOf({ services, lists, unseen }: Users): string {
  const uses = [...services, ...lists.flatMap(({ hostnames }) => hostnames)];
  return uses.length > 0 ? `used by ${some(uses)}` : `nothing is seen to use it; not looked at: ${unseen.join("; ")}`;
}
