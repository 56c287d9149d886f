import type { CaBundle } from "../pki/ca-bundle";
import type { CaCertificateState } from "./ca-certificate";

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
