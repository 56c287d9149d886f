import type { ListWish } from "../../plan/list";
import { sameSet } from "../engine/changes";
import type { Session } from "../session";
import type { HostnameAssociationsState as State } from "./state";

/** What the resource wants of its list; `before` is what state says of the same list, if it stood there. */
export function wishOf(
  session: Session,
  before: State | undefined,
  { zoneId, caCertificateId, ...news }: State,
): Omit<ListWish, "ca"> {
  const declared = session.program.declaredList(zoneId, caCertificateId) ?? [];
  const left = session.program.leftIn({ zoneId, caCertificateId });
  const own = before ? [...before.hostnames, ...(before.held ?? [])] : left;
  const { hostnames, mode, adopt } = news;
  if (mode === "shared") return { hostnames, own, declared, strangers: "keep" };
  // A half-made list that is only gone on with: whoever came to it meanwhile is drift, which a refresh shows.
  if (before && before.mode === mode && sameSet(before.hostnames, hostnames))
    return { hostnames, own, declared, strangers: "keep" };
  // Taking over is looked at on create only.
  return { hostnames, own, declared, strangers: adopt && !before ? "remove" : "refuse", isKnown: before !== undefined };
}
