import { X509Certificate } from "node:crypto";
import type { Cloudflare } from "../cloudflare/client";
import { getHostnameAssociations } from "../cloudflare/hostname-associations";
import { listMtlsCertificates, type MtlsCertificate } from "../cloudflare/mtls-certificates";
import { getEntryPoint, type Rule } from "../cloudflare/rulesets";
import { getZone } from "../cloudflare/zones";
import { readCaBundle } from "../pki/ca-bundle";
import { readCertificate } from "../pki/certificate";
import { looksAtCertificates } from "../plan/refusal";
import type { Demand } from "../rules/expression";
import { REF_PREFIX } from "../rules/position";
import { CLOUDFLARE_MANAGED_CA } from "../wording/managed-ca";
import { shown } from "../wording/shown";
import { demandOf } from "./demand";

/** What was made by hand, and can be taken over. */
export interface Holdings {
  readonly cas: readonly HeldCa[];
  readonly zones: readonly HeldZone[];
  /** What can't, with the reason. */
  readonly leftOut: readonly string[];
}

export type HeldCa = ReturnType<typeof readUpload>;
export type HeldZone = Awaited<ReturnType<typeof readZone>>;
export type HeldRule = HeldZone["rules"][number];

export async function readHoldings(
  cloudflare: Cloudflare,
  accountId: string,
  zoneIds: readonly string[],
): Promise<Holdings> {
  const uploads = (await listMtlsCertificates(cloudflare, accountId)).filter(({ ca }) => ca).map(readUpload);
  const leftOut = uploads.flatMap(({ id, name, leftOut: why }) => (why ? `CA ${id} ${shown(name)}: ${why}` : []));
  const zones: HeldZone[] = [];
  for (const zoneId of zoneIds) zones.push(await readZone(cloudflare, zoneId, uploads, leftOut));
  return { cas: uploads.filter((ca) => !ca.leftOut), zones, leftOut };
}

function readUpload({ id, name = "", type = "custom", certificates: text = "" }: MtlsCertificate) {
  const outcome = readCaBundle(text, { now: new Date(), allowExpired: true, requireSki: true });
  const { pem, certificates } = "bundle" in outcome ? outcome.bundle : { pem: "", certificates: [] };
  const isLast = (one: { pem: string }) => readCertificate(new X509Certificate(one.pem).raw)?.pathLength === 0;
  const whyNot = () => {
    if (type !== "custom") return `it is managed by another product of Cloudflare's (${type})`;
    if (/\bpulumi [^\s/]+\/[^\s/]+\/\S+$/.test(name.replace(/\)$/, ""))) return "it is a stack's already";
    return "problems" in outcome ? outcome.problems.join(" ") : undefined;
  };
  return {
    ...{ id, name, pem },
    /** Why it stays as it is. */
    leftOut: whyNot(),
    issuerSkis: certificates.flatMap(({ ski }) => ski ?? []),
    isExpired: certificates.some(({ notAfter }) => Date.parse(notAfter) < Date.now()),
    /** Certificates of clients may come from intermediates under it that aren't in the upload. */
    mayHaveMore: certificates.length === 0 || !certificates.every(isLast),
  };
}

async function readZone(cloudflare: Cloudflare, zoneId: string, uploads: readonly HeldCa[], leftOut: string[]) {
  const { name } = await getZone(cloudflare, zoneId);
  const lists: { ca: HeldCa; hostnames: string[] }[] = [];
  for (const ca of uploads.filter((upload) => !upload.leftOut)) {
    const hostnames = await getHostnameAssociations(cloudflare, zoneId, ca.id);
    if (hostnames.length > 0) lists.push({ ca, hostnames });
  }
  const managed = await getHostnameAssociations(cloudflare, zoneId, CLOUDFLARE_MANAGED_CA);
  if (managed.length > 0)
    leftOut.push(
      `the list of the Cloudflare-managed CA in zone ${name} (${managed.join(", ")}): it is the dashboard's too. To take it over, write a HostnameAssociations with \`caCertificateId: CLOUDFLARE_MANAGED_CA\` yourself`,
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
  const all = (await getEntryPoint(cloudflare, zoneId))?.rules ?? [];
  for (const [place, rule] of all.entries()) {
    if (!looksAtCertificates({ ...rule, action: "block", enabled: true })) continue;
    const demand = whyStays(rule) ?? demandOf(rule, issuers);
    const associated = lists.flatMap(({ hostnames }) => hostnames);
    const bare = typeof demand === "string" ? [] : demand.hostnames.filter((one) => !associated.includes(one));
    const why = bare.length > 0 ? `no CA that is taken over has these hosts on its list: ${bare.join(", ")}` : demand;
    if (typeof why === "string")
      leftOut.push(`rule ${rule.id} ${shown(rule.description ?? "")} of zone ${name}: ${why}`);
    else rules.push({ rule, demand: why, after: all[place - 1]?.id });
  }
  return { id: zoneId, name, lists, rules };
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
