import { createHash, randomBytes, randomUUID } from "node:crypto";
import { createAuthority } from "../support/authority";
import type { Authority, AuthorityOptions } from "../support/authority";
import { toDer } from "../support/der";
import { PHASE } from "../../src/cloudflare/rulesets";
import type { Budget, Call, Cloud, Fields, Reply } from "./cloud";
import type { Head, Journal } from "./journal";
import { resultOf } from "./told";

export interface Rule extends Fields {
  readonly id: string;
  readonly ref: string;
  readonly version: string;
  readonly expression: string;
}

/** What a probe stands on: an account and a zone in which it makes things of its own, each in the journal before it is there. */
export class Ground {
  /** What was said besides what is compared, such as how long something took. */
  readonly notes: string[] = [];
  /** Ids, request bodies and texts by which this run's own things are named in a call. */
  private readonly own: Set<string>;
  private number = 0;

  constructor(
    readonly cloud: Cloud,
    private readonly budget: Budget,
    readonly journal: Journal,
    readonly edge?: { readonly host: string; readonly port: number },
  ) {
    this.own = new Set([this.head.mark]);
  }

  get head(): Head {
    return this.journal.head;
  }

  get zone(): string {
    return `/zones/${this.head.zoneId}`;
  }

  get certificates(): string {
    return `/accounts/${this.head.accountId}/mtls_certificates`;
  }

  get lists(): string {
    return `${this.zone}/certificate_authorities/hostname_associations`;
  }

  get entryPoint(): string {
    return `${this.zone}/rulesets/phases/${PHASE}/entrypoint`;
  }

  /** No other hostname is ever associated or put into a rule. */
  hostname(more = ""): string {
    return `parity-${this.head.mark}${more}.${this.head.zoneName}`;
  }

  name(more: string): string {
    return `parity-${this.head.mark} ${more}`;
  }

  /** An id of the kind that nothing has. */
  stray(kind: "uuid" | "hex"): string {
    return this.owned(kind === "uuid" ? randomUUID() : randomBytes(16).toString("hex"));
  }

  owned(id: string): string {
    this.own.add(id);
    return id;
  }

  /** A request to the edge is one of the run's calls, too. */
  count(): void {
    this.budget.take();
  }

  read(path: string, query?: Call["query"]): Promise<Reply> {
    return this.cloud({ method: "GET", path, query });
  }

  /** The only way to a write: one that doesn't name something of this run is refused here. */
  write(call: Call): Promise<Reply> {
    if (!this.isOurs(call))
      throw new Error(`The kit was about to touch what isn't its own: ${call.method} ${call.path}`);
    return this.cloud(call);
  }

  private isOurs({ method, path, query, body }: Call): boolean {
    const names = (value: unknown) => {
      const text = JSON.stringify(value);
      return [...this.own].some((known) => text.includes(JSON.stringify(known).slice(1, -1)));
    };
    const { mtls_certificate_id: id, rules } = Object(body) as { mtls_certificate_id?: unknown; rules?: unknown };
    if (query?.dry_run === "true") return true;
    // Without the id of a CA the list would be that of the managed CA.
    if (path === this.lists) return typeof id === "string" && id !== this.head.mark && this.own.has(id);
    if (method === "PUT") return Array.isArray(rules) && rules.every(names);
    if (method === "POST") return names(body);
    return this.own.has(path.split("/").at(-1) ?? "");
  }

  authority(name: string, options?: AuthorityOptions): Promise<Authority> {
    return createAuthority(name.includes("=") ? name : this.name(name), options);
  }

  async upload(certificates: string, more: Fields = {}): Promise<Reply> {
    for (const known of digestsOf(certificates)) this.journal.note({ makes: "certificate", known });
    this.own.add(certificates);
    const body = { ca: true, certificates, name: this.name(`certificate ${++this.number}`), ...more };
    const reply = await this.write({ method: "POST", path: this.certificates, body });
    if (typeof reply.result.id === "string") this.own.add(reply.result.id);
    return reply;
  }

  /** Uploads what must be taken for the probe to go on. Answers the id. */
  async ca(certificates: string): Promise<string> {
    return String(resultOf(await this.upload(certificates)).id);
  }

  certificate(method: "GET" | "DELETE", id: string): Promise<Reply> {
    const call = { method, path: `${this.certificates}/${id}` };
    return method === "GET" ? this.cloud(call) : this.write(call);
  }

  list(ca: string): Promise<Reply> {
    return this.read(this.lists, { mtls_certificate_id: ca });
  }

  putList(ca: string, body: Fields): Promise<Reply> {
    this.journal.note({ makes: "hostname list", known: ca });
    return this.write({ method: "PUT", path: this.lists, body: { mtls_certificate_id: ca, ...body } });
  }

  /** A rule about this run's hostname and no other. */
  rule(more: Fields = {}): Fields {
    const expression = `http.host eq "${this.hostname()}"`;
    const ref = `parity-${this.head.mark}-${++this.number}`;
    return { action: "block", expression, ref, description: this.name("rule"), enabled: false, ...more };
  }

  async rules(): Promise<Rule[]> {
    return rulesOf(resultOf(await this.read(this.entryPoint)));
  }

  /** The path of the zone's ruleset, which is made with a rule where there is none. */
  async ruleset(): Promise<string> {
    const present = await this.read(this.entryPoint);
    if (present.status !== 404) return `${this.zone}/rulesets/${String(resultOf(present).id)}`;
    this.journal.note({ makes: "rule", known: this.head.mark });
    const body = { name: this.name("rules"), kind: "zone", phase: PHASE, rules: [this.rule()] };
    const made = resultOf(await this.write({ method: "POST", path: `${this.zone}/rulesets`, body }));
    return `${this.zone}/rulesets/${String(made.id)}`;
  }

  async addRule(more: Fields = {}): Promise<Rule> {
    const path = `${await this.ruleset()}/rules`;
    const body = this.rule(more);
    this.journal.note({ makes: "rule", known: this.head.mark });
    const added = rulesOf(resultOf(await this.write({ method: "POST", path, body }))).find(
      ({ ref }) => ref === body.ref,
    );
    if (!added) throw new Error("The rule isn't in the answer to its own call.");
    this.own.add(added.id);
    return added;
  }

  /** What Cloudflare says to a rule, without making it. Were it made all the same, the journal would know. */
  async tryRule(more: Fields): Promise<Reply> {
    const path = `${await this.ruleset()}/rules`;
    this.journal.note({ makes: "rule", known: this.head.mark });
    return this.write({ method: "POST", path, body: this.rule(more), query: { dry_run: "true" } });
  }

  async client(csr: string, days: number): Promise<Reply> {
    this.journal.note({ makes: "client certificate", known: digestOf(csr) });
    this.own.add(csr);
    const body = { csr, validity_days: days };
    const reply = await this.write({ method: "POST", path: `${this.zone}/client_certificates`, body });
    if (typeof reply.result.id === "string") this.own.add(reply.result.id);
    return reply;
  }

  /** Looks until it is so, as long as changes take. Answers whether it came to be, and notes how long it took. */
  async until(what: string, holds: () => Promise<boolean>): Promise<boolean> {
    const from = Date.now();
    for (let pause = 20; ; pause = Math.min(5000, pause * 2)) {
      if (await holds()) {
        if (pause > 20) this.notes.push(`${what} after ${((Date.now() - from) / 1000).toFixed(0)} s`);
        return true;
      }
      if (Date.now() - from > this.budget.settling) return false;
      await this.budget.wait(pause);
    }
  }
}

export function rulesOf(ruleset: Fields): Rule[] {
  return (ruleset.rules ?? []) as Rule[];
}

/** Whatever the spelling: of each certificate in a PEM text. */
export function digestsOf(pem: string): string[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => createHash("sha256").update(toDer(block)).digest("hex"));
}

/** Of a signing request, whose line ends may come back changed. */
export function digestOf(csr: string): string {
  return createHash("sha256").update(csr.replace(/\s/g, "")).digest("hex");
}
