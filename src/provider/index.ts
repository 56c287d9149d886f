import { caCertificate } from "./ca-certificate";
import { HalfDone } from "./handler";
import type { CheckFailure, Diff, Handler, Properties } from "./handler";
import { hostnameAssociations } from "./hostname-associations";
import { mtlsRule } from "./mtls-rule";
import { Session } from "./session";

export type { CaCertificateState } from "./ca-certificate";
export type { HostnameAssociationsState } from "./hostname-associations";
export type { MtlsRuleState } from "./mtls-rule";

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

// One process serves all three kinds, and they share what is known of this run.
const session = new Session((line) => console.log(line), process.env);

/**
 * The provider of one kind of resource. State written by any release calls this function by this name for as long
 * as the state lives (`src/resources/provider-text.ts`): it is a persisted contract, and so are the kinds.
 */
export function v1(kind: string): DynamicProvider {
  return dynamicProvider(kind, session);
}

/** The same over a session of one's own, for tests. */
export function dynamicProvider(kind: string, shared: Session): DynamicProvider {
  if (kind === "ca-certificate") return adapt(caCertificate(shared), shared);
  if (kind === "hostname-associations") return adapt(hostnameAssociations(shared), shared);
  if (kind === "mtls-rule") return adapt(mtlsRule(shared), shared);
  throw new Error(
    `This release of pulumi-cloudflare-mtls doesn't know the kind "${kind}": the state was written by a newer one. Update the package.`,
  );
}

function adapt<State extends object>(handler: Handler<State>, shared: Session): DynamicProvider {
  const state = (properties: Properties) => properties as State;
  return {
    // Stored at once, without an await: the process doesn't wait for this before it calls the rest.
    configure: (request) => {
      shared.config = (key) => request.config.get(key);
      return Promise.resolve();
    },
    check: (olds, { __preview, ...news }) =>
      answered(async () => {
        shared.isPreview ||= __preview === true;
        const { inputs, failures } = await handler.check(olds, news);
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
        const created = await handler.create(state(inputs));
        return { id: created.id, outs: created.state as Properties };
      }, inputs),
    read: (id, props) =>
      answered(async () => {
        const found = (await handler.read(id, state(props))) as Properties | undefined;
        return found ? { id, props: found, inputs: without(found, handler.outputs) } : {};
      }),
    update: (id, olds, news) =>
      answered(async () => ({ outs: (await handler.update(id, state(olds), state(news))) as Properties }), news),
    delete: (id, props) => answered(() => handler.delete(id, state(props))),
  };
}

/** The engine prints the value of a property that a failure names, a secret's too: the reason alone names it. */
function unechoed({ property, reason }: CheckFailure): CheckFailure {
  return { property: "", reason: reason.startsWith(property) ? reason : `${property}: ${reason}` };
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
