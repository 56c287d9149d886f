import { accountText } from "./account";
import type { Account, Owner } from "./account";
import type { EdgeModel, Admissions } from "./edge";
import { Flicker } from "./flicker";
import type { Ground } from "./ground";
import { short } from "./ground";
import { hashOfObject } from "./hash";
import { contradictionOf, demandedOf, EDGES, PROBES } from "./probes";
import type { Probe } from "./probes";
import type { Program } from "./program";
import type { Wrong } from "./wrong";

/** What is looked at between any two steps: who gets in, and whether anything of others was changed. */
export class Judge {
  wrong: Wrong | undefined;
  private looked = "";
  private baseline: Admissions | undefined;
  private lastCall = "";
  private flicker: Flicker | undefined;

  constructor(
    private readonly edge: EdgeModel,
    /** By stack: the program that was completed last, and those begun since. */
    private readonly inForce: () => readonly (readonly Program[])[],
  ) {}

  /** From here on others' rules must let in whom they let in now. */
  begin(account: Account, now: number, isAlone: boolean): void {
    this.flicker = isAlone ? new Flicker() : undefined;
    this.baseline = this.admissionsBesides(account, now, (by) => by !== "others");
    this.looked = "";
    this.lastCall = "";
  }

  /** A program came into force or went out of it: what the account had to be is another matter now. */
  expectAnew(): void {
    this.looked = "";
  }

  look(ground: Ground, now: number): void {
    const { account } = ground;
    const looked = `${hashOfObject(account, accountText)} ${now}`;
    if (this.wrong || this.looked === looked) return;
    this.looked = looked;
    const admissions = this.edge.admissions(account, now);
    const inForce = this.inForce();
    for (const [index, probe] of PROBES.entries()) {
      const demanded = demandedOf(inForce, index);
      if (demanded === "either") continue;
      for (const edge of EDGES) {
        const refusing = admissions[edge][index];
        if (demanded === "refused" && !refusing) return this.blame("wrongly admitted", probe, edge, "");
        if (demanded === "admitted" && refusing && !this.baseline?.[edge][index])
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
    const again = ours && this.flicker?.see(ours);
    const probe = again && PROBES[again.index];
    if (probe && inForce.flat().every((program) => contradictionOf(program) === "none"))
      this.blame("let in and refused by turns", probe, again.edge, " for the second time in one run");
  }

  /** Each write is somebody's: what another made must be as it was. */
  witness(before: Account, after: Account, by: Owner, call: string): void {
    this.lastCall = call;
    if (this.wrong) return;
    const taken = trespass(before, after, by);
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
    const who = client === undefined ? "a client without a certificate" : `a client with a leaf of ${client}`;
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

/** What of another's was changed or taken away. */
function trespass(before: Account, after: Account, by: Owner): string | undefined {
  const named = (owner: Owner) => (owner === "others" ? "others'" : `stack ${owner + 1}'s`);
  for (const upload of before.uploads)
    if (upload.by !== by && !after.uploads.some(({ id }) => id === upload.id))
      return `${named(upload.by)} CA "${upload.name}" is deleted`;
  for (const [id, { hosts }] of Object.entries(before.lists)) {
    const gone = Object.entries(hosts).find(
      ([host, owner]) => owner !== by && !(host in (after.lists[id]?.hosts ?? {})),
    );
    if (gone) return `${named(gone[1])} hostname ${short(gone[0])} is taken out of a list`;
  }
  const theirs = (account: Account) => (account.rules ?? []).filter((rule) => rule.by !== by);
  if (theirs(before).some((rule, index) => theirs(after)[index] !== rule)) {
    const [hurt] = theirs(before).filter((rule, index) => theirs(after)[index] !== rule);
    return `${named(hurt?.by ?? "others")} rule is changed, deleted or moved`;
  }
  return before.managed === after.managed ? undefined : "the managed CA's list is changed";
}
