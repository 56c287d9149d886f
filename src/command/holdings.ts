import type { Rule } from "../cloudflare/rulesets";
import type { Demand } from "../rules/expression";
import { REF_PREFIX } from "../rules/position";
import { CLOUDFLARE_MANAGED_CA } from "../wording/managed-ca";
import { shown } from "../wording/shown";
import { isAboutCertificates } from "./account";
import type { Account, AccountZone, Upload } from "./account";
import { demandOf } from "./demand";

/** What was made by hand, and can be taken over. */
export interface Holdings {
  readonly cas: readonly HeldCa[];
  readonly zones: readonly HeldZone[];
  /** What can't, with the reason. */
  readonly leftOut: readonly string[];
}

export type HeldCa = Upload;
export type HeldZone = ReturnType<typeof zoneOf>;
export type HeldRule = HeldZone["rules"][number];

export function holdingsOf({ uploads, zones }: Account): Holdings {
  const cas = uploads.filter((upload) => whyLeft(upload) === undefined);
  const leftOut = uploads.flatMap((upload) => {
    const why = whyLeft(upload);
    return why === undefined ? [] : `CA ${upload.id} ${shown(upload.name)}: ${why}`;
  });
  return { cas, zones: zones.map((zone) => zoneOf(zone, uploads, cas, leftOut)), leftOut };
}

/** Why a CA stays as it is. */
function whyLeft({ type, stack, problem }: Upload): string | undefined {
  if (type !== "custom") return `it is managed by another product of Cloudflare's (${type})`;
  return stack === undefined ? problem : "it is a stack's already";
}

function zoneOf(zone: AccountZone, uploads: readonly Upload[], cas: readonly HeldCa[], leftOut: string[]) {
  const lists = cas.flatMap((ca) => {
    const hostnames = zone.lists.get(ca.id);
    return hostnames ? { ca, hostnames } : [];
  });
  const managed = zone.lists.get(CLOUDFLARE_MANAGED_CA) ?? [];
  if (managed.length > 0)
    leftOut.push(
      `the list of the Cloudflare-managed CA in zone ${zone.name} (${managed.join(", ")}): it is the dashboard's too. To take it over, write a HostnameAssociations with \`caCertificateId: CLOUDFLARE_MANAGED_CA\` yourself`,
    );
  const issuers = {
    known: uploads.flatMap(({ issuerSkis }) => issuerSkis),
    further(hostnames: readonly string[]) {
      const shared = hostnames.filter((hostname) => managed.includes(hostname));
      if (shared.length > 0)
        return `the Cloudflare-managed CA, whose issuer isn't known here, serves ${shared.join(", ")} too`;
      const open = uploads.filter(({ mayHaveMore }) => mayHaveMore).map((ca) => `${ca.id} ${shown(ca.name)}`);
      if (open.length > 0) return `certificates under CA ${open.join(", ")} may have issuers that no upload tells`;
      return undefined;
    },
  };
  /** `after` is the id of the rule before it; undefined: it is the first. */
  const rules: { rule: Rule; demand: Demand; after: string | undefined }[] = [];
  for (const [place, rule] of zone.rules.entries()) {
    if (!isAboutCertificates(rule)) continue;
    const demand = whyStays(rule) ?? demandOf(rule, issuers);
    const associated = lists.flatMap(({ hostnames }) => hostnames);
    const bare = typeof demand === "string" ? [] : demand.hostnames.filter((one) => !associated.includes(one));
    const why = bare.length > 0 ? `no CA that is taken over has these hosts on its list: ${bare.join(", ")}` : demand;
    if (typeof why === "string")
      leftOut.push(`rule ${rule.id} ${shown(rule.description ?? "")} of zone ${zone.name}: ${why}`);
    else rules.push({ rule, demand: why, after: zone.rules[place - 1]?.id });
  }
  return { id: zone.id, name: zone.name, lists, rules };
}

/** What every rule has, and what says who it is. The rest would be lost. */
const TAKEN_OVER = [
  "id",
  "ref",
  "version",
  "action",
  "expression",
  "description",
  "enabled",
  "last_updated",
  "categories",
];

/** Its action has no parameters but what a refused client is answered. */
function isAnswer({ action_parameters: parameters = {} }: Rule): boolean {
  return parameters.response !== undefined && Object.keys(parameters).length === 1;
}

/** Why a rule stays as it is, whatever its text. */
function whyStays(rule: Rule): string | undefined {
  const more = Object.keys(rule).filter(
    (key) => !TAKEN_OVER.includes(key) && !(key === "action_parameters" && isAnswer(rule)),
  );
  if (rule.ref.startsWith(REF_PREFIX)) return "it is a stack's already";
  if (!rule.enabled) return "it is disabled";
  if (rule.action !== "block") return `its action is ${rule.action}, not block`;
  return more.length > 0 ? `it has ${more.join(", ")}, which an MtlsRule hasn't` : undefined;
}
