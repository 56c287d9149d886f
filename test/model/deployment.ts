import { UNKNOWN } from "../../src/provider/engine/unknown";
import type { Properties } from "../../src/provider/engine/contract";
import type { ProviderProcess } from "./provider-process";
import type { Lookup, Registration } from "./registrations";
import type { Schedule } from "./schedule";
import { held, replaced, withHeld, without } from "./stack-state";
import type { Held, StackState } from "./stack-state";

/** What dependents see of a resource: its id, what is known of its outputs, and whether the rest is unknown. */
interface Seen {
  readonly id: string;
  readonly known: Properties;
  readonly isRestUnknown: boolean;
}

type Plan = { readonly inputs: Properties } & (
  { readonly kind: "create" } | { readonly kind: "same" | "update" | "replace"; readonly old: Held }
);

/** Where a stack's state is kept: written after each step. */
export interface Backend {
  state: StackState;
}

export const CLI_KILLED = "the CLI was killed";

/** What the engine shows: a line for each step, and of each the values that go or change. */
export interface Display {
  readonly tell: (line: string) => void;
  readonly show: (diff: string) => void;
}

/** What the engine does with the provider in one phase of a command: a preview, a run, a refresh or a destroy. */
export class Deployment {
  readonly errors: string[] = [];
  /** Nothing new is begun: something failed, or Ctrl-C. */
  private isStopped = false;
  /** The CLI is gone: what still ends, ends unheard. */
  private isAbandoned = false;
  /** Any create, update, replacement or delete. */
  changes = 0;
  private isGenerating = false;
  private readonly seen = new Map<string, Promise<Seen | undefined>>();
  private readonly underWay = new Set<Promise<unknown>>();
  private abandon: () => void = () => undefined;

  constructor(
    private readonly provider: ProviderProcess,
    private readonly schedule: Schedule,
    private readonly backend: Backend,
    private readonly isPreview: boolean,
    private readonly display: Display,
  ) {}

  /** Ctrl-C, or the end of the CLI. */
  interrupt(isKilled: boolean): void {
    this.errors.push(isKilled ? CLI_KILLED : "interrupted");
    this.isStopped = true;
    if (!isKilled) return;
    this.isAbandoned = true;
    this.schedule.drop(this);
    this.abandon();
  }

  /** Creates and updates along the dependencies; then, if all went well, the deletes. */
  up(registrations: readonly Registration[]): Promise<void> {
    return this.untilAbandoned(async () => {
      const twice = registrations.find(({ urn }, index) => registrations.findIndex((one) => one.urn === urn) < index);
      if (twice) return this.fail(`Duplicate resource URN ${twice.urn}`);
      for (const registration of registrations) this.seen.set(registration.urn, this.register(registration));
      await Promise.all(this.seen.values());
      if (this.isPreview || this.errors.length > 0) return;
      const { live, doomed } = this.backend.state;
      await this.deletes([...doomed, ...live.filter(({ urn }) => !this.seen.has(urn))]);
    });
  }

  destroy(): Promise<void> {
    const { live, doomed } = this.backend.state;
    return this.untilAbandoned(() => this.deletes([...doomed, ...live]));
  }

  refresh(): Promise<void> {
    return this.untilAbandoned(async () => {
      const { live, doomed } = this.backend.state;
      await Promise.all([...live, ...doomed].map((one) => this.read(one)));
    });
  }

  private async untilAbandoned(work: () => Promise<void>): Promise<void> {
    const abandoned = new Promise<void>((resolve) => (this.abandon = resolve));
    await Promise.race([work(), abandoned]);
    while (this.underWay.size > 0) await Promise.allSettled(this.underWay);
  }

  private fail(reason: string): void {
    this.errors.push(reason);
    if (!this.isPreview) this.isStopped = true;
  }

  private async register(registration: Registration): Promise<Seen | undefined> {
    const { name, kind, dependsOn } = registration;
    const before = await Promise.all(dependsOn.map((one) => this.seen.get(one) ?? Promise.resolve(undefined)));
    if (before.includes(undefined)) return undefined;
    const seen = new Map(dependsOn.map((one, index) => [one, before[index]]));
    await this.schedule.turn(this, `${name} ${kind}`, `check ${name}`, () => !this.isGenerating);
    if (this.isStopped) return undefined;
    this.isGenerating = true;
    let plan: Plan | undefined;
    try {
      plan = await this.plan(registration, registration.inputs(lookupIn(seen)));
    } catch (error) {
      this.fail((error as Error).message);
    } finally {
      this.isGenerating = false;
    }
    if (!plan) return undefined;
    if (plan.kind !== "same") {
      this.changes++;
      this.display.tell(`${plan.kind} ${name} (${kind})`);
      if (plan.kind !== "create") this.display.show(JSON.stringify(plan.old.inputs.hostnames ?? ""));
    }
    if (this.isPreview) return foreseen(plan);
    const made = await this.carryOut(registration, plan);
    if (!made || this.isAbandoned) return undefined;
    return { id: made.id, known: made.outputs, isRestUnknown: false };
  }

  /** check and diff: one resource after the other, in whatever order they come. */
  private async plan({ urn, kind }: Registration, given: Properties): Promise<Plan | undefined> {
    const old = held(this.backend.state, urn);
    const news = this.isPreview ? { ...given, __preview: true } : given;
    const check = async (olds: Properties) => {
      const { inputs, failures } = await this.provider.invoke(kind, (provider) => provider.check(olds, news));
      for (const { reason } of failures as { reason: string }[]) this.fail(reason);
      return (failures as unknown[]).length > 0 ? undefined : { ...inputs, __provider: given.__provider };
    };
    const inputs = await check(old?.inputs ?? {});
    if (!inputs) return undefined;
    if (!old) return { kind: "create", inputs };
    const diff = await this.provider.invoke(kind, (provider) => provider.diff(old.id, old.outputs, inputs));
    if (diff.changes && diff.replaces && diff.replaces.length > 0) {
      const anew = await check({});
      return anew && { kind: "replace", old, inputs: anew };
    }
    return { kind: diff.changes || old.isUnfinished ? "update" : "same", old, inputs };
  }

  private async carryOut({ urn, name, kind, dependsOn }: Registration, plan: Plan): Promise<Held | undefined> {
    const base = { urn, name, kind, dependsOn, inputs: plan.inputs, isUnfinished: false };
    const record = (next: Held) => {
      if (this.isAbandoned) return;
      const { state } = this.backend;
      this.backend.state = plan.kind === "replace" ? replaced(state, plan.old, next) : withHeld(state, next);
    };
    if (plan.kind === "same") {
      const same = { ...plan.old, ...base, outputs: plan.old.outputs };
      record(same);
      return same;
    }
    await this.schedule.turn(this, `${name} ${kind}`, `${plan.kind} ${name}`);
    if (this.isStopped) return undefined;
    try {
      const made = await this.track(this.write(kind, plan));
      const next = { ...base, id: made.id, outputs: { ...made.outputs, __provider: plan.inputs.__provider } };
      record(next);
      return next;
    } catch (thrown) {
      const error = thrown as Error & { id?: string; properties?: Properties };
      if (error.id !== undefined && error.properties !== undefined) {
        const { id, properties } = error;
        const old = plan.kind === "update" ? { inputs: plan.old.inputs } : {};
        record({ ...base, ...old, id, outputs: properties, isUnfinished: true });
      }
      this.fail(error.message);
      return undefined;
    }
  }

  private async write(kind: Registration["kind"], plan: Plan): Promise<{ id: string; outputs: Properties }> {
    if (plan.kind !== "update") {
      const { id, outs } = await this.provider.invoke(kind, (provider) => provider.create(plan.inputs));
      return { id, outputs: outs };
    }
    const { id, outputs } = plan.old;
    const { outs } = await this.provider.invoke(kind, (provider) => provider.update(id, outputs, plan.inputs));
    return { id, outputs: outs };
  }

  /** What nothing depends on goes first; those of one level at once. */
  private async deletes(going: readonly Held[]): Promise<void> {
    for (let left = [...going]; left.length > 0 && !this.isStopped;) {
      const level = left.filter(({ urn }) => !left.some((one) => one.urn !== urn && one.dependsOn.includes(urn)));
      await Promise.all(level.map((one) => this.remove(one)));
      left = left.filter((one) => !level.includes(one));
    }
  }

  private async remove(one: Held): Promise<void> {
    await this.schedule.turn(this, `delete ${one.name} ${one.kind} ${one.id}`, `delete ${one.name}`);
    if (this.isStopped) return;
    this.changes++;
    this.display.tell(`delete ${one.name} (${one.kind})`);
    this.display.show(JSON.stringify(one.inputs.hostnames ?? ""));
    try {
      await this.track(this.provider.invoke(one.kind, (provider) => provider.delete(one.id, one.outputs)));
      if (!this.isAbandoned) this.backend.state = without(this.backend.state, one);
    } catch (error) {
      this.fail((error as Error).message);
    }
  }

  private async read(one: Held): Promise<void> {
    await this.schedule.turn(this, `read ${one.name} ${one.kind} ${one.id}`, `read ${one.name}`);
    if (this.isStopped) return;
    try {
      const { id, props, inputs } = await this.track(
        this.provider.invoke(one.kind, (provider) => provider.read(one.id, one.outputs)),
      );
      if (this.isAbandoned) return;
      const { state } = this.backend;
      const next = { ...one, inputs: { ...one.inputs, ...inputs }, outputs: props ?? {}, isUnfinished: false };
      const swap = (list: readonly Held[]) => list.flatMap((other) => (other !== one ? [other] : id ? [next] : []));
      this.backend.state = { live: swap(state.live), doomed: swap(state.doomed) };
      if (id) await this.provider.invoke(one.kind, (provider) => provider.diff(one.id, next.outputs, next.inputs));
    } catch (error) {
      this.fail((error as Error).message);
    }
  }

  private async track<T>(work: Promise<T>): Promise<T> {
    this.underWay.add(work);
    try {
      return await work;
    } finally {
      this.underWay.delete(work);
    }
  }
}

/** What a preview tells dependents: of a new or replaced resource no id, of an updated one no output that check doesn't know. */
function foreseen(plan: Plan): Seen {
  if (plan.kind === "same") return { id: plan.old.id, known: plan.old.outputs, isRestUnknown: false };
  const id = plan.kind === "update" ? plan.old.id : UNKNOWN;
  return { id, known: plan.inputs, isRestUnknown: true };
}

function lookupIn(seen: ReadonlyMap<string, Seen | undefined>): Lookup {
  return (urn, property) => {
    const found = seen.get(urn);
    if (!found) throw new Error(`The program has no ${urn}.`);
    if (property === "id") return found.id;
    return property in found.known ? found.known[property] : found.isRestUnknown ? UNKNOWN : undefined;
  };
}
