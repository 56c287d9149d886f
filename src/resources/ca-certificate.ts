import * as pulumi from "@pulumi/pulumi";
import { withholdKeys } from "../pki/withheld";
import { withCredentials } from "./credentials";
import { ownerOf, providedBy } from "./provider-text";

/**
 * Inputs of {@link CaCertificate}.
 */
export interface CaCertificateArgs {
  /** Id of the account, 32 characters of 0-9 and a-f. A change replaces the CA. */
  accountId: pulumi.Input<string>;
  /**
   * The CA, or a chain of CAs, in PEM: the certificate that directly issues the client certificates, and no leaf and no
   * private key. Compared by the SHA-256 of each certificate's DER, so spelling and order are no change; other
   * certificates replace the CA. (`certificates` of POST /accounts/{account_id}/mtls_certificates)
   */
  certificates: pulumi.Input<string>;
  /**
   * What people read in the list of CAs; project, stack and resource name are added to it. An upload's name can't be
   * changed, so a new one takes effect with the next upload. Default: the resource's name.
   */
  name?: pulumi.Input<string>;
  /**
   * Take over a CA with the same certificates that is in the account already. Default false: it is refused, with its
   * id, name and date. Looked at on create only.
   */
  adopt?: pulumi.Input<boolean>;
  /** Leave the CA in the account on destroy. Default: true for one that was taken over, else false. Changed in place. */
  retain?: pulumi.Input<boolean>;
  /**
   * On destroy, also empty the hostname lists of this CA that others made, in every zone of the account that the token can
   * read, but for hostnames of which an enabled rule still demands its certificates. Default false: the CA stays, and
   * the error names who uses it. Changed in place, without a call.
   */
  forceDetach?: pulumi.Input<boolean>;
  /**
   * The zones that the CA will be associated in. Each is looked up before the upload, so that a mistyped zone id leaves
   * nothing behind. Default: none. Changed in place, without a call.
   */
  zoneIds?: pulumi.Input<readonly pulumi.Input<string>[]>;
  /** Accept a certificate outside its validity. Default false. Changed in place, without a call. */
  allowExpired?: pulumi.Input<boolean>;
  /** Warn when a certificate expires within so many days. Default 60. Changed in place, without a call. */
  expiryWarningDays?: pulumi.Input<number>;
}

/**
 * A CA certificate uploaded to a Cloudflare account, for client certificates that are not Cloudflare's own.
 *
 * Cloudflare has an account-wide list of five, shared with API Shield, Workers and Gateway. An upload is immutable: it is
 * made and deleted, never changed. It can't be deleted while a hostname is associated with it, nor for a while after.
 *
 * - Identity: the account, and the certificates themselves. Anything else changes in place, or not at all.
 * - Replacement uploads the new CA first and deletes the old one last. Where all five slots are taken, the resource option
 *   `deleteBeforeReplace` turns that round, and clients are refused until the new one is in place.
 * - Destroy deletes it, unless it was taken over.
 *
 * ```ts
 * const ca = new CaCertificate("partners", { accountId, certificates: readFileSync("partners.pem", "utf8") });
 * ```
 */
export class CaCertificate extends pulumi.CustomResource {
  /** The type in state and in a URN: what `transforms` and policies compare. */
  static readonly __pulumiType = "pulumi-nodejs:dynamic/cloudflare-mtls:CaCertificate";

  /** The certificates in canonical PEM: what was sent. */
  declare readonly certificates: pulumi.Output<string>;
  /** SHA-256 of each certificate's DER, lower-case hex. */
  declare readonly fingerprints: pulumi.Output<string[]>;
  /** Subject key identifier of each certificate, upper-case hex without colons: what `issuerSkis` of a rule takes. */
  declare readonly issuerSkis: pulumi.Output<string[]>;
  /** Subject of the first certificate, RFC 4514. */
  declare readonly subject: pulumi.Output<string>;
  /** Issuer of the first certificate, RFC 4514. */
  declare readonly issuer: pulumi.Output<string>;
  /** Serial number of the first certificate, upper-case hex. */
  declare readonly serialNumber: pulumi.Output<string>;
  /** Start of the first certificate's validity, RFC 3339, UTC. */
  declare readonly notBefore: pulumi.Output<string>;
  /** End of the first certificate's validity, RFC 3339, UTC. */
  declare readonly notAfter: pulumi.Output<string>;
  /** When Cloudflare took the upload, RFC 3339, UTC. */
  declare readonly uploadedOn: pulumi.Output<string>;

  /**
   * A CA that is in the account already, such as another stack's: read, and never written. It has all outputs, and destroy
   * leaves it. (GET /accounts/{account_id}/mtls_certificates/{mtls_certificate_id})
   *
   * @param name the resource's unique name in this stack
   * @param id its id: `ca.id` where it is owned
   * @param accountId id of the account that holds it
   * @param opts Pulumi's resource options
   * @throws Error, in the run, when the account has no such CA
   */
  static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    accountId: pulumi.Input<string>,
    opts?: pulumi.CustomResourceOptions,
  ): CaCertificate {
    return new CaCertificate(name, { accountId, certificates: "" }, { ...opts, id });
  }

  /** True for a CaCertificate, also of another copy of this package. */
  static override isInstance(value: unknown): value is CaCertificate {
    return (value as { __pulumiType?: string } | undefined)?.__pulumiType === CaCertificate.__pulumiType;
  }

  /**
   * @param name the resource's unique name in the stack; part of the label of the upload
   * @param args see {@link CaCertificateArgs}
   * @param opts Pulumi's resource options
   */
  constructor(name: string, args: CaCertificateArgs, opts?: pulumi.CustomResourceOptions) {
    const facts = ["fingerprints", "issuerSkis", "subject", "issuer", "serialNumber", "notBefore", "notAfter"];
    const provided = providedBy("ca-certificate", [...facts, "uploadedOn"]);
    const certificates = pulumi.output(args.certificates).apply(withholdKeys);
    const inputs = { ...args, certificates, name: args.name ?? name, owner: ownerOf(name, opts?.parent) };
    super(CaCertificate.__pulumiType, name, { ...provided, ...inputs }, withCredentials(opts));
  }
}
