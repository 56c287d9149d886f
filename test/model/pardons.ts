import type { Account, Upload } from "./account";
import { CLOUDFLARE_MANAGED_CA } from "../../src/wording/managed-ca";
import { caOf, KEY_OF } from "./authorities";
import type { Authorities, Key } from "./authorities";
import type { Stack } from "./moment";
import type { Command } from "./plan";
import { HOSTS } from "./probes";
import { keysOf } from "./program";
import type { Program } from "./program";

/*
 * Refusals that a change of the program means, and which therefore wrong nobody.
 */

/**
 * The clients of CAs that leave their program. From the step on that takes such a CA's list away they may be refused anywhere, also by
 * others' rules that take any CA and on paths that our rule doesn't cover: that is what removing a CA means.
 */
export function leavingKeys(stacks: readonly Pick<Stack, "inForce">[]): Key[] {
  const keys = (programs: readonly Program[]) =>
    new Set(programs.flatMap((program) => program.flatMap((component) => [...keysOf(program, component)])));
  return stacks.flatMap((stack) => {
    const [newest = []] = stack.inForce.slice(-1);
    // A destroy has no CA that takes over: there the guard over the last association counts.
    if (newest.length === 0) return [];
    const others = stacks.filter((other) => other !== stack).flatMap(({ inForce }) => inForce);
    const staying = keys([newest, ...others]);
    return [...keys(stack.inForce)].filter((key) => !staying.has(key));
  });
}

/** Whether a list has the host by which a leaf of this key is verified. */
export function isServed(account: Account, authorities: Authorities, key: Key, host: string): boolean {
  const ids = uploadsWith(account, authorities, key).map(({ id }) => id);
  const cas = key === KEY_OF.managed ? [...ids, CLOUDFLARE_MANAGED_CA] : ids;
  return cas.some((id) => host in (account.lists[id]?.hosts ?? {}));
}

export function uploadsWith({ uploads }: Account, authorities: Authorities, key: Key): Upload[] {
  return uploads.filter(({ certificates }) => {
    const ca = caOf(authorities, certificates);
    return ca !== undefined && KEY_OF[ca] === key;
  });
}

/**
 * Whether a host moves between two components of different CAs. It stays closed meanwhile, so both rules stand for a while, and
 * everybody may be refused by one of the two.
 */
export function areBothOver(inForce: readonly Program[], host: string): boolean {
  const owners = inForce.flatMap((program) =>
    program
      .filter(({ hosts }) => hosts.includes(host))
      .map((component) => ({
        name: `${component.within ?? ""}/${component.name}`,
        keys: [...keysOf(program, component)].sort().join(),
      })),
  );
  return owners.some((one) => owners.some((other) => one.name !== other.name && one.keys !== other.keys));
}

/**
 * The hosts that a stack takes up while another one, which runs at the same time, lets go of them. Neither sees the other's write, and
 * Cloudflare has no lock: docs/ownership.md has a refresh follow.
 */
export function passedTo(stacks: readonly Stack[], commands: readonly Command[], taker: Command): string[] | undefined {
  const has = (host: string) => (program: Program) => program.some(({ hosts }) => hosts.includes(host));
  const next = (command: Command) => (command.do === "up" ? command.program : []);
  const before = (command: Command) => stacks[command.stack]?.inForce ?? [];
  const came = HOSTS.filter(
    (host) =>
      has(host)(next(taker)) &&
      !before(taker).every(has(host)) &&
      commands.some((other) => other !== taker && before(other).some(has(host)) && !has(host)(next(other))),
  );
  const all = [...new Set([...(stacks[taker.stack]?.passed ?? []), ...came])];
  return all.length > 0 ? all : undefined;
}

/** Whether a rule for every host is one no more: who takes such a host up isn't waited for (docs/decisions/moving-a-hostname.md). */
export function isSweepOver(inForce: readonly Program[], host: string): boolean {
  const sweeps = (program: Program) => program.some(({ everyHost, hosts }) => everyHost && !hosts.includes(host));
  return inForce.slice(0, -1).some(sweeps) && !inForce.slice(-1).some(sweeps);
}
