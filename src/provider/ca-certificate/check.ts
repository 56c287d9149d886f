import { listMtlsCertificates } from "../../cloudflare/mtls-certificates";
import type { MtlsCertificate } from "../../cloudflare/mtls-certificates";
import { readCaBundle } from "../../pki/ca-bundle";
import type { CaBundle } from "../../pki/ca-bundle";
import { reasonsOfWithheld } from "../../pki/withheld";
import { sameSet } from "../engine/changes";
import type { Checked, Properties } from "../engine/contract";
import { InputReader } from "../engine/inputs";
import { hasUnknown, UNKNOWN } from "../engine/unknown";
import type { Session } from "../session";
import { preflight } from "../session/preflight";
import { factsOf, resourceOf } from "./state";
import type { CaCertificateState } from "./state";
import { meet } from "./uploads";
import { describeSlots, slotsTaken, USUAL_QUOTA } from "./users";

const OPTIONS = [
  ...["accountId", "certificates", "name", "adopt", "retain", "forceDetach", "zoneIds", "allowExpired"],
  "expiryWarningDays",
];

/** What stands in the certificates. */
const FACTS = ["fingerprints", "issuerSkis", "subject", "issuer", "serialNumber", "notBefore", "notAfter"];

/** What isn't the program's to give, and comes back from state where it says `ignoreChanges: ["*"]`. */
const COMPUTED = ["owner", ...FACTS, "uploadedOn", "adopted"];

/** Everything of a CA but its id is known before the upload: read from the certificates themselves. */
export async function checkCa(session: Session, olds: Properties, news: Properties): Promise<Checked> {
  const read = new InputReader(news);
  read.only(OPTIONS, COMPUTED);
  const accountId = read.identifier("accountId", "The dashboard shows it on the account's home page, and in the URL.");
  const zoneIds = read.identifiers("zoneIds");
  for (const flag of ["adopt", "retain", "forceDetach", "allowExpired"]) read.flag(flag);
  read.days("expiryWarningDays");
  if (news.retain === true && news.forceDetach === true)
    read.fail(
      "forceDetach",
      "forceDetach empties lists so that the CA can be deleted, and retain keeps it: leave one of the two out.",
    );
  const name = read.optionalText("name") ?? "";
  const before = olds as Partial<CaCertificateState>;
  const inputs = { ...news, accountId, zoneIds, name, ...readCertificates(session, read, news, before.fingerprints) };
  if (accountId && accountId !== UNKNOWN && zoneIds.includes(accountId))
    read.fail("zoneIds", "zoneIds has the id that accountId has: are the two exchanged? Give each zone's own id.");
  if (read.failures.length === 0 && !hasUnknown(inputs)) {
    const state = inputs as unknown as CaCertificateState;
    session.program.remember("ca", state.owner, String(before.accountId), ...[...(before.fingerprints ?? [])].sort());
    if (before.accountId) session.program.remember("ca");
    session.progress.expect(state.owner, state.zoneIds);
    const twin = declare(session, state);
    // The engine checks what it creates without old inputs: a replacement too, after a check with them.
    const look = (ahead: Session) => lookAtAccount(ahead, state, before.accountId !== accountId);
    const reasons = twin ? [twin] : await preflight(session, olds, inputs, ["accountId", "zoneIds"], look);
    for (const reason of reasons) read.fail("", reason);
  }
  return { inputs, failures: read.failures };
}

/** Tells the program of this CA; answers what speaks against it, where another resource declares the same certificates. */
function declare({ program }: Session, { owner, accountId, fingerprints, subject }: CaCertificateState) {
  program.declareAuthority(owner, accountId, fingerprints);
  const twin = program.declaringAuthority(accountId, fingerprints).find((other) => other !== owner);
  if (twin === undefined) return undefined;
  // The engine checks two resources in either order.
  const names = [twin, owner].map((one) => `"${resourceOf(one)}"`).sort();
  return [
    `The CaCertificates ${names.join(" and ")} of this program have the same certificates (${subject}), and Cloudflare takes them once.`,
    'Let the later one use the other\'s: in a MutualTls write `cas: { "<key>": other.cas["<key>"] }` (and `mode: "shared"` in both, if they have a zone in common); without a MutualTls give its id as `caCertificateId`.',
  ].join("\n");
}

/** What speaks against the CA as the account is now. */
async function lookAtAccount(
  session: Session,
  state: CaCertificateState,
  isNew: boolean,
): Promise<(string | undefined)[]> {
  const foreign = await Promise.all(state.zoneIds.map((zoneId) => session.zones.foreign(zoneId, state.accountId)));
  if (!isNew || foreign.some(Boolean)) return foreign;
  const uploads = await listMtlsCertificates(session.cloudflare(), state.accountId);
  const meeting = await meet(session, state, uploads);
  if ("present" in meeting) session.log(`note: ${meeting.words}`);
  else await warnOfSlots(session, state, uploads);
  return ["refusal" in meeting ? meeting.refusal : undefined];
}

async function warnOfSlots(session: Session, state: CaCertificateState, uploads: readonly MtlsCertificate[]) {
  const taken = slotsTaken(uploads).length;
  if (taken > USUAL_QUOTA)
    session.log(
      `note: account ${state.accountId} holds ${taken} CAs, more than the usual ${USUAL_QUOTA}: whether a slot is free can't be seen from here.`,
    );
  if (taken === USUAL_QUOTA)
    session.log(
      `warning: ${taken} of ${USUAL_QUOTA} CA slots of account ${state.accountId} are taken: ${WHEN_FULL}\n${await describeSlots(session, state, uploads)}`,
    );
}

/** The engine doesn't tell a provider whether the resource has the option, so both ways are spelled out. */
const WHEN_FULL =
  "this upload needs a free one, a replacement's too, because the new CA is uploaded before the old one is deleted. Delete one that nothing uses; or, for a replacement, set the resource option `deleteBeforeReplace`, with an outage: every client is refused from the old CA's end until the new one is associated and the rule has moved to it.";

/** The certificates in their one canonical form, and what stands in them. Failures never name the value: it may be a key. */
function readCertificates(
  session: Session,
  read: InputReader,
  news: Properties,
  deployed: readonly string[] | undefined,
): Properties {
  const { certificates, name } = news;
  if (hasUnknown(certificates)) return { certificates, ...Object.fromEntries(FACTS.map((fact) => [fact, UNKNOWN])) };
  const outcome = judge(news, deployed ?? []);
  if ("reasons" in outcome) {
    for (const reason of outcome.reasons) read.fail("", `certificates: ${reason}`);
    // Not the text itself: what was refused may be a key, and the engine prints what it is given.
    return { certificates: "" };
  }
  const { bundle } = outcome;
  const ca = typeof name !== "string" || hasUnknown(name) ? "CA" : `CA ${name}`;
  for (const warning of bundle.warnings) session.log(`warning: ${ca}: ${warning}`);
  if (deployed === undefined) for (const note of bundle.notes) session.log(`note: ${ca}: ${note}`);
  return factsOf(bundle);
}

/** @param deployed fingerprints of what state holds: a CA expires some day, and must not stop the runs that bring its successor */
function judge(news: Properties, deployed: readonly string[]): { bundle: CaBundle } | { reasons: readonly string[] } {
  const withheld = reasonsOfWithheld(news.certificates);
  if (withheld !== undefined) return { reasons: withheld };
  const text = (news.certificates ?? "") as string;
  const requirements = {
    now: new Date(),
    // What isn't known yet forbids nothing yet.
    allowExpired: news.allowExpired === true || hasUnknown(news.allowExpired),
    expiryWarningDays: typeof news.expiryWarningDays === "number" ? news.expiryWarningDays : undefined,
    requireSki: true,
  };
  const strict = readCaBundle(text, requirements);
  if ("bundle" in strict) return strict;
  const lenient = readCaBundle(text, { ...requirements, allowExpired: true });
  if ("bundle" in lenient && sameSet(factsOf(lenient.bundle).fingerprints ?? [], deployed)) return lenient;
  return { reasons: strict.problems };
}
