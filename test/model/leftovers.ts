import { linesOf } from "../../src/wording/lines";
import type { Account, StoredRule, Upload } from "./account";
import type { StackState } from "./stack-state";

/**
 * What a killed create made and no state knows. It stays behind where the next program doesn't declare it any more, as
 * docs/interrupted-runs.md and docs/limits.md say: nobody is wronged by that.
 */
export interface Leftovers {
  /** Ids. */
  readonly uploads: readonly string[];
  /** "<id of the CA> <hostname>". */
  readonly hosts: readonly string[];
  /** Ids. */
  readonly rules: readonly string[];
}

export const NO_LEFTOVERS: Leftovers = { uploads: [], hosts: [], rules: [] };

/** What a state holds on to: by it a thing is a stack's own, whoever made it. */
export function holds(state: StackState) {
  const all = [...state.live, ...state.doomed];
  const lists = all.filter(({ kind }) => kind === "hostname-associations").map(({ outputs }) => outputs);
  return {
    upload: ({ id }: Pick<Upload, "id">) => all.some((one) => one.kind === "ca-certificate" && one.id === id),
    // An exclusive list shows all of its hostnames to a refresh; of a shared one nobody else knows which are whose.
    host: (ca: string, host: string) =>
      lists.some(
        ({ caCertificateId, mode, hostnames }) =>
          caCertificateId === ca && (mode !== "shared" || linesOf(hostnames as string).includes(host)),
      ),
    // Revoked certificates have a rule of their own, `ref_revoked`.
    rule: ({ ref }: Pick<StoredRule, "ref">) =>
      all.some((one) => one.kind === "mtls-rule" && `${ref}_`.startsWith(`${String(one.outputs.ref)}_`)),
  };
}

/**
 * By the stack: whether a stack of the same names in another backend holds the same upload or rule. It took up what says exactly what
 * it would write; from then on one account's things stand in two states, and what either does is both's.
 */
export function areEntangled(one: StackState, other: StackState): boolean {
  const ids = ({ live, doomed }: StackState) =>
    [...live, ...doomed].filter(({ kind }) => kind !== "hostname-associations").map(({ id }) => id);
  const theirs = ids(other);
  return ids(one).some((id) => theirs.includes(id));
}

/** What is left after a command: of a killed run all that its state doesn't know, of others what was left before. */
export function leftoversOf(
  account: Account,
  { state, left }: { readonly state: StackState; readonly left: Leftovers },
  stack: number,
  { isKilled, isAnswerLost }: { readonly isKilled: boolean; readonly isAnswerLost: boolean },
): Leftovers {
  const known = holds(state);
  const own = <T extends { readonly by: unknown }>(things: readonly T[]) => things.filter(({ by }) => by === stack);
  const was = (before: readonly string[], name: string) => isKilled || before.includes(name);
  const hosts = Object.entries(account.lists).flatMap(([ca, list]) =>
    Object.keys(list.hosts)
      .filter((host) => list.hosts[host] === stack && !known.host(ca, host))
      .map((host) => `${ca} ${host}`),
  );
  const ids = (things: readonly { readonly id: string }[]) => things.map(({ id }) => id);
  return {
    uploads: ids(own(account.uploads).filter((one) => !known.upload(one))).filter(
      // Without an answer there is no id to keep. The label tells whose it is (docs/limits.md).
      (id) => isAnswerLost || was(left.uploads, id),
    ),
    hosts: hosts.filter((name) => was(left.hosts, name)),
    rules: ids(own(account.rules ?? []).filter((one) => !known.rule(one))).filter((id) => was(left.rules, id)),
  };
}

/** Whether an error names something that was left, or a list's hostname: then it is no riddle. */
export function isNamed({ uploads, hosts, rules }: Leftovers, error: string): boolean {
  const hostnames = hosts.map((name) => name.split(" ")[1] ?? "");
  return [...uploads, ...rules, ...hostnames].some((name) => error.includes(name));
}
