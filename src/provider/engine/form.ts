import { asLines, linesOf } from "../../wording/lines";
import type { Form, Properties } from "./contract";
import { hasUnknown } from "./unknown";

/** A state as the engine holds it: plain JSON. */
export function packed<State extends object>({ lists, pack }: Form<State>, state: State): Properties {
  const text = JSON.stringify(pack?.(state) ?? state, (key, value: unknown) =>
    lists.includes(key) && Array.isArray(value) && !hasUnknown(value) ? asLines(value as string[]) : value,
  );
  return JSON.parse(text) as Properties;
}

/** Of the same, what the program says, and what is hidden. */
export function packedInputs<State extends object>(form: Form<State>, state: State): Properties {
  const usual: Properties = { ...form.usual?.(state) };
  const said = Object.entries(state).filter(([key, value]) => !(key in usual && sameJson(value, usual[key])));
  const properties = Object.entries(packed(form, Object.fromEntries(said) as State));
  return Object.fromEntries(properties.map(([key, value]) => [form.hidden?.includes(key) ? `__${key}` : key, value]));
}

/** The state, or the inputs, that the engine holds; nothing where there was nothing. */
export function unpacked<State extends object>(form: Form<State>, held: Properties): Properties {
  if (Object.keys(held).length === 0) return held;
  const revived = JSON.parse(JSON.stringify(held), (key, value: unknown) =>
    form.lists.includes(key) && !hasUnknown(value) ? linesOf(value as string) : value,
  ) as Properties;
  const known = unhidden(form, revived);
  return { ...form.usual?.(known as State), ...(form.unpack?.(known) ?? known) };
}

/**
 * What a program gives. Where it ignores changes, the engine gives what is held instead; of what is hidden, nothing.
 *
 * @param before the same as `olds`, unpacked
 */
export function given<State extends object>(
  form: Form<State>,
  olds: Properties,
  news: Properties,
  before = unpacked(form, olds),
): Properties {
  const held = unhidden(form, olds);
  const ignored = form.hidden?.map((name): [string, unknown] => [`__${name}`, olds[`__${name}`]]) ?? [];
  const all = Object.entries(unhidden(form, { ...Object.fromEntries(ignored), ...news }));
  return Object.fromEntries(all.map(([key, value]) => [key, sameJson(value, held[key]) ? before[key] : value]));
}

/** With what is hidden under its own name, under which the engine gives it where it isn't known yet. */
function unhidden<State>({ hidden = [] }: Form<State>, held: Properties): Properties {
  const named = hidden.map((name) => [name, held[name] ?? held[`__${name}`]]);
  const rest = Object.entries(held).filter(([key]) => !hidden.includes(key.replace(/^__/, "")));
  return Object.fromEntries([...rest, ...named]) as Properties;
}

function sameJson(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
