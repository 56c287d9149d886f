import { getMtlsCertificate, listMtlsCertificates, uploadMtlsCertificate } from "../../cloudflare/mtls-certificates";
import { isAlreadyUploaded, isAnswerLost, isNotFound, isQuotaReached } from "../../cloudflare/errors";
import { fingerprintsOf, readCaBundle } from "../../pki/ca-bundle";
import { sameSet } from "../engine/changes";
import type { Diff, Handler } from "../engine/contract";
import { hasUnknown } from "../engine/unknown";
import type { Session } from "../session";
import { lookingAgain } from "../session/lost-answers";
import { checkCa } from "./check";
import { removeCa } from "./removal";
import { factsOf, label } from "./state";
import type { CaCertificateState } from "./state";
import { meet } from "./uploads";
import type { Present } from "./uploads";
import { describeSlots, isUsed, usersOf } from "./users";

export function caCertificate(session: Session): Handler<CaCertificateState> {
  return {
    outputs: ["uploadedOn", "adopted"],
    form: { lists: ["zoneIds"] },
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

async function create(session: Session, inputs: CaCertificateState): Promise<Created> {
  const foreign = await Promise.all(inputs.zoneIds.map((zoneId) => session.zones.foreign(zoneId, inputs.accountId)));
  for (const reason of foreign) if (reason) throw new Error(reason);
  if (inputs.adopt) {
    const meeting = await meet(session, inputs, await listMtlsCertificates(session.cloudflare(), inputs.accountId));
    if ("present" in meeting && !(await mayBeGone(session, inputs, meeting.present)))
      return goOnWith(session, inputs, meeting);
  }
  try {
    return await upload(session, inputs, inputs.certificates);
  } catch (error) {
    if (!isAlreadyUploaded(error) && !isQuotaReached(error) && !isAnswerLost(error)) throw error;
    const uploads = await listMtlsCertificates(session.cloudflare(), inputs.accountId);
    const meeting = await meet(session, inputs, uploads);
    if ("present" in meeting) return goOnWith(session, inputs, meeting);
    if ("refusal" in meeting) throw new Error(meeting.refusal);
    if (isQuotaReached(error))
      throw new Error([(error as Error).message, await describeSlots(session, inputs, uploads)].join("\n"));
    if (!isAlreadyUploaded(error) || meeting.certificates === inputs.certificates) throw error;
    return upload(session, inputs, meeting.certificates);
  }
}

/** A deleted upload is shown for a while, and nothing uses it. Trying to upload the same tells: it is refused beside one that lives. */
async function mayBeGone(session: Session, inputs: CaCertificateState, { id, certificates }: Present["present"]) {
  const [first] = fingerprintsOf(certificates ?? "");
  return first === inputs.fingerprints[0] && !isUsed(await usersOf(session, id, inputs));
}

interface Created {
  readonly id: string;
  readonly state: CaCertificateState;
}

async function upload(session: Session, inputs: CaCertificateState, certificates: string): Promise<Created> {
  const body = { certificates, name: label(inputs) };
  const { id, uploaded_on } = await uploadMtlsCertificate(session.cloudflare(), inputs.accountId, body);
  session.authorities.delete(inputs.accountId);
  session.program.uploaded(id, { issuerSkis: inputs.issuerSkis, at: session.clock.now() });
  return { id, state: { ...inputs, uploadedOn: uploaded_on } };
}

function goOnWith(session: Session, inputs: CaCertificateState, { present, adopted, words }: Present): Created {
  session.log(words);
  return { id: present.id, state: { ...inputs, uploadedOn: present.uploaded_on, adopted } };
}

async function read(session: Session, id: string, state: CaCertificateState): Promise<CaCertificateState | undefined> {
  try {
    const { certificates, uploaded_on } = await getMtlsCertificate(session.cloudflare(), state.accountId, id);
    const outcome = readCaBundle(certificates ?? "", { now: new Date(), allowExpired: true });
    const facts = "bundle" in outcome ? factsOf(outcome.bundle) : {};
    session.program.remember("ca", state.owner, id);
    return { ...state, ...facts, uploadedOn: uploaded_on ?? state.uploadedOn };
  } catch (error) {
    if (!isNotFound(error)) throw error;
    // Of our own there is a state to forget. To `get` what isn't there is a mistake, which the engine would let pass.
    if ((state.fingerprints as unknown) !== undefined) return undefined;
    throw new Error(`Account ${state.accountId} has no CA ${id}: check the id, or the stack that it comes from.`);
  }
}
