import { listMtlsCertificates } from "../../cloudflare/mtls-certificates";
import type { MtlsCertificate } from "../../cloudflare/mtls-certificates";
import { fingerprintsOf } from "../../pki/ca-bundle";
import type { CaCertificateState } from "./state";
import { isUsed, usersOf } from "./users";
import { sameSet } from "../engine/changes";
import type { Session } from "../session";

/** Name and owner in one text: what a person reads in a list, and what tells our own upload from another's. */
export function label({ name, owner }: CaCertificateState): string {
  const [own] = owner.slice(owner.lastIndexOf("/") + 1).split("~");
  return name && name !== own ? `${name} (pulumi ${owner})` : `pulumi ${owner}`;
}

/**
 * The upload of the same certificates. Cloudflare takes them once, but shows a deleted upload for a while: the latest is
 * the one that lives.
 */
export function sameUpload(
  uploads: readonly MtlsCertificate[],
  state: CaCertificateState,
): MtlsCertificate | undefined {
  const same = uploads.filter((upload) => (upload.type ?? "custom") === "custom" && holdsSame(upload, state));
  return same.reduce<MtlsCertificate | undefined>(
    (latest, upload) => ((upload.uploaded_on ?? "") >= (latest?.uploaded_on ?? "") ? upload : latest),
    undefined,
  );
}

/** The same certificates in the hands of Gateway or Access: they can be neither taken over nor uploaded beside it. */
export function managedElsewhere(uploads: readonly MtlsCertificate[], state: CaCertificateState): string | undefined {
  const managed = uploads.find((upload) => (upload.type ?? "custom") !== "custom" && holdsSame(upload, state));
  if (!managed) return undefined;
  return [
    `The CA ${state.subject} is in account ${state.accountId} already, as ${managed.id} "${managed.name ?? ""}", managed by another product of Cloudflare's (${managed.type}): it can't be taken over, with \`adopt\` or without, nor uploaded a second time.`,
    "Use another CA for this, or take it out of that product first.",
  ].join("\n");
}

function holdsSame({ ca, certificates }: MtlsCertificate, { fingerprints }: CaCertificateState): boolean {
  return ca === true && sameSet(fingerprintsOf(certificates ?? ""), fingerprints);
}

export async function findUpload(session: Session, state: CaCertificateState): Promise<MtlsCertificate | undefined> {
  return sameUpload(await listMtlsCertificates(session.cloudflare(), state.accountId), state);
}

/**
 * Whether an upload is one of this very resource whose answer, or whose whole run, was lost. Its label says so; and where state doesn't know
 * it, that nothing uses it yet: a stack with the same names in another backend has the same label.
 */
export async function isLeftover(
  session: Session,
  state: CaCertificateState,
  upload: MtlsCertificate,
): Promise<boolean> {
  if (upload.name !== label(state)) return false;
  if (state.adopt || session.program.remembers("ca", state.accountId, ...[...state.fingerprints].sort())) return true;
  return !isUsed(await usersOf(session, upload.id, state));
}

export function strangerMessage(state: CaCertificateState, present: MtlsCertificate): string {
  const whose =
    present.name === label(state)
      ? "its label is this resource's, but it is in use, so that no killed run left it. A stack with the same names may own it; if this one does (`--replace`), there is nothing to replace"
      : "this resource didn't upload it";
  return [
    `The CA ${state.subject} is in account ${state.accountId} already, as ${present.id} "${present.name ?? ""}", uploaded ${present.uploaded_on ?? "at an unknown time"}; ${whose}.`,
    `To take it over, set \`adopt: true\` (destroy will then leave it there, unless \`retain: false\`). If the resource was only renamed, name the old one under the resource option \`aliases\`. To use the CA without owning it, give its id as \`caCertificateId\` to HostnameAssociations. Where it was deleted just now, Cloudflare shows it for about 90 s more: run this again then.`,
  ].join("\n");
}
