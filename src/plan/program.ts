import type { Access } from "./access-change";

/** The key of one list: Cloudflare keeps the hostnames of each pair. */
export interface ListKey {
  readonly zoneId: string;
  readonly caCertificateId: string;
}

/** An upload of this run. */
export interface Upload {
  readonly issuerSkis: readonly string[];
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** A list as a resource of the program declares it. In a preview its CA may be unknown yet. */
export interface DeclaredList extends ListKey {
  /** What tells its CA from others: its id, or the resource that will have one. */
  readonly authority: string;
  readonly hostnames: readonly string[];
  readonly mode: "exclusive" | "shared";
}

/** A rule as a resource of the program declares it. */
export interface DeclaredRule extends Access {
  readonly zoneId: string;
  /** What people know it by. */
  readonly description?: string;
}

/**
 * What the program of this run declares, told by each `check`.
 *
 * The engine deletes last, and knows only the old state when it does. But a replacement may stand on the very same
 * remote object as its predecessor: `--replace`, a resource renamed, a run resumed after a kill. And a hostname that leaves one
 * resource may come to another. So whoever takes something away asks here first. On `destroy` nothing is declared.
 */
export class Program {
  /** By the resource, so that one that is checked twice counts once, and two with one key count as two. */
  private readonly authorities = new Map<string, string>();
  private readonly uploads = new Map<string, Upload>();
  private readonly lists = new Map<string, DeclaredList>();
  private readonly rules = new Map<string, DeclaredRule>();
  private readonly elsewhere = new Map<string, ReadonlySet<string>>();
  private readonly enforced = new Map<string, ReadonlySet<string>>();
  private readonly yielding = new Set<string>();
  private readonly remembered = new Set<string>();
  private readonly written = new Map<string, ReadonlySet<string>>();
  private readonly left = new Map<string, readonly string[]>();

  declareAuthority(resource: string, accountId: string, fingerprints: readonly string[]): void {
    this.authorities.set(resource, authorityKey(accountId, fingerprints));
  }

  /** The resources that declare these certificates for the account. */
  declaringAuthority(accountId: string, fingerprints: readonly string[]): string[] {
    const key = authorityKey(accountId, fingerprints);
    return [...this.authorities].filter(([, declared]) => declared === key).map(([resource]) => resource);
  }

  /** This run uploaded the CA: nobody else knows its id yet. */
  uploaded(id: string, upload: Upload): void {
    this.uploads.set(id, upload);
  }

  uploadOf(id: string): Upload | undefined {
    return this.uploads.get(id);
  }

  /** As on `destroy`. */
  get declaresNothing(): boolean {
    return this.lists.size + this.rules.size + this.authorities.size === 0;
  }

  declareList(resource: string, list: DeclaredList): void {
    this.lists.set(resource, list);
  }

  /** The hostnames that anybody in the program declares for the list of one CA in one zone; undefined when nobody does. */
  declaredList(zoneId: string, caCertificateId: string): readonly string[] | undefined {
    const lists = this.listsOf(zoneId).filter((list) => list.caCertificateId === caCertificateId);
    return lists.length === 0 ? undefined : [...new Set(lists.flatMap(({ hostnames }) => hostnames))];
  }

  listsOf(zoneId: string): DeclaredList[] {
    return [...this.lists.values()].filter((list) => list.zoneId === zoneId);
  }

  /** The list was written in this run, and showed these hostnames. */
  wroteList({ zoneId, caCertificateId }: ListKey, hostnames: readonly string[]): void {
    this.written.set(listKey(zoneId, caCertificateId), new Set(hostnames));
  }

  /** What the list held when this run wrote it last. */
  writtenIn({ zoneId, caCertificateId }: ListKey): ReadonlySet<string> | undefined {
    return this.written.get(listKey(zoneId, caCertificateId));
  }

  hasWritten(list: ListKey, hostnames: readonly string[]): boolean {
    const written = this.writtenIn(list);
    return written !== undefined && hostnames.every((hostname) => written.has(hostname));
  }

  /** One of ours that stood on the list let these go in this run, and leaves them to the next that writes it: rule or list. */
  leave({ zoneId, caCertificateId }: ListKey, hostnames: readonly string[]): void {
    const key = listKey(zoneId, caCertificateId);
    this.left.set(key, [...(this.left.get(key) ?? []), ...hostnames]);
  }

  leftIn({ zoneId, caCertificateId }: ListKey): readonly string[] {
    return this.left.get(listKey(zoneId, caCertificateId)) ?? [];
  }

  /** Another resource that stands on the same list, where either wants it for itself. */
  rivalOf(resource: string, list: DeclaredList): string | undefined {
    return [...this.lists].find(
      ([other, { zoneId, authority, mode }]) =>
        other !== resource &&
        zoneId === list.zoneId &&
        authority === list.authority &&
        (mode === "exclusive" || list.mode === "exclusive"),
    )?.[0];
  }

  /** State holds a resource on this remote object: its check was given what state says. */
  remember(kind: "list" | "rule" | "ca", ...key: readonly string[]): void {
    this.remembered.add([kind, ...key].join("/"));
  }

  remembers(kind: "list" | "rule" | "ca", ...key: readonly string[]): boolean {
    return this.remembered.has([kind, ...key].join("/"));
  }

  /** @param elsewhere what the program said in advance of its other rules, whether they are checked yet or not */
  declareRule(rule: DeclaredRule, elsewhere: readonly string[]): void {
    this.rules.set(`${rule.zoneId}/${rule.ref}`, rule);
    this.elsewhere.set(`${rule.zoneId}/${rule.ref}`, new Set(elsewhere));
  }

  /** Those of a rule's hostnames that another rule of the program demands certificates on, or will. */
  wantedElsewhere(zoneId: string, ref: string, hostnames: readonly string[]): string[] {
    const announced = this.elsewhere.get(`${zoneId}/${ref}`);
    const others = this.rulesOf(zoneId).filter((rule) => rule.ref !== ref && rule.action === "block");
    return hostnames.filter((name) => announced?.has(name) || others.some((rule) => rule.hostnames.includes(name)));
  }

  /** The rule was written in this run, with these hostnames. */
  enforce(zoneId: string, ref: string, hostnames: readonly string[]): void {
    this.enforced.set(`${zoneId}/${ref}`, new Set(hostnames));
  }

  /** Whether another rule was written in this run that demands certificates on the host. */
  isEnforcedElsewhere(zoneId: string, ref: string, hostname: string): boolean {
    const own = `${zoneId}/${ref}`;
    return [...this.enforced].some(
      ([key, names]) => key !== own && key.startsWith(`${zoneId}/`) && names.has(hostname),
    );
  }

  declaredRule(zoneId: string, ref: string): DeclaredRule | undefined {
    return this.rules.get(`${zoneId}/${ref}`);
  }

  rulesOf(zoneId: string): DeclaredRule[] {
    return [...this.rules.values()].filter((rule) => rule.zoneId === zoneId);
  }

  /** The rules for every host. */
  sweepingIn(zoneId: string): DeclaredRule[] {
    return this.rulesOf(zoneId).filter(({ everyHost }) => everyHost);
  }

  /**
   * The engine asks what becomes of a list once its CA's id is unknown: in the real run it does so only when the CA
   * is to be deleted *before* it is replaced, which the user chose, outage and all.
   */
  yieldList(zoneId: string, caCertificateId: string): void {
    this.yielding.add(listKey(zoneId, caCertificateId));
  }

  yieldsList(zoneId: string, caCertificateId: string): boolean {
    return this.yielding.has(listKey(zoneId, caCertificateId));
  }
}

function authorityKey(accountId: string, fingerprints: readonly string[]): string {
  return [accountId, ...[...fingerprints].sort()].join("/");
}

function listKey(zoneId: string, caCertificateId: string): string {
  return `${zoneId}/${caCertificateId}`;
}
