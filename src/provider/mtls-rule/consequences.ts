import { changeOf, changesOf } from "../../plan/access-change";
import type { AccessChange } from "../../plan/access-change";
import { hasUnknown } from "../engine/unknown";
import type { Session } from "../session";
import { revokedName } from "./revocations";
import type { MtlsRuleState } from "./state";

/** What a changed rule means: who gets in that didn't, and who doesn't any more. Computed from the texts before and after. */
export function consequencesOfRule(session: Session, olds: MtlsRuleState, news: MtlsRuleState): string[] {
  if (hasUnknown([news.hostnames, news.issuerSkis, news.cas, news.revoked, news.paths, news.action, news.expressions]))
    return [];
  const { opened, closed, pathsOpened, pathsClosed, issuersRefused } = changesOf(olds, news);
  const certificates = changeOf(olds.revoked, news.revoked);
  const subjects = changeOf(subjectsOf(olds), subjectsOf(news));
  const moving = session.program.wantedElsewhere(news.zoneId, news.ref, opened);
  return [
    ...sentence(moving, MOVE),
    ...sentence(without(opened, moving), news.action === "log" ? LET_IN : STOP),
    ...ofPaths(pathsOpened, STOP),
    ...sentence(closed, REFUSE),
    ...ofPaths(pathsClosed, REFUSE),
    ...sentence(issuersRefused, DROPPED, "issuers (subject key identifiers)"),
    ...sentence(certificates.added.map(revokedName), REVOKED, "certificates"),
    ...sentence(certificates.removed.map(revokedName), REINSTATED, "certificates"),
    ...sentence(subjects.added, LISTED, "subjects"),
    ...sentence(subjects.removed, UNLISTED, "subjects"),
  ];
}

function subjectsOf({ cas = [] }: MtlsRuleState): string[] {
  return cas.flatMap(({ subjects = [] }) => subjects);
}

function ofPaths(change: AccessChange["pathsOpened"], predicate: Predicate): string[] {
  if (!change.elsewhere) return sentence(change.named, predicate, "paths");
  const but = change.except.length > 0 ? ` but ${named(change.except)}` : "";
  return [`every path${but} ${predicate[0]}.`];
}

/** What one does, and what several do. */
type Predicate = readonly [one: string, several: string];

const STOP: Predicate = ["stops requiring client certificates", "stop requiring client certificates"];
const MOVE: Predicate = ["moves to another rule of this program", "move to another rule of this program"];
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
const REVOKED: Predicate = [
  "stops working as a client certificate once this is applied",
  "stop working as client certificates once this is applied",
];
const REINSTATED: Predicate = [
  "isn't refused any more as a revoked certificate",
  "aren't refused any more as revoked certificates",
];
const LISTED: Predicate = ["is let in as a subject", "are let in"];
const UNLISTED: Predicate = ["is let in no more as a subject", "are let in no more"];
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
