import { listMtlsCertificates } from "../cloudflare/mtls-certificates";
import type { MtlsCertificate } from "../cloudflare/mtls-certificates";
import { fingerprintsOf } from "../pki/ca-bundle";
import type { CaCertificateState } from "./ca-certificate";
import type { Session } from "./session";

/** Name and owner in one text: what a person reads in a list, and what tells our own upload from another's. */
export function label({ name, owner }: CaCertificateState): string {
  return name && !owner.endsWith(`/${name}`) ? `${name} (pulumi ${owner})` : `pulumi ${owner}`;
}

/**
 * The upload of the same certificates. Cloudflare takes them once, but shows a deleted upload for a while: the latest is
 * the one that lives.
 */
export function sameUpload(
  uploads: readonly MtlsCertificate[],
  { fingerprints }: CaCertificateState,
): MtlsCertificate | undefined {
  const same = uploads.filter(
    ({ ca, type, certificates }) =>
      ca && (type ?? "custom") === "custom" && sameSet(fingerprintsOf(certificates ?? ""), fingerprints),
  );
  return same.reduce<MtlsCertificate | undefined>(
    (latest, upload) => ((upload.uploaded_on ?? "") >= (latest?.uploaded_on ?? "") ? upload : latest),
    undefined,
  );
}

export async function findUpload(session: Session, state: CaCertificateState): Promise<MtlsCertificate | undefined> {
  return sameUpload(await listMtlsCertificates(session.cloudflare(), state.accountId), state);
}

export function strangerMessage({ accountId, subject }: CaCertificateState, present: MtlsCertificate): string {
  return [
    `The CA ${subject} is in account ${accountId} already, as ${present.id} "${present.name ?? ""}", uploaded ${present.uploaded_on ?? "at an unknown time"}; this resource didn't upload it.`,
    `To take it over, set \`adopt: true\` (destroy will then leave it there, unless \`retain: false\`). If the resource was only renamed, name the old one under the resource option \`aliases\`. To use the CA without owning it, give its id as \`caCertificateId\` to HostnameAssociations.`,
  ].join("\n");
}

export function sameSet(left: readonly string[], right: readonly string[]): boolean {
  const members = new Set(right);
  return new Set(left).size === members.size && left.every((item) => members.has(item));
}
