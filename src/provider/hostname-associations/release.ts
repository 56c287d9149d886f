import type { Rule } from "../../plan/picture";
import type { ListKey } from "../../plan/program";
import type { Session } from "../session";
import { bringList } from "./list";
import { heldMessage } from "./words";

/**
 * Takes hostnames out of a list, after a rule has let go of them: the second half of "R shrinks, then A shrinks".
 * The engine updates the association first, so the association kept them until now (docs/decisions/shrinking-a-list.md).
 *
 * @param declared what is known to be declared for the list besides what the program's checks told
 * @param rules the zone's rules as the write before this one left them, in the same turn
 */
export async function release(
  session: Session,
  key: ListKey,
  hostnames: readonly string[],
  declared: readonly string[],
  rules: readonly Rule[],
): Promise<void> {
  if (hostnames.length === 0) return;
  const { zoneId, caCertificateId } = key;
  const everywhere = session.program.declaredList(zoneId, caCertificateId) ?? [];
  await bringList(session, {
    key,
    isShared: session.program
      .listsOf(zoneId)
      .some((list) => list.caCertificateId === caCertificateId && list.mode === "shared"),
    wish: { hostnames: [], own: hostnames, declared: [...declared, ...everywhere], strangers: "keep" },
    rules,
    review: ({ held }) => {
      if (held.length > 0) session.log(heldMessage(held));
    },
  });
}

/** Empties a list that others made, but for what a rule still stands on. */
export async function detach(session: Session, key: ListKey, zone: string): Promise<void> {
  const declared = session.program.declaredList(key.zoneId, key.caCertificateId) ?? [];
  await bringList(session, {
    key,
    wish: { hostnames: [], own: [], declared, strangers: "remove" },
    review: ({ held, next }, observed) => {
      const names = held.map(({ hostname }) => hostname);
      const leaving = observed.filter((hostname) => !next.includes(hostname)).sort();
      if (leaving.length > 0)
        session.log(`forceDetach: zone ${zone}: ${leaving.join(", ")} without this CA from now on.`);
      if (names.length > 0)
        session.log(`forceDetach: zone ${zone}: ${names.join(", ")} keeps it, a rule demands its certificates.`);
    },
  });
}
