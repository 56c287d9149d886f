import { isFields } from "../api/call";
import { lagging } from "../account/lagging";
import type { ManagedCa } from "../account/managed-ca";
import type {
  RulesetHeader,
  Store,
  StoredCertificate,
  StoredClientCertificate,
  StoredRuleset,
  StoredZone,
} from "../account/store";

/** The whole account at one moment, as it was written: plain JSON, which can be put back any number of times. */
export interface Snapshot {
  readonly accountId: string;
  readonly managedCa: ManagedCa;
  readonly certificates: readonly StoredCertificate[];
  readonly zones: readonly ZoneSnapshot[];
}

export interface ZoneSnapshot extends Omit<StoredZone, "lists" | "clients" | "ruleset" | "rules" | "history"> {
  readonly lists: Readonly<Record<string, readonly string[] | null>>;
  readonly clients: readonly (Omit<StoredClientCertificate, "revoked"> & { readonly revoked: boolean })[];
  readonly ruleset?: StoredRuleset;
  readonly history: readonly RulesetHeader[];
}

export function snapshotOf({ accountId, managedCa, certificates, zones }: Store): Snapshot {
  const copied = [...zones.values()].map(({ id, name, plan, createdOn, lists, clients, ruleset, history }) => ({
    ...{ id, name, plan, createdOn, ...(ruleset && { ruleset }) },
    lists: Object.fromEntries([...lists].map(([id, list]) => [id, list.written()])),
    clients: [...clients.values()].map((client) => ({ ...client, revoked: client.revoked.written() })),
    history: [...history],
  }));
  // Certificates and zones are changed in place later on.
  return structuredClone({ accountId, managedCa, certificates: [...certificates.values()], zones: copied });
}

/**
 * Everything is again as it was, with the same ids, and shows at once: what was still lagging behind then does so no
 * more. Calls that are under way are carried out on what they find.
 */
export function restore(store: Store, snapshot: unknown): void {
  const { managedCa, certificates, zones } = structuredClone(checked(snapshot, store));
  store.managedCa = managedCa;
  store.certificates.clear();
  for (const certificate of certificates) store.certificates.set(certificate.id, certificate);
  store.zones.clear();
  for (const { lists, clients, history, ...zone } of zones) {
    const settled = Object.entries(lists).map(([id, hostnames]) => [id, lagging(hostnames)] as const);
    const made = clients.map((client) => [client.id, { ...client, revoked: lagging(client.revoked) }] as const);
    store.zones.set(zone.id, {
      ...zone,
      lists: new Map(settled),
      clients: new Map(made),
      rules: lagging(zone.ruleset?.rules ?? []),
      history: [...history],
    });
  }
}

/** Over HTTP anything may come. A snapshot is for whoever took it: its inside is taken as it is. */
function checked(value: unknown, store: Store): Snapshot {
  const { accountId, managedCa, certificates, zones } = isFields(value) ? value : {};
  if (!isFields(managedCa) || ![certificates, zones].every(Array.isArray)) throw new TypeError("that is no snapshot");
  if (accountId !== store.accountId) throw new TypeError(`the snapshot is of another account than ${store.accountId}`);
  return value as Snapshot;
}
