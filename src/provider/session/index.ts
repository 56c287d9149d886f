import { connect } from "../../cloudflare/client";
import type { Cloudflare } from "../../cloudflare/client";
import { readAccess, readSeconds, RETRY_BUDGET } from "../../cloudflare/credentials";
import type { ConfigReader } from "../../cloudflare/credentials";
import { Program } from "../../plan/program";
import { withoutSecrets } from "../../wording/shown";
import { CLOCK } from "./clock";
import type { Clock } from "./clock";
import { inHaste } from "./deadline";
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
    if (this.isLookout)
      return inHaste(
        this.connect(access, () => undefined, 0),
        this.clock,
      );
    return this.connect(access, this.log, readSeconds(this.config, this.environment, RETRY_BUDGET));
  }

  /** Whether a check may look at the account: in a preview, with a token, unless it was switched off or is in vain. */
  looksAhead(): boolean {
    const wish = this.config("cloudflare-mtls:preflight") ?? this.environment.CLOUDFLARE_MTLS_PREFLIGHT ?? "";
    return this.isPreview && !this.isOffline && !/^(off|false|no|0)$/i.test(wish) && this.hasCredentials();
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

  private hasCredentials(): boolean {
    try {
      readAccess(this.config, this.environment);
      return true;
    } catch {
      return false;
    }
  }
}
