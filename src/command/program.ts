import type { HeldCa, HeldRule, HeldZone, Holdings } from "./holdings";

/** The program that declares these holdings and takes each over. */
export function programOf(accountId: string, { cas, zones }: Holdings): string {
  const names = new Names();
  const variables = new Map<HeldCa, string>();
  const statements = cas.map((ca) => {
    const name = names.resource(ca.name || "ca");
    variables.set(ca, names.variable(name));
    return caStatement(accountId, zones, ca, name, variables.get(ca) ?? "");
  });
  for (const zone of zones) {
    const lists = zone.lists.map(({ ca, hostnames }) => {
      const name = names.resource(`${zone.name} ${ca.name}`);
      const variable = names.variable(name);
      const caCertificateId = `${variables.get(ca) ?? ""}.id`;
      const args = [
        `zoneId: ${text(zone.id)}`,
        `caCertificateId: ${caCertificateId}`,
        `hostnames: ${texts(hostnames)}`,
      ];
      statements.push(resource("HostnameAssociations", name, args, variable));
      return { ca, variable };
    });
    for (const held of zone.rules) statements.push(ruleStatement(zone, held, lists, names, variables));
  }
  const heading = [
    "// Written by `cloudflare-mtls import` from what the account holds. `pulumi preview` shows what taking it over means.",
    'import * as pulumi from "@pulumi/pulumi";',
    'import { CaCertificate, HostnameAssociations, MtlsRule } from "pulumi-cloudflare-mtls";',
  ];
  const needs = statements.join("\n").includes("pulumi.") ? heading : heading.filter((line) => !line.includes("* as"));
  return `${[needs.join("\n"), ...statements].join("\n\n")}\n`;
}

function caStatement(
  accountId: string,
  zones: readonly HeldZone[],
  ca: HeldCa,
  name: string,
  variable: string,
): string {
  const zoneIds = zones.filter(({ lists }) => lists.some((list) => list.ca === ca)).map(({ id }) => id);
  return resource(
    "CaCertificate",
    name,
    [
      `accountId: ${text(accountId)}`,
      `certificates: \`\n${ca.pem}\``,
      `zoneIds: ${texts(zoneIds)}`,
      "adopt: true",
      ...(ca.isExpired ? ["allowExpired: true"] : []),
    ],
    variable,
  );
}

function ruleStatement(
  zone: HeldZone,
  { rule, demand: { hostnames, issuerSkis, paths }, after }: HeldRule,
  lists: readonly { ca: HeldCa; variable: string }[],
  names: Names,
  variables: ReadonlyMap<HeldCa, string>,
): string {
  const args = [
    `zoneId: ${text(zone.id)}`,
    `hostnames: ${texts(hostnames)}`,
    `issuerSkis: ${issuersOf(issuerSkis, variables)}`,
    ...(paths ? [`paths: ${texts(paths)}`] : []),
    ...(rule.description ? [`description: ${text(rule.description)}`] : []),
    ...(after ? [`position: { after: ${text(after)} }`] : []),
    `adopt: ${text(rule.id)}`,
    `associations: [${lists.map(({ variable }) => variable).join(", ")}]`,
  ];
  const made = resource("MtlsRule", names.resource(`${zone.name} ${rule.description ?? ""}`), args);
  return `// It was: ${rule.expression.replace(/\s+/g, " ")}\n${made}`;
}

/** Taken from the CAs of the program, as far as they have them. */
function issuersOf(issuerSkis: readonly string[], variables: ReadonlyMap<HeldCa, string>): string {
  const whole = [...variables].filter(([ca]) => ca.issuerSkis.every((ski) => issuerSkis.includes(ski)));
  const rest = issuerSkis.filter((ski) => !whole.some(([ca]) => ca.issuerSkis.includes(ski)));
  const parts = [...whole.map(([, variable]) => `${variable}.issuerSkis`), ...(rest.length > 0 ? [texts(rest)] : [])];
  return parts.length === 1 ? parts.join() : `pulumi.all([${parts.join(", ")}]).apply((skis) => skis.flat())`;
}

function resource(type: string, name: string, args: readonly string[], variable?: string): string {
  const made = `new ${type}(${text(name)}, {\n${args.map((arg) => `  ${arg},\n`).join("")}});`;
  return variable ? `const ${variable} = ${made}` : made;
}

function text(value: string): string {
  return JSON.stringify(value);
}

function texts(values: readonly string[]): string {
  return `[${values.map(text).join(", ")}]`;
}

/** Names of resources and variables, made of what people called things, each only once. */
class Names {
  private readonly taken = new Set<string>();

  resource(called: string): string {
    const base =
      called
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, "-")
        .replace(/^-+|-+$/g, "")
        .slice(0, 60) || "unnamed";
    return this.once(base, (count) => `${base}-${count}`);
  }

  /** From a resource's name; it begins with a letter and ends in no reserved word. */
  variable(resourceName: string): string {
    const base = `m${resourceName
      .split("-")
      .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
      .join("")}`;
    return this.once(base, (count) => `${base}_${count}`);
  }

  private once(base: string, next: (count: number) => string): string {
    let name = base;
    for (let count = 2; this.taken.has(name); count++) name = next(count);
    this.taken.add(name);
    return name;
  }
}
