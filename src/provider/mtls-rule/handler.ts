import { getEntryPoint } from "../../cloudflare/rulesets";
import type { Rule } from "../../cloudflare/rulesets";
import { changeOf } from "../../plan/access-change";
import { ownRules } from "../../plan/rule-steps";
import { admitted } from "../../rules/expression";
import { sameMeaning } from "../../language";
import { HalfDone } from "../engine/contract";
import type { Diff, Handler } from "../engine/contract";
import { hasUnknown } from "../engine/unknown";
import { release } from "../hostname-associations/release";
import type { Session } from "../session";
import { lookingAgain } from "../session/lost-answers";
import { checkRule } from "./check";
import { consequencesOfRule } from "./consequences";
import { ruleForm } from "./form";
import { found, report } from "./found";
import { eitherOf, handOver } from "./moves";
import { wishOf } from "./own-rules";
import type { MtlsRuleState as State } from "./state";
import { drop, sync } from "./sync";
import type { Progress } from "./sync";

export function mtlsRule(session: Session): Handler<State> {
  return {
    outputs: ["rulesetId", "ruleIds", "overdue"],
    form: ruleForm,
    check: (olds, news, origin) => checkRule(session, olds, news, origin),
    diff,
    consequences: (olds, news) => consequencesOfRule(session, olds, news),
    create: (inputs) => create(session, inputs),
    read: (_id, state) => read(session, state),
    update: (id, olds, news) => update(session, id, olds, news),
    delete: (_id, state) => remove(session, state),
  };
}

const IN_PLACE = ["action", "description", "position", "ref", "enabled", "associations", "response"] as const;

/** Only another zone makes another rule; the rest is changed in place, so that the rule's id never changes. */
function diff(olds: State, news: State): Diff {
  const replaces = hasUnknown(news.zoneId) || olds.zoneId !== news.zoneId ? ["zoneId"] : [];
  const changed = IN_PLACE.some((key) => JSON.stringify(olds[key]) !== JSON.stringify(news[key]));
  return { changes: replaces.length > 0 || changed || !sameTexts(olds.expressions, news.expressions), replaces };
}

function sameTexts(olds: State["expressions"], news: State["expressions"]): boolean {
  if (hasUnknown(news) || olds.length !== news.length) return false;
  return olds.every((text, index) => sameMeaning(text, news[index] ?? ""));
}

async function create(session: Session, inputs: State): Promise<{ id: string; state: State }> {
  const id = `${inputs.zoneId}/${inputs.ref}`;
  const progress: Progress = {};
  const state = () => (progress.entryPoint ? report(inputs, progress.entryPoint) : inputs);
  return keeping(progress, id, state, async () => {
    const entryPoint = await session.turns.rules(inputs.zoneId, () => sync(session, undefined, inputs, progress));
    return { id, state: report(inputs, entryPoint) };
  });
}

/** The rule first; then what it let go of leaves the lists, in the same turn, so that nobody's rule comes between. */
async function update(session: Session, id: string, olds: State, news: State): Promise<State> {
  const { zoneId } = news;
  const progress: Progress = {};
  const caIds = news.associations.map(({ caCertificateId }) => caCertificateId);
  const leaving = new Map(
    news.associations.map((list) => {
      // A killed update of the rule doesn't know the lists that it came to stand on; they do.
      const known = session.program.leftIn({ zoneId, caCertificateId: list.caCertificateId });
      return [list.caCertificateId, [...new Set([...left(olds, list), ...known])]];
    }),
  );
  const gone = olds.associations.filter(({ caCertificateId: ca }) => !caIds.includes(ca));
  const asFar = (): State => {
    const state = progress.state ?? olds;
    const reached = progress.entryPoint ? (found(state, progress.entryPoint) ?? state) : olds;
    const associations = news.associations.map(({ caCertificateId, hostnames }) => {
      return { caCertificateId, hostnames: [...hostnames, ...(leaving.get(caCertificateId) ?? [])] };
    });
    return { ...reached, associations: [...associations, ...gone] };
  };
  return keeping(progress, id, asFar, async () => {
    await handOver(session, olds, news, progress);
    return session.turns.rules(zoneId, async () => {
      const holding = between(olds, news);
      if (holding) await sync(session, olds, holding, progress, news);
      const entryPoint = await sync(session, olds, news, progress);
      // The delete of a list that goes with its CA takes out what stayed for this rule.
      for (const list of gone) session.program.leave({ zoneId, ...list }, list.hostnames);
      for (const { caCertificateId, hostnames } of news.associations) {
        const list = { zoneId, caCertificateId };
        await release(session, list, leaving.get(caCertificateId) ?? [], hostnames, entryPoint.rules);
        leaving.delete(caCertificateId);
      }
      return report(news, entryPoint);
    });
  });
}

/**
 * Where certificates are revoked no more in the same change that lets in others, they must stay refused until their issuer is, say,
 * accepted no more; but for what comes under the rule only now, where nobody was refused. Nothing lies between where none is revoked
 * any more, as the rules that go are deleted last.
 */
function between(olds: State, news: State): State | undefined {
  if (olds.action !== "block" || news.revoked === undefined || admitted(olds) === admitted(news)) return undefined;
  if (changeOf(olds.revoked, news.revoked).removed.length === 0) return undefined;
  const before = new Set(olds.hostnames);
  const hostnames = news.hostnames.filter((hostname) => olds.everyHost ?? before.has(hostname));
  if (hostnames.length === 0) return undefined;
  return {
    ...news,
    hostnames,
    everyHost: news.everyHost && olds.everyHost,
    paths: news.paths ?? olds.paths,
    revoked: eitherOf(olds, news).revoked,
  };
}

/** What leaves a list: what it declared before and doesn't any more. */
function left(olds: State, { caCertificateId, hostnames }: State["associations"][number]): string[] {
  const before = olds.associations.find((list) => list.caCertificateId === caCertificateId)?.hostnames;
  return [...changeOf(before, hostnames).removed];
}

/** Once something may have been written, an error must not make the engine forget it: the state is kept as it ended. */
async function keeping<T>(progress: Progress, id: string, state: () => State, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!progress.state) throw error;
    throw new HalfDone(error instanceof Error ? error.message : String(error), id, state());
  }
}

async function read(session: Session, state: State): Promise<State | undefined> {
  const entryPoint = await getEntryPoint(session.cloudflare(), state.zoneId);
  return entryPoint && found(state, entryPoint);
}

async function remove(session: Session, state: State): Promise<void> {
  const { zoneId, ref } = state;
  if (session.program.declaredRule(zoneId, ref)) return;
  await session.turns.rules(zoneId, async () => {
    const rules = await lookingAgain(session, () => dropOwn(session, state));
    for (const { caCertificateId, hostnames } of state.associations) {
      const list = { zoneId, caCertificateId };
      const declared = session.program.declaredList(zoneId, caCertificateId);
      // On destroy nothing is declared, and the association's own delete follows.
      if (!declared) session.program.leave(list, hostnames);
      const leaving = hostnames.filter((hostname) => declared && !declared.includes(hostname));
      await release(session, list, leaving, [], rules);
    }
  });
}

/** The zone's rules without ours. */
async function dropOwn(session: Session, state: State): Promise<readonly Rule[]> {
  let entryPoint = await getEntryPoint(session.cloudflare(), state.zoneId);
  if (!entryPoint) return [];
  for (const rule of ownRules(entryPoint.rules, wishOf(state)).values())
    entryPoint = await drop(session, state.zoneId, entryPoint, rule.id);
  return entryPoint.rules;
}
