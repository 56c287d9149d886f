import { reads } from "../language";
import { skisOf } from "../plan/demand";
import { lockedOut } from "../plan/lock-out";
import { Picture } from "../plan/picture";
import { effectOf, mayMatch, parsed, refusal } from "../plan/refusal";
import { ELSEWHERE, pathSamples } from "../rules/path";
import { REF_PREFIX } from "../rules/position";
import { CLOUDFLARE_MANAGED_CA } from "../wording/managed-ca";
import { isAboutCertificates } from "./account";
import type { Account, AccountZone, Upload } from "./account";
import { namesIn } from "./demand";

/** What is enforced where, by which CA, until when. */
export interface Standing {
  readonly cas: readonly StandingCa[];
  readonly hosts: readonly StandingHost[];
  readonly rules: readonly StandingRule[];
}

export interface StandingCa {
  readonly id: string;
  readonly name: string;
  /** Whose it is: a resource of a stack, or undefined for nobody that this package knows. */
  readonly stack: string | undefined;
  readonly notAfter: string | undefined;
  readonly daysLeft: number | undefined;
  /** How many hostnames stand on it. */
  readonly hostnames: number;
}

export interface StandingRule {
  readonly id: string;
  readonly zone: string;
  readonly name: string;
  /** The resource that it says it is of; undefined: no stack's. */
  readonly stack: string | undefined;
  readonly action: string;
  readonly enabled: boolean;
}

export interface StandingHost {
  readonly zone: string;
  readonly hostname: string;
  /** Ids of the CAs on whose lists it is. */
  readonly cas: readonly string[];
  /** Where a client without a certificate is refused. */
  readonly closed: "everywhere" | "nowhere" | readonly string[];
  /** What else decides, where the rules ask for more than host, path and certificate. */
  readonly dependsOn: readonly string[];
  /** Ids of those CAs whose clients get in there. */
  readonly letsIn: readonly string[];
  /** Ids of the rules that look at certificates there. */
  readonly rules: readonly string[];
  readonly state: "enforced" | "open" | "locked out";
}

/** Milliseconds. */
export const DAY = 86_400_000;

/** What those with these ids are called. */
export function namesOf(
  ids: readonly string[],
  all: readonly { readonly id: string; readonly name: string }[],
): string {
  return all.flatMap(({ id, name }) => (ids.includes(id) ? name : [])).join(", ");
}

/** A pure function of what was read. */
export function standingOf({ uploads, zones }: Account, now: Date): Standing {
  const custom = uploads.filter(({ type }) => type === "custom");
  const hosts = zones.flatMap((zone) => hostsOf(zone, custom));
  const count = (id: string) => hosts.filter(({ cas }) => cas.includes(id)).length;
  const managed = count(CLOUDFLARE_MANAGED_CA);
  return {
    cas: [
      ...custom.map(({ id, name, stack, notAfter }) => {
        const daysLeft = notAfter === undefined ? undefined : Math.floor((Date.parse(notAfter) - +now) / DAY);
        const called = name.replace(/\s*\(?\bpulumi \S+$/, "") || (stack?.split("/").at(-1) ?? id);
        return { id, name: called, stack, notAfter, daysLeft, hostnames: count(id) };
      }),
      ...(managed > 0 ? [{ ...MANAGED, hostnames: managed }] : []),
    ],
    hosts,
    rules: zones.flatMap(({ name: zone, rules }) =>
      rules.filter(isAboutCertificates).map(({ id, ref, description, action, enabled }) => {
        const [, owner] = /^Mutual TLS, managed by Pulumi \((.+)\)$/.exec(description ?? "") ?? [];
        const stack = ref.startsWith(REF_PREFIX) ? (owner ?? "a stack") : undefined;
        return { id, zone, name: owner?.split("/").at(-1) ?? (description || id), stack, action, enabled };
      }),
    ),
  };
}

const MANAGED = {
  id: CLOUDFLARE_MANAGED_CA,
  name: "the Cloudflare-managed CA",
  ...{ stack: undefined, notAfter: undefined, daysLeft: undefined },
};

function hostsOf(zone: AccountZone, uploads: readonly Upload[]): StandingHost[] {
  const ids = [...uploads.map(({ id }) => id), CLOUDFLARE_MANAGED_CA];
  const picture = ids.reduce(
    (seen, id) => seen.withList(id, zone.lists.get(id) ?? []),
    new Picture({ rules: zone.rules, authorities: uploads }),
  );
  const about = zone.rules.filter(isAboutCertificates);
  const named = about.flatMap((rule) => {
    const expression = parsed(rule.expression);
    return expression ? { ...namesIn(expression), isRefusing: rule.enabled && effectOf(rule) === "refuses" } : [];
  });
  const demanded = named.flatMap(({ hosts, isRefusing }) => (isRefusing ? hosts : []));
  const patterns = [...new Set(named.flatMap((names) => names.patterns))].sort();
  const hostnames = new Set([...zone.lists.values(), demanded].flat().map((hostname) => hostname.toLowerCase()));
  return [...hostnames].sort().flatMap((hostname) => {
    const host = hostOf(picture, hostname, patterns, ids);
    const rules = about.filter((rule) => mayMatch({ ...rule, enabled: true }, "nothing", hostname)).map(({ id }) => id);
    // A host that a rule names and lets everybody in to, and that is on no list, has nothing to do with certificates.
    return host.cas.length === 0 && host.state === "open" ? [] : { zone: zone.name, hostname, ...host, rules };
  });
}

function hostOf(picture: Picture, hostname: string, patterns: readonly string[], ids: readonly string[]) {
  const samples = [...pathSamples(patterns), ELSEWHERE].map((path, index) => {
    const condition = refusal(picture.rules, "nothing", hostname, path);
    return { path, pattern: patterns[index] ?? "all other paths", condition };
  });
  const closed = samples.filter(({ condition }) => condition === true);
  const guarded = samples.filter(({ condition }) => condition !== false);
  const open = samples.flatMap(({ condition }) => (typeof condition === "boolean" ? [] : [...reads(condition)]));
  const cas = picture.associated(hostname, ids);
  const isLetIn = (ca: string) =>
    skisOf(picture, ca).some((issuerSki) =>
      guarded.some(({ path }) => refusal(picture.rules, { issuerSki, verified: true }, hostname, path) !== true),
    );
  const paths = closed.map(({ path }) => path);
  const isShut = closed.length > 0 && lockedOut(picture, [hostname], ids, paths).length > 0;
  return {
    cas,
    closed:
      closed.length === samples.length
        ? ("everywhere" as const)
        : closed.length === 0
          ? ("nowhere" as const)
          : closed.map(({ pattern }) => pattern),
    dependsOn: [...new Set(open)].map((field) => (field.startsWith("?") ? "a rule that can't be read here" : field)),
    letsIn: cas.filter(isLetIn),
    state: isShut ? ("locked out" as const) : guarded.length === 0 ? ("open" as const) : ("enforced" as const),
  };
}
