import { CLOUDFLARE_MANAGED_CA } from "../../src/wording/managed-ca";
import type { Account, Owner, Upload } from "./account";
import { caOf } from "./authorities";
import type { Authorities, Ca, CaName } from "./authorities";
import type { Judge } from "./judge";
import { holds } from "./leftovers";
import type { Leftovers } from "./leftovers";
import { contradictionOf, EDGES } from "./probes";
import { caMeant, foreignCasOf, isRevocable, isUnpinned, listsOf, uploadsOf } from "./program";
import type { Program } from "./program";
import type { StackState } from "./stack-state";
import { short } from "./ground";

/** Hostnames of one owner on the list of each of its CAs, and what else it holds in the account. */
export interface Situation {
  readonly account: Account;
  readonly authorities: Authorities;
  readonly stack: number;
  readonly state: StackState;
  readonly left: Leftovers;
  /** Hosts that it took up while another stack let go of them. */
  readonly passed: readonly string[];
  /** Stacks of the same names in other backends. */
  readonly twins: readonly Owner[];
}

/** Where the account differs from what the program says; undefined: nowhere. */
export function differenceOf(
  { account, authorities, stack, state, left, passed }: Situation,
  program: Program,
): string | undefined {
  // What a twin made and this stack took up counts as its own.
  const known = holds(state);
  const own = account.uploads.filter((upload) => upload.by === stack || known.upload(upload));
  const names = (uploads: readonly Upload[]) => uploads.map(({ certificates }) => caOf(authorities, certificates));
  const mine = names(own);
  const wanted = uploadsOf(program);
  const surplus = names(own.filter(({ id }) => !left.uploads.includes(id))).find(
    (ca) => ca === undefined || !wanted.includes(ca),
  );
  if (surplus) return `CA ${surplus} is left in the account`;
  const lost = wanted.find((ca) => !mine.includes(ca));
  if (lost) return `CA ${lost} isn't in the account`;
  const lists = listsOf(program);
  for (const [id, ca] of casOf(account, authorities)) {
    const hosts = account.lists[id]?.hosts ?? {};
    const declared = (ca && lists.get(ca)) ?? new Set<string>();
    // What stayed for others' rules, state knows; that they are gone by now is drift, which no program without a change sees.
    const isHeld = (host: string) =>
      state.live.some(({ outputs }) => outputs.caCertificateId === id && [outputs.held].flat().includes(host));
    const isSurplus = (host: string) => !declared.has(host) && !left.hosts.includes(`${id} ${host}`) && !isHeld(host);
    const extra = Object.keys(hosts).find((host) => hosts[host] === stack && isSurplus(host));
    if (extra) return `${short(extra)} is left on the list of ${ca}`;
    const absent = [...declared].find((host) => !(host in hosts) && !passed.includes(host));
    if (absent) return `${short(absent)} isn't on the list of ${ca}`;
  }
  const rules =
    account.rules?.filter((rule) => (rule.by === stack ? !left.rules.includes(rule.id) : known.rule(rule))) ?? [];
  const due = program.flatMap((component) => (component.revoked ? [component, component] : [component]));
  if (rules.length !== due.length) return `${rules.length} rules in place of ${due.length}`;
  const answers = rules.filter(({ action_parameters }) => action_parameters?.response).length;
  const wished = due.filter(({ response }) => response).length;
  return answers === wished ? undefined : `${answers} rules have a response in place of ${wished}`;
}

/**
 * Whether what the program says of lists would hurt a client whom others' rules let in now, or take away a CA that others
 * use: then things may stay as they are.
 */
export function isHeldForOthers({ account, authorities, stack }: Situation, program: Program, judge: Judge): boolean {
  const lists = listsOf(program);
  const target = Object.fromEntries(
    casOf(account, authorities).map(([id, ca]) => {
      const hosts = Object.entries(account.lists[id]?.hosts ?? {}).filter(([, owner]) => owner !== stack);
      const declared = [...((ca && lists.get(ca)) ?? [])].map((host) => [host, stack] as const);
      return [id, { hosts: Object.fromEntries([...hosts, ...declared]) }];
    }),
  );
  const kept = uploadsOf(program);
  const uploads = account.uploads.filter(
    ({ certificates, by }) => by !== stack || kept.includes(caOf(authorities, certificates) ?? "one"),
  );
  const isUsed = ({ id }: Upload) => Object.values(account.lists[id]?.hosts ?? {}).some((owner) => owner !== stack);
  if (account.uploads.some((upload) => !uploads.includes(upload) && isUsed(upload))) return true;
  const now = judge.admissionsBesides(account, Infinity, (by) => by === stack);
  const then = judge.admissionsBesides({ ...account, lists: target, uploads }, Infinity, (by) => by === stack);
  return EDGES.some((edge) => now[edge].some((refusing, index) => !refusing && then[edge][index]));
}

/** Why a preview may refuse this program here; undefined: it may not. */
export function reasonToRefuse(
  { account, authorities, stack, state, twins }: Situation,
  program: Program,
  others: readonly Program[],
): string | undefined {
  const uploads = uploadsOf(program);
  if (new Set(uploads).size < uploads.length) return "one CA is uploaded twice";
  const names = program.map(({ name }) => name);
  if (new Set(names).size < names.length) return "two components have one name";
  const uploaded = account.uploads.map(({ certificates }) => caOf(authorities, certificates));
  if (program.flatMap(foreignCasOf).some((ca) => !uploaded.includes(ca))) return "the other stack has no such CA";
  if (!program.every((component) => isRevocable(program, component)))
    return "Cloudflare's own CA alone, and something revoked";
  if (contradictionOf(program) !== "none") return "two components disagree";
  if (contradictionOf([...program, ...others.flat()]) !== "none") return "another stack disagrees";
  const isGone = ({ kind, id }: StackState["live"][number]) =>
    kind === "ca-certificate" && !account.uploads.some((upload) => upload.id === id);
  if (state.live.some(isGone)) return "a CA is gone, and state doesn't know";
  // Whether such a rule leaves somebody in is the package's to say (src/plan/lock-out.ts).
  if (account.rules?.some(({ by, expression }) => by === "others" && /issuer_ski|serial/.test(expression)))
    return "others' rules name certificates";
  const known = holds({ ...state, doomed: [] });
  if (account.rules?.some((rule) => twins.includes(rule.by) && !known.rule(rule)))
    return "another backend's stack has these names";
  const verified = account.uploads.flatMap(({ id }) => Object.keys(account.lists[id]?.hosts ?? {}));
  if (program.filter(isUnpinned).some(({ hosts }) => hosts.some((host) => verified.includes(host))))
    return "others' certificates would get past a rule without an issuer";
  const shared = [...listsOf(program).keys()].filter((ca) => ca !== "managed" && usersOf(program, ca).length > 1);
  if (shared.some((ca) => usersOf(program, ca).some(({ mode }) => mode !== "shared")))
    return "a list is declared twice";
  for (const { certificates, by, id, name } of account.uploads) {
    const ca = caOf(authorities, certificates);
    if (!ca) continue;
    if (uploads.includes(ca) && (by !== stack || !isLabelled(program, ca, name))) return "another holds this CA";
    const strangers = Object.values(account.lists[id]?.hosts ?? {}).some((owner) => owner !== stack);
    if (strangers && usersOf(program, ca).some(({ mode }) => mode !== "shared"))
      return "others are on an exclusive list";
  }
  return undefined;
}

/** The account's CAs by what their lists go by. */
function casOf({ uploads }: Account, authorities: Authorities): (readonly [id: string, ca: Ca | undefined])[] {
  const known = uploads.map(({ id, certificates }) => [id, caOf(authorities, certificates)] as const);
  return [...known, [CLOUDFLARE_MANAGED_CA, "managed"]];
}

/** Whether the upload's label is that of the resource which declares it now: a resource that was renamed needs an alias. */
function isLabelled(program: Program, ca: CaName, label: string): boolean {
  return program.some(({ name, cas }) =>
    Object.entries(cas).some(([key, use]) => use === ca && label.endsWith(`/${name}-${key}`)),
  );
}

/** The components that have a list of this CA. */
function usersOf(program: Program, ca: Ca) {
  return program.filter(({ cas }) => Object.values(cas).some((use) => caMeant(program, use) === ca));
}
