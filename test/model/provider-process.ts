import { dynamicProvider } from "../../src/provider";
import type { DynamicProvider } from "../../src/provider";
import type { Answer, Call } from "../../src/cloudflare/client";
import { CLOUDFLARE_MANAGED_CA } from "../../src/wording/managed-ca";
import { Session } from "../../src/provider/session";
import type { Kind } from "../support/session";
import { refusal } from "./api";
import { effectOf, faultsAt } from "./faults";
import type { Fault } from "./faults";
import type { Ground } from "./ground";
import type { Schedule } from "./schedule";

export const KILLED = new Error("error reading from server: EOF");

export interface Events {
  /** The CLI is gone, or was interrupted, at this call. */
  onCli(isKilled: boolean): void;
  onCall(text: string, method: string): void;
  onLog(line: string): void;
}

/** A provider process: a Session of its own, the three kinds over it, and a way to the account in which a fault may lie. */
export class ProviderProcess {
  calls = 0;
  private readonly providers = new Map<Kind, DynamicProvider>();
  private readonly session: Session;
  /** By the CA: the hostnames that this process saw last. */
  private readonly seen = new Map<string, readonly string[]>();
  private die: (error: Error) => void = () => undefined;
  private readonly death: Promise<never>;

  constructor(
    private readonly ground: Ground,
    private readonly schedule: Schedule,
    private readonly by: number,
    isPreview: boolean,
    private readonly fault: Fault | undefined,
    private readonly events: Events,
  ) {
    this.death = new Promise((_, reject) => (this.die = reject));
    this.death.catch(() => undefined);
    const connect = () => (call: Call) => this.call(call);
    this.session = new Session(
      (line) => this.events.onLog(line),
      { CLOUDFLARE_API_TOKEN: "token" },
      { connect, clock: schedule.clockFor(this) },
    );
    this.session.isPreview = isPreview;
  }

  /** One call of the engine's; it fails when the process dies. */
  invoke<T>(kind: Kind, call: (provider: DynamicProvider) => Promise<T>): Promise<T> {
    const provider = this.providers.get(kind) ?? dynamicProvider(kind, this.session);
    this.providers.set(kind, provider);
    return Promise.race([call(provider), this.death]);
  }

  kill(): void {
    this.schedule.drop(this);
    this.die(KILLED);
  }

  private perform(call: Call, text: string): unknown {
    const list = listOf(call);
    const result = this.ground.perform(call, text, {
      by: this.by,
      now: this.schedule.now,
      seen: this.seen.get(list ?? ""),
    });
    if (list !== undefined) this.seen.set(list, (result as { hostnames: string[] }).hostnames);
    return result;
  }

  private async call(call: Call): Promise<Answer> {
    const text = this.ground.describe(call);
    await this.schedule.turn(this, undefined, text);
    const number = ++this.calls;
    const { fault } = this;
    // A read whose answer is lost, or a 500, the client repeats by itself.
    const isThatCall = fault?.at === number && faultsAt(call.method).includes(fault.kind);
    const isAffected = fault !== undefined && (isThatCall || number > fault.at);
    const effect = isAffected ? effectOf(fault.kind, isThatCall) : { isCarriedOut: true };
    const note = isThatCall ? `   ← ${fault.kind}` : effect.status === 0 ? "   ← no network" : "";
    this.events.onCall(text + note, call.method);
    if (isThatCall && fault.kind.startsWith("the CLI")) this.events.onCli(true);
    if (isThatCall && fault.kind.startsWith("Ctrl-C")) this.events.onCli(false);
    const result = effect.isCarriedOut ? this.perform(call, text) : undefined;
    if (isThatCall && fault.kind.startsWith("the provider is killed")) {
      this.kill();
      return new Promise(() => undefined);
    }
    if (effect.status !== undefined) throw refusal(call, effect.status);
    return { result, resultInfo: undefined };
  }
}

/** The CA whose list a call reads or writes. */
function listOf({ path, query, body }: Call): string | undefined {
  if (!path.endsWith("/hostname_associations")) return undefined;
  const given = { ...query, ...(body as object | undefined) } as { mtls_certificate_id?: string };
  return given.mtls_certificate_id ?? CLOUDFLARE_MANAGED_CA;
}
