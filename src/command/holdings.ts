import type { Cloudflare } from "../cloudflare/client";
import { getHostnameAssociations } from "../cloudflare/hostname-associations";
import { listMtlsCertificates } from "../cloudflare/mtls-certificates";
import { getEntryPoint } from "../cloudflare/rulesets";
import type { Rule } from "../cloudflare/rulesets";
import { getZone } from "../cloudflare/zones";
import { readCaBundle } from "../pki/ca-bundle";
import { readDemand } from "../rules/demand";
import { REF_PREFIX } from "../rules/position";

/** What was made by hand, and can be taken over. */
export interface Holdings {
  readonly cas: readonly HeldCa[];
  readonly zones: readonly HeldZone[];
  /** What can't, with the reason. */
  readonly leftOut: readonly string[];
}

export interface HeldCa {
  readonly id: string;
  readonly name: string;
  readonly pem: string;
  readonly issuerSkis: readonly string[];
  readonly isExpired: boolean;
}

export interface HeldZone {
  readonly id: string;
  readonly name: string;
  readonly lists: readonly { readonly ca: HeldCa; readonly hostnames: readonly string[] }[];
  readonly rules: readonly HeldRule[];
}

export interface HeldRule {
  readonly rule: Rule;
  readonly hostnames: readonly string[];
  /** Undefined: it takes any issuer. */
  readonly issuerSkis: readonly string[] | undefined;
  /** The id of the rule before it; undefined: it is the first. */
  readonly after: string | undefined;
}

export async function readHoldings(
  cloudflare: Cloudflare,
  accountId: string,
  zoneIds: readonly string[],
): Promise<Holdings> {
  const leftOut: string[] = [];
  const cas: HeldCa[] = [];
  for (const { id, name = "", ca, type = "custom", certificates = "" } of await listMtlsCertificates(
    cloudflare,
    accountId,
  )) {
    const outcome = readCaBundle(certificates, { now: new Date(), allowExpired: true, requireSki: true });
    const what = `CA ${id} "${name}"`;
    if (!ca) continue;
    if (type !== "custom") leftOut.push(`${what}: it is managed by another product of Cloudflare's (${type})`);
    else if (/\bpulumi [^\s/]+\/[^\s/]+\/\S+$/.test(name.replace(/\)$/, "")))
      leftOut.push(`${what}: it is a stack's already`);
    else if ("problems" in outcome) leftOut.push(`${what}: ${outcome.problems.join(" ")}`);
    else {
      const { bundle } = outcome;
      cas.push({
        ...{ id, name, pem: bundle.pem },
        issuerSkis: bundle.certificates.flatMap(({ ski }) => ski ?? []),
        isExpired: bundle.certificates.some(({ notAfter }) => Date.parse(notAfter) < Date.now()),
      });
    }
  }
  const zones: HeldZone[] = [];
  for (const zoneId of zoneIds) zones.push(await readZone(cloudflare, zoneId, cas, leftOut));
  return { cas, zones, leftOut };
}

async function readZone(
  cloudflare: Cloudflare,
  zoneId: string,
  cas: readonly HeldCa[],
  leftOut: string[],
): Promise<HeldZone> {
  const { name } = await getZone(cloudflare, zoneId);
  const lists: { ca: HeldCa; hostnames: string[] }[] = [];
  for (const ca of cas) {
    const hostnames = await getHostnameAssociations(cloudflare, zoneId, ca.id);
    if (hostnames.length > 0) lists.push({ ca, hostnames });
  }
  const associated = new Set(lists.flatMap(({ hostnames }) => hostnames));
  const rules: HeldRule[] = [];
  const all = (await getEntryPoint(cloudflare, zoneId))?.rules ?? [];
  for (const [place, rule] of all.entries()) {
    const what = `rule ${rule.id} "${rule.description ?? ""}" of zone ${name}`;
    const demand = readDemand(rule);
    if (!demand) continue;
    const hostnames = [...demand.hostnames].filter((hostname) => associated.has(hostname));
    if (rule.ref.startsWith(REF_PREFIX)) leftOut.push(`${what}: it is a stack's already`);
    else if (rule.action !== "block") leftOut.push(`${what}: its action is ${rule.action}, not block`);
    else if (hostnames.length === 0) leftOut.push(`${what}: none of its hostnames is associated with a CA above`);
    else
      rules.push({
        rule,
        hostnames,
        issuerSkis: demand.issuerSkis && [...demand.issuerSkis],
        after: all[place - 1]?.id,
      });
  }
  return { id: zoneId, name, lists, rules };
}
