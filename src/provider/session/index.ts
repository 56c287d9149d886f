import { connect } from "../../cloudflare/client";
import type { Cloudflare } from "../../cloudflare/client";
import { readAccess } from "../../cloudflare/credentials";
import { readSettings, strangeSetting } from "../../cloudflare/settings";
import type { ConfigReader } from "../../cloudflare/settings";
import type { Authority } from "../../plan/picture";
import { Program } from "../../plan/program";
import { withoutSecrets } from "../../wording/shown";
import { CLOCK } from "./clock";
import type { Clock } from "./clock";
import { Progress } from "./progress";
import { Turns } from "./turns";
import { PATIENCE } from "./waiting";
import type { Patience } from "./waiting";
import { ZoneDirectory } from "./zone-directory";

/** What a run stands in. The model has a Cloudflare and a clock of its own. */
export interface Surroundings {
  readonly connect: typeof connect;
  readonly clock: Clock;
  readonly patience: Patience;
}

const REAL: Surroundings = { connect, clock: CLOCK, patience: PATIENCE };

/** Cloudflare's answers take less than a second, and nobody waits for a look ahead for longer. */
const HASTE = { within: 5_000, retryBudget: 0 };

/** What the handlers of one provider process share. */
export class Session {
  config: ConfigReader = () => undefined;
  /** The resources say so: a provider can't tell by itself, and a preview has a process of its own. */
  isPreview = false;
  /** An operation of this run failed: who waits for another waits in vain. */
  hasFailed = false;
  private isOffline = false;
  private lookout: Session | undefined;
  private readonly connect: typeof connect;
  readonly log: (line: string) => void;
  readonly clock: Clock;
  readonly patience: Patience;
  readonly turns = new Turns();
  readonly progress = new Progress();
  /** By the account; forgotten with each upload and delete of this run. */
  readonly authorities = new Map<string, Promise<readonly Authority[]>>();
  readonly zones = new ZoneDirectory(() => this.cloudflare());

  constructor(
    log: (line: string) => void,
    private readonly environment: Readonly<Record<string, string | undefined>>,
    private readonly surroundings: Partial<Surroundings> = {},
    readonly program = new Program(),
    private readonly isLookout = false,
  ) {
    this.log = (line) => log(withoutSecrets(line));
    ({ connect: this.connect, clock: this.clock, patience: this.patience } = { ...REAL, ...surroundings });
  }

  /** Read anew in each call and kept nowhere, so that a rotated token is used at once and is no diff. */
  cloudflare(): Cloudflare {
    const access = readAccess(this.config, this.environment);
    const settings = readSettings(this.config, this.environment);
    if (!this.isLookout) return this.connect({ ...access, patience: settings, progress: this.progress }, this.log);
    return this.connect({ ...access, patience: { ...settings, ...HASTE } }, () => undefined);
  }

  /** What is wrong with the settings: nobody should find out half-way through a run. */
  mistake(configKeys: readonly string[]): string | undefined {
    try {
      readSettings(this.config, this.environment);
      return strangeSetting(configKeys, this.environment);
    } catch (error) {
      return (error as Error).message;
    }
  }

  /** Whether a check may look at the account: in a preview, unless it was switched off or is in vain. */
  looksAhead(): boolean {
    return this.isPreview && !this.isOffline && readSettings(this.config, this.environment).preflight;
  }

  /** The same for looks ahead: its calls end soon, and say nothing of what they try again. */
  ahead(): Session {
    this.lookout ??= new Session(this.log, this.environment, this.surroundings, this.program, true);
    this.lookout.config = this.config;
    return this.lookout;
  }

  /** Cloudflare can't be reached: the rest of this preview doesn't try. */
  stopLookingAhead(reason: string): void {
    if (!this.isOffline) this.log(`note: this preview doesn't look at the account: ${reason.split("\n")[0] ?? ""}`);
    this.isOffline = true;
  }
}
