/** What a program declares, whichever of the package's constructors it uses. Names are the same in every shape. */
export interface Wish {
  readonly accountId: string;
  /** PEM by key. */
  readonly cas: Readonly<Record<string, string>>;
  /** By key. */
  readonly zones: Readonly<Record<string, WishedZone>>;
  /** Of a component's lists. */
  readonly mode?: "shared";
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
  if (shape === "component") return componentOf("m", wish);
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

/** One MutualTls, in a variable of its name. Without CAs of its own it uses those of `m`. */
export function componentOf(name: string, { cas, zones, ...rest }: Omit<Wish, "cas"> & Partial<Wish>): string {
  const keyed = Object.entries(zones).map(([key, zone]) => ({ key, ...zone }));
  const uploads = cas && Object.fromEntries(Object.entries(cas).map(([key, certificates]) => [key, { certificates }]));
  const fields = JSON.stringify({ ...rest, cas: uploads, zones: keyed });
  return `const ${name} = new MutualTls("${name}", { ${cas ? "" : "cas: m.cas, "}...${fields} });\n`;
}
