import { linesOf } from "../../src/wording/lines";
import { CLOUDFLARE_MANAGED_CA } from "../../src/wording/managed-ca";
import { UNKNOWN } from "../../src/provider/engine/unknown";
import { ownerText, providerText } from "../../src/resources/provider-text";
import type { Kind } from "../support/session";
import { KEY_OF, LEAVES } from "./authorities";
import type { Authorities, CaName, Client } from "./authorities";
import { caMeant, stolenOf } from "./program";
import type { CaUse, Component, Program } from "./program";

export const RESPONSE = { statusCode: 403, contentType: "text/plain", content: "No certificate." } as const;
export const ACCOUNT = "0".repeat(31) + "1";
export const ZONE = "0".repeat(31) + "2";

/** Project and stack: what a resource's owner and URN begin with. Two backends may hold the same. */
export interface Identity {
  readonly project: string;
  readonly stack: string;
}

/** Whether two stacks have the same names, each in a backend of its own. */
export function isTwin(identities: readonly Identity[], one: number, other: number): boolean {
  const [left, right] = [identities[one], identities[other]];
  return one !== other && left?.project === right?.project && left?.stack === right?.stack;
}

/** A value of a resource that comes before: its id or an output. */
export type Lookup = (resource: string, property: string) => unknown;

/** What the program's run tells the engine of one resource. */
export interface Registration {
  readonly urn: string;
  readonly name: string;
  readonly kind: Kind;
  /** URNs. */
  readonly dependsOn: readonly string[];
  readonly inputs: (lookup: Lookup) => Record<string, unknown>;
}

const TYPES: Readonly<Record<Kind, string>> = {
  "ca-certificate": "CaCertificate",
  "hostname-associations": "HostnameAssociations",
  "mtls-rule": "MtlsRule",
};

/** The CAs of other stacks, by name, as they are uploaded now: what a StackReference answers. */
export type ForeignCas = (name: CaName) => { readonly id: string; readonly issuerSkis: readonly string[] };

interface Expansion {
  readonly identity: Identity;
  readonly authorities: Authorities;
  readonly foreign: ForeignCas;
  readonly program: Program;
}

/** The resources that MutualTls registers, with the inputs that it gives them; a test holds it against the real one. */
export function registrationsOf(expansion: Expansion): Registration[] {
  return expansion.program.flatMap((component) => childrenOf(component, expansion));
}

function urnOf({ project, stack }: Identity, { within }: Pick<Component, "within">, kind: Kind, name: string): string {
  const parents = `${within ? `${within}$` : ""}cloudflare-mtls:index:MutualTls$`;
  return `urn:pulumi:${stack}::${project}::${parents}pulumi-nodejs:dynamic/cloudflare-mtls:${TYPES[kind]}::${name}`;
}

/** The types of the resources above a component's child, as in its URN. */
function typesAbove({ within }: Pick<Component, "within">): string[] {
  return [...(within ? [within] : []), "cloudflare-mtls:index:MutualTls"];
}

interface Source {
  readonly urn?: string;
  value(lookup: Lookup, property: "id" | "issuerSkis" | "certificates"): unknown;
}

function childrenOf(component: Component, expansion: Expansion): Registration[] {
  const { identity, authorities, program } = expansion;
  const { name, hosts, paths, everyHost, action, mode, revoked, response } = component;
  const resource = (kind: Kind, child: string, more: Pick<Registration, "dependsOn" | "inputs">): Registration => {
    const inputs = (lookup: Lookup) => without({ ...more.inputs(lookup), __provider: providerText(kind) });
    return { ...more, urn: urnOf(identity, component, kind, child), name: child, kind, inputs };
  };
  const cas = ownCas(component, expansion, resource);
  const sources = Object.entries(component.cas).map(
    ([key, use]) => [key, sourceOf(use, key, component, expansion)] as const,
  );
  const lists = sources.map(([key, ca]) =>
    resource("hostname-associations", `${name}-${ZONE}-${key}`, {
      dependsOn: ca.urn ? [ca.urn] : [],
      inputs: (lookup) => ({
        ...{ zoneId: ZONE, caCertificateId: ca.value(lookup, "id"), hostnames: hosts },
        mode: mode ?? (typeof component.cas[key] === "string" ? undefined : "shared"),
        ...{ __self: `${name}-${key}`, __ca: ca.urn },
      }),
    }),
  );
  const rule = resource("mtls-rule", `${name}-${ZONE}`, {
    dependsOn: [...sources.flatMap(([, { urn }]) => urn ?? []), ...lists.map(({ urn }) => urn)],
    inputs: (lookup) => ({
      ...{ zoneId: ZONE, hostnames: hosts, paths, everyHost, action, response: response && RESPONSE },
      cas: sources.map(([key, ca]) => {
        const [issuerSkis, certificates] = [ca.value(lookup, "issuerSkis"), ca.value(lookup, "certificates")];
        return without({ issuerSkis, certificates, ...limitsOf(component, key, program) });
      }),
      revoked: revoked && stolenOf(program, component).map((client) => serialOf(client, authorities)),
      associations: lists.map(({ urn }) => {
        const hostnames = lookup(urn, "hostnames");
        const isKnown = hostnames !== UNKNOWN;
        return {
          caCertificateId: lookup(urn, "caCertificateId"),
          hostnames: isKnown ? linesOf(hostnames as string) : hostnames,
        };
      }),
      owner: ownerText([identity.project, identity.stack], typesAbove(component), `${name}-${ZONE}`),
      __elsewhere: program.filter((other) => other !== component).flatMap((other) => other.hosts),
    }),
  });
  return [...cas, ...lists, rule];
}

function limitsOf({ cas, subjects }: Component, key: string, program: Program): Record<string, unknown> {
  const ca = cas[key] && caMeant(program, cas[key]);
  return {
    subjects: subjects && ca !== "managed" ? [LEAVES["key one"].subject] : undefined,
    isManaged: ca === "managed" || undefined,
  };
}

/** As `revoked` takes it: with the issuer. */
export function serialOf(client: Client, { skis }: Authorities): string {
  return `${skis[LEAVES[client].issuer]}/${LEAVES[client].serial}`;
}

function ownCas(
  component: Component,
  { identity, authorities }: Expansion,
  resource: (kind: Kind, child: string, more: Pick<Registration, "dependsOn" | "inputs">) => Registration,
): Registration[] {
  const { name, cas } = component;
  return Object.entries(cas).flatMap(([key, use]) => {
    if (typeof use !== "string") return [];
    const child = `${name}-${key}`;
    const owner = ownerText([identity.project, identity.stack], typesAbove(component), child);
    const inputs = { certificates: authorities.bundles[use], accountId: ACCOUNT, zoneIds: [ZONE], name: child, owner };
    return [resource("ca-certificate", child, { dependsOn: [], inputs: () => inputs })];
  });
}

function sourceOf(use: CaUse, key: string, component: Component, expansion: Expansion): Source {
  const { identity, authorities, program, foreign } = expansion;
  if (typeof use === "object" && "managed" in use) {
    const managed = {
      id: CLOUDFLARE_MANAGED_CA,
      issuerSkis: use.managed === true ? [authorities.skis[KEY_OF.managed]] : undefined,
      certificates: undefined,
    };
    return { value: (_lookup, property) => managed[property] };
  }
  if (typeof use === "object" && "foreign" in use)
    return { value: (_lookup, property) => ({ ...foreign(use.foreign), certificates: undefined })[property] };
  const child = typeof use === "string" ? `${component.name}-${key}` : use.of;
  const home = typeof use === "string" ? component : program.find(({ name }) => use.of.startsWith(`${name}-`));
  const urn = urnOf(identity, home ?? component, "ca-certificate", child);
  return { urn, value: (lookup, property) => lookup(urn, property) };
}

function without(properties: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}
