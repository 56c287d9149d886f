import * as pulumi from "@pulumi/pulumi";
import { linesOf } from "../wording/lines";
import { CaCertificate } from "./ca-certificate";
import { withCredentials } from "./credentials";
import { given, providedBy } from "./provider-text";
import { zoneIdOf } from "./zone";
import type { ZoneId } from "./zone";

/**
 * Inputs of {@link HostnameAssociations}.
 */
export interface HostnameAssociationsArgs {
  /** Id of the zone (32 characters of 0-9 and a-f), or a zone of `@pulumi/cloudflare`. A change replaces the list. */
  zoneId: ZoneId;
  /**
   * Id of the uploaded CA: `ca.id`; or CLOUDFLARE_MANAGED_CA. Required, because Cloudflare takes a call without one to be about its
   * own managed CA, and nothing is changed there by mistake.
   * A change replaces the list: the new CA's is made first, the old CA's cleared last.
   */
  caCertificateId: pulumi.Input<string>;
  /**
   * Fully qualified hostnames of the zone, without wildcards. A set: case, a final dot, Unicode or punycode, order and
   * duplicates are no change. Changed in place.
   */
  hostnames: pulumi.Input<readonly pulumi.Input<string>[]>;
  /**
   * `exclusive` (default): the list is this resource's alone, and hostnames of others in it are refused.
   * `shared`: only the hostnames named here are added and removed, and others are left alone. Changed in place.
   */
  mode?: pulumi.Input<"exclusive" | "shared">;
  /** In exclusive mode, take over a list with hostnames of others, which removes those. Default false. */
  adopt?: pulumi.Input<boolean>;
}

/**
 * The hostnames of one zone on which clients are asked for a certificate of one CA.
 *
 * Cloudflare keeps one list for each pair of zone and CA; a PUT replaces it whole, and there is no lock. An association
 * only makes the edge *ask* for a certificate and check it; an {@link MtlsRule} refuses who has none.
 *
 * - Identity: zone and CA. The hostnames and the mode change in place.
 * - A hostname that leaves stays associated until no rule demands its certificate any more; a rule that names this list under
 *   `associations` takes it out then.
 * - Destroy clears the list, or takes the own hostnames out of a shared one, and waits until Cloudflare shows it.
 *
 * ```ts
 * const list = new HostnameAssociations("partners", { zoneId, caCertificateId: ca.id, hostnames: ["api.example.com"] });
 * ```
 */
export class HostnameAssociations extends pulumi.CustomResource {
  /** The type in state and in a URN: what `transforms` and policies compare. */
  static readonly __pulumiType = "pulumi-nodejs:dynamic/cloudflare-mtls:HostnameAssociations";

  /** The zone of the list, as 32 hexadecimal digits. */
  declare readonly zoneId: pulumi.Output<string>;
  /** The uploaded CA of the list, as a UUID; or `CLOUDFLARE_MANAGED_CA`. */
  declare readonly caCertificateId: pulumi.Output<string>;
  /** The hostnames on their canonical form, sorted. */
  declare readonly hostnames: pulumi.Output<string[]>;

  /** True for HostnameAssociations, also of another copy of this package. */
  static override isInstance(value: unknown): value is HostnameAssociations {
    return (value as { __pulumiType?: string } | undefined)?.__pulumiType === HostnameAssociations.__pulumiType;
  }

  /**
   * @param name the resource's unique name in the stack
   * @param args see {@link HostnameAssociationsArgs}
   * @param opts Pulumi's resource options
   */
  constructor(name: string, args: HostnameAssociationsArgs, opts?: pulumi.CustomResourceOptions) {
    // Told to the provider's check, and kept nowhere. Two resources that stand on one list must be told from one that is checked
    // twice, and, in a preview, two lists of one CA that is yet to be uploaded from those of two.
    const __self = `${name} ${++made}`;
    const __ca = uploadBehind(args.caCertificateId);
    const inputs = { ...args, zoneId: zoneIdOf(args.zoneId), __self, __ca };
    super(
      HostnameAssociations.__pulumiType,
      name,
      { ...providedBy("hostname-associations"), ...given(inputs) },
      withCredentials(opts),
    );
    this.hostnames = this.hostnames.apply(linesOf);
  }
}

let made = 0;

/** URN of the one CaCertificate that the id comes from; undefined where it comes from elsewhere. */
function uploadBehind(caCertificateId: pulumi.Input<string>): pulumi.Output<string | undefined> {
  // What an Output depends on is told by this method alone, which the SDK has and doesn't declare.
  const { allResources } = pulumi.output(caCertificateId) as { allResources?: () => Promise<Set<pulumi.Resource>> };
  const uploads = allResources?.().then((all) => [...all].filter((resource) => CaCertificate.isInstance(resource)));
  return pulumi.output(uploads?.then((found) => (found.length === 1 ? found[0]?.urn : undefined)));
}
