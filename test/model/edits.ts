import type { CaUse, Component, Program } from "./program";
import { isRevocable, isUnpinned, uploadsOf } from "./program";
import type { World } from "./worlds";

/** Every program that is one edit away. */
export function editsOf(world: World, program: Program): Program[] {
  const changed = program.flatMap((component, place) =>
    changesOf(world, program, component).map((next) => program.map((other, index) => (index === place ? next : other))),
  );
  const removed = program.map((_, place) => program.filter((__, index) => index !== place));
  const fits = (one: Component) => !program.some(({ name, within }) => name === one.name && within === one.within);
  const addable = world.further.filter(fits);
  const added = addable.map((one) => [...program, one]);
  return [...changed, ...moves(program), ...added, ...takenAlong(program, addable), ...removed].filter(isWhole);
}

/** What is left must be something: components have hosts, and the CAs that others use are there. */
export function isWhole(program: Program): boolean {
  const uses = program.flatMap(({ cas }) => Object.values(cas));
  const children = program.flatMap(({ name, cas }) => Object.keys(cas).map((key) => `${name}-${key}`));
  const resolves = uses.every((use) => typeof use === "string" || !("of" in use) || children.includes(use.of));
  const uploads = uploadsOf(program);
  return (
    program.length > 0 &&
    program.every((component) => component.hosts.length > 0 && isRevocable(program, component) && isAlone(component)) &&
    resolves &&
    new Set(uploads).size === uploads.length
  );
}

/** A CA without an issuer has no other beside it. */
function isAlone(component: Component): boolean {
  return !isUnpinned(component) || Object.keys(component.cas).length === 1;
}

function changesOf(world: World, program: Program, component: Component): Component[] {
  const { hosts, paths, everyHost, action, response, revoked, subjects } = component;
  const exchanged = caChangesOf(world, program, component);
  const limits = ([component, ...exchanged] as const).flatMap((next) => [
    ...(world.hasLimits?.includes("revoked") ? [{ ...next, revoked: revoked ? undefined : (true as const) }] : []),
    ...(world.hasLimits?.includes("subjects") ? [{ ...next, subjects: subjects ? undefined : (true as const) }] : []),
  ]);
  return [
    ...world.hosts
      .filter((host) => !hosts.includes(host))
      .map((host) => ({ ...component, hosts: [...hosts, host].sort() })),
    ...hosts.map((host) => ({ ...component, hosts: hosts.filter((other) => other !== host) })),
    ...(world.hasPaths ? [{ ...component, paths: paths ? undefined : ["/admin/*"], everyHost: undefined }] : []),
    ...(world.hasEveryHost && paths ? [{ ...component, everyHost: everyHost ? undefined : (true as const) }] : []),
    ...(world.hasResponse && !action ? [{ ...component, response: response ? undefined : (true as const) }] : []),
    ...(world.hasMode ? [{ ...component, mode: component.mode ? undefined : ("shared" as const) }] : []),
    ...(world.hasLog ? [{ ...component, action: action ? undefined : ("log" as const), response: undefined }] : []),
    ...exchanged,
    ...limits,
  ];
}

function caChangesOf({ cas: all, hasLimits }: World, program: Program, component: Component): Component[] {
  const isManaged = (use: CaUse | undefined) => typeof use === "object" && "managed" in use;
  const free: CaUse[] = all.filter((ca) => !uploadsOf(program).includes(ca));
  if (hasLimits?.includes("managed") && !Object.values(component.cas).some(isManaged)) free.push({ managed: true });
  if (hasLimits?.includes("unpinned") && !isUnpinned(component)) free.push({ managed: "unpinned" });
  const keys = Object.keys(component.cas);
  const next = ["ca", "cb", "cc"].find((key) => !keys.includes(key));
  const withCas = (cas: Component["cas"]): Component => ({ ...component, cas });
  const swapped = keys
    .filter((key) => typeof component.cas[key] === "string" || isManaged(component.cas[key]))
    .flatMap((key) => free.map((ca) => withCas({ ...component.cas, [key]: ca })));
  const without = (key: string) => Object.fromEntries(Object.entries(component.cas).filter(([other]) => other !== key));
  return [
    ...(next ? free.map((ca) => withCas({ ...component.cas, [next]: ca })) : []),
    ...(keys.length > 1 ? keys.map((key) => withCas(without(key))) : []),
    ...swapped,
  ];
}

/** A host goes from one component to another. */
function moves(program: Program): Program[] {
  return program.flatMap((from) =>
    program
      .filter((to) => to !== from)
      .flatMap((to) =>
        from.hosts.filter((host) => !to.hosts.includes(host)).map((host) => moved(program, from, to, host)),
      ),
  );
}

/** A new component takes one of its hosts over from another. */
function takenAlong(program: Program, addable: readonly Component[]): Program[] {
  return addable.flatMap((to) =>
    program
      .filter(({ hosts }) => hosts.length > 1)
      .flatMap((from) =>
        from.hosts.filter((host) => to.hosts.includes(host)).map((host) => moved([...program, to], from, to, host)),
      ),
  );
}

function moved(program: Program, from: Component, to: Component, host: string): Program {
  return program.map((one) =>
    one === from
      ? { ...one, hosts: one.hosts.filter((other) => other !== host) }
      : one === to && !one.hosts.includes(host)
        ? { ...one, hosts: [...one.hosts, host].sort() }
        : one,
  );
}
