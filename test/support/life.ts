import type { Emulator, EmulatorOptions } from "../../src/emulator";
import { authorities } from "./authority";
import type { Authority } from "./authority";
import { Dashboard } from "./dashboard";
import type { DashboardRule } from "./dashboard";
import type { Client, Prober } from "./prober";
import type { Run } from "./pulumi";
import type { Stack } from "./stack";
import { useEmulator, useProber, useStack } from "./use";
import { componentOf, programOf } from "./wish";
import type { Shape, Wish } from "./wish";
import { writesOf } from "./writes";
import type { Names } from "./writes";

export const API = "api.x.com";
export const WWW = "www.x.com";
export const PAY = "pay.x.com";
export const SHOP = "shop.y.org";
const HOSTNAMES = [API, WWW, PAY, SHOP];

type Watched = Readonly<Record<string, readonly string[]>>;

/** Who knocks where. Not everybody everywhere: two cores are to serve the edge, its clients and the engine. */
const EVERYWHERE: Watched = {
  [API]: ["nobody", "stranger", "A", "B", "C"],
  [WWW]: ["nobody", "A", "B"],
  [SHOP]: ["nobody", "A", "C"],
};
const PAUSE = 80;
/** Of each API call, so that what stands wrong between two writes stands long enough to be noticed. */
const LATENCY = 50;
const LAGGING = { latency: LATENCY, lag: { associations: 300, deletion: 400, visibleAfterDelete: 500 } };

type CaName = "A" | "B" | "C";

/** What the program is to declare: CAs by key, and the hostnames in the zones x.com and y.org. */
export interface Plan {
  readonly cas: Readonly<Record<string, CaName>>;
  readonly x: readonly string[];
  readonly y?: readonly string[];
  /** What the rule of x.com demands a certificate for. Default: the whole host. */
  readonly paths?: readonly string[];
  /** Another component, n, in the zone x.com. Without CAs of its own it uses those of the first, and both share their lists. */
  readonly beside?: { readonly cas?: Plan["cas"]; readonly x: readonly string[] };
}

/** Who is let in at a hostname: the clients of these CAs alone, or everybody. */
export type Access = readonly CaName[] | "everybody";

/** What is wrong with what one client was answered during one step; none is what a test wants. */
export interface Wrong {
  readonly hostname: string;
  readonly client: string;
  readonly expected: readonly number[];
  readonly seen: readonly (number | string)[];
}

/**
 * A stack in its account, with clients that knock all the while: of each CA, without a certificate, and one whose CA is
 * in the account but was never associated. Of the zone x.com others have five custom rules.
 */
export class Life {
  /** Who is let in where, after the last step. */
  readonly access = new Map<string, Access>(HOSTNAMES.map((hostname) => [hostname, "everybody"]));
  private plan: Plan | undefined;
  private readonly foreignRules: readonly DashboardRule[];

  private constructor(
    readonly emulator: Emulator,
    readonly stack: Stack,
    readonly names: Names,
    readonly dashboard: Dashboard,
    private readonly shape: Shape,
    readonly probers: readonly Prober[],
    private readonly watched: Watched,
    foreign: readonly DashboardRule[],
  ) {
    this.foreignRules = foreign;
  }

  static async begin(
    shape: Shape,
    verification: "host" | "account",
    watched = EVERYWHERE,
    pause = PAUSE,
    account: Partial<EmulatorOptions> = LAGGING,
  ): Promise<Life> {
    const { A, B, C, stranger } = await authorities("A", "B", "C", "stranger");
    const emulator = await useEmulator({
      zones: ["x.com", "y.org"],
      verification,
      ...account,
    });
    emulator.seed({ certificates: [{ certificates: stranger.pem, name: "Stranger" }] });
    const dashboard = new Dashboard(emulator);
    await dashboard.makeRules("x.com", 5);
    const { rules } = await dashboard.entryPoint("x.com");
    const clients = [
      { name: "nobody" },
      await client("stranger", stranger),
      await client("A", A),
      await client("B", B),
      await client("C", C),
    ];
    const names = {
      zones: { x: dashboard.zoneId("x.com"), y: dashboard.zoneId("y.org") },
      authorities: { A, B, C },
    };
    const stack = await useStack(emulator, "");
    const probers = HOSTNAMES.map((hostname) => {
      const watchers = clients.filter(({ name }) => watched[hostname]?.includes(name));
      return useProber(emulator, [hostname], watchers, pause);
    });
    return new Life(emulator, stack, names, dashboard, shape, probers, watched, rules);
  }

  /** @param further program text; `m` is the component */
  declare(plan: Plan, further = ""): void {
    this.plan = plan;
    const { cas, x, y, paths, beside } = plan;
    const pems = (keyed: Plan["cas"]) =>
      Object.fromEntries(Object.entries(keyed).map(([key, name]) => [key, this.names.authorities[name]?.pem ?? ""]));
    const { accountId } = this.emulator;
    const zoneId = this.dashboard.zoneId("x.com");
    const wish: Wish = {
      accountId,
      cas: pems(cas),
      ...(beside && !beside.cas ? { mode: "shared" } : {}),
      zones: {
        x: { zoneId, hostnames: x, ...(paths ? { paths } : {}) },
        ...(y ? { y: { zoneId: this.dashboard.zoneId("y.org"), hostnames: y } } : {}),
      },
    };
    const empty = Object.keys(cas).length === 0;
    const other = beside?.x.length
      ? componentOf("n", {
          accountId,
          cas: beside.cas && pems(beside.cas),
          zones: { x: { zoneId, hostnames: beside.x } },
        })
      : "";
    this.stack.program(empty ? "" : programOf(wish, this.shape) + other + further);
  }

  /**
   * Runs `work` under the clients' eyes. Afterwards the access is as given, and it changed at most once for each of
   * them: nobody was wrongly let in or refused meanwhile.
   *
   * @returns the writes that the API carried out, and what was wrong
   */
  async step(
    work: () => Promise<unknown>,
    access: Readonly<Record<string, Access>>,
  ): Promise<{ writes: string[]; wrong: Wrong[]; overlaps: string[] }> {
    const calls = this.emulator.requests.length;
    await this.round();
    const from = Date.now();
    await work();
    await this.round();
    const before = new Map(this.access);
    for (const [hostname, now] of Object.entries(access)) this.access.set(hostname, now);
    const wrong = HOSTNAMES.flatMap((hostname) =>
      (this.watched[hostname] ?? []).flatMap((name) => {
        const expected = changes([statusOf(name, before.get(hostname)), statusOf(name, this.access.get(hostname))]);
        const seen = this.proberOf(hostname).story(name, hostname, from);
        return String(seen) === String(expected) ? [] : [{ hostname, client: name, expected, seen }];
      }),
    );
    const overlaps = HOSTNAMES.filter((hostname) => this.nobodyWasLetIn(hostname, before.get(hostname), from));
    return { writes: writesOf(this.emulator, this.names, calls), wrong, overlaps };
  }

  /**
   * Where one CA takes over from another there must be no moment at which both are refused: whoever knocks with the
   * new one after the old one was turned away is let in.
   */
  private nobodyWasLetIn(hostname: string, before: Access | undefined, from: number): boolean {
    const after = this.access.get(hostname);
    if (!Array.isArray(before) || !Array.isArray(after)) return false;
    const refused = (name: string) =>
      this.proberOf(hostname)
        .of(name, hostname)
        .filter(({ sent, status }) => sent >= from && status !== 200);
    const firstRefusal = Math.min(
      ...(before as CaName[])
        .filter((name) => !after.includes(name))
        .flatMap((name) => refused(name).map(({ answered }) => answered)),
    );
    return (after as CaName[]).some((name) => refused(name).some(({ sent }) => sent > firstRefusal));
  }

  private async round(): Promise<void> {
    await Promise.all(this.probers.map((prober) => prober.round()));
  }

  private proberOf(hostname: string): Prober {
    const prober = this.probers[HOSTNAMES.indexOf(hostname)];
    if (!prober) throw new Error(`nobody watches ${hostname}`);
    return prober;
  }

  async up(...options: string[]): Promise<Run> {
    const run = await this.stack.up(...options);
    if (run.code !== 0) throw new Error(`up ended with ${run.code}:\n${run.output}`);
    return run;
  }

  urnOf(name: string): string {
    const deployment = this.stack.state();
    const found = deployment.resources?.find(({ urn, delete: gone }) => urn.endsWith(`::${name}`) && !gone);
    if (!found) throw new Error(`the state has no ${name}`);
    return found.urn;
  }

  /**
   * What is not as the program declares it: uploads, lists and rules, whatever is too many included, and other people's
   * rules, which must be as they were to the last byte.
   */
  async discrepancies(): Promise<string[]> {
    const { certificates, zones } = this.emulator.state();
    const found: string[] = [];
    const pem = (name: string) => squeezed(this.names.authorities[name]?.pem ?? "");
    const ids = new Map<string, string>(
      certificates.map(({ id, certificates: text }) => {
        const name = ["A", "B", "C"].find((candidate) => pem(candidate) === squeezed(text));
        return [id, name ?? id] as const;
      }),
    );
    const strangers = certificates.filter(({ name }) => name === "Stranger").map(({ id }) => id);
    const uploads = [...ids].flatMap(([id, name]) => (strangers.includes(id) ? [] : [name]));
    compare(
      found,
      "uploads",
      uploads.sort(),
      [...Object.values(this.plan?.cas ?? {}), ...Object.values(this.plan?.beside?.cas ?? {})].sort(),
    );
    for (const zone of ["x.com", "y.org"]) {
      const declared = demandsOf(this.plan).filter((demand) => demand.zone === zone && demand.hostnames.length > 0);
      const lists = Object.entries(zones[zone]?.hostnames ?? {})
        .filter(([id]) => !strangers.includes(id))
        .map(([id, list]) => `${ids.get(id) ?? id}: ${[...list].sort().join(" ")}`);
      const wanted = [...new Set(declared.flatMap(({ cas }) => cas))].map((name) => {
        const hostnames = declared.filter(({ cas }) => cas.includes(name)).flatMap((demand) => demand.hostnames);
        return `${name}: ${hostnames.sort().join(" ")}`;
      });
      compare(found, `lists of ${zone}`, lists.sort(), wanted.sort());
      const texts = (zones[zone]?.rules ?? [])
        .filter(({ ref }) => ref.startsWith("mtls_"))
        .map(({ expression }) => Array.from(expression.matchAll(/"([^"]*)"/g), (match) => match[1] ?? ""));
      const demanded = declared.map(({ hostnames, paths, cas }) => {
        const skis = cas.map((name) => this.names.authorities[name]?.ski ?? "");
        return [...hostnames, ...paths.map((path) => path.replace(/\*$/, "")), ...skis];
      });
      const sorted = (rules: string[][]) => rules.map((strings) => strings.sort().join(" ")).sort();
      compare(found, `rules of ${zone}`, sorted(texts), sorted(demanded));
    }
    const { rules } = await this.dashboard.entryPoint("x.com");
    compare(
      found,
      "other people's rules",
      rules.filter(({ ref }) => !ref.startsWith("mtls_")),
      this.foreignRules,
    );
    return found;
  }

  /** Calls and changes of one more `up`: both must be none. */
  async onceMore(): Promise<{ calls: number; changes: string | undefined }> {
    const before = this.emulator.requests.length;
    const { output } = await this.up();
    const summary = /Resources:\n([\s\S]*?)\n\n/.exec(output)?.[1]?.trim();
    return { calls: this.emulator.requests.length - before, changes: summary?.replace(/^\d+ unchanged$/, "") };
  }
}

/** What each component's rule of each zone demands. */
function demandsOf(plan: Plan | undefined) {
  if (!plan) return [];
  const cas = Object.values(plan.cas);
  return [
    { zone: "x.com", hostnames: plan.x, cas, paths: plan.paths ?? [] },
    { zone: "y.org", hostnames: plan.y ?? [], cas, paths: [] },
    { zone: "x.com", hostnames: plan.beside?.x ?? [], cas: Object.values(plan.beside?.cas ?? plan.cas), paths: [] },
  ];
}

async function client(name: string, authority: Authority): Promise<Client> {
  return { name, ...(await authority.issue(`client of ${name}`)) };
}

function statusOf(client: string, access: Access | undefined): number {
  return access === "everybody" || access?.some((name) => name === client) ? 200 : 403;
}

function changes(statuses: readonly number[]): number[] {
  return statuses.filter((status, index) => status !== statuses[index - 1]);
}

function squeezed(text: string): string {
  return text.replace(/\s+/g, "");
}

function compare(found: string[], what: string, seen: unknown, wanted: unknown): void {
  const [left, right] = [JSON.stringify(seen), JSON.stringify(wanted)];
  if (left !== right) found.push(`${what}: ${left} instead of ${right}`);
}
