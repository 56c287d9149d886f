import * as pulumi from "@pulumi/pulumi";
import { withholdKeys } from "../pki/withheld";
import { CLOUDFLARE_MANAGED_CA } from "../wording/managed-ca";
import { CaCertificate } from "./ca-certificate";

/** A CA whose certificates a rule lets in: a {@link CaCertificate}, or what is known of one. */
export interface AcceptedCa {
  /** `ca.issuerSkis`, in hex: the issuers that are let in. */
  readonly issuerSkis: pulumi.Input<readonly pulumi.Input<string>[]>;
  /** `ca.certificates`, PEM. Needed for a CRL, which is checked against them. Not kept in state. */
  readonly certificates?: pulumi.Input<string>;
  /**
   * Only certificates with one of these subjects (RFC 4514, such as `CN=hooks.partner.com,O=Partner`, the most specific first).
   * Needed where the CA isn't one's own. Default: all that it issued.
   */
  readonly subjects?: pulumi.Input<readonly pulumi.Input<string>[]>;
}

/** The Cloudflare-managed CA of the account. Its revoked certificates are refused. */
export interface ManagedCa extends Omit<AcceptedCa, "issuerSkis" | "certificates"> {
  /** Names the managed CA outright: it is never meant by leaving something out. */
  readonly id: typeof CLOUDFLARE_MANAGED_CA;
  /** Its subject key identifier. Default: that of `clientCertificate`; without either the rule names no issuer, and is then alone. */
  readonly issuerSkis?: AcceptedCa["issuerSkis"];
  /** Any client certificate that it issued, PEM: the issuer is read from it. */
  readonly clientCertificate?: pulumi.Input<string>;
}

/** What the provider's check is told of a CA. Its id may not be known yet, and plays no part; of the certificates nothing is kept. */
export function limitsOf(ca: AcceptedCa | ManagedCa): pulumi.Inputs {
  if (CaCertificate.isInstance(ca)) return { issuerSkis: ca.issuerSkis, certificates: ca.certificates };
  const { id, clientCertificate, ...limits }: Partial<ManagedCa> = ca;
  const client = clientCertificate && pulumi.output(clientCertificate).apply(withholdKeys);
  return { ...limits, clientCertificate: client, isManaged: id === CLOUDFLARE_MANAGED_CA || undefined };
}
