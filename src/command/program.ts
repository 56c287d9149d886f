import type { HeldCa, HeldRule, Holdings } from "./holdings";

const HEADING = [
  "// Written by `cloudflare-mtls import` from what the account holds. `pulumi preview` shows what taking it over means.",
  'import { CaCertificate, HostnameAssociations, MtlsRule } from "pulumi-cloudflare-mtls";',
].join("\n");

/** Inputs as they are written; those without a value are left out. */
type Inputs = Readonly<Record<string, string | undefined>>;

/** The program that declares these holdings and takes each over. */
export function programOf(accountId: string, { cas, zones }: Holdings): string {
  const names = new Set<string>();
  const statements: string[] = [];
  const make = (type: string, called: string, inputs: Inputs, before = ""): string => {
    const name = nameOf(called, names);
    const variable = `m_${name.replaceAll("-", "_")}`;
    const lines = Object.entries(inputs).flatMap(([key, value]) => (value ? `  ${key}: ${value},\n` : []));
    statements.push(`${before || `const ${variable} = `}new ${type}(${text(name)}, {\n${lines.join("")}});`);
    return variable;
  };
  const variables = new Map<HeldCa, string>();
  for (const ca of cas) {
    const served = zones.filter(({ lists }) => lists.some((list) => list.ca === ca)).map(({ id }) => id);
    variables.set(ca, make("CaCertificate", ca.name || "ca", caInputs(accountId, ca, served)));
  }
  for (const { id, name, lists, rules } of zones) {
    const associations = lists.map(({ ca, hostnames }) => {
      const caCertificateId = `${variables.get(ca) ?? ""}.id`;
      const inputs = { zoneId: text(id), caCertificateId, hostnames: text(hostnames) };
      return make("HostnameAssociations", `${name} ${ca.name}`, inputs);
    });
    for (const held of rules) {
      const inputs = { zoneId: text(id), ...ruleInputs(held, variables), associations: `[${associations.join(", ")}]` };
      const was = `// It was: ${held.rule.expression.replace(/\s+/g, " ")}\n`;
      make("MtlsRule", `${name} ${held.rule.description ?? ""}`, inputs, was);
    }
  }
  const needsPulumi = statements.some((statement) => statement.includes("pulumi.all("));
  const heading = needsPulumi ? `${HEADING}\nimport * as pulumi from "@pulumi/pulumi";` : HEADING;
  return `${[heading, ...statements].join("\n\n")}\n`;
}

function caInputs(accountId: string, { pem, notAfter = "" }: HeldCa, zoneIds: readonly string[]): Inputs {
  return {
    accountId: text(accountId),
    certificates: `\`\n${pem}\``,
    zoneIds: text(zoneIds),
    adopt: "true",
    allowExpired: Date.parse(notAfter) < Date.now() ? "true" : undefined,
  };
}

function ruleInputs({ rule, demand, after }: HeldRule, variables: ReadonlyMap<HeldCa, string>): Inputs {
  const answer = rule.action_parameters?.response;
  return {
    hostnames: text(demand.hostnames),
    issuerSkis: issuersOf(demand.issuerSkis, variables),
    paths: demand.paths && text(demand.paths),
    response:
      answer && text({ statusCode: answer.status_code, contentType: answer.content_type, content: answer.content }),
    description: rule.description && text(rule.description),
    position: after && `{ after: ${text(after)} }`,
    adopt: text(rule.id),
  };
}

/** Taken from the CAs of the program, as far as they have them. */
function issuersOf(issuerSkis: readonly string[], variables: ReadonlyMap<HeldCa, string>): string {
  const whole = [...variables].filter(([ca]) => ca.issuerSkis.every((ski) => issuerSkis.includes(ski)));
  const rest = issuerSkis.filter((ski) => !whole.some(([ca]) => ca.issuerSkis.includes(ski)));
  const parts = [...whole.map(([, variable]) => `${variable}.issuerSkis`), ...(rest.length > 0 ? [text(rest)] : [])];
  return parts.length === 1 ? parts.join() : `pulumi.all([${parts.join(", ")}]).apply((skis) => skis.flat())`;
}

function text(value: string | object): string {
  return JSON.stringify(value);
}

/** Made of what people called the thing, and each only once. */
function nameOf(called: string, taken: Set<string>): string {
  const words = called.toLowerCase().match(/[a-z0-9]+/g) ?? ["unnamed"];
  const base = words.join("-").slice(0, 60);
  let name = base;
  for (let count = 2; taken.has(name); count++) name = `${base}-${count}`;
  taken.add(name);
  return name;
}
