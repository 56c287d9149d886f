import { getHostnameAssociations, putHostnameAssociations } from "../cloudflare/hostname-associations";
import { isNotFound } from "../cloudflare/errors";
import { lookingAgain } from "./look-again";
import type { Session } from "./session";
import { VISIBLE_WITHIN, waitFor } from "./wait";

/** The key of one list: Cloudflare keeps the hostnames of each pair. */
export interface ListKey {
  readonly zoneId: string;
  readonly caCertificateId: string;
}

/** The PUT went through, but no GET shows it within the time. */
export class NotShown extends Error {}

/** Waits until nobody else in this process writes to the list, then works on it. */
export function inTurn<T>(session: Session, { zoneId, caCertificateId }: ListKey, work: () => Promise<T>): Promise<T> {
  return session.turns.take(`list/${zoneId}/${caCertificateId}`, () => lookingAgain(session, work));
}

/** The hostnames that are associated now; none when the CA or the zone is gone. */
export async function observe(session: Session, { zoneId, caCertificateId }: ListKey): Promise<string[]> {
  try {
    return await getHostnameAssociations(session.cloudflare(), zoneId, caCertificateId);
  } catch (error) {
    if (isNotFound(error)) return [];
    throw error;
  }
}

/**
 * Brings the list from what was observed to `next`, in one PUT, and waits until a GET shows it. No PUT when they are
 * the same. What others add meanwhile is no reason to wait; what we added or removed is.
 */
export async function bring(
  session: Session,
  key: ListKey,
  observed: readonly string[],
  next: readonly string[],
): Promise<void> {
  const added = next.filter((hostname) => !observed.includes(hostname));
  const removed = observed.filter((hostname) => !next.includes(hostname));
  if (added.length + removed.length === 0) return;
  await putHostnameAssociations(session.cloudflare(), key.zoneId, key.caCertificateId, [...next].sort());
  const shown = await waitFor(
    `the hostnames of CA ${key.caCertificateId} show in zone ${key.zoneId}`,
    VISIBLE_WITHIN,
    session.log,
    async () => {
      const list = await observe(session, key);
      return added.every((hostname) => list.includes(hostname)) && !removed.some((hostname) => list.includes(hostname))
        ? true
        : undefined;
    },
  );
  if (!shown) {
    const seconds = VISIBLE_WITHIN / 1000;
    throw new NotShown(
      `Cloudflare took the hostnames of CA ${key.caCertificateId} in zone ${key.zoneId}, but doesn't show them after ${seconds} s. Nothing that depends on them was changed; run \`pulumi up\` again.`,
    );
  }
}
