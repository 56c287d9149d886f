import { getHostnameAssociations } from "../../cloudflare/hostname-associations";
import { listServicesUsing } from "../../cloudflare/mtls-certificates";
import type { MtlsCertificate } from "../../cloudflare/mtls-certificates";
import type { CaCertificateState } from "./state";
import type { Session } from "../session";
import { label } from "./uploads";

/** CAs of an Enterprise account, unless Cloudflare's account team raised the number. */
export const USUAL_QUOTA = 5;

/** Bounds of the look around, which serves a message only. */
const MOST_CAS = 20;
const MOST_ZONES = 10;
const MOST_NAMED = 3;

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
  const zones = zoneIds.slice(0, MOST_ZONES);
  const lines = cas.slice(0, MOST_CAS).map(async (ca) => {
    const life = `valid until ${ca.expires_on ?? "an unknown time"}`;
    const own = ca.name === label(state) ? "this resource's own, " : "";
    return `  ${ca.id} "${ca.name ?? ""}", ${life}: ${own}${await useOf(session, accountId, zones, ca)}`;
  });
  const more = cas.length > MOST_CAS ? [`  and ${cas.length - MOST_CAS} more`] : [];
  return [`The CAs of account ${accountId}:`, ...(await Promise.all(lines)), ...more].join("\n");
}

async function useOf(
  session: Session,
  accountId: string,
  zoneIds: readonly string[],
  { id, type }: MtlsCertificate,
): Promise<string> {
  // Another product's: whether it is in use or not, it isn't for the reader of this to delete.
  if ((type ?? "custom") !== "custom") return `managed by another product of Cloudflare's (${type}), not to be deleted`;
  const cloudflare = session.cloudflare();
  try {
    const services = await listServicesUsing(cloudflare, accountId, id);
    const lists = await Promise.all(zoneIds.map((zoneId) => getHostnameAssociations(cloudflare, zoneId, id)));
    const uses = [...new Set([...services, ...lists.flat()])];
    if (uses.length > 0)
      return `used by ${uses.slice(0, MOST_NAMED).join(", ")}${uses.length > MOST_NAMED ? `, and ${uses.length - MOST_NAMED} more` : ""}`;
    const hostnames = zoneIds.length > 0 ? `, and no hostname of zone ${zoneIds.join(", ")}` : "";
    return `no service uses it${hostnames}; other zones weren't looked at`;
  } catch (error) {
    // The reader wants to know why the upload failed, not why this look did.
    return `what uses it can't be seen (${(error as Error).message.split("\n")[0] ?? ""})`;
  }
}
