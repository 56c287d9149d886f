import {
  deleteMtlsCertificate,
  getMtlsCertificate,
  listMtlsCertificates,
  uploadMtlsCertificate,
} from "../cloudflare/mtls-certificates";
import type { MtlsCertificate } from "../cloudflare/mtls-certificates";
import { isAlreadyUploaded, isAnswerLost, isInUse, isNotFound, isQuotaReached } from "../cloudflare/errors";
import { fingerprintsOf, readCaBundle } from "../pki/ca-bundle";
import { consequencesOfCa } from "./consequences";
import type { CheckFailure, Diff, Handler, Properties } from "./handler";
import { InputReader } from "./inputs";
import { lookingAgain } from "./look-again";
import { preflight } from "./preflight";
import type { Session } from "./session";
import { hasUnknown, UNKNOWN } from "./unknown";
import { RELEASED_WITHIN, waitFor } from "./wait";

/** What Pulumi keeps of an uploaded CA. Everything but the last two is known before the upload, in a preview too. */
export interface CaCertificateState {
  accountId: string;
  certificates: string;
  name: string;
  owner: string;
  zoneIds: string[];
  adopt?: boolean;
  retain?: boolean;
  fingerprints: string[];
  issuerSkis: string[];
  subject: string;
  issuer: string;
  serialNumber: string;
  notBefore: string;
  notAfter: string;
  /** RFC 3339, Cloudflare's clock. */
  uploadedOn?: string;
  /** It was there before us and was taken over: destroy leaves it, unless `retain` is false. */
  adopted?: boolean;
}

export function caCertificate(session: Session): Handler<CaCertificateState> {
  return {
    outputs: ["uploadedOn", "adopted"],
    check: (olds, news) => check(session, olds, news),
    diff,
    consequences: consequencesOfCa,
    create: (inputs) => lookingAgain(session, () => create(session, inputs)),
    read: (id, state) => read(session, id, state),
    // An upload is immutable: what changes in place (retain, zoneIds) is ours alone, and costs no call.
    update: (_id, olds, news) => Promise.resolve({ ...news, uploadedOn: olds.uploadedOn, adopted: olds.adopted }),
    delete: (id, state) => remove(session, id, state),
  };
}

const OPTIONS = [
  "accountId",
  "certificates",
  "name",
  "adopt",
  "retain",
  "zoneIds",
  "allowExpired",
  "expiryWarningDays",
  "owner",
];

async function check(
  session: Session,
  olds: Properties,
  news: Properties,
): Promise<{ inputs: Properties; failures: readonly CheckFailure[] }> {
  const read = new InputReader(news);
  read.only(OPTIONS);
  const accountId = read.identifier("accountId", "The dashboard shows it on the account's home page, and in the URL.");
  const zoneIds = read.texts("zoneIds");
  read.flag("adopt");
  read.flag("retain");
  const name = read.optionalText("name") ?? "";
  const facts = readCertificates(session, read, news, name);
  const inputs = { ...news, accountId, zoneIds, name, ...facts };
  if (accountId && zoneIds.includes(accountId))
    read.fail("zoneIds", "A zone id is the id of the account: are the two exchanged?");
  if (read.failures.length === 0 && !hasUnknown(inputs)) {
    session.declarations.declareAuthority(accountId, (facts as CaCertificateState).fingerprints);
    const look = () => Promise.all((zoneIds as string[]).map((zoneId) => session.zones.foreign(zoneId, accountId)));
    const reasons = await preflight(session, olds, inputs, ["accountId", "zoneIds", "fingerprints"], look);
    for (const reason of reasons) read.fail("", reason);
  }
  return { inputs, failures: read.failures };
}

/** The certificates in their one canonical form, and what stands in them. Failures never name the value: it may be a key. */
function readCertificates(
  session: Session,
  read: InputReader,
  news: Properties,
  name: string,
): Partial<CaCertificateState> {
  const { certificates } = news;
  if (hasUnknown(certificates)) {
    const unknown = { certificates, issuerSkis: UNKNOWN, fingerprints: UNKNOWN, subject: UNKNOWN, issuer: UNKNOWN };
    return {
      ...unknown,
      serialNumber: UNKNOWN,
      notBefore: UNKNOWN,
      notAfter: UNKNOWN,
    } as unknown as CaCertificateState;
  }
  const outcome = readCaBundle(typeof certificates === "string" ? certificates : "", {
    now: new Date(),
    allowExpired: news.allowExpired === true,
    expiryWarningDays: typeof news.expiryWarningDays === "number" ? news.expiryWarningDays : undefined,
    requireSki: true,
  });
  if ("problems" in outcome) {
    for (const { reason } of outcome.problems) read.fail("", `certificates: ${reason}`);
    // Not the text itself: what was refused may be a key, and the engine prints what it is given.
    return { certificates: "" };
  }
  const { bundle } = outcome;
  for (const warning of bundle.warnings) session.log(`warning: CA ${name}: ${warning}`);
  const [first] = bundle.certificates;
  if (!first) return {};
  return {
    certificates: bundle.pem,
    fingerprints: bundle.certificates.map(({ fingerprint }) => fingerprint),
    issuerSkis: bundle.certificates.flatMap(({ ski }) => ski ?? []),
    subject: first.subject,
    issuer: first.issuer,
    serialNumber: first.serialNumber,
    notBefore: first.notBefore,
    notAfter: first.notAfter,
  };
}

/** The same certificates are the same CA, however they are spelled; the label of an upload can't be changed. */
function diff(olds: CaCertificateState, news: CaCertificateState): Diff {
  const replaces = [
    ...(olds.accountId === news.accountId ? [] : ["accountId"]),
    ...(hasUnknown(news.fingerprints) || !sameSet(olds.fingerprints, news.fingerprints) ? ["certificates"] : []),
  ];
  const kept = olds.retain === news.retain && sameSet(olds.zoneIds, news.zoneIds);
  return { changes: replaces.length > 0 || !kept, replaces };
}

async function create(
  session: Session,
  inputs: CaCertificateState,
): Promise<{ id: string; state: CaCertificateState }> {
  const cloudflare = session.cloudflare();
  const foreign = await Promise.all(inputs.zoneIds.map((zoneId) => session.zones.foreign(zoneId, inputs.accountId)));
  for (const reason of foreign) if (reason) throw new Error(reason);
  const found = inputs.adopt ? await findUpload(session, inputs) : undefined;
  if (found) {
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
    const present = await findUpload(session, inputs);
    // The label is ours: an upload of this very resource whose answer, or whose whole run, was lost.
    if (present?.name === label(inputs)) {
      session.log(`CA ${present.id} was uploaded by an earlier attempt of this resource: going on with it.`);
      return { id: present.id, state: { ...inputs, uploadedOn: present.uploaded_on } };
    }
    if (present) throw new Error(strangerMessage(inputs, present));
    throw error;
  }
}

/** Name and owner in one text: what a person reads in a list, and what tells our own upload from another's. */
function label({ name, owner }: CaCertificateState): string {
  return name && !owner.endsWith(`/${name}`) ? `${name} (pulumi ${owner})` : `pulumi ${owner}`;
}

async function findUpload(
  session: Session,
  { accountId, fingerprints }: CaCertificateState,
): Promise<MtlsCertificate | undefined> {
  const uploads = await listMtlsCertificates(session.cloudflare(), accountId);
  return uploads.find(
    ({ ca, type, certificates }) =>
      ca && (type ?? "custom") === "custom" && sameSet(fingerprintsOf(certificates ?? ""), fingerprints),
  );
}

function strangerMessage({ accountId, subject }: CaCertificateState, present: MtlsCertificate): string {
  return [
    `The CA ${subject} is in account ${accountId} already, as ${present.id} "${present.name ?? ""}", uploaded ${present.uploaded_on ?? "at an unknown time"}; this resource didn't upload it.`,
    `To take it over, set \`adopt: true\` (destroy will then leave it there, unless \`retain: false\`). If the resource was only renamed, name the old one under the resource option \`aliases\`. To use the CA without owning it, give its id as \`caCertificateId\` to HostnameAssociations.`,
  ].join("\n");
}

async function read(session: Session, id: string, state: CaCertificateState): Promise<CaCertificateState | undefined> {
  try {
    const { certificates, uploaded_on } = await getMtlsCertificate(session.cloudflare(), state.accountId, id);
    const fingerprints = fingerprintsOf(certificates ?? "");
    return {
      ...state,
      fingerprints: fingerprints.length > 0 ? fingerprints : state.fingerprints,
      uploadedOn: uploaded_on ?? state.uploadedOn,
    };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

async function remove(session: Session, id: string, state: CaCertificateState): Promise<void> {
  if (session.declarations.declaresAuthority(state.accountId, state.fingerprints)) return;
  if (state.retain ?? state.adopted ?? false) {
    session.log(`CA ${id} (${state.subject}) stays in account ${state.accountId}.`);
    return;
  }
  const cloudflare = session.cloudflare();
  let refusal: unknown;
  // Cloudflare says "in use" for a while after the last list was cleared.
  const gone = await waitFor(`Cloudflare lets go of CA ${id}`, RELEASED_WITHIN, session.log, async () => {
    try {
      await deleteMtlsCertificate(cloudflare, state.accountId, id);
      return true;
    } catch (error) {
      if (isNotFound(error)) return true;
      if (!isInUse(error) && !isAnswerLost(error)) throw error;
      refusal = error;
      return undefined;
    }
  });
  if (!gone) throw refusal;
}

function sameSet(left: readonly string[], right: readonly string[]): boolean {
  const members = new Set(right);
  return new Set(left).size === members.size && left.every((item) => members.has(item));
}
