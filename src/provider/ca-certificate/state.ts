import type { CaBundle } from "../../pki/ca-bundle";

/** What Pulumi keeps of an uploaded CA. Everything but the last two is known before the upload, in a preview too. */
export interface CaCertificateState {
  accountId: string;
  certificates: string;
  name: string;
  owner: string;
  zoneIds: string[];
  adopt?: boolean;
  retain?: boolean;
  forceDetach?: boolean;
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

/** What stands in the certificates themselves, as a CaCertificate tells it. */
export function factsOf({ certificates, pem }: CaBundle): Partial<CaCertificateState> {
  const [first] = certificates;
  if (!first) return {};
  const { subject, issuer, serialNumber, notBefore, notAfter } = first;
  return {
    certificates: pem,
    fingerprints: certificates.map(({ fingerprint }) => fingerprint),
    issuerSkis: certificates.flatMap(({ ski }) => ski ?? []),
    ...{ subject, issuer, serialNumber, notBefore, notAfter },
  };
}

/** Name and owner in one text: what a person reads in a list, and what tells our own upload from another's. */
export function label({ name, owner }: CaCertificateState): string {
  return name && name !== resourceOf(owner) ? `${name} (pulumi ${owner})` : `pulumi ${owner}`;
}

/** The resource's name in the owner that a label names; undefined where that is of another stack. */
export function siblingOf(labelled: string, { owner }: CaCertificateState): string | undefined {
  const [, other] = /(?:^|\()pulumi ([^()]+)\)?$/.exec(labelled) ?? [];
  const stack = (text: string) => text.slice(0, text.lastIndexOf("/"));
  return other !== undefined && stack(other) === stack(owner) ? resourceOf(other) : undefined;
}

/** An owner without the stack in front, and without the digest of the types above. */
export function resourceOf(owner: string): string {
  return owner.slice(owner.lastIndexOf("/") + 1).split("~")[0] ?? "";
}
