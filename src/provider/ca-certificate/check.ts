import { listMtlsCertificates } from "../../cloudflare/mtls-certificates";
import type { MtlsCertificate } from "../../cloudflare/mtls-certificates";
import { readCaBundle } from "../../pki/ca-bundle";
import { factsOf } from "./state";
import { reasonsOfWithheld } from "../../pki/withheld";
import type { CaCertificateState } from "./state";
import type { Checked, Properties } from "../engine/contract";
import { InputReader } from "../engine/inputs";
import { preflight } from "../session/preflight";
import type { Session } from "../session";
import { describeSlots, slotsTaken, USUAL_QUOTA } from "./slots";
import { hasUnknown, UNKNOWN } from "../engine/unknown";
import { sameSet } from "../engine/changes";
import { isLeftover, label, managedElsewhere, sameUpload, strangerMessage } from "./uploads";

const OPTIONS = [
  "accountId",
  "certificates",
  "name",
  "adopt",
  "retain",
  "forceDetach",
  "zoneIds",
  "allowExpired",
  "expiryWarningDays",
];

/** What isn't the program's to give, and comes back from state where it says `ignoreChanges: ["*"]`. */
const COMPUTED = [
  ...["owner", "fingerprints", "issuerSkis", "subject", "issuer", "serialNumber", "notBefore", "notAfter"],
  ...["uploadedOn", "adopted"],
];

/** Everything of a CA but its id is known before the upload: read from the certificates themselves. */
export async function checkCa(session: Session, olds: Properties, news: Properties): Promise<Checked> {
  const read = new InputReader(news);
  read.only(OPTIONS, COMPUTED);
  const accountId = read.identifier("accountId", "The dashboard shows it on the account's home page, and in the URL.");
  const zoneIds = read.identifiers("zoneIds");
  read.flag("adopt");
  read.flag("retain");
  read.flag("forceDetach");
  read.flag("allowExpired");
  read.days("expiryWarningDays");
  if (news.retain === true && news.forceDetach === true)
    read.fail(
      "forceDetach",
      "forceDetach empties lists so that the CA can be deleted, and retain keeps it: leave one of the two out.",
    );
  const name = read.optionalText("name") ?? "";
  const facts = readCertificates(session, read, news, name, (olds.fingerprints as string[] | undefined) ?? []);
  const inputs = { ...news, accountId, zoneIds, name, ...facts };
  if (accountId && accountId !== UNKNOWN && zoneIds.includes(accountId))
    read.fail("zoneIds", "zoneIds has the id that accountId has: are the two exchanged? Give each zone's own id.");
  if (read.failures.length === 0 && !hasUnknown(inputs)) {
    const before = olds.fingerprints as string[] | undefined;
    session.program.remember("ca", String(olds.accountId), ...[...(before ?? [])].sort());
    session.program.declareAuthority(accountId, (facts as CaCertificateState).fingerprints);
    const state = inputs as unknown as CaCertificateState;
    const look = (ahead: Session) => lookAtAccount(ahead, state, olds);
    const reasons = await preflight(session, olds, inputs, ["accountId", "zoneIds", "fingerprints"], look);
    for (const reason of reasons) read.fail("", reason);
  }
  return { inputs, failures: read.failures };
}

/** What speaks against the upload as the account is now. */
async function lookAtAccount(
  session: Session,
  state: CaCertificateState,
  before: Partial<CaCertificateState>,
): Promise<(string | undefined)[]> {
  const foreign = await Promise.all(state.zoneIds.map((zoneId) => session.zones.foreign(zoneId, state.accountId)));
  const isUploaded = before.accountId === state.accountId && sameSet(before.fingerprints ?? [], state.fingerprints);
  if (isUploaded || foreign.some(Boolean)) return foreign;
  const uploads = await listMtlsCertificates(session.cloudflare(), state.accountId);
  const present = sameUpload(uploads, state);
  if (present && !(await isLeftover(session, state, present)) && !state.adopt) return [strangerMessage(state, present)];
  if (present?.name === label(state))
    session.log(`note: CA ${present.id} was uploaded by an earlier attempt of this resource, and is taken up.`);
  if (present) return [];
  const managed = managedElsewhere(uploads, state);
  if (managed) return [managed];
  await warnOfSlots(session, state, uploads, before.fingerprints !== undefined);
  return [];
}

async function warnOfSlots(
  session: Session,
  state: CaCertificateState,
  uploads: readonly MtlsCertificate[],
  isReplacement: boolean,
): Promise<void> {
  const taken = slotsTaken(uploads).length;
  if (taken > USUAL_QUOTA)
    session.log(
      `note: account ${state.accountId} holds ${taken} CAs, more than the usual ${USUAL_QUOTA}: whether a slot is free can't be seen from here.`,
    );
  if (taken !== USUAL_QUOTA) return;
  const needs = isReplacement ? REPLACED_WHEN_FULL : "this upload needs a free one.";
  session.log(
    `warning: ${taken} of ${USUAL_QUOTA} CA slots of account ${state.accountId} are taken: ${needs}\n${await describeSlots(session, state, uploads)}`,
  );
}

/** The engine doesn't tell a provider whether the resource has the option, so both ways are spelled out. */
const REPLACED_WHEN_FULL =
  "this replacement needs a free one, because the new CA is uploaded before the old one is deleted. Delete one that nothing uses; or set the resource option `deleteBeforeReplace`, with an outage: every client is refused from the old CA's end until the new one is associated and the rule has moved to it.";

/** The certificates in their one canonical form, and what stands in them. Failures never name the value: it may be a key. */
function readCertificates(
  session: Session,
  read: InputReader,
  news: Properties,
  name: string,
  deployed: readonly string[],
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
  const withheld = reasonsOfWithheld(certificates);
  if (withheld !== undefined) {
    for (const reason of withheld) read.fail("", `certificates: ${reason}`);
    return { certificates: "" };
  }
  const text = (certificates ?? "") as string;
  const requirements = {
    now: new Date(),
    // What isn't known yet forbids nothing yet.
    allowExpired: news.allowExpired === true || hasUnknown(news.allowExpired),
    expiryWarningDays: typeof news.expiryWarningDays === "number" ? news.expiryWarningDays : undefined,
    requireSki: true,
  };
  const strict = readCaBundle(text, requirements);
  const outcome = "problems" in strict ? (ifDeployed(text, requirements, deployed) ?? strict) : strict;
  if ("problems" in outcome) {
    for (const { reason } of outcome.problems) read.fail("", `certificates: ${reason}`);
    // Not the text itself: what was refused may be a key, and the engine prints what it is given.
    return { certificates: "" };
  }
  const { bundle } = outcome;
  for (const warning of bundle.warnings) session.log(`warning: CA ${name}: ${warning}`);
  return factsOf(bundle);
}

/** A CA that is deployed expires some day: that must not stop the runs that bring its successor. */
function ifDeployed(text: string, requirements: Parameters<typeof readCaBundle>[1], deployed: readonly string[]) {
  const lenient = deployed.length > 0 ? readCaBundle(text, { ...requirements, allowExpired: true }) : undefined;
  return lenient && "bundle" in lenient && sameSet(factsOf(lenient.bundle).fingerprints ?? [], deployed)
    ? lenient
    : undefined;
}
