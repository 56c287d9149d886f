import { KEY_OF } from "./authorities";
import type { CaName, Key } from "./authorities";

/** A CA of a component: its own upload; one of another component of the program, by resource name; or another stack's. */
export type CaUse = CaName | { readonly of: string } | { readonly foreign: CaName };

/** One `new MutualTls(name, …)` over the model's one zone. */
export interface Component {
  readonly name: string;
  /** The type of a component around it: its URN differs by that, its children's names don't. */
  readonly within?: string;
  readonly cas: Readonly<Record<string, CaUse>>;
  readonly hosts: readonly string[];
  readonly paths?: readonly string[];
  readonly action?: "log";
  readonly mode?: "shared";
}

export type Program = readonly Component[];

/** The CA that a use means; undefined where the program has no such resource. */
export function caMeant(program: Program, use: CaUse): CaName | undefined {
  if (typeof use === "string") return use;
  if ("foreign" in use) return use.foreign;
  for (const { name, cas } of program) {
    for (const [key, own] of Object.entries(cas))
      if (`${name}-${key}` === use.of && typeof own === "string") return own;
  }
  return undefined;
}

/** Whose clients a component lets in. */
export function keysOf(program: Program, { cas }: Component): Set<Key> {
  return new Set(Object.values(cas).flatMap((use) => KEY_OF[caMeant(program, use) ?? "one"]));
}

/** Whether the component's rule demands a certificate there. */
export function demands({ hosts, paths, action }: Component, host: string, path: string): boolean {
  if (action === "log" || !hosts.includes(host)) return false;
  return paths === undefined || paths.some((pattern) => path.startsWith(pattern.replace(/\*$/, "")));
}

/** The hostnames that each CA's list should hold. */
export function listsOf(program: Program): Map<CaName, Set<string>> {
  const lists = new Map<CaName, Set<string>>();
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

function componentText({ name, within, cas, hosts, paths, action, mode }: Component): string {
  const use = (value: CaUse) =>
    typeof value === "string" ? value : "of" in value ? `the CA of ${value.of}` : `the other stack's ${value.foreign}`;
  const options = [paths && `paths ${paths.join(" ")}`, action, mode].filter(Boolean).join(", ");
  const named = Object.entries(cas).map(([key, value]) => `${key}: ${use(value)}`);
  return `MutualTls "${name}"${within ? ` (within ${within})` : ""} { cas { ${named.join(", ")} }, hosts ${hosts.join(" ")}${options ? `, ${options}` : ""} }`;
}
