/**
 * What the program of this run declares, told by each `check`.
 *
 * The engine deletes last, and knows only the old state when it does. But a replacement may stand on the very same
 * remote object as its predecessor: `--replace`, a resource renamed, a run resumed after a kill. So a delete asks here
 * first, and leaves alone what the running program still declares. On `destroy` nothing is declared.
 */
export class Declarations {
  private readonly authorities = new Set<string>();
  private readonly lists = new Map<string, { zoneId: string; caCertificateId: string; hostnames: readonly string[] }>();
  private readonly rules = new Set<string>();
  private readonly yielding = new Set<string>();
  private readonly checked = new Set<string>();

  declareAuthority(accountId: string, fingerprints: readonly string[]): void {
    this.authorities.add(authorityKey(accountId, fingerprints));
  }

  declaresAuthority(accountId: string, fingerprints: readonly string[]): boolean {
    return this.authorities.has(authorityKey(accountId, fingerprints));
  }

  declareList(zoneId: string, caCertificateId: string, hostnames: readonly string[]): void {
    this.lists.set(listKey(zoneId, caCertificateId), { zoneId, caCertificateId, hostnames });
  }

  /** The hostnames declared for the list of one CA in one zone; undefined when the list isn't declared. */
  declaredList(zoneId: string, caCertificateId: string): readonly string[] | undefined {
    return this.lists.get(listKey(zoneId, caCertificateId))?.hostnames;
  }

  /** A list that stands in state was checked, by what state says of it. */
  checkList(zoneId: string, caCertificateId: string): void {
    this.checked.add(listKey(zoneId, caCertificateId));
  }

  wasListChecked(zoneId: string, caCertificateId: string): boolean {
    return this.checked.has(listKey(zoneId, caCertificateId));
  }

  /** Whether the program associates this host with some CA besides this one. */
  declaresAnotherListWith(hostname: string, zoneId: string, caCertificateId: string): boolean {
    return [...this.lists.values()].some(
      (list) => list.zoneId === zoneId && list.caCertificateId !== caCertificateId && list.hostnames.includes(hostname),
    );
  }

  declareRule(zoneId: string, ref: string): void {
    this.rules.add(`${zoneId}/${ref}`);
  }

  declaresRule(zoneId: string, ref: string): boolean {
    return this.rules.has(`${zoneId}/${ref}`);
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
