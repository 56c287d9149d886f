import { asLines, linesOf } from "../../wording/lines";
import type { Form, Properties } from "./contract";
import { hasUnknown } from "./unknown";

/** A state as the engine holds it: plain JSON. */
export function packed<State extends object>({ lists, hidden = [], pack }: Form<State>, state: State): Properties {
  const text = JSON.stringify(pack?.(state) ?? state, (key, value: unknown) =>
    lists.includes(key) && Array.isArray(value) && !hasUnknown(value) ? asLines(value as string[]) : value,
  );
  return renamed(JSON.parse(text) as Properties, (key) => (hidden.includes(key) ? `__${key}` : key));
}

/** Of the same, what the program says. */
export function packedInputs<State extends object>(form: Form<State>, state: State): Properties {
  const usual: Properties = { ...form.usual?.(state) };
  const said = Object.entries(state).filter(([key, value]) => !(key in usual && sameJson(value, usual[key])));
  return packed(form, Object.fromEntries(said) as State);
}

/** The state, or the inputs, that the engine holds; nothing where there was nothing. */
export function unpacked<State extends object>(form: Form<State>, held: Properties): Properties {
  if (Object.keys(held).length === 0) return held;
  const revived = JSON.parse(JSON.stringify(held), (key, value: unknown) =>
    form.lists.includes(key) && !hasUnknown(value) ? linesOf(value as string) : value,
  ) as Properties;
  const known = shown(form, revived);
  return { ...form.usual?.(known as State), ...(form.unpack?.(known) ?? known) };
}

/** What a program gives. Where it ignores changes, the engine gives what is held instead. */
export function given<State extends object>(form: Form<State>, olds: Properties, news: Properties): Properties {
  const before = unpacked(form, olds);
  const held = shown(form, olds);
  const own = Object.entries(shown(form, news));
  return Object.fromEntries(own.map(([key, value]) => [key, sameJson(value, held[key]) ? before[key] : value]));
}

function shown<State>({ hidden = [] }: Form<State>, held: Properties): Properties {
  return renamed(held, (key) => hidden.find((name) => key === `__${name}`) ?? key);
}

function renamed(properties: Properties, rename: (key: string) => string): Properties {
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [rename(key), value]));
}

function sameJson(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
