import { HalfDone } from "./engine/contract";
import type { CheckFailure, Diff, Handler, Properties } from "./engine/contract";
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
export function adapt<State extends object>(handler: Handler<State>, shared: Session): DynamicProvider {
  const state = (properties: Properties) => properties as State;
  return {
    // Stored at once, without an await: the process doesn't wait for this before it calls the rest.
    configure: (request) => {
      shared.config = (key) => request.config.get(key);
      return Promise.resolve();
    },
    check: (olds, { __preview, __self, __ca, __elsewhere, ...news }) =>
      answered(async () => {
        shared.isPreview ||= __preview === true;
        const { inputs, failures } = await handler.check(olds, news, {
          self: textOf(__self),
          ca: textOf(__ca),
          elsewhere: Array.isArray(__elsewhere) ? __elsewhere.filter((one) => typeof one === "string") : [],
        });
        return { inputs, failures: failures.map(unechoed) };
      }),
    diff: (_id, olds, news) =>
      answered(() => {
        const diff = handler.diff(state(olds), state(news));
        const lines = diff.changes && shared.isPreview ? (handler.consequences?.(state(olds), state(news)) ?? []) : [];
        for (const line of lines) shared.log(`note: ${line}`);
        return Promise.resolve(diff);
      }),
    create: (inputs) =>
      answered(async () => {
        const created = await noting(shared, handler.create(state(inputs)));
        return { id: created.id, outs: created.state as Properties };
      }, inputs),
    read: (id, props) =>
      answered(async () => {
        const found = (await handler.read(id, state(props))) as Properties | undefined;
        return found ? { id, props: found, inputs: without(found, handler.outputs) } : {};
      }),
    update: (id, olds, news) =>
      answered(async () => {
        const updated = await noting(shared, handler.update(id, state(olds), state(news)));
        return { outs: updated as Properties };
      }, news),
    delete: (id, props) => answered(() => handler.delete(id, state(props))),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== UNKNOWN ? value : undefined;
}

async function noting<T>(shared: Session, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    shared.hasFailed = true;
    throw error;
  }
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
async function answered<T>(call: () => Promise<T>, inputs?: Properties): Promise<T> {
  try {
    const value = await call();
    return value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T);
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    error.message = withoutSecrets(error.message);
    error.stack = "";
    if (!(error instanceof HalfDone)) throw error;
    const { __provider } = inputs ?? {};
    // The shape that the engine takes for "created, but not initialised": it keeps the id and calls update next time.
    const properties = JSON.parse(JSON.stringify({ ...inputs, ...error.state, __provider })) as Properties;
    throw Object.assign(new Error(error.message), {
      id: error.id,
      properties,
      reasons: [error.message],
      stack: "",
    });
  }
}
