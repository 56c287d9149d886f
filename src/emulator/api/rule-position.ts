import type { StoredRule } from "../account/store";
import { isFields } from "./call";
import { notValid, unrecorded } from "./refusals";

/**
 * Puts a rule where `position` asks among the others. DOC: exactly one of before, after and index; an empty before is
 * the first place, an empty after the last; an index counts from 1 and must not be out of range.
 */
export function placed(rule: StoredRule, others: readonly StoredRule[], position: unknown): StoredRule[] {
  const at = placeOf(position, others);
  return [...others.slice(0, at), rule, ...others.slice(at)];
}

function placeOf(position: unknown, others: readonly StoredRule[]): number {
  const [given, ...more] = isFields(position) ? Object.entries(position) : [];
  if (!given || more.length > 0) {
    throw unrecorded("position must have exactly one of before, after and index", "/position");
  }
  const [kind, value] = given;
  if (kind === "index") return placeOfIndex(value, others.length + 1);
  if (kind !== "before" && kind !== "after") throw unrecorded(`unknown position "${kind}"`, `/position/${kind}`);
  if (value === "") return kind === "before" ? 0 : others.length;
  const neighbour = others.findIndex(({ id }) => id === value);
  if (neighbour < 0) throw notValid(value, kind, "there is no other rule with this id", `/position/${kind}`);
  return kind === "before" ? neighbour : neighbour + 1;
}

function placeOfIndex(index: unknown, places: number): number {
  if (typeof index === "number" && Number.isInteger(index) && index >= 1 && index <= places) return index - 1;
  throw notValid(index, "index", `position index out of range: there are ${places} places`, "/position/index");
}
