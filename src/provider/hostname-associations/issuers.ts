import { listMtlsCertificates } from "../../cloudflare/mtls-certificates";
import { readCaBundle } from "../../pki/ca-bundle";
import type { Session } from "../session";

/** The issuer SKIs in every upload of an account, by the upload's id. */
export type Issuers = ReadonlyMap<string, readonly string[]>;

/** The CAs that the zone's account holds. */
export async function issuersOf(session: Session, zoneId: string): Promise<Issuers> {
  const { account } = await session.zones.find(zoneId);
  const uploads = await listMtlsCertificates(session.cloudflare(), account.id);
  return new Map(uploads.filter(({ ca }) => ca).map(({ id, certificates }) => [id, skisOf(certificates ?? "")]));
}

/**
 * Whether a rule that pins these issuers lets clients of this CA in: when one of its own certificates is pinned, or
 * when a pin is in nobody's upload, so that it may be an intermediate under this CA.
 */
export function pinsMatch(pins: readonly string[], caCertificateId: string, issuers: Issuers): boolean {
  const mine = issuers.get(caCertificateId) ?? [];
  const everybodys = new Set([...issuers.values()].flat());
  return pins.some((ski) => mine.includes(ski)) || !pins.some((ski) => everybodys.has(ski));
}

function skisOf(certificates: string): string[] {
  const outcome = readCaBundle(certificates, { now: new Date(), allowExpired: true });
  return "bundle" in outcome ? outcome.bundle.certificates.flatMap(({ ski }) => ski ?? []) : [];
}
