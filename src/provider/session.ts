import { connect } from "../cloudflare/client";
import type { Cloudflare } from "../cloudflare/client";
import { readAccess, readSeconds, RETRY_BUDGET } from "./credentials";
import type { ConfigReader } from "./credentials";
import { Declarations } from "./declarations";
import { Turns } from "./turns";
import { PATIENCE } from "./wait";
import type { Patience } from "./wait";
import { ZoneDirectory } from "./zone-directory";

/** What the handlers of one provider process share. */
export class Session {
  config: ConfigReader = () => undefined;
  /** The resources say so: a provider can't tell by itself, and a preview has a process of its own. */
  isPreview = false;
  private isOffline = false;
  readonly declarations = new Declarations();
  readonly turns = new Turns();
  readonly zones = new ZoneDirectory(() => this.cloudflare());

  constructor(
    readonly log: (line: string) => void,
    private readonly environment: Readonly<Record<string, string | undefined>>,
    readonly patience: Patience = PATIENCE,
  ) {}

  /** Read anew in each call and kept nowhere, so that a rotated token is used at once and is no diff. */
  cloudflare(): Cloudflare {
    const budget = readSeconds(this.config, this.environment, RETRY_BUDGET);
    return connect(readAccess(this.config, this.environment), this.log, budget);
  }

  /** Whether a check may look at the account: in a preview, with a token, unless it was switched off or is in vain. */
  looksAhead(): boolean {
    const wish = this.config("cloudflare-mtls:preflight") ?? this.environment.CLOUDFLARE_MTLS_PREFLIGHT ?? "";
    return this.isPreview && !this.isOffline && !/^(off|false|no|0)$/i.test(wish) && this.hasCredentials();
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
