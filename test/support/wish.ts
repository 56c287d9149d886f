/** What a program declares, whichever of the package's constructors it uses. Names are the same in every shape. */
export interface Wish {
  readonly accountId: string;
  /** PEM by key. */
  readonly cas: Readonly<Record<string, string>>;
  /** By key. */
  readonly zones: Readonly<Record<string, WishedZone>>;
}

export interface WishedZone {
  readonly zoneId: string;
  readonly hostnames: readonly string[];
  /** Default: the whole host. */
  readonly paths?: readonly string[];
}

/**
 * `component`: MutualTls. `associations` and `dependsOn`: the three resources one by one, where the rule names its
 * lists in that way.
 */
export type Shape = "component" | "associations" | "dependsOn";

/** The resources are called m-<ca>, m-<zone>-<ca> and m-<zone>. */
export function programOf(wish: Wish, shape: Shape = "component"): string {
  if (shape === "component") {
    const zones = Object.entries(wish.zones).map(([key, zone]) => ({ key, ...zone }));
    const cas = Object.fromEntries(Object.entries(wish.cas).map(([key, certificates]) => [key, { certificates }]));
    return `const m = new MutualTls("m", ${JSON.stringify({ accountId: wish.accountId, cas, zones })});\n`;
  }
  return `
const wish = ${JSON.stringify(wish)};
const cas = Object.entries(wish.cas).map(([key, certificates]) =>
  [key, new CaCertificate("m-" + key, { accountId: wish.accountId, certificates })]);
const issuerSkis = pulumi.all(cas.map(([, ca]) => ca.issuerSkis)).apply((skis) => skis.flat());
for (const [zone, { zoneId, hostnames, ...more }] of Object.entries(wish.zones)) {
  const lists = cas.map(([key, ca]) =>
    new HostnameAssociations("m-" + zone + "-" + key, { zoneId, caCertificateId: ca.id, hostnames }));
  ${
    shape === "associations"
      ? 'new MtlsRule("m-" + zone, { zoneId, hostnames: lists[0].hostnames, issuerSkis, associations: lists, ...more });'
      : 'new MtlsRule("m-" + zone, { zoneId, hostnames, issuerSkis, ...more }, { dependsOn: lists });'
  }
}
`;
}
