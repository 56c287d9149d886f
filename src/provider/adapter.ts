import { HalfDone } from "./engine/contract";
import type { CheckFailure, Diff, Form, Handler, Properties } from "./engine/contract";
import { given, packed, packedInputs, unpacked } from "./engine/form";
import { UNKNOWN } from "./engine/unknown";
import type { Session } from "./session";
import { withoutSecrets } from "../wording/shown";

/** What Pulumi's dynamic provider process calls. */
export interface DynamicProvider {
  configure(request: { config: { get(key: string): string | undefined } }): Promise<void>;
  check(olds: Properties, news: Properties): Promise<{ inputs: Properties; failures: unknown }>;
  diff(id: string, olds: Properties, news: Properties): Promise<Diff>;
  create(inputs: Properties): Promise<{ id: string; outs: Properties }>;
  read(id: string, props: Properties): Promise<{ id?: string; props?: Properties; inputs?: Properties }>;
  update(id: string, olds: Properties, news: Properties): Promise<{ outs: Properties }>;
  delete(id: string, props: Properties): Promise<void>;
}

/** A kind of resource as the engine calls it. */
export function adapt<State extends object>(kind: Handler<State>, shared: Session): DynamicProvider {
  const handler = shared.progress.of(kind);
  const { form } = handler;
  const state = (held: Properties) => unpacked(form, held) as State;
  const answered = <T>(call: () => Promise<T>, inputs?: Properties) => answeredIn(form, call, inputs);
  return {
    // Stored at once, without an await: the process doesn't wait for this before it calls the rest.
    configure: (request) => {
      shared.config = (key) => request.config.get(key);
      return Promise.resolve();
    },
    check: (olds, news) => answered(() => check(handler, shared, olds, news)),
    diff: (_id, olds, news) => answered(() => Promise.resolve(diff(handler, shared, state(olds), state(news)))),
    create: (inputs) =>
      answered(async () => {
        const made = await handler.create(state(inputs)).catch(failed(shared));
        return { id: made.id, outs: packed(form, made.state) };
      }, inputs),
    read: (id, props) =>
      answered(async () => {
        const found = await handler.read(id, state(props));
        if (!found) return {};
        return { id, props: packed(form, found), inputs: without(packedInputs(form, found), handler.outputs) };
      }),
    update: (id, olds, news) =>
      answered(async () => {
        const outs = await handler.update(id, state(olds), state(news)).catch(failed(shared));
        return { outs: packed(form, outs) };
      }, news),
    delete: (id, props) => answered(() => handler.delete(id, state(props))),
  };
}

/** Noted before anybody else hears of it. */
function failed(shared: Session): (error: unknown) => never {
  return (error) => {
    shared.hasFailed = true;
    throw error;
  };
}

/** What a resource tells of itself and its program beside its inputs isn't kept. */
async function check<State extends object>(
  { form, ...handler }: Handler<State>,
  shared: Session,
  olds: Properties,
  { __preview, __settings, __self, __ca, __elsewhere, ...news }: Properties,
): Promise<{ inputs: Properties; failures: CheckFailure[] }> {
  shared.isPreview ||= __preview === true;
  const mistake = shared.mistake(textsOf(__settings));
  if (mistake !== undefined) return { inputs: news, failures: [{ property: "", reason: mistake }] };
  const origin = { self: textOf(__self), ca: textOf(__ca), elsewhere: textsOf(__elsewhere) };
  const before = unpacked(form, olds);
  const { inputs, failures } = await handler.check(before, given(form, olds, news, before), origin);
  if (failures.length > 0) return { inputs, failures: failures.map(unechoed) };
  return { inputs: packedInputs(form, inputs as State), failures: [] };
}

function diff<State>(handler: Handler<State>, shared: Session, olds: State, news: State): Diff {
  const found = handler.diff(olds, news);
  const lines = found.changes && shared.isPreview ? (handler.consequences?.(olds, news) ?? []) : [];
  for (const line of lines) shared.log(`note: ${line}`);
  return found;
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== UNKNOWN ? value : undefined;
}

/** The engine prints the value of a property that a failure names, a secret's too: the reason alone names it. */
function unechoed({ property, reason }: CheckFailure): CheckFailure {
  return { property: "", reason: withoutSecrets(reason.startsWith(property) ? reason : `${property}: ${reason}`) };
}

function without(properties: Properties, keys: readonly PropertyKey[]): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([key]) => !keys.includes(key)));
}

/**
 * Runs one call. What goes back is plain JSON without `undefined`, which the engine can't take: it would fail after
 * the remote write and lose the id. An error goes back without its stack, which the engine would print above it.
 */
async function answeredIn<T, State extends object>(
  form: Form<State>,
  call: () => Promise<T>,
  inputs?: Properties,
): Promise<T> {
  try {
    return plain(await call());
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    error.message = withoutSecrets(error.message);
    error.stack = "";
    if (!(error instanceof HalfDone)) throw error;
    const { id, message } = error;
    // The shape that the engine takes for "created, but not initialised": it keeps the id and calls update next time.
    const properties = plain({ ...packed(form, error.state as State), __provider: inputs?.__provider });
    throw Object.assign(new Error(message), { id, properties, reasons: [message], stack: "" });
  }
}

function plain<T>(value: T): T {
  return value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T);
}
