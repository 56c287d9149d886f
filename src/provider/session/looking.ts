import { isNotFound } from "../../cloudflare/errors";
import { getHostnameAssociations } from "../../cloudflare/hostname-associations";
import { listMtlsCertificates } from "../../cloudflare/mtls-certificates";
import { getEntryPoint } from "../../cloudflare/rulesets";
import { readCaBundle } from "../../pki/ca-bundle";
import { Unseen } from "../../plan/picture";
import type { Authority, Part, Picture } from "../../plan/picture";
import { remembered } from "./remembered";
import type { Session } from ".";

/** Makes a decision on a zone, after looking at what it needs: no more, and nothing twice. */
export async function decide<T>(
  session: Session,
  zoneId: string,
  picture: Picture,
  decision: (picture: Picture) => T,
): Promise<T> {
  for (let seen = picture; ;) {
    try {
      return decision(seen);
    } catch (error) {
      if (!(error instanceof Unseen)) throw error;
      seen = (await Promise.all(error.parts.map((part) => look(session, zoneId, part)))).reduce(
        (whole, add) => add(whole),
        seen,
      );
    }
  }
}

async function look(session: Session, zoneId: string, part: Part): Promise<(picture: Picture) => Picture> {
  if (part === "rules") {
    const found = await getEntryPoint(session.cloudflare(), zoneId);
    return (picture) => picture.withRules(found?.rules ?? []);
  }
  if (part === "authorities") {
    const authorities = await authoritiesOf(session, zoneId);
    return (picture) => picture.withAuthorities(authorities);
  }
  const hostnames = await associatedWith(session, zoneId, part.list);
  return (picture) => picture.withList(part.list, hostnames);
}

/** The hostnames that are associated now; none when the CA or the zone is gone. */
export async function associatedWith(session: Session, zoneId: string, caCertificateId: string): Promise<string[]> {
  return (await listOf(session, zoneId, caCertificateId)) ?? [];
}

/** The same, but undefined when there is no such CA or zone. */
export async function listOf(session: Session, zoneId: string, caCertificateId: string): Promise<string[] | undefined> {
  try {
    return await getHostnameAssociations(session.cloudflare(), zoneId, caCertificateId);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** The CAs that the zone's account holds: read once a run, and after each write of its own. */
async function authoritiesOf(session: Session, zoneId: string): Promise<readonly Authority[]> {
  const { account } = await session.zones.find(zoneId);
  return remembered(session.authorities, account.id, () => listAuthorities(session, account.id));
}

async function listAuthorities(session: Session, accountId: string): Promise<Authority[]> {
  const uploads = await listMtlsCertificates(session.cloudflare(), accountId);
  return uploads.filter(({ ca }) => ca).map(({ id, certificates }) => ({ id, issuerSkis: skisOf(certificates ?? "") }));
}

/** By the text: an account's CAs are listed many times in a run, and to read a certificate takes a millisecond. */
const read = new Map<string, readonly string[]>();

function skisOf(certificates: string): readonly string[] {
  const known = read.get(certificates);
  if (known) return known;
  const outcome = readCaBundle(certificates, { now: new Date(), allowExpired: true });
  const skis = "bundle" in outcome ? outcome.bundle.certificates.flatMap(({ ski }) => ski ?? []) : [];
  read.set(certificates, skis);
  return skis;
}
