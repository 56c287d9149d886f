import { accountText, EMPTY } from "./account";
import type { Account, Owner, StoredRule } from "./account";
import { LEAVES } from "./authorities";
import type { Client, Key } from "./authorities";
import type { EdgeModel, Admissions } from "./edge";
import type { Stack } from "./moment";
import { Flicker } from "./flicker";
import type { Ground, Write } from "./ground";
import { short } from "./ground";
import { hashOfObject } from "./hash";
import { areBothOver, isServed, isSweepOver, leavingKeys } from "./pardons";
import { ANONYMOUS, contradictionOf, demandedOf, EDGES, verdictsOf } from "./probes";
import type { Probe } from "./probes";
import type { Program } from "./program";
import type { Identity } from "./registrations";
import { isTwin } from "./registrations";
import { trespass } from "./trespass";
import type { Wrong } from "./wrong";

/** What is looked at between any two steps: who gets in, and whether anything of others was changed. */
export class Judge {
  wrong: Wrong | undefined;
  private looked = "";
  private baseline: Admissions | undefined;
  /** Who got in when the step began. */
  private first: Admissions | undefined;
  private start: Account = EMPTY;
  /** The probes on whose host and path others' rules let no client in that shows nothing. */
  private keptClosed: readonly boolean[] = [];
  private leaving: ReadonlySet<Key> = new Set();
  /** By the stack: what its logs and previews said in this step. */
  private readonly heard = new Map<number, string[]>();
  private lastCall = "";
  private flicker: Flicker | undefined;

  constructor(
    private readonly edge: EdgeModel,
    private readonly identities: readonly Identity[],
    private readonly stacks: () => readonly Stack[],
  ) {}

  /**
   * From here on others' rules must let in whom they let in now.
   *
   * @param only the stack that runs alone in this step
   */
  begin(account: Account, now: number, only?: number): void {
    this.flicker = only === undefined ? undefined : new Flicker();
    this.start = account;
    this.baseline = this.admissionsBesides(account, now, (by) => by !== "others");
    this.first = this.edge.admissions(account, now);
    const { strict } = this.admissionsBesides(account, now, (by) => by === only);
    this.keptClosed = this.probes.map((_, index) => strict[ANONYMOUS[index] ?? 0] !== undefined);
    this.heard.clear();
    this.leaving = new Set();
    this.expectAnew();
    this.lastCall = "";
  }

  get probes(): readonly Probe[] {
    return this.edge.probes;
  }

  hear(stack: number, line: string): void {
    this.heard.set(stack, [...(this.heard.get(stack) ?? []), line]);
  }

  /** A program came into force or went out of it: what the account had to be is another matter now. */
  expectAnew(): void {
    this.looked = "";
    this.leaving = new Set([...this.leaving, ...leavingKeys(this.stacks())]);
  }

  look(ground: Ground, now: number): void {
    const { account } = ground;
    const looked = `${hashOfObject(account, accountText)} ${now}`;
    if (this.wrong || this.looked === looked) return;
    this.looked = looked;
    const admissions = this.edge.admissions(account, now);
    const inForce = this.programs();
    for (const [index, probe] of this.probes.entries()) {
      const demanded = demandedOf(inForce, index);
      if (demanded === "either") continue;
      for (const edge of EDGES) {
        const refusing = admissions[edge][index];
        if (demanded === "refused" && !refusing && !this.isOverdue(probe))
          return this.blame("wrongly admitted", probe, edge, "");
        if (
          demanded === "admitted" &&
          refusing &&
          !this.baseline?.[edge][index] &&
          !this.mayRefuse(ground, probe, refusing, this.first?.[edge][index] !== undefined)
        )
          return this.blame(
            "wrongly refused",
            probe,
            edge,
            ` by rule ${refusing.id.replace(/^0+/, "")}: ${ground.readable(refusing.expression)}`,
          );
      }
    }
    // What others' rules make of a new list is theirs.
    const ours = this.flicker && this.admissionsBesides(account, now, (by) => by === "others");
    // Between association and rule clients of other CAs may be let in for a moment, where others' rules keep the host closed.
    const again =
      ours &&
      this.flicker?.see(
        ours,
        ({ index }) =>
          this.keptClosed[index] ||
          this.isMoving(this.probes[index]) ||
          this.isOverdue(this.probes[index]) ||
          // A program leaves it open.
          inForce.flat().some((program) => verdictsOf(program)[index] === "either"),
      );
    const probe = again && this.probes[again.index];
    if (probe && inForce.flat().every((program) => contradictionOf(program) === "none"))
      this.blame("let in and refused by turns", probe, again.edge, " for the second time in one run");
  }

  /** By the stack; two that hold the same things are as one. */
  private programs(): (readonly Program[])[] {
    const stacks = this.stacks();
    const shared = stacks.filter(({ isEntangled }) => isEntangled).flatMap(({ inForce }) => inForce);
    return stacks.map(({ inForce, isEntangled }) => (isEntangled ? shared : inForce));
  }

  /** Whether the refusal is what a removal or a move means. */
  private mayRefuse(
    { account, authorities }: Ground,
    probe: Probe,
    { id, by }: StoredRule,
    wasRefused: boolean,
  ): boolean {
    const { client, host } = probe;
    const key = client && LEAVES[client].issuer;
    const has = (where: Account) => key !== undefined && isServed(where, authorities, key, host);
    // Others' rules stood on nothing of their CA's list where that hadn't the host: an edge asked for another's certificates. Nor where
    // our rule refused them: a killed run may have put the host there, and never let them in.
    const isUnserved = by === "others" && (wasRefused || !has(this.start));
    if (key !== undefined && (isUnserved || this.leaving.has(key)) && !has(account)) return true;
    // Two backends that hold the same things undo each other's.
    const isBoths = this.stacks().some(({ isEntangled }) => isEntangled);
    return (
      isBoths ||
      this.isMoving(probe) ||
      this.stacks().some(({ left, passed }) => left.rules.includes(id) || passed?.includes(host))
    );
  }

  private isOverdue(probe: Probe | undefined): boolean {
    return this.stacks().some(
      ({ overdue, inForce }) =>
        probe !== undefined && (overdue?.includes(probe.host) || isSweepOver(inForce, probe.host)),
    );
  }

  private isMoving(probe: Probe | undefined): boolean {
    return probe !== undefined && this.stacks().some(({ inForce }) => areBothOver(inForce, probe.host));
  }

  /** Each write is somebody's: what another made must be as it was. */
  witness(write: Write): void {
    const { by, call } = write;
    this.lastCall = call;
    if (this.wrong) return;
    const isTwinned = by !== "others" && this.identities.some((_, other) => isTwin(this.identities, by, other));
    const stack = by === "others" ? undefined : this.stacks()[by];
    const taken = trespass(write, { stack, isTwinned, heard: by === "others" ? [] : (this.heard.get(by) ?? []) });
    if (!taken) return;
    const cause = `${taken.replace(/\d+/g, "n").replace(/hostname \S+/, "hostname")} by ${/^\S+ \S+/.exec(call)?.[0].replace(/\d+/g, "n")}`;
    this.wrong = { kind: "somebody else's thing changed", text: `${taken}, by the call "${call}"`, cause };
  }

  /** Who gets in as far as the rules of everybody else are concerned. */
  admissionsBesides(account: Account, now: number, isLeftOut: (by: Owner) => boolean): Admissions {
    return this.edge.admissions(
      account,
      now,
      account.rules?.filter(({ by }) => !isLeftOut(by)),
    );
  }

  private blame(
    kind: "wrongly admitted" | "wrongly refused" | "let in and refused by turns",
    { host, path, client }: Probe,
    edge: string,
    by: string,
  ): void {
    const who = client === undefined ? "a client without a certificate" : nameOf(client);
    const verb =
      { "wrongly refused": "is refused", "wrongly admitted": "is let in" }[kind as string] ?? "has another answer";
    const after = this.lastCall ? `after ${this.lastCall}` : "before any write";
    this.wrong = {
      kind,
      text: `${who} ${verb} on ${short(host)}${path} (${edge} edge)${by}, ${after}`,
      cause: `${client ?? "none"} ${this.lastCall.replace(/:.*| of .*/g, "").replace(/\d+/g, "n")}`,
    };
  }
}

function nameOf(client: Client): string {
  return client === LEAVES[client].issuer ? `a client with a leaf of ${client}` : `the client "${client}"`;
}
