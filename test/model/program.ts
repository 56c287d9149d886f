import { KEY_OF, LEAVES, STOLEN } from "./authorities";
import type { Ca, CaName, Client, Key } from "./authorities";

/**
 * A CA of a component: its own upload; one of another component of the program, by resource name; another stack's; or Cloudflare's own, of
 * which the rule may name no issuer.
 */
export type CaUse =
  CaName | { readonly of: string } | { readonly foreign: CaName } | { readonly managed: true | "unpinned" };

/** One `new MutualTls(name, …)` over the model's one zone. */
export interface Component {
  readonly name: string;
  /** The type of a component around it: its URN differs by that, its children's names don't. */
  readonly within?: string;
  readonly cas: Readonly<Record<string, CaUse>>;
  readonly hosts: readonly string[];
  readonly paths?: readonly string[];
  /** The paths are closed on every host of the zone. */
  readonly everyHost?: true;
  readonly action?: "log";
  /** What is refused is answered in the program's own words, which lets nobody in. */
  readonly response?: true;
  readonly mode?: "shared";
  /** Stolen certificates of its uploaded CAs are refused, by their serial numbers. */
  readonly revoked?: true;
  /** Of uploaded CAs only clients of the usual subject are let in. */
  readonly subjects?: true;
}

export type Program = readonly Component[];

/** The CA that a use means; undefined where the program has no such resource. */
export function caMeant(program: Program, use: CaUse): Ca | undefined {
  if (typeof use === "string") return use;
  if ("managed" in use) return "managed";
  if ("foreign" in use) return use.foreign;
  for (const { name, cas } of program) {
    for (const [key, own] of Object.entries(cas))
      if (`${name}-${key}` === use.of && typeof own === "string") return own;
  }
  return undefined;
}

/** Whose clients a component lets in, all or some. */
export function keysOf(program: Program, { cas }: Component): Set<Key> {
  return new Set(Object.values(cas).map((use) => KEY_OF[caMeant(program, use) ?? "one"]));
}

/** The clients that a component lets in. */
export function clientsOf(program: Program, component: Component): Set<Client> {
  const keys = keysOf(program, component);
  const stolen = component.subjects || component.revoked ? [] : stolenOf(program, component);
  return new Set([...keys, ...stolen]);
}

/** The stolen certificates of a component's uploaded CAs. */
export function stolenOf(program: Program, component: Component): Client[] {
  const keys = keysOf(program, component);
  return STOLEN.filter((client) => keys.has(LEAVES[client].issuer));
}

/** Whether there is a CA whose certificates a component can revoke: Cloudflare revokes its own CA's. */
export function isRevocable(program: Program, component: Component): boolean {
  return !component.revoked || stolenOf(program, component).length > 0;
}

/** Whether its rule names no issuer, and lets in whatever verifies. */
export function isUnpinned({ cas }: Component): boolean {
  return Object.values(cas).some((use) => typeof use === "object" && "managed" in use && use.managed === "unpinned");
}

/** The hosts on which both have a rule. */
export function sharedHosts(one: Component, other: Component): string[] {
  const on =
    ({ hosts, everyHost }: Component) =>
    (host: string) =>
      everyHost === true || hosts.includes(host);
  return [...new Set([...one.hosts, ...other.hosts])].filter((host) => on(one)(host) && on(other)(host));
}

/** Whether the component's rule demands a certificate there. */
export function demands({ hosts, paths, action, everyHost }: Component, host: string, path: string): boolean {
  if (action === "log" || !(everyHost ?? hosts.includes(host))) return false;
  return paths === undefined || paths.some((pattern) => path.startsWith(pattern.replace(/\*$/, "")));
}

/** The hostnames that each CA's list should hold. */
export function listsOf(program: Program): Map<Ca, Set<string>> {
  const lists = new Map<Ca, Set<string>>();
  for (const component of program) {
    for (const use of Object.values(component.cas)) {
      const ca = caMeant(program, use);
      if (ca) lists.set(ca, new Set([...(lists.get(ca) ?? []), ...component.hosts]));
    }
  }
  return lists;
}

/** The CAs that the program uploads. */
export function uploadsOf(program: Program): CaName[] {
  return program.flatMap(({ cas }) => Object.values(cas).filter((use) => typeof use === "string"));
}

/** The CAs of other stacks that a component uses. */
export function foreignCasOf({ cas }: Component): CaName[] {
  return Object.values(cas).flatMap((use) => (typeof use === "object" && "foreign" in use ? [use.foreign] : []));
}

export function textOf(program: Program): string {
  if (program.length === 0) return "nothing";
  return program.map(componentText).join("; ");
}

function componentText(component: Component): string {
  const { name, within, cas, hosts, paths, everyHost, action, response, mode, revoked, subjects } = component;
  const use = (value: CaUse) => {
    if (typeof value === "string") return value;
    if ("managed" in value) return value.managed === true ? "the managed CA" : "the managed CA, unpinned";
    return "of" in value ? `the CA of ${value.of}` : `the other stack's ${value.foreign}`;
  };
  const limits = [revoked && "the stolen ones revoked", subjects && "subjects"];
  const closed = paths && `paths ${paths.join(" ")}${everyHost ? " of every host" : ""}`;
  const options = [closed, action, response && "response", mode, ...limits].filter(Boolean).join(", ");
  const named = Object.entries(cas).map(([key, value]) => `${key}: ${use(value)}`);
  return `MutualTls "${name}"${within ? ` (within ${within})` : ""} { cas { ${named.join(", ")} }, hosts ${hosts.join(" ")}${options ? `, ${options}` : ""} }`;
}
