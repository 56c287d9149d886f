import type { Upload } from "./account";
import { accountText } from "./account";
import type { Temper } from "./api";
import type { Authorities, CaName } from "./authorities";
import { caOf, KEY_OF } from "./authorities";
import { CLI_KILLED, Deployment } from "./deployment";
import type { Backend } from "./deployment";
import type { EdgeModel } from "./edge";
import { changedByOthers } from "./foreign";
import { Ground } from "./ground";
import { hashOf, hashOfObject } from "./hash";
import { Judge } from "./judge";
import { areEntangled } from "./leftovers";
import type { Moment, Stack } from "./moment";
import type { Command, Step } from "./plan";
import { foreignCasOf, textOf } from "./program";
import type { Program } from "./program";
import { KILLED, ProviderProcess } from "./provider-process";
import { registrationsOf } from "./registrations";
import type { Identity, Registration } from "./registrations";
import { chooserOf, Schedule } from "./schedule";
import { NO_STATE, stateText } from "./stack-state";
import type { StackState } from "./stack-state";

/** How a command ended. */
export interface Ending {
  readonly command: Command;
  /** Why the preview refused; then there was no run. */
  readonly refusals: readonly string[];
  readonly errors: readonly string[];
  /** API calls of preview and run, and the steps that weren't "same". */
  readonly previewCalls: number;
  /** The method of each. */
  readonly calls: readonly string[];
  readonly changes: number;
  readonly isKilled: boolean;
}

export interface Surroundings {
  readonly authorities: Authorities;
  readonly identities: readonly Identity[];
  readonly temper: Temper;
  readonly edge: EdgeModel;
  /** Moments after which another up is known to do nothing. */
  readonly quiet: Set<number>;
  /** Told of every state by its hash. */
  readonly visit: (hash: number) => void;
  readonly tell: (line: string) => void;
}

const NOTHING = { refusals: [], errors: [], previewCalls: 0, calls: [], changes: 0, isKilled: false };
/** Milliseconds: the two minutes of docs/interrupted-runs.md. */
const AS_LONG_AS_READS_LAG = 120_000;
const GONE = "00000000-0000-4000-8000-999999999999";

/** Carries one step of a plan out, from one moment to the next. */
export class Execution {
  readonly judge: Judge;
  readonly ground: Ground;
  readonly stacks: (Stack & { state: StackState; inForce: readonly Program[]; isEntangled?: boolean })[];
  private readonly schedule: Schedule;

  constructor(
    private readonly around: Surroundings,
    from: Moment,
    order: number,
    private readonly isPreviewed = false,
  ) {
    this.stacks = from.stacks.map((stack) => ({ ...stack }));
    this.judge = new Judge(around.edge, around.identities, () => this.stacks);
    this.ground = new Ground(from.account, around.authorities, around.temper, (write) => this.judge.witness(write));
    this.schedule = new Schedule(chooserOf(order), (position) => this.look(position), from.now);
  }

  /** A person takes some seconds from one command to the next. */
  moment(): Moment {
    return { account: this.ground.account, stacks: this.stacks, now: this.schedule.now + 5_000 };
  }

  async step(step: Step): Promise<Ending[]> {
    if ("foreign" in step) {
      this.ground.account = changedByOthers(this.ground.account, step.foreign, this.around.authorities);
      this.judge.begin(this.ground.account, this.schedule.now);
      return [];
    }
    const [only, ...more] = step.commands;
    if (step.commands.some((command) => this.isPatient(command))) this.schedule.pass(AS_LONG_AS_READS_LAG);
    this.judge.begin(this.ground.account, this.schedule.now, more.length === 0 ? only?.stack : undefined);
    try {
      return await this.schedule.run(Promise.all(step.commands.map((command) => this.command(command))));
    } catch (error) {
      if (!this.judge.wrong) throw error;
      return [];
    }
  }

  /** Docs/interrupted-runs.md has people wait before a refresh, which believes what it reads, and before another program. */
  private isPatient(command: Command): boolean {
    const { interrupted = "nothing", inForce = [] } = this.stacks[command.stack] ?? {};
    if (interrupted === "nothing") return false;
    if (command.do === "destroy") return this.ground.account.rules?.some(({ by }) => by === "others") ?? false;
    if (command.do !== "up" || command.isRefreshing) return true;
    const [newest = []] = inForce.slice(-1);
    return textOf(command.program) !== textOf(newest);
  }

  private look(position: readonly string[]): void {
    const { ground, stacks } = this;
    for (const [index, one] of stacks.entries())
      for (const other of stacks.slice(index + 1))
        if (areEntangled(one.state, other.state)) one.isEntangled = other.isEntangled = true;
    const parts = [
      hashOfObject(ground.account, accountText),
      ...stacks.map(({ state }) => hashOfObject(state, stateText)),
      ...stacks.map(({ inForce }) => inForce.map((program) => hashOfObject(program, textOf)).join()),
      ...[...position].sort(),
    ];
    this.around.visit(hashOf(parts.join(";")));
    this.judge.look(ground, this.schedule.now);
    if (this.judge.wrong) throw new Error("Somebody was wronged.");
  }

  private async command(command: Command): Promise<Ending> {
    const { stack } = command;
    const absent = command.do === "up" && command.program.flatMap(foreignCasOf).find((ca) => !this.uploadOf(ca));
    if (absent) return { ...NOTHING, command, refusals: [`The other stack has no CA ${absent}.`] };
    const preview = await this.preview(command);
    if (preview.errors.length > 0)
      return { ...NOTHING, command, refusals: preview.errors, previewCalls: preview.calls.length };
    this.around.tell("run");
    const before = this.stacks[stack];
    if (before && command.do !== "refresh") {
      before.inForce = [...before.inForce, command.do === "up" ? command.program : []];
      this.judge.expectAnew();
    }
    // A getter and setter onto the stack: what a run stores is seen by every hash.
    const run = await this.phase(command, this.backendOf(stack), false);
    return {
      command,
      refusals: [],
      errors: run.errors,
      previewCalls: preview.calls.length,
      calls: run.calls,
      changes: run.changes,
      isKilled: run.errors.some((error) => error === CLI_KILLED || error === KILLED.message),
    };
  }

  private async preview(command: Command) {
    if (command.do !== "up" || this.isPreviewed) return { errors: [], calls: [] };
    this.around.tell("preview");
    return this.phase(command, { state: this.stacks[command.stack]?.state ?? NO_STATE }, true);
  }

  private async phase(command: Command, backend: Backend, isPreview: boolean) {
    const { tell } = this.around;
    const calls: string[] = [];
    const who = this.stacks.length > 1 ? `stack ${command.stack + 1}: ` : "";
    const onCall = (text: string, method: string) => {
      calls.push(method);
      tell(`  ${who}${text}`);
    };
    // What a preview's diff or a log says is said: whoever reads it knows of it before it is done.
    const hear = (line: string) => this.judge.hear(command.stack, line);
    const onLog = (line: string) => {
      hear(line);
      tell(`  ${who}· ${line.split("\n")[0]}`);
    };
    const events = { onCli: (isKilled: boolean) => deployment.interrupt(isKilled), onCall, onLog };
    const fault = isPreview ? undefined : command.fault;
    const provider = new ProviderProcess(this.ground, this.schedule, command.stack, isPreview, fault, events);
    const deployment: Deployment = new Deployment(provider, this.schedule, backend, isPreview, {
      tell: (line) => tell(`  ${who}– ${line}`),
      show: hear,
    });
    if (command.do === "destroy") await deployment.destroy();
    else {
      if (command.do === "refresh" || (command.do === "up" && command.isRefreshing)) await deployment.refresh();
      if (command.do === "up" && deployment.errors.length === 0) await deployment.up(this.registrations(command));
    }
    provider.kill();
    for (const error of deployment.errors) tell(`  ${who}! ${error}`);
    return { errors: deployment.errors, calls, changes: deployment.changes };
  }

  private backendOf(stack: number): Backend {
    const found = this.stacks[stack];
    if (!found) throw new Error(`There is no stack ${stack}.`);
    return found;
  }

  private uploadOf(name: CaName): Upload | undefined {
    const { authorities } = this.around;
    return this.ground.account.uploads.find(({ certificates }) => caOf(authorities, certificates) === name);
  }

  private registrations({ stack, program }: Command & { do: "up" }): Registration[] {
    const { authorities, identities } = this.around;
    const identity = identities[stack];
    if (!identity) throw new Error(`There is no stack ${stack}.`);
    const foreign = (name: CaName) => {
      // What another stack's output says doesn't change while this one runs, although the CA may go.
      return { id: this.uploadOf(name)?.id ?? GONE, issuerSkis: [authorities.skis[KEY_OF[name]]] };
    };
    return registrationsOf({ identity, authorities, program, foreign });
  }
}
