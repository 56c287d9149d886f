import { isAnswerLost, isInUse, isNotFound } from "../../cloudflare/errors";
import { deleteMtlsCertificate } from "../../cloudflare/mtls-certificates";
import { detach } from "../hostname-associations/release";
import type { CaCertificateState } from "./state";
import type { Session } from "../session";
import { describeUsers, isUsed, usersOf } from "./users";
import type { Users } from "./users";
import { waitFor } from "../session/waiting";

/** Milliseconds until it is looked for the first time who uses the CA. */
const SOON = 5_000;

/** Deletes an upload of ours, once nothing uses it any more. */
export async function removeCa(session: Session, id: string, state: CaCertificateState): Promise<void> {
  if (session.program.declaringAuthority(state.accountId, state.fingerprints).length > 0) return;
  if (state.retain ?? state.adopted ?? false) {
    session.log(`CA ${id} (${state.subject}) stays in account ${state.accountId}.`);
    return;
  }
  let refusal: unknown;
  const attempt = async () => {
    try {
      session.authorities.delete(state.accountId);
      await deleteMtlsCertificate(session.cloudflare(), state.accountId, id);
      return true;
    } catch (error) {
      if (isNotFound(error)) return true;
      if (!isInUse(error) && !isAnswerLost(error)) throw error;
      refusal = error;
      return undefined;
    }
  };
  if (await attempt()) return;
  if (state.forceDetach) {
    const { lists } = await usersOf(session, id, state);
    for (const { zoneId, zone } of lists) await detach(session, { zoneId, caCertificateId: id }, zone);
  }
  // Cloudflare says "in use" for a while after the last list was cleared. Looked at ever more seldom: it is many calls.
  const { released } = session.patience;
  for (let left = released, pause = SOON; ; left -= pause, pause *= 2) {
    if (await waitFor(session, `Cloudflare lets go of CA ${id}`, Math.min(pause, left), attempt)) return;
    if (!isInUse(refusal)) throw refusal;
    const users = await usersOf(session, id, state);
    // A service is told of for a while after it let go; a hostname stands in a list that its zone shows.
    if (users.services.length > 0 && pause === SOON)
      session.log(`CA ${id} is used by ${users.services.join(", ")}, or was until minutes ago: waiting for that, too`);
    if (users.lists.length > 0 || left <= pause)
      throw new Error(usedMessage(id, state, refusal as Error, users, released));
  }
}

function usedMessage(id: string, state: CaCertificateState, refusal: Error, users: Users, within: number): string {
  const [said = ""] = refusal.message.split("\n");
  return [
    `CA ${id} (${state.subject}) can't be deleted: ${said}`,
    isUsed(users)
      ? "It is used by:"
      : `Nothing is seen to use it, and after ${within / 1000} s Cloudflare still holds on to it.`,
    ...describeUsers(users),
    isUsed(users)
      ? "Take it out there, then run this again; `forceDetach: true` on the CA (with an `up` first) empties such lists. Where an interrupted `up` made them, run `pulumi up` once more before `pulumi destroy`."
      : "Run this again in a few minutes.",
  ].join("\n");
}
