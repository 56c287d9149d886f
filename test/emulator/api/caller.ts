import type { Emulator } from "../../../src/emulator";

/** What came back, loosely typed: these tests look at the wire. */
export interface Reply {
  readonly status: number;
  readonly success: boolean;
  readonly errors: readonly { code: number; message: string; source?: { pointer: string } }[];
  readonly result: Record<string, unknown> & { rules: Rule[] };
  readonly result_info?: Record<string, unknown>;
  readonly headers: Headers;
}

export interface Rule {
  readonly [field: string]: unknown;
  readonly id: string;
  readonly version: string;
  readonly ref: string;
}

export const PHASE = "http_request_firewall_custom";

/** A client of the API by nothing but fetch. `path` is what follows /client/v4; a string is a body as it stands. */
export class Caller {
  constructor(
    readonly emulator: Emulator,
    readonly token = emulator.apiToken,
  ) {}

  get account(): string {
    return `/accounts/${this.emulator.accountId}`;
  }

  zone(name = "example.com"): string {
    return `/zones/${this.emulator.zones[name] ?? name}`;
  }

  async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    const response = await fetch(this.emulator.apiUrl + path, {
      method,
      headers: { Authorization: `Bearer ${this.token}`, ...headers },
      body: body === undefined || typeof body === "string" ? body : JSON.stringify(body),
    });
    const text = await response.text();
    const envelope = (text === "" ? {} : JSON.parse(text)) as Omit<Reply, "status" | "headers">;
    return { ...envelope, status: response.status, headers: response.headers };
  }

  upload(certificates: string, more: object = {}): Promise<Reply> {
    return this.call("POST", `${this.account}/mtls_certificates`, { ca: true, certificates, ...more });
  }

  /** Uploads, and answers the id. */
  async ca(certificates: string): Promise<string> {
    const { result } = await this.upload(certificates);
    return String(result.id);
  }

  certificate(method: "GET" | "DELETE", id: string): Promise<Reply> {
    return this.call(method, `${this.account}/mtls_certificates/${id}`);
  }

  /** Without an id: the managed CA's list. */
  getHostnames(id?: string, zone?: string): Promise<Reply> {
    const query = id === undefined ? "" : `?mtls_certificate_id=${id}`;
    return this.call("GET", `${this.zone(zone)}/certificate_authorities/hostname_associations${query}`);
  }

  putHostnames(hostnames: unknown, id?: unknown, zone?: string): Promise<Reply> {
    const body = { hostnames, mtls_certificate_id: id };
    return this.call("PUT", `${this.zone(zone)}/certificate_authorities/hostname_associations`, body);
  }

  entryPoint(zone?: string): Promise<Reply> {
    return this.call("GET", `${this.zone(zone)}/rulesets/phases/${PHASE}/entrypoint`);
  }

  /** Makes the entry point, and answers the path of its ruleset. */
  async ruleset(rules: readonly object[] = [], zone?: string): Promise<string> {
    const body = { name: "default", kind: "zone", phase: PHASE, rules };
    const { result } = await this.call("POST", `${this.zone(zone)}/rulesets`, body);
    return `${this.zone(zone)}/rulesets/${String(result.id)}`;
  }
}

/** A rule as simple as one can be. */
export function blocking(ref: string, more: object = {}): object {
  return { action: "block", expression: `http.host eq "${ref}.example.com"`, ref, ...more };
}

/** The refusal in one line: status, code, message. */
export function refusal({ status, errors }: Reply): string {
  return errors.map(({ code, message }) => `${status} ${code} ${message}`).join("; ");
}
