import { addRule, changeRule, createEntryPoint, deleteRule, getEntryPoint } from "../../cloudflare/rulesets";
import type { EntryPoint, Rule } from "../../cloudflare/rulesets";
import { isEntryPointTaken, isNotFound } from "../../cloudflare/errors";
import { apiPosition, isPlaced } from "../../rules/position";
import { consequencesOfRule } from "./consequences";
import { refuseLockOut } from "./lock-out";
import { HalfDone } from "../engine/contract";
import type { Diff, Handler } from "../engine/contract";
import { lookingAgain } from "../session/lost-answers";
import { checkRule } from "./check";
import { adoptee, definitions, differs, ownRules, takenOver } from "./own-rules";
import { release } from "../hostname-associations/release";
import type { Session } from "../session";
import { hasUnknown } from "../engine/unknown";
import type { MtlsRuleState as State } from "./state";

export function mtlsRule(session: Session): Handler<State> {
  return {
    outputs: ["rulesetId", "ruleIds"],
    check: (olds, news) => checkRule(session, olds, news),
    diff,
    consequences: consequencesOfRule,
    create: (inputs) => create(session, inputs),
    read: (_id, state) => read(session, state),
    update: (_id, olds, news) => update(session, olds, news),
    delete: (_id, state) => remove(session, state),
  };
}

const IN_PLACE = ["expressions", "action", "description", "position", "ref", "enabled", "associations"] as const;

/** Only another zone makes another rule; the rest is changed in place, so that the rule's id never changes. */
function diff(olds: State, news: State): Diff {
  const replaces = hasUnknown(news.zoneId) || olds.zoneId !== news.zoneId ? ["zoneId"] : [];
  const changed = IN_PLACE.some((key) => JSON.stringify(olds[key]) !== JSON.stringify(news[key]));
  return { changes: replaces.length > 0 || changed, replaces };
}

async function create(session: Session, inputs: State): Promise<{ id: string; state: State }> {
  const id = `${inputs.zoneId}/${inputs.ref}`;
  const reached: { entryPoint?: EntryPoint } = {};
  try {
    return { id, state: await sync(session, undefined, inputs, reached) };
  } catch (error) {
    if (!reached.entryPoint) throw error;
    throw new HalfDone(error instanceof Error ? error.message : String(error), id, report(inputs, reached.entryPoint));
  }
}

async function update(session: Session, olds: State, news: State): Promise<State> {
  const reached: { entryPoint?: EntryPoint } = {};
  const state = await sync(session, olds, news, reached);
  for (const { caCertificateId, hostnames } of news.associations) {
    const before = olds.associations.find((list) => list.caCertificateId === caCertificateId)?.hostnames ?? [];
    const left = before.filter((hostname) => !hostnames.includes(hostname));
    await release(session, { zoneId: news.zoneId, caCertificateId }, left, reached.entryPoint);
  }
  return state;
}

/**
 * Observe, then write what is missing: new rules first, changed ones second, surplus ones last, so that no host is
 * without its rule in between. Other people's rules are neither read into ours nor written.
 */
async function sync(
  session: Session,
  olds: State | undefined,
  news: State,
  reached: { entryPoint?: EntryPoint },
): Promise<State> {
  const { zoneId } = news;
  const misplaced = await session.zones.misplaced(zoneId, news.hostnames);
  if (misplaced) throw new Error(misplaced);
  await refuseLockOut(session, news);
  return inTurn(session, zoneId, async () => {
    const cloudflare = session.cloudflare();
    const wanted = definitions(news);
    const found = await getEntryPoint(cloudflare, zoneId);
    const adopted = olds ? undefined : adoptee(found?.rules ?? [], news);
    let entryPoint = found ?? (await makeEntryPoint(session, news));
    // After each write, so that an error after it doesn't make the engine forget what was made.
    const wrote = (shown: EntryPoint) => (entryPoint = reached.entryPoint = shown);
    if (!found) wrote(entryPoint);
    const own = ownRules(entryPoint.rules, olds ? { ...olds, ref: news.ref } : news);
    if (adopted) {
      session.log(takenOver(adopted));
      own.set(news.ref, adopted);
    }
    for (const rule of wanted.filter(({ ref }) => !own.has(ref))) {
      const position = apiPosition(news.position, entryPoint.rules);
      wrote(await addRule(cloudflare, zoneId, entryPoint.id, rule, position));
    }
    for (const rule of wanted) {
      const present = own.get(rule.ref);
      if (!present) continue;
      const position = isPlaced(news.position, entryPoint.rules, [present.id])
        ? undefined
        : apiPosition(news.position, entryPoint.rules);
      if (differs(present, rule) || position)
        wrote(await changeRule(cloudflare, zoneId, entryPoint.id, present.id, rule, position));
    }
    for (const [ref, rule] of own) {
      if (!wanted.some((definition) => definition.ref === ref)) wrote(await drop(session, zoneId, entryPoint, rule.id));
    }
    reached.entryPoint = entryPoint;
    return report(news, entryPoint);
  });
}

function inTurn<T>(session: Session, zoneId: string, work: () => Promise<T>): Promise<T> {
  return session.turns.take(`rules/${zoneId}`, () => lookingAgain(session, work));
}

async function makeEntryPoint(session: Session, news: State): Promise<EntryPoint> {
  try {
    return await createEntryPoint(session.cloudflare(), news.zoneId, definitions(news));
  } catch (error) {
    const made = isEntryPointTaken(error) ? await getEntryPoint(session.cloudflare(), news.zoneId) : undefined;
    if (made) return made;
    throw error;
  }
}

/** The entry point without the rule; a rule that is gone already is dropped as well. */
async function drop(session: Session, zoneId: string, entryPoint: EntryPoint, ruleId: string): Promise<EntryPoint> {
  try {
    await deleteRule(session.cloudflare(), zoneId, entryPoint.id, ruleId);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return { ...entryPoint, rules: entryPoint.rules.filter(({ id }) => id !== ruleId) };
}

/** The state with what the zone shows of our rules. */
function report(state: State, entryPoint: EntryPoint): State {
  const own = [...ownRules(entryPoint.rules, state)];
  const refs = definitions(state).map(({ ref }) => ref);
  own.sort(([left], [right]) => refs.indexOf(left) - refs.indexOf(right));
  return { ...state, rulesetId: entryPoint.id, ruleIds: own.map(([, rule]) => rule.id) };
}

async function read(session: Session, state: State): Promise<State | undefined> {
  let entryPoint: EntryPoint | undefined;
  try {
    entryPoint = await getEntryPoint(session.cloudflare(), state.zoneId);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  if (!entryPoint) return undefined;
  const reported = report(state, entryPoint);
  const rules = entryPoint.rules.filter(({ id }) => reported.ruleIds?.includes(id));
  const [first] = rules;
  if (!first) return undefined;
  const odd = (pick: (rule: Rule) => string, usual: string) =>
    rules.map(pick).find((value) => value !== usual) ?? usual;
  const placed = isPlaced(state.position, entryPoint.rules, reported.ruleIds ?? []);
  return {
    ...reported,
    expressions: (reported.ruleIds ?? []).flatMap((id) => rules.find((rule) => rule.id === id)?.expression ?? []),
    action: odd((rule) => rule.action, state.action) as State["action"],
    description: odd((rule) => rule.description ?? "", state.description),
    enabled: rules.every((rule) => rule.enabled),
    ref: rules.some((rule) => rule.ref === state.ref) ? state.ref : first.ref,
    position: placed ? state.position : { after: previous(entryPoint, first.id) },
  };
}

/** The rule before ours: how a drifted place is told. */
function previous({ rules }: EntryPoint, id: string): string {
  return rules[rules.findIndex((rule) => rule.id === id) - 1]?.id ?? "";
}

async function remove(session: Session, state: State): Promise<void> {
  const { zoneId } = state;
  if (session.declarations.declaresRule(zoneId, state.ref)) return;
  await inTurn(session, zoneId, async () => {
    const entryPoint = await getEntryPoint(session.cloudflare(), zoneId);
    if (!entryPoint) return;
    for (const rule of ownRules(entryPoint.rules, state).values()) await drop(session, zoneId, entryPoint, rule.id);
  });
  for (const { caCertificateId, hostnames } of state.associations) {
    // On destroy nothing is declared, and the association's own delete follows.
    const declared = session.declarations.declaredList(zoneId, caCertificateId);
    if (declared)
      await release(
        session,
        { zoneId, caCertificateId },
        hostnames.filter((hostname) => !declared.includes(hostname)),
      );
  }
}
