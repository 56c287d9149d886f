import { CLOUDFLARE_MANAGED_CA } from "../../src/wording/managed-ca";
import type { Owner } from "./account";
import type { Stack } from "./moment";
import type { Write } from "./ground";
import { short } from "./ground";
import { holds } from "./leftovers";

/** Who writes. */
interface Writer {
  /** Undefined: others. */
  readonly stack: Stack | undefined;
  /** Another backend has a stack of the same names. */
  readonly isTwinned: boolean;
  /** What its logs and previews said so far in this step. */
  readonly heard: readonly string[];
}

/** What of another's was changed or taken away. */
export function trespass(write: Write, writer: Writer): string | undefined {
  const { before, after, by } = write;
  const named = (owner: Owner) => (owner === "others" ? "others'" : `stack ${owner + 1}'s`);
  // What a twin says in the very same words may be taken up. From then on both states hold it, and nothing tells the two apart.
  const shared = writer.isTwinned && writer.stack ? holds(writer.stack.state) : undefined;
  for (const upload of before.uploads)
    if (upload.by !== by && !shared?.upload(upload) && !after.uploads.some(({ id }) => id === upload.id))
      return `${named(upload.by)} CA "${upload.name}" is deleted`;
  for (const [id, { hosts }] of Object.entries(before.lists)) {
    const left = after.lists[id]?.hosts ?? {};
    const gone = Object.entries(hosts).find(
      ([host, owner]) => owner !== by && !(host in left) && !mayTakeOut(write, writer, id, host),
    );
    if (gone) return `${named(gone[1])} hostname ${short(gone[0])} is taken out of a list`;
  }
  const theirs = (account: Write["before"]) => (account.rules ?? []).filter((rule) => rule.by !== by);
  const [mine, now] = [theirs(before), theirs(after)];
  const hurt = mine.find((rule) => !now.includes(rule) && !shared?.rule(rule));
  const kept = mine.filter((rule) => now.includes(rule));
  if (hurt ?? kept.find((rule, index) => now.filter((one) => mine.includes(one))[index] !== rule))
    return `${named((hurt ?? kept[0])?.by ?? "others")} rule is changed, deleted or moved`;
  const isManaged = before.lists[CLOUDFLARE_MANAGED_CA] !== after.lists[CLOUDFLARE_MANAGED_CA];
  return isManaged && !isNamed(writer.stack) ? "the managed CA's list is changed" : undefined;
}

/** Whether a stack has the managed CA: no other may write its list. */
function isNamed(stack: Stack | undefined): boolean {
  const uses = stack?.inForce.flat().flatMap(({ cas }) => Object.values(cas)) ?? [];
  return uses.some((use) => typeof use === "object" && "managed" in use);
}

/** Whether somebody else's hostname may leave a list by this write. */
function mayTakeOut({ seen }: Write, { stack, heard }: Writer, ca: string, host: string): boolean {
  // What came between a look and the write that follows, nobody can know: Cloudflare has no lock (docs/limits.md).
  if (seen && !seen.includes(host)) return true;
  const list = [...(stack?.state.live ?? []), ...(stack?.state.doomed ?? [])].find(
    ({ kind, outputs }) => kind === "hostname-associations" && outputs.caCertificateId === ca,
  );
  // What a program declares is its own too, whoever was there first; so are two lists of twins that say the same.
  if (stack?.inForce.flat().some(({ hosts }) => hosts.includes(host))) return true;
  // An exclusive list is the resource's alone: what others put there may go with it, or by a refresh, but not unnamed. What a rule held on
  // it stays its own, also where others put it back (docs/decisions/shrinking-a-list.md).
  const isHeld = [list?.outputs.held].flat().includes(host);
  return list?.outputs.mode !== "shared" && (isHeld || heard.some((line) => line.includes(host)));
}
