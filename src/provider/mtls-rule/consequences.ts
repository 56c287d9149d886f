import type { MtlsRuleState } from "./state";
import { hasUnknown } from "../engine/unknown";

/** What a changed rule means: who gets in that didn't, and who doesn't any more. */
export function consequencesOfRule(olds: MtlsRuleState, news: MtlsRuleState): string[] {
  if (hasUnknown([news.hostnames, news.issuerSkis, news.paths, news.action])) return [];
  const opened = without(olds.hostnames, news.hostnames);
  const closed = without(news.hostnames, olds.hostnames);
  if (olds.action === "log") return news.action === "log" ? [] : sentence(news.hostnames, REFUSE);
  if (news.action === "log") return sentence(olds.hostnames, LET_IN);
  return [
    ...sentence(opened, STOP),
    ...pathsOpened(olds, news),
    ...sentence(closed, REFUSE),
    ...pathsClosed(olds, news),
    ...sentence(without(olds.issuerSkis, news.issuerSkis), DROPPED, "issuers (subject key identifiers)"),
  ];
}

/** Without paths the whole host is meant, so that to name some opens the rest. */
function pathsOpened({ paths: before }: MtlsRuleState, { paths: after }: MtlsRuleState): string[] {
  if (before) return after ? sentence(uncovered(before, after), STOP, "paths") : [];
  return after ? [`every path but ${named(after)} stops requiring client certificates.`] : [];
}

function pathsClosed({ paths: before }: MtlsRuleState, { paths: after }: MtlsRuleState): string[] {
  if (!before) return [];
  return after ? sentence(uncovered(after, before), REFUSE, "paths") : [`every path ${REFUSE[0]}.`];
}

/** `/admin/*` is everything that begins with `/admin/`. */
function uncovered(paths: readonly string[], patterns: readonly string[]): string[] {
  const below = patterns.filter((pattern) => pattern.endsWith("*")).map((pattern) => pattern.slice(0, -1));
  return without(paths, patterns).filter((path) => !below.some((start) => path.startsWith(start)));
}

/** What one does, and what several do. */
type Predicate = readonly [one: string, several: string];

const STOP: Predicate = ["stops requiring client certificates", "stop requiring client certificates"];
const REFUSE: Predicate = [
  "refuses clients without a certificate once this is applied",
  "refuse clients without a certificate once this is applied",
];
const LET_IN: Predicate = [
  "lets everybody in, with or without a certificate, because the rule only logs",
  "let everybody in, with or without a certificate, because the rule only logs",
];
const DROPPED: Predicate = [
  "(subject key identifier) is no accepted issuer any more: its clients will be refused once this is applied",
  "are accepted no more, and their clients will be refused once this is applied",
];
const NAMED = 5;

/** One by its name; several by their number, and by their names at the end; of none nothing is said. */
function sentence(items: readonly string[], [one, several]: Predicate, what = "hostnames"): string[] {
  if (items.length === 0) return [];
  return [items.length === 1 ? `${named(items)} ${one}.` : `${items.length} ${what} ${several}: ${named(items)}.`];
}

function named(items: readonly string[]): string {
  const rest = items.length > NAMED ? `, and ${items.length - NAMED} more` : "";
  return `${items.slice(0, NAMED).join(", ")}${rest}`;
}

function without(items: readonly string[], others: readonly string[]): string[] {
  return items.filter((item) => !others.includes(item));
}
