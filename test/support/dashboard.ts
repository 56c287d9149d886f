import type { Emulator } from "../../src/emulator";

/** Somebody else at the same account: the dashboard, another stack, a script. Calls succeed or throw. */
export class Dashboard {
  constructor(private readonly emulator: Emulator) {}

  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(this.emulator.apiUrl + path, {
      method,
      headers: { Authorization: `Bearer ${this.emulator.apiToken}`, "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    const answer = (text ? JSON.parse(text) : { success: true }) as { success: boolean; result: T };
    if (!answer.success) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return answer.result;
  }

  /** The custom rules of others, in an entry point that they made. */
  async makeRules(zone: string, count: number): Promise<void> {
    const rules = Array.from({ length: count }, (_, index) => ({
      action: index % 2 ? "block" : "managed_challenge",
      expression: `(http.request.uri.path eq "/somebody-${index}")`,
      description: `Somebody's rule ${index}`,
      ref: `somebody_${index}`,
      enabled: true,
    }));
    await this.call("POST", `/zones/${this.zoneId(zone)}/rulesets`, {
      name: "default",
      kind: "zone",
      phase: "http_request_firewall_custom",
      rules,
    });
  }

  async entryPoint(zone: string): Promise<{ id: string; rules: DashboardRule[] }> {
    return this.call("GET", `/zones/${this.zoneId(zone)}/rulesets/phases/http_request_firewall_custom/entrypoint`);
  }

  /** Changes a rule as the dashboard does: all of its fields are sent. `to` with a position only moves it. */
  async editRule(zone: string, ruleId: string, to: Partial<DashboardRule> & { position?: object }): Promise<void> {
    const { id, rules } = await this.entryPoint(zone);
    const { action, expression, description, ref, enabled } = rules.find((rule) => rule.id === ruleId) ?? {};
    await this.call("PATCH", `/zones/${this.zoneId(zone)}/rulesets/${id}/rules/${ruleId}`, {
      ...{ action, expression, description, ref, enabled },
      ...to,
    });
  }

  async addRule(zone: string, rule: Partial<DashboardRule> & { position?: object }): Promise<void> {
    const { id } = await this.entryPoint(zone);
    await this.call("POST", `/zones/${this.zoneId(zone)}/rulesets/${id}/rules`, rule);
  }

  async deleteRule(zone: string, ruleId: string): Promise<void> {
    const { id } = await this.entryPoint(zone);
    await this.call("DELETE", `/zones/${this.zoneId(zone)}/rulesets/${id}/rules/${ruleId}`);
  }

  async deleteEntryPoint(zone: string): Promise<void> {
    const { id } = await this.entryPoint(zone);
    await this.call("DELETE", `/zones/${this.zoneId(zone)}/rulesets/${id}`);
  }

  async upload(certificates: string, name: string): Promise<{ id: string }> {
    const body = { ca: true, certificates, name };
    return this.call("POST", `/accounts/${this.emulator.accountId}/mtls_certificates`, body);
  }

  async putHostnames(zone: string, caCertificateId: string, hostnames: readonly string[]): Promise<void> {
    await this.call("PUT", `/zones/${this.zoneId(zone)}/certificate_authorities/hostname_associations`, {
      hostnames,
      mtls_certificate_id: caCertificateId,
    });
  }

  zoneId(zone: string): string {
    const id = this.emulator.zones[zone];
    if (id === undefined) throw new Error(`the account has no zone ${zone}`);
    return id;
  }
}

export interface DashboardRule {
  readonly id: string;
  readonly version: string;
  readonly ref: string;
  readonly action: string;
  readonly expression: string;
  readonly description: string;
  readonly enabled: boolean;
  readonly action_parameters?: object;
}
