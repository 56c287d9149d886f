import * as pulumi from "@pulumi/pulumi";
import { CaCertificate } from "./resources/ca-certificate";
import type { CaCertificateArgs } from "./resources/ca-certificate";
import type { AcceptedCa, ManagedCa } from "./resources/accepted-ca";
import { withCredentials } from "./resources/credentials";
import { HostnameAssociations } from "./resources/hostname-associations";
import type { HostnameAssociationsArgs } from "./resources/hostname-associations";
import { MtlsRule } from "./resources/mtls-rule";
import type { MtlsRuleArgs } from "./resources/mtls-rule";
import { zoneIdOf } from "./resources/zone";
import { mermaid, some } from "./wording/diagram";
import { insteadOf } from "./wording/did-you-mean";
import { CLOUDFLARE_MANAGED_CA } from "./wording/managed-ca";
import { shownWrong, withoutSecrets } from "./wording/shown";

/** One CA of a {@link MutualTls}: the inputs of CaCertificate, less what the component knows. */
export type MutualTlsCa = Omit<CaCertificateArgs, "accountId" | "zoneIds"> & Pick<AcceptedCa, "subjects">;

/** A CA that the component doesn't own: a CaCertificate of the program, made or got by its id; or what another stack says of its own. */
export interface UploadedCa extends AcceptedCa {
  /** Its id, `ca.id`. A change replaces the hostname lists: the new ones are made first. */
  readonly id: pulumi.Input<string>;
}

type ZoneOption = "zoneId" | "hostnames" | "paths" | "everyHost" | "position" | "adopt";

/** One zone of a {@link MutualTls}. */
export interface MutualTlsZone extends Pick<MtlsRuleArgs, ZoneOption> {
  /**
   * The zone's name in the stack, from which its resources take theirs. Default: the zone id; where that is known only
   * later (an Output), its place in the array, so give a key where such zones come and go. A change replaces its resources.
   */
  key?: string;
}

/** Inputs of {@link MutualTls}. */
export interface MutualTlsArgs
  extends Pick<MtlsRuleArgs, "action" | "revoked" | "response">, Pick<HostnameAssociationsArgs, "adopt"> {
  /** Id of the account that holds the CAs. A change replaces them. */
  accountId: pulumi.Input<string>;
  /**
   * The CAs by key. A key is the CA's identity in the stack: add one beside another to rotate, then remove the old one.
   * One with an `id` is used and not owned: nothing is uploaded, and destroy leaves it. CLOUDFLARE_MANAGED_CA is such an id.
   */
  cas: Record<string, MutualTlsCa | UploadedCa | ManagedCa>;
  /** The zones, and in each the hostnames that are let through with a certificate only. */
  zones: readonly MutualTlsZone[];
  /**
   * Of the hostname lists, as in HostnameAssociations. Default: `exclusive` for a CA that the component uploads, or with `adopt`;
   * `shared` for one that it only uses, because others use it too. Changed in place.
   */
  mode?: HostnameAssociationsArgs["mode"];
  /** Issuers that are accepted besides the CAs themselves: intermediates that issue under an uploaded root. Default: none. */
  issuerSkis?: pulumi.Input<readonly pulumi.Input<string>[]>;
}

/**
 * Mutual TLS with your own CAs, over one or many zones: every CA is uploaded once, associated in every zone, and one rule
 * in each zone lets in certificates of any of them. Made in the order CA, associations, rule, and taken apart in the
 * opposite one, so that no request is wrongly refused or let in on the way.
 *
 * ```ts
 * new MutualTls("partners", {
 *   accountId,
 *   cas: { "2026": { certificates: readFileSync("partners-2026.pem", "utf8") } },
 *   zones: [{ zoneId, hostnames: ["api.example.com"] }],
 * });
 * ```
 */
export class MutualTls extends pulumi.ComponentResource {
  /** The CAs that this component uploads, by key. */
  readonly cas: Readonly<Record<string, CaCertificate>>;
  /** The hostname lists, by zone key and CA key: `associations[zone][ca]`. */
  readonly associations: Readonly<Record<string, Readonly<Record<string, HostnameAssociations>>>>;
  /** The rules, by zone key. */
  readonly rules: Readonly<Record<string, MtlsRule>>;

  /**
   * @param name the component's unique name in the stack; its children's names begin with it
   * @param args see {@link MutualTlsArgs}
   * @param opts Pulumi's resource options
   * @throws Error when there is no CA or no zone, when they aren't known while the program runs, when two zones have one
   *   key, and for an option that isn't there
   */
  constructor(name: string, args: MutualTlsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cloudflare-mtls:index:MutualTls", name, {}, withCredentials(opts));
    // Where this package noticed a mistake, which the stack would show, helps nobody.
    const mistake = (what: string) =>
      new pulumi.ResourceError(withoutSecrets(`MutualTls "${name}": ${what}`), this, true);
    refuseMistakes(args, mistake);
    const zones = byKey(args.zones, mistake);
    const made = untraced(() => this.children(name, args, zones));
    ({ cas: this.cas, associations: this.associations, rules: this.rules } = made);
    this.registerOutputs({});
  }

  private children(name: string, args: MutualTlsArgs, zones: Zones): Pick<this, "cas" | "associations" | "rules"> {
    const { accountId, mode, adopt, action, revoked, response } = args;
    const zoneIds = Object.values(zones).map(({ zoneId }) => zoneIdOf(zoneId));
    const own: Record<string, CaCertificate> = {};
    const used = mapValues(args.cas, (ca, key): UploadedCa | ManagedCa => {
      if ("id" in ca) return ca;
      const { subjects, ...upload } = ca;
      const made = new CaCertificate(`${name}-${key}`, { ...upload, accountId, zoneIds }, { parent: this });
      own[key] = made;
      return { id: made.id, issuerSkis: made.issuerSkis, certificates: made.certificates, subjects };
    });
    const associations = mapValues(zones, ({ zoneId, hostnames }, zone) =>
      mapValues(used, (ca, key) => {
        const usual = key in own || adopt ? undefined : "shared";
        const list = { zoneId, caCertificateId: ca.id, hostnames, mode: mode ?? usual, adopt };
        return new HostnameAssociations(`${name}-${zone}-${key}`, list, { parent: this });
      }),
    );
    const rules = mapValues(zones, (zone, key) => {
      const lists = Object.values(associations[key] ?? {});
      const clients = { cas: Object.values(used), issuerSkis: args.issuerSkis, revoked };
      const rule = { ...zone, ...clients, action, response, associations: lists };
      return new MtlsRule(`${name}-${key}`, rule, { parent: this });
    });
    return { cas: own, associations, rules };
  }

  /** Which hostnames each CA and each rule stands on, as a Mermaid flowchart: `export const diagram = mtls.diagram` draws it in a stack's README. */
  get diagram(): pulumi.Output<string> {
    const zones = mapValues(this.associations, (lists) => mapValues(lists, ({ hostnames }) => hostnames));
    const ends = mapValues(this.cas, ({ notAfter }) => notAfter);
    return pulumi.output({ zones, ends }).apply(({ zones, ends }) => diagramOf(zones, ends));
  }
}

const OPTIONS = ["accountId", "cas", "zones", "issuerSkis", "revoked", "action", "response", "mode", "adopt"];
const USED_OPTIONS = ["id", "issuerSkis", "certificates", "subjects", "clientCertificate"];
const ZONE_OPTIONS = ["key", "zoneId", "hostnames", "paths", "everyHost", "position", "adopt"];
const CAS = 'Write cas: { "2026": { certificates } }, or { id, issuerSkis } for one that is uploaded already.';
const ZONES = "Write zones: [{ zoneId, hostnames }].";

type Mistake = (what: string) => Error;
type Zones = Record<string, Omit<MutualTlsZone, "key">>;

function byKey(zones: readonly MutualTlsZone[], mistake: Mistake): Zones {
  const keyed: Zones = {};
  zones.forEach(({ key: given, ...zone }, index) => {
    const key = given ?? (typeof zone.zoneId === "string" ? zone.zoneId : `zone-${index + 1}`);
    if (keyed[key]) throw mistake(`two zones have the key "${key}". Put all hostnames of a zone into one entry.`);
    keyed[key] = zone;
  });
  return keyed;
}

/**
 * What the component itself stands on: which CAs and zones there are must be known while the program runs. The rest is
 * said by the resources. No value is shown, because it may be a key in a wrong place.
 */
function refuseMistakes(args: MutualTlsArgs, mistake: Mistake): void {
  const { cas, zones } = args;
  const only = (where: string, given: object, known: readonly string[]) => {
    const odd = Object.keys(given).find((option) => !known.includes(option));
    if (odd !== undefined) throw mistake(`${where}there is no option ${shownWrong(odd)}. ${insteadOf(odd, known)}`);
  };
  only("", args, OPTIONS);
  if (!isPlainObject(cas)) throw mistake(`cas must be a plain object of CAs by key, no Output. ${CAS}`);
  if (Object.keys(cas).length === 0) throw mistake(`cas is empty. Give at least one. ${CAS}`);
  for (const [key, ca] of Object.entries(cas)) {
    if (!isPlainObject(ca)) throw mistake(`cas["${key}"] must be an object with its certificates or its id. ${CAS}`);
    if ("id" in ca && Object.getPrototypeOf(ca) === Object.prototype) only(`cas["${key}"]: `, ca, USED_OPTIONS);
    if ("id" in ca && ca.id !== CLOUDFLARE_MANAGED_CA && !ca.issuerSkis)
      throw mistake(`cas["${key}"] has an id, but no issuerSkis. ${CAS}`);
  }
  if (!Array.isArray(zones)) throw mistake(`zones must be an array, no Output. ${ZONES}`);
  if (zones.length === 0) throw mistake(`zones is empty. Give at least one. ${ZONES}`);
  args.zones.forEach((zone, index) => {
    if (!isPlainObject(zone)) throw mistake(`zones[${index}] must be an object with zoneId and hostnames. ${ZONES}`);
    only(`zones[${index}]: `, zone, ZONE_OPTIONS);
  });
}

function isPlainObject(value: unknown): boolean {
  return Object.prototype.toString.call(value) === "[object Object]" && !pulumi.Output.isInstance(value);
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, map: (value: A, key: string) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}

function diagramOf(zones: Record<string, Record<string, string[]>>, ends: Record<string, string>): string {
  const keys = [...new Set(Object.values(zones).flatMap((lists) => Object.keys(lists)))];
  return mermaid({
    cas: keys.map((key) => ({ lines: [`CA ${key}`, ends[key] ? `until ${ends[key].slice(0, 10)}` : "of others"] })),
    hosts: Object.values(zones).map((lists, zone) => {
      return { lines: some([...new Set(Object.values(lists).flat())]), cas: [...keys.keys()], rules: [zone] };
    }),
    rules: Object.keys(zones).map((zone) => ({ lines: ["rule of zone", zone] })),
  });
}

/**
 * The SDK formats a stack trace four times for each input of each resource, in case a promise is never settled: a quarter of what a program
 * with hundreds of zones computes. None is taken meanwhile; an error names the resource.
 */
function untraced<T>(make: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
