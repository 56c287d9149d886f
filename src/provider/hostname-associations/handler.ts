import { canonicalHostnames } from "../../rules/hostname";
import { REF_PREFIX } from "../../rules/position";
import { bring, inTurn, NotShown, observe } from "./list";
import { HalfDone } from "../engine/contract";
import type { CheckFailure, Diff, Handler, Properties } from "../engine/contract";
import { InputReader } from "../engine/inputs";
import { preflight } from "../session/preflight";
import type { Session } from "../session";
import { stillDemanded } from "./still-demanded";
import type { StandingDemand } from "./still-demanded";
import { hasUnknown, UNKNOWN } from "../engine/unknown";
import type { HostnameAssociationsState as State } from "./state";

export function hostnameAssociations(session: Session): Handler<State> {
  return {
    outputs: [],
    check: (olds, news) => check(session, olds, news),
    diff: (olds, news) => diff(session, olds, news),
    consequences: (olds, news) => consequences(session, olds, news),
    create: (inputs) => create(session, inputs),
    read: (_id, state) => read(session, state),
    update: (_id, olds, news) => sync(session, olds, news),
    delete: (_id, state) => remove(session, state),
  };
}

async function check(
  session: Session,
  olds: Properties,
  news: Properties,
): Promise<{ inputs: Properties; failures: readonly CheckFailure[] }> {
  const read = new InputReader(news);
  read.only(["zoneId", "caCertificateId", "hostnames", "mode", "adopt"]);
  const zoneId = read.identifier("zoneId", "The dashboard shows it on the zone's overview page.");
  // Without a CA the API means the zone's Cloudflare-managed CA, so a missing id would overwrite somebody's list.
  const caCertificateId = read.upload(
    "caCertificateId",
    "Give the id of a CaCertificate (`ca.id`): without one, Cloudflare would change the list of its own managed CA.",
  );
  const mode = read.oneOf("mode", ["exclusive", "shared"]);
  read.flag("adopt");
  if (mode === "shared" && news.adopt === true)
    read.fail("adopt", 'adopt takes a list over, and mode "shared" leaves it to others: leave one of the two out.');
  const hostnames = readHostnames(session, read);
  const inputs = { ...news, zoneId, caCertificateId, hostnames, mode };
  session.declarations.checkList(String(olds.zoneId), String(olds.caCertificateId));
  if (read.failures.length === 0) {
    // With the id of a CA that a preview doesn't know yet, too: what matters of such a list is that it will be there.
    if (!hasUnknown([zoneId, hostnames]))
      session.declarations.declareList(zoneId, caCertificateId, hostnames as string[]);
    if (!hasUnknown([zoneId, hostnames])) {
      const look = (ahead: Session) => lookAtList(ahead, inputs as unknown as State, olds.hostnames === undefined);
      for (const reason of await preflight(session, olds, inputs, ["zoneId", "hostnames"], look)) read.fail("", reason);
    }
  }
  return { inputs, failures: read.failures };
}

/** What speaks against the list as the zone is now; whether others are in it only counts before it is ours. */
async function lookAtList(session: Session, state: State, isNew: boolean): Promise<(string | undefined)[]> {
  const misplaced = await session.zones.misplaced(state.zoneId, state.hostnames);
  if (misplaced || !isNew || state.mode === "shared" || hasUnknown(state.caCertificateId)) return [misplaced];
  const strangers = (await observe(session, state)).filter((hostname) => !state.hostnames.includes(hostname));
  if (strangers.length === 0) return [];
  if (!state.adopt) return [strangersMessage(state, strangers)];
  session.log(`note: ${takenOver(state, strangers)}`);
  return [];
}

/** The hostnames on their canonical form; an empty list is refused, because it would mean "delete" in this API. */
export function readHostnames(session: Session, read: InputReader): string[] | typeof UNKNOWN {
  const given = read.texts("hostnames", ['"api.example.com"']);
  if (given === UNKNOWN) return UNKNOWN;
  if (given === undefined) return [];
  const { hostnames, warnings, problems } = canonicalHostnames(given);
  for (const problem of problems) read.fail("hostnames", problem);
  for (const warning of warnings) session.log(`warning: ${warning}`);
  if (given.length === 0) {
    read.fail("hostnames", "hostnames is empty: name at least one hostname, or remove the resource.");
  }
  return hostnames;
}

function diff(session: Session, olds: State, news: State): Diff {
  if (hasUnknown(news.caCertificateId)) session.declarations.yieldList(olds.zoneId, olds.caCertificateId);
  const replaces = (["zoneId", "caCertificateId"] as const).filter(
    (key) => hasUnknown(news[key]) || olds[key] !== news[key],
  );
  const same = JSON.stringify(olds.hostnames) === JSON.stringify(news.hostnames) && olds.mode === news.mode;
  return { changes: replaces.length > 0 || !same, replaces };
}

/**
 * What it means to a list that its CA is replaced delete-first. The engine doesn't say so, but only then does it ask for
 * the diff of a list before it has it checked (docs/decisions/the-engine.md).
 */
function consequences(session: Session, olds: State, news: State): string[] {
  const { zoneId, caCertificateId, hostnames } = olds;
  if (!hasUnknown(news.caCertificateId) || session.declarations.wasListChecked(zoneId, caCertificateId)) return [];
  return [
    `CA ${caCertificateId} is replaced delete-first: no client certificate is accepted on ${hostnames.join(", ")} from its end until the new CA is in place. Without \`deleteBeforeReplace\` there is no such gap.`,
  ];
}

async function create(session: Session, inputs: State): Promise<{ id: string; state: State }> {
  const id = `${inputs.zoneId}/${inputs.caCertificateId}`;
  try {
    return { id, state: await sync(session, { ...inputs, hostnames: [] }, inputs) };
  } catch (error) {
    // From here on the hostnames are ours, shown or not, and the state must know.
    throw error instanceof NotShown ? new HalfDone(error.message, id, inputs) : error;
  }
}

/** Observe, leave what is others', keep what a rule still demands, one PUT, wait. */
async function sync(session: Session, olds: State, news: State): Promise<State> {
  const misplaced = await session.zones.misplaced(news.zoneId, news.hostnames);
  if (misplaced) throw new Error(misplaced);
  return inTurn(session, news, async () => {
    const observed = await observe(session, news);
    const strangers = observed.filter(
      (hostname) => !olds.hostnames.includes(hostname) && !news.hostnames.includes(hostname),
    );
    if (news.mode === "exclusive" && strangers.length > 0 && !news.adopt)
      throw new Error(strangersMessage(news, strangers));
    if (news.mode === "exclusive" && strangers.length > 0) session.log(takenOver(news, strangers));
    const others = news.mode === "shared" ? strangers : [];
    const leaving = observed.filter((hostname) => !news.hostnames.includes(hostname) && !others.includes(hostname));
    const demanded = await stillDemanded(session, news, leaving);
    // The engine updates an association before the rule that stands on it: the rule takes these out once it lets go.
    const held = leaving.filter((hostname) => demanded.some((demand) => demand.hostname === hostname));
    if (held.length > 0)
      session.log(`${held.join(", ")}: associated until ${ruleName(demanded)} demands no certificate there any more.`);
    await bring(session, news, observed, [...news.hostnames, ...others, ...held], news.mode === "shared");
    return news;
  });
}

async function read(session: Session, state: State): Promise<State | undefined> {
  const observed = await observe(session, state);
  const hostnames =
    state.mode === "shared" ? observed.filter((hostname) => state.hostnames.includes(hostname)) : observed;
  return hostnames.length === 0 ? undefined : { ...state, hostnames: [...hostnames].sort() };
}

async function remove(session: Session, state: State): Promise<void> {
  const { zoneId, caCertificateId } = state;
  if (session.declarations.declaredList(zoneId, caCertificateId)) return;
  await inTurn(session, state, async () => {
    const observed = await observe(session, state);
    const remaining = state.mode === "shared" ? observed.filter((hostname) => !state.hostnames.includes(hostname)) : [];
    const leaving = observed.filter((hostname) => !remaining.includes(hostname));
    const demanded = await stillDemanded(session, state, leaving);
    if (demanded.length > 0) {
      if (!session.declarations.yieldsList(zoneId, caCertificateId)) throw new Error(demandedMessage(state, demanded));
      session.log(
        `warning: no client certificate is accepted on ${leaving.join(", ")} until the new CA is in place: its CA is replaced delete-first.`,
      );
    }
    await bring(session, state, observed, remaining, state.mode === "shared");
  });
}

function strangersMessage({ zoneId, caCertificateId }: State, strangers: readonly string[]): string {
  return [
    `CA ${caCertificateId} is associated in zone ${zoneId} with ${strangers.join(", ")} too, which this resource neither declares nor put there.`,
    'Declare them; or set `mode: "shared"` to leave them alone; or `adopt: true` to take the list over, which removes them.',
  ].join("\n");
}

function takenOver({ zoneId, caCertificateId }: State, strangers: readonly string[]): string {
  return `the list of CA ${caCertificateId} in zone ${zoneId} is taken over, and loses ${strangers.join(", ")}.`;
}

function demandedMessage({ zoneId, caCertificateId }: State, demanded: readonly StandingDemand[]): string {
  const hostnames = [...new Set(demanded.map(({ hostname }) => hostname))].join(", ");
  const ours = demanded.some(({ rule }) => rule.ref.startsWith(REF_PREFIX));
  return [
    `The association of ${hostnames} with CA ${caCertificateId} in zone ${zoneId} stays: ${ruleName(demanded)} still demands its certificates there, and without the association every client would be locked out.`,
    `Remove the hostnames, or this CA's issuers, from that rule first (or delete or disable it); then run this again.${ours ? " Where an interrupted `up` made it, run `pulumi up` once more before `pulumi destroy`." : ""}`,
  ].join("\n");
}

function ruleName(demanded: readonly StandingDemand[]): string {
  const names = new Set(demanded.map(({ rule }) => `${rule.id}${rule.description ? ` ("${rule.description}")` : ""}`));
  return `rule ${[...names].join(", ")}`;
}
