import { getEntryPoint } from "../../cloudflare/rulesets";
import { sameMeaning } from "../../language";
import { changeOf } from "../../plan/access-change";
import { STRANGERS } from "../../plan/demand";
import type { Rule } from "../../plan/picture";
import type { DeclaredRule } from "../../plan/program";
import { refusal } from "../../plan/refusal";
import { isOf } from "../../plan/rule-steps";
import type { Session } from "../session";
import { waitFor } from "../session/waiting";
import { sync } from "./sync";
import type { Progress } from "./sync";
import type { MtlsRuleState as State } from "./state";

/**
 * Waits with the hostnames that leave this rule for another of the program until that one demands certificates on them: else they
 * would be open in between. What comes to this rule from others is written first, because two rules may wait for each other; else this
 * one stays as it is.
 *
 * Meanwhile a host may be under both rules: whoever gets past only one of them is refused for that time.
 */
export async function handOver(session: Session, olds: State, news: State, progress: Progress): Promise<void> {
  const { zoneId, ref } = news;
  if (olds.action !== "block" || news.action !== "block") return;
  const { added: coming, removed: leaving } = changeOf(olds.hostnames, news.hostnames);
  const wanted = session.program.wantedElsewhere(zoneId, ref, leaving).filter((name) => !olds.overdue?.includes(name));
  if (wanted.length === 0) return;
  const entryPoint = await getEntryPoint(session.cloudflare(), zoneId);
  const rules = entryPoint?.rules ?? [];
  const others = rules.filter((rule) => !isOf(rule, ref));
  // What a run that was killed opened already isn't closed again: its association may be gone, too.
  const moving = wanted.filter((hostname) => mayRefuse(rules, hostname));
  // Anew each time: the other rule may not have been checked yet, and be in force without a change.
  const isClosed = (hostname: string) =>
    STRANGERS.every((shown) => refusal(others, shown, hostname) === true) ||
    session.program.isEnforcedElsewhere(zoneId, ref, hostname) ||
    session.program
      .rulesOf(zoneId)
      .some((rule) => rule.ref !== ref && rule.hostnames.includes(hostname) && isInForce(rule, others));
  const missing = () => moving.filter((hostname) => !isClosed(hostname));
  if (missing().length === 0) return;
  const holding = { ...eitherOf(olds, news), hostnames: [...news.hostnames, ...moving] };
  if (coming.some((hostname) => mayRefuse(others, hostname)))
    await session.turns.rules(zoneId, () => sync(session, olds, holding, progress, news));
  // The other rule waits for its lists to show first, for as long as that may take.
  const within = session.patience.visible + 30_000;
  const what = `another rule of this program demands certificates on ${moving.join(", ")}`;
  const came = await waitFor(session, what, within, () =>
    Promise.resolve(missing().length === 0 || session.hasFailed ? true : undefined),
  );
  const left = missing();
  if (left.length === 0) return;
  const stays = `${left.join(", ")} stays with this rule: the rule that it moves to wasn't written`;
  if (came) throw new Error(`${stays}, because something else failed in this run. Run \`pulumi up\` again.`);
  // Nobody may be left to write the other rule: the CLI was killed, say. To let go is for the next run, which somebody starts.
  progress.state = { ...(progress.state ?? olds), overdue: left };
  progress.entryPoint ??= entryPoint;
  throw new Error(
    `${stays} within ${within / 1000} s, perhaps because it waits for this one. Run \`pulumi up\` again: then this rule lets go at once, and everybody is let in until the other is written.`,
  );
}

/** On the new hosts: whoever gets in by the one or the other, but for those whose certificates are revoked by either. */
export function eitherOf(olds: State, news: State): State {
  const cas = [...(olds.cas ?? []), ...(news.cas ?? [])];
  return {
    ...news,
    issuerSkis: [...new Set([...olds.issuerSkis, ...news.issuerSkis])],
    cas: [...new Map(cas.map((one) => [JSON.stringify(one), one])).values()],
    revoked: [...new Set([...(olds.revoked ?? []), ...(news.revoked ?? [])])],
  };
}

function mayRefuse(rules: readonly Rule[], hostname: string): boolean {
  return STRANGERS.some((shown) => refusal(rules, shown, hostname) !== false);
}

/** Whether the zone has the rule as the program declares it: an earlier run may have written it. */
function isInForce({ ref, expressions }: DeclaredRule, rules: readonly Rule[]): boolean {
  const texts = rules.filter((rule) => isOf(rule, ref) && rule.enabled).map(({ expression }) => expression);
  return expressions.every((expression) => texts.some((text) => sameMeaning(text, expression)));
}
