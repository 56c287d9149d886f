import * as pulumi from "@pulumi/pulumi";
import { bytesAsText } from "../pki/bytes-as-text";
import { withholdKeys } from "../pki/withheld";
import { expressionsOf } from "../wording/lines";
import { limitsOf } from "./accepted-ca";
import type { AcceptedCa, ManagedCa } from "./accepted-ca";
import { withCredentials } from "./credentials";
import { HostnameAssociations } from "./hostname-associations";
import { given, ownerOf, providedBy } from "./provider-text";
import { zoneIdOf } from "./zone";
import type { ZoneId } from "./zone";

/** Another rule's id or `ref`. `undefined` is refused; TypeScript may add it to `ruleIds[0]`. */
type Anchor = pulumi.Input<string> | undefined;

/** An answer of one's own. (`action_parameters.response` of a rule that blocks) */
export interface BlockResponse {
  /** From 400 to 499. */
  readonly statusCode: pulumi.Input<number>;
  /** The media type of `content`; Cloudflare takes these four. */
  readonly contentType: pulumi.Input<"application/json" | "text/html" | "text/plain" | "text/xml">;
  /** At most 2,048 bytes. */
  readonly content: pulumi.Input<string>;
}

/**
 * Inputs of {@link MtlsRule}.
 */
export interface MtlsRuleArgs {
  /** Id of the zone (32 characters of 0-9 and a-f), or a zone of `@pulumi/cloudflare`. A change replaces the rule. */
  zoneId: ZoneId;
  /** Hostnames that are let through with a certificate only; the same forms as in HostnameAssociations. Changed in place. */
  hostnames: pulumi.Input<readonly pulumi.Input<string>[]>;
  /**
   * Subject key identifiers of the issuers whose certificates are accepted, in hex: `ca.issuerSkis`, and those of
   * intermediates that issue under a CA whose root was uploaded. Without them any CA of the account would do, so they are
   * required, here or under `cas`. Changed in place.
   */
  issuerSkis?: pulumi.Input<readonly pulumi.Input<string>[]>;
  /** CAs whose certificates are accepted, each with its limits: `[ca]` is `issuerSkis: ca.issuerSkis`. Changed in place. */
  cas?: readonly (AcceptedCa | ManagedCa)[];
  /**
   * Certificates that are refused all the same, as Cloudflare knows no CRL of an uploaded CA: `<issuer SKI>/<serial number>`, or a
   * serial number alone, which counts with every issuer and is refused if it is short and there are several; a SHA-256 fingerprint; a certificate in PEM; or a CRL, PEM or its DER bytes.
   * Kept as serial numbers and fingerprints. Default: none. Changed in place.
   */
  revoked?: pulumi.Input<readonly pulumi.Input<string>[]> | readonly (pulumi.Input<string> | Uint8Array)[];
  /**
   * On these `paths`, every host of the zone needs a certificate; `hostnames` are those that clients get in to.
   * Hosts without an association refuse everybody there. Default false. Changed in place.
   */
  everyHost?: pulumi.Input<boolean>;
  /**
   * Paths that need a certificate: `/admin` is that path alone, `/admin/*` everything below it.
   * Spelled as Cloudflare normalises them: `/%61dmin` is `/admin`, `/café` is `/caf%C3%A9`. What can't match is refused, as
   * `/a//b`. Default: the whole host. Changed in place.
   */
  paths?: pulumi.Input<readonly pulumi.Input<string>[]>;
  /** `block` (default) refuses with 403; `log` only records (Enterprise), for a careful start. Changed in place. */
  action?: pulumi.Input<"block" | "log">;
  /** What a refused request is answered (paid plans). Default: 403 with Cloudflare's own page. Changed in place. */
  response?: pulumi.Input<BlockResponse>;
  /** What the dashboard shows. Default: `Mutual TLS, managed by Pulumi (project/stack/name)`. Changed in place. */
  description?: pulumi.Input<string>;
  /**
   * Where the rule stands among the zone's custom rules: before or after another, by id (`other.ruleIds[0]`) or `ref`.
   * Default `first`, because a `skip` rule before it would switch it off. Changed in place.
   */
  position?: pulumi.Input<"first" | "last" | { readonly before: Anchor } | { readonly after: Anchor }>;
  /**
   * Id or `ref` of a rule of the zone to take over instead of making one: it is changed in place, and destroy deletes it.
   * What it was is shown in the preview. Default: none. Looked at on create only.
   */
  adopt?: pulumi.Input<string>;
  /**
   * The lists that the rule stands on. It is written after them; it is refused where they don't cover a hostname; and a hostname
   * that leaves both is taken out of them once the rule has let go. Default: the HostnameAssociations in `dependsOn`.
   */
  associations?: readonly HostnameAssociations[];
}

/**
 * The custom rule that refuses requests without a certificate of the right issuer.
 *
 * A zone has one entry point ruleset for custom rules, and everybody's rules stand in it. This is one of them, found by its
 * `ref`; the others keep their ids, versions and order. The entry point is made where there is none and never deleted.
 *
 * - Identity: the zone. Everything else changes in place, with the rule's id unchanged.
 * - A rule that demands certificates on a host without an association would lock everybody out, and is refused.
 * - Hostnames that outgrow one expression (4,096 characters) are dealt out to several rules.
 * - Destroy deletes the rule first of all: from then on the hosts are open.
 *
 * ```ts
 * new MtlsRule("partners", { zoneId, hostnames: list.hostnames, issuerSkis: ca.issuerSkis, associations: [list] });
 * ```
 */
export class MtlsRule extends pulumi.CustomResource {
  /** The type in state and in a URN: what `transforms` and policies compare. */
  static readonly __pulumiType = "pulumi-nodejs:dynamic/cloudflare-mtls:MtlsRule";

  /** Id of the zone's entry point ruleset. */
  declare readonly rulesetId: pulumi.Output<string>;
  /** Id of each rule: one, unless the hostnames outgrow one expression. */
  declare readonly ruleIds: pulumi.Output<string[]>;
  /** Text of each rule, in Cloudflare's rules language. */
  declare readonly expressions: pulumi.Output<string[]>;

  /** True for an MtlsRule, also of another copy of this package. */
  static override isInstance(value: unknown): value is MtlsRule {
    return (value as { __pulumiType?: string } | undefined)?.__pulumiType === MtlsRule.__pulumiType;
  }

  /**
   * @param name the resource's unique name in the stack; the rule's `ref` is derived from it
   * @param args see {@link MtlsRuleArgs}
   * @param opts Pulumi's resource options
   */
  constructor(name: string, args: MtlsRuleArgs, opts: pulumi.CustomResourceOptions = {}) {
    const { associations = associationsAmong(opts.dependsOn), cas = [], revoked, ...rest } = args;
    const inputs = {
      ...rest,
      cas: cas.map(limitsOf),
      revoked: revoked && withoutKeys(revoked),
      zoneId: zoneIdOf(args.zoneId),
      associations: associations.map(({ caCertificateId, hostnames }) => ({ caCertificateId, hostnames })),
      owner: ownerOf(name, opts.parent),
      __elsewhere: announce(args),
    };
    const provided = providedBy("mtls-rule", ["rulesetId", "ruleIds", "expressions", "action"]);
    const after = pulumi.mergeOptions(withCredentials(opts), { dependsOn: [...associations] });
    super(MtlsRule.__pulumiType, name, { ...provided, ...given(inputs) }, after);
    this.expressions = this.expressions.apply(expressionsOf);
  }
}

/** In texts: bytes are the DER of a CRL. */
function withoutKeys(revoked: NonNullable<MtlsRuleArgs["revoked"]>): pulumi.Output<unknown[]> {
  const texts = Array.isArray(revoked) ? (revoked as unknown[]).map(bytesAsText) : revoked;
  return pulumi.output(texts as pulumi.Input<pulumi.Input<string>[]>).apply((all) => all.map(withholdKeys));
}

/** Who writes `dependsOn: [list]` means the same as `associations: [list]`. */
function associationsAmong(dependsOn: pulumi.CustomResourceOptions["dependsOn"]): HostnameAssociations[] {
  const resources: unknown[] = Array.isArray(dependsOn) ? dependsOn : [dependsOn];
  return resources.filter((resource) => HostnameAssociations.isInstance(resource));
}

/** The hostnames of each rule that the program has made so far, as far as they are plain texts. */
const announced: { readonly zoneId: unknown; readonly hostnames: readonly string[] }[] = [];

/**
 * What the zone's other rules will demand, told to the provider's check, and kept nowhere: a hostname that moves from one rule to another
 * must not leave the one before it has come to the other, and the engine may ask for the one first. It is known once the program has
 * run to its first pause.
 */
function announce({ zoneId, hostnames, action }: MtlsRuleArgs): Promise<string[]> {
  const plain =
    Array.isArray(hostnames) && action !== "log" ? hostnames.filter((hostname) => typeof hostname === "string") : [];
  const own = { zoneId, hostnames: plain };
  announced.push(own);
  const others = () =>
    announced.filter((rule) => rule !== own && (rule.zoneId === zoneId || typeof rule.zoneId !== "string"));
  return new Promise((resolve) => setImmediate(() => resolve(others().flatMap((rule) => rule.hostnames))));
}
