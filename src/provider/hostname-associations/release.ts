import type { EntryPoint } from "../../cloudflare/rulesets";
import { bring, inTurn, observe } from "./list";
import type { ListKey } from "./list";
import type { Session } from "../session";
import { stillDemanded } from "./still-demanded";

/**
 * Takes hostnames out of a list, after a rule has let go of them: the second half of "R shrinks, then A shrinks".
 * The engine updates the association first, so the association kept them until now (docs/decisions/shrinking-a-list.md).
 */
export async function release(
  session: Session,
  list: ListKey,
  hostnames: readonly string[],
  entryPoint?: EntryPoint,
): Promise<void> {
  if (hostnames.length === 0) return;
  await inTurn(session, list, async () => {
    const observed = await observe(session, list);
    const leaving = observed.filter((hostname) => hostnames.includes(hostname));
    const demanded = new Set((await stillDemanded(session, list, leaving, entryPoint)).map(({ hostname }) => hostname));
    const declared = session.declarations.declaredList(list.zoneId, list.caCertificateId) ?? [];
    const isShared = observed.some((hostname) => !leaving.includes(hostname) && !declared.includes(hostname));
    const remaining = observed.filter((hostname) => !leaving.includes(hostname) || demanded.has(hostname));
    await bring(session, list, observed, remaining, isShared);
  });
}
