import { isAnswerLost, isInUse, isNotFound } from "../../cloudflare/errors";
import { deleteMtlsCertificate } from "../../cloudflare/mtls-certificates";
import { bring, inTurn, observe } from "../hostname-associations/list";
import type { CaCertificateState } from "./state";
import type { Session } from "../session";
import { stillDemanded } from "../hostname-associations/still-demanded";
import { describeUsers, isUsed, usersOf } from "./users";
import type { UsedList, Users } from "./users";
import { waitFor } from "../session/waiting";

/** Milliseconds until it is looked for the first time who uses the CA. */
const SOON = 5_000;

/** Deletes an upload of ours, once nothing uses it any more. */
export async function removeCa(session: Session, id: string, state: CaCertificateState): Promise<void> {
  if (session.declarations.declaresAuthority(state.accountId, state.fingerprints)) return;
  if (state.retain ?? state.adopted ?? false) {
    session.log(`CA ${id} (${state.subject}) stays in account ${state.accountId}.`);
    return;
  }
  let refusal: unknown;
  const attempt = async () => {
    try {
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
    for (const list of lists) await detach(session, id, list);
  }
  // Cloudflare says "in use" for a while after the last list was cleared. Looked at ever more seldom: it is many calls.
  const { released } = session.patience;
  for (let left = released, pause = SOON; ; left -= pause, pause *= 2) {
    if (await waitFor(session, `Cloudflare lets go of CA ${id}`, Math.min(pause, left), attempt)) return;
    if (!isInUse(refusal)) throw refusal;
    const users = await usersOf(session, id, state);
    if (isUsed(users) || left <= pause) throw new Error(usedMessage(id, state, refusal as Error, users, released));
  }
}

/** Empties a list that others made, but for what a rule still stands on. */
async function detach(session: Session, caCertificateId: string, { zoneId, zone }: UsedList): Promise<void> {
  const list = { zoneId, caCertificateId };
  const { log } = session;
  await inTurn(session, list, async () => {
    const observed = await observe(session, list);
    const demanded = await stillDemanded(session, list, observed);
    const held = observed.filter((hostname) => demanded.some((demand) => demand.hostname === hostname));
    const leaving = observed.filter((hostname) => !held.includes(hostname));
    if (leaving.length > 0) log(`forceDetach: zone ${zone}: ${leaving.sort().join(", ")} without this CA from now on.`);
    if (held.length > 0)
      log(`forceDetach: zone ${zone}: ${held.join(", ")} keeps it, a rule demands its certificates.`);
    await bring(session, list, observed, held);
  });
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
