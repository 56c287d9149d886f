import { presentCertificates, type CertificateType, type Store, type StoredRule } from "../account/store";

/** The account at one moment, as it was written and without lag: what a test wants to look at. */
export interface AccountState {
  readonly certificates: readonly {
    readonly id: string;
    readonly name?: string;
    readonly ca: boolean;
    readonly type: CertificateType;
    readonly certificates: string;
  }[];
  readonly zones: Readonly<Record<string, ZoneState>>;
}

export interface ZoneState {
  readonly id: string;
  /** Hostnames by CA id, "managed" for Cloudflare's own. Lists that are empty are left out. */
  readonly hostnames: Readonly<Record<string, readonly string[]>>;
  /** null while there is no entry point. */
  readonly rules: readonly StoredRule[] | null;
  readonly rulesetVersion: string | null;
}

export function stateOf(store: Store): AccountState {
  const certificates = presentCertificates(store).map(({ id, name, ca, type, blocks }) => ({
    ...(name === undefined ? { id } : { id, name }),
    ca,
    type,
    certificates: blocks.join(""),
  }));
  const zones = [...store.zones.values()].map(({ id, name, lists, ruleset }) => {
    const written = [...lists]
      .map(([ca, list]) => [ca, list.written() ?? []] as const)
      .filter(([, names]) => names.length > 0);
    const state: ZoneState = {
      id,
      hostnames: Object.fromEntries(written),
      rules: ruleset?.rules ?? null,
      rulesetVersion: ruleset?.version ?? null,
    };
    return [name, state] as const;
  });
  return { certificates, zones: Object.fromEntries(zones) };
}
