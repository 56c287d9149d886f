import { connect } from "../cloudflare/client";
import type { Cloudflare } from "../cloudflare/client";
import { readAccess } from "./credentials";
import type { ConfigReader } from "./credentials";
import { Declarations } from "./declarations";
import { Turns } from "./turns";
import { ZoneDirectory } from "./zone-directory";

/** What the handlers of one provider process share. */
export class Session {
  config: ConfigReader = () => undefined;
  readonly declarations = new Declarations();
  readonly turns = new Turns();
  readonly zones = new ZoneDirectory(() => this.cloudflare());

  constructor(
    readonly log: (line: string) => void,
    private readonly environment: Readonly<Record<string, string | undefined>>,
  ) {}

  /** Read anew in each call and kept nowhere, so that a rotated token is used at once and is no diff. */
  cloudflare(): Cloudflare {
    return connect(readAccess(this.config, this.environment), this.log);
  }

  /** False: nothing to ask Cloudflare with, which a preview may well be. */
  hasCredentials(): boolean {
    try {
      readAccess(this.config, this.environment);
      return true;
    } catch {
      return false;
    }
  }
}
