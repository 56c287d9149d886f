import type { MtlsCertificate } from "../../cloudflare/mtls-certificates";
import { fingerprintsOf } from "../../pki/ca-bundle";
import { sameSet } from "../engine/changes";
import type { Session } from "../session";
import { label, siblingOf } from "./state";
import type { CaCertificateState } from "./state";
import { isUsed, usersOf } from "./users";
import type { Users } from "./users";

/** Uploaded already, and gone on with. */
export interface Present {
  readonly present: MtlsCertificate;
  /** It isn't of this stack. */
  readonly adopted?: true;
  readonly words: string;
}

/** What an upload meets in the account. */
export type Meeting =
  | Present
  | { readonly refusal: string }
  /** To be uploaded, in an order that Cloudflare takes. */
  | { readonly certificates: string };

/** Decides what becomes of an upload, in a preview and in the real run. */
export async function meet(
  session: Session,
  state: CaCertificateState,
  uploads: readonly MtlsCertificate[],
): Promise<Meeting> {
  const isManaged = ({ type }: MtlsCertificate) => (type ?? "custom") !== "custom";
  const same = uploads.filter((upload) => upload.ca && sameSet(held(upload), state.fingerprints));
  // Cloudflare shows a deleted upload for a while: the latest is the one that lives.
  const times = ({ uploaded_on }: MtlsCertificate) => uploaded_on ?? "";
  const present = same
    .filter((upload) => !isManaged(upload))
    .sort((left, right) => times(left).localeCompare(times(right)))
    .at(-1);
  if (present) return meetPresent(session, state, present, uploads);
  const managed = same.find(isManaged);
  if (managed) return { refusal: managedMessage(state, managed) };
  return inFreeOrder(state, uploads);
}

async function meetPresent(
  session: Session,
  state: CaCertificateState,
  present: MtlsCertificate,
  uploads: readonly MtlsCertificate[],
): Promise<Meeting> {
  const { id, name = "" } = present;
  // A refresh reads what state holds, and what a failed replacement left to be deleted, too.
  const isKnown = state.adopt || session.program.remembers("ca", state.owner, id);
  if (name === label(state) && (isKnown || !isUsed(await usersOf(session, id, state))))
    return { present, words: `CA ${id} was uploaded by an earlier attempt of this resource: going on with it.` };
  if (await isOfStack(session, state, present, uploads))
    return { present, words: `CA ${id} "${name}" is this stack's already: going on with it.` };
  if (!state.adopt) return { refusal: strangerMessage(state, present) };
  return { present, adopted: true, words: `CA ${id} "${name}" is taken over: it holds the same certificates.` };
}

/**
 * Whether it is of another resource, which mostly left the program, so that no check tells of it. Its label says this
 * stack; and because a stack elsewhere may have the same names, it may be used only where the CA is used that this
 * resource has had until now.
 */
async function isOfStack(
  session: Session,
  state: CaCertificateState,
  upload: MtlsCertificate,
  uploads: readonly MtlsCertificate[],
): Promise<boolean> {
  const { owner, accountId } = state;
  const before = uploads.find((one) => session.program.remembers("ca", owner, accountId, ...held(one).sort()));
  if (!before || siblingOf(upload.name ?? "", state) === undefined) return false;
  const [its, ours] = await Promise.all([usersOf(session, upload.id, state), usersOf(session, before.id, state)]);
  const used = ({ lists }: Users) => lists.flatMap((list) => list.hostnames.map((name) => `${list.zoneId}/${name}`));
  const known = new Set(used(ours));
  if (its.services.length > 0 || !used(its).every((place) => known.has(place))) return false;
  for (const { zoneId, hostnames } of its.lists)
    session.program.leave({ zoneId, caCertificateId: upload.id }, hostnames);
  return true;
}

/** Cloudflare refuses an upload that begins with the same certificate as another, so one that is free has to come first. */
function inFreeOrder(state: CaCertificateState, uploads: readonly MtlsCertificate[]): Meeting {
  const byFirst = new Map(uploads.map((upload) => [held(upload)[0], upload]));
  const beside = byFirst.get(state.fingerprints[0]);
  if (!beside) return { certificates: state.certificates };
  const place = state.fingerprints.findIndex((fingerprint) => !byFirst.has(fingerprint));
  if (place < 0) return { refusal: overlapMessage(state, beside) };
  const blocks = state.certificates.split(/(?<=-----END CERTIFICATE-----\n)/);
  return { certificates: [...blocks.splice(place, 1), ...blocks].join("") };
}

function held({ certificates }: MtlsCertificate): string[] {
  return fingerprintsOf(certificates ?? "");
}

function named({ accountId, subject }: CaCertificateState, { id, name = "" }: MtlsCertificate): string {
  return `The CA ${subject} is in account ${accountId} already, as ${id} "${name}"`;
}

function managedMessage(state: CaCertificateState, managed: MtlsCertificate): string {
  return [
    `${named(state, managed)}, managed by another product of Cloudflare's (${managed.type}): it can't be taken over, with \`adopt\` or without, nor uploaded a second time.`,
    "Use another CA for this, or take it out of that product first.",
  ].join("\n");
}

function overlapMessage(state: CaCertificateState, other: MtlsCertificate): string {
  return [
    `${named(state, other)}, with other certificates behind it, and Cloudflare refuses to take it a second time.`,
    "If this resource is to change from that upload to fewer certificates: give it one more CA certificate that isn't in the account for one `up`, then take that out. Or set the resource option `deleteBeforeReplace`, with an outage, and `cloudflare-mtls:preflight` to off for this `up`: a preview doesn't see that option.",
    "If that upload is another's: use it without owning it, by its id.",
  ].join("\n");
}

function strangerMessage(state: CaCertificateState, present: MtlsCertificate): string {
  const sibling = siblingOf(present.name ?? "", state);
  const whose =
    present.name === label(state)
      ? "its label is this resource's, but it is in use, so that no killed run left it. A stack with the same names may own it; if this one does (`--replace`), there is nothing to replace. Where a replacement failed and the program was put back, run `pulumi up --refresh`"
      : sibling === undefined
        ? "this resource didn't upload it"
        : `its label is that of "${sibling}" in this stack, or in one with the same names`;
  return [
    `${named(state, present)}, uploaded ${present.uploaded_on ?? "at an unknown time"}; ${whose}.`,
    `To take it over, set \`adopt: true\` (destroy will then leave it there, unless \`retain: false\`). If the resource was only renamed, name the old one under the resource option \`aliases\`. To use the CA without owning it, give its id as \`caCertificateId\` to HostnameAssociations. Where it was deleted just now, Cloudflare shows it for about 90 s more: run this again then.`,
  ].join("\n");
}
