import { X509Certificate } from "node:crypto";
import type { Cloudflare } from "../cloudflare/client";
import { getHostnameAssociations } from "../cloudflare/hostname-associations";
import { listMtlsCertificates, type MtlsCertificate } from "../cloudflare/mtls-certificates";
import { getEntryPoint, type Rule } from "../cloudflare/rulesets";
import { getZone, listZones } from "../cloudflare/zones";
import { readCaBundle } from "../pki/ca-bundle";
import { readCertificate } from "../pki/certificate";
import { looksAtCertificates } from "../plan/refusal";
import { CLOUDFLARE_MANAGED_CA } from "../wording/managed-ca";
import { shownWrong } from "../wording/shown";
import { UsageError } from "./terminal";

/** What the account says of mutual TLS, as it was read. */
export interface Account {
  readonly uploads: readonly Upload[];
  readonly zones: readonly AccountZone[];
}

export type Upload = ReturnType<typeof readUpload>;

export interface AccountZone {
  readonly id: string;
  readonly name: string;
  /** Those that aren't empty, by the CA's id; that of the managed CA too. */
  readonly lists: ReadonlyMap<string, readonly string[]>;
  readonly rules: readonly Rule[];
}

/** More zones than any account that was met; past that they are to be named. */
const MOST_ZONES = 1000;

/**
 * Reads, and never writes.
 *
 * @param zoneIds none: every zone of the account that the token can read
 * @param told what was read so far
 */
export async function readAccount(
  cloudflare: Cloudflare,
  accountId: string,
  zoneIds: readonly string[],
  told: (what: string) => void = () => undefined,
): Promise<Account> {
  const uploads = (await listMtlsCertificates(cloudflare, accountId)).filter(({ ca }) => ca).map(readUpload);
  const named = [];
  for (const zoneId of zoneIds) named.push(await getZone(cloudflare, zoneId));
  const { zones: all, more } =
    zoneIds.length > 0 ? { zones: named } : await listZones(cloudflare, accountId, MOST_ZONES);
  if (more) throw new Error(`The account has more than ${MOST_ZONES} zones. Name those to look at with --zone.`);
  const zones: AccountZone[] = [];
  for (const { id, name } of all) {
    told(`${zones.length} of ${all.length} zones read`);
    const lists = new Map<string, readonly string[]>();
    for (const ca of [
      ...uploads.filter(({ type }) => type === "custom").map((upload) => upload.id),
      CLOUDFLARE_MANAGED_CA,
    ]) {
      const hostnames = await getHostnameAssociations(cloudflare, id, ca);
      if (hostnames.length > 0) lists.set(ca, hostnames);
    }
    zones.push({ id, name, lists, rules: (await getEntryPoint(cloudflare, id))?.rules ?? [] });
  }
  return { uploads, zones };
}

function readUpload({ id, name = "", type = "custom", certificates: text = "", expires_on }: MtlsCertificate) {
  const outcome = readCaBundle(text, { now: new Date(), allowExpired: true, requireSki: true });
  const { pem, certificates } = "bundle" in outcome ? outcome.bundle : { pem: "", certificates: [] };
  const isLast = (one: { pem: string }) => readCertificate(new X509Certificate(one.pem).raw)?.pathLength === 0;
  const ends = certificates.map(({ notAfter }) => notAfter).sort();
  return {
    ...{ id, name, type, pem },
    problem: "problems" in outcome ? outcome.problems.join(" ") : undefined,
    /** Project, stack and resource whose label it carries. */
    stack: /\bpulumi ([^\s/]+\/[^\s/]+\/[^\s)~]+)[^\s)]*\)?$/.exec(name)?.[1],
    issuerSkis: certificates.flatMap(({ ski }) => ski ?? []),
    /** When the first of its certificates ends. */
    notAfter: ends[0] ?? expires_on,
    /** Certificates of clients may come from intermediates under it that aren't in the upload. */
    mayHaveMore: certificates.length === 0 || !certificates.every(isLast),
  };
}

/** Those that are disabled or only log, too. */
export function isAboutCertificates(rule: Rule): boolean {
  return looksAtCertificates({ ...rule, action: "block", enabled: true });
}

export function identifier(option: string, value = ""): string {
  if (/^[0-9a-f]{32}$/.test(value)) return value;
  const given = value ? `, not ${shownWrong(value)}` : "";
  throw new UsageError(`${option} must be an id of 32 characters of 0-9 and a-f${given}`);
}
