import { getMtlsCertificate, listMtlsCertificates, uploadMtlsCertificate } from "../../cloudflare/mtls-certificates";
import { isAlreadyUploaded, isAnswerLost, isNotFound, isQuotaReached } from "../../cloudflare/errors";
import { readCaBundle } from "../../pki/ca-bundle";
import { checkCa } from "./check";
import { factsOf } from "./state";
import type { CaCertificateState } from "./state";
import { removeCa } from "./removal";
import type { Diff, Handler } from "../engine/contract";
import { lookingAgain } from "../session/lost-answers";
import type { Session } from "../session";
import { describeSlots } from "./slots";
import { hasUnknown } from "../engine/unknown";
import { sameSet } from "../engine/changes";
import { findUpload, isLeftover, label, managedElsewhere, sameUpload, strangerMessage } from "./uploads";

export function caCertificate(session: Session): Handler<CaCertificateState> {
  return {
    outputs: ["uploadedOn", "adopted"],
    check: (olds, news) => checkCa(session, olds, news),
    diff,
    consequences,
    create: (inputs) => lookingAgain(session, () => create(session, inputs)),
    read: (id, state) => read(session, id, state),
    // An upload is immutable: what changes in place (retain, forceDetach, zoneIds) is ours alone, and costs no call.
    update: (_id, olds, news) => Promise.resolve({ ...news, uploadedOn: olds.uploadedOn, adopted: olds.adopted }),
    delete: (id, state) => removeCa(session, id, state),
  };
}

/** The same certificates are the same CA, however they are spelled; the label of an upload can't be changed. */
function diff(olds: CaCertificateState, news: CaCertificateState): Diff {
  const replaces = [
    ...(olds.accountId === news.accountId ? [] : ["accountId"]),
    ...(hasUnknown(news.fingerprints) || !sameSet(olds.fingerprints, news.fingerprints) ? ["certificates"] : []),
  ];
  const kept = olds.retain === news.retain && olds.forceDetach === news.forceDetach;
  return { changes: replaces.length > 0 || !kept || !sameSet(olds.zoneIds, news.zoneIds), replaces };
}

/** What a replaced CA means to the people who hold its certificates. */
function consequences(olds: CaCertificateState, news: CaCertificateState): string[] {
  if (
    hasUnknown(news.fingerprints) ||
    olds.fingerprints.some((fingerprint) => news.fingerprints.includes(fingerprint))
  ) {
    return [];
  }
  return [
    `clients of CA ${olds.subject} (valid until ${olds.notAfter}) will be refused once this is applied. To accept both for a while, add the new CA beside it, under a key or name of its own.`,
  ];
}

async function create(
  session: Session,
  inputs: CaCertificateState,
): Promise<{ id: string; state: CaCertificateState }> {
  const cloudflare = session.cloudflare();
  const foreign = await Promise.all(inputs.zoneIds.map((zoneId) => session.zones.foreign(zoneId, inputs.accountId)));
  for (const reason of foreign) if (reason) throw new Error(reason);
  const found = inputs.adopt ? await findUpload(session, inputs) : undefined;
  if (found && found.name !== label(inputs)) {
    session.log(`CA ${found.id} "${found.name ?? ""}" is taken over: it holds the same certificates.`);
    return { id: found.id, state: { ...inputs, uploadedOn: found.uploaded_on, adopted: true } };
  }
  try {
    const uploaded = await uploadMtlsCertificate(cloudflare, inputs.accountId, {
      certificates: inputs.certificates,
      name: label(inputs),
    });
    return { id: uploaded.id, state: { ...inputs, uploadedOn: uploaded.uploaded_on } };
  } catch (error) {
    if (!isAlreadyUploaded(error) && !isQuotaReached(error) && !isAnswerLost(error)) throw error;
    const uploads = await listMtlsCertificates(cloudflare, inputs.accountId);
    const present = sameUpload(uploads, inputs);
    if (present && (await isLeftover(session, inputs, present))) {
      session.log(`CA ${present.id} was uploaded by an earlier attempt of this resource: going on with it.`);
      return { id: present.id, state: { ...inputs, uploadedOn: present.uploaded_on } };
    }
    if (present) throw new Error(strangerMessage(inputs, present));
    const managed = isAlreadyUploaded(error) ? managedElsewhere(uploads, inputs) : undefined;
    if (managed) throw new Error(managed);
    if (!isQuotaReached(error)) throw error;
    throw new Error([(error as Error).message, await describeSlots(session, inputs, uploads)].join("\n"));
  }
}

async function read(session: Session, id: string, state: CaCertificateState): Promise<CaCertificateState | undefined> {
  try {
    const { certificates, uploaded_on } = await getMtlsCertificate(session.cloudflare(), state.accountId, id);
    const outcome = readCaBundle(certificates ?? "", { now: new Date(), allowExpired: true });
    const facts = "bundle" in outcome ? factsOf(outcome.bundle) : {};
    return { ...state, ...facts, uploadedOn: uploaded_on ?? state.uploadedOn };
  } catch (error) {
    if (!isNotFound(error)) throw error;
    // Of our own there is a state to forget. To `get` what isn't there is a mistake, which the engine would let pass.
    if ((state.fingerprints as unknown) !== undefined) return undefined;
    throw new Error(`Account ${state.accountId} has no CA ${id}: check the id, or the stack that it comes from.`);
  }
}
