import { killedAt, killedAtEachWrite } from "../support/interruption";
import { API, Life, WWW } from "../support/life";
import type { Access, Plan } from "../support/life";

/*
 * `kill -9` of the CLI, the program and the provider process at one moment. The next `up` goes on: nothing is orphaned,
 * nothing uploaded twice, and no client is wronged on the way.
 */

/** Fewer than elsewhere, because there are many runs. */
const WATCHED = { [API]: ["nobody", "A", "B"], [WWW]: ["nobody", "A", "B"] };
const UP = ["up", "--yes", "--skip-preview"] as const;

/** The other one in `npm run test:faults`, where time is no object. */
const LIVES = [
  ["component", "host", "before"],
  ["dependsOn", "account", "after"],
] as const;
const WHOLE = process.env.CLOUDFLARE_MTLS_FAULTS === "whole";

test.each(WHOLE ? LIVES : LIVES.slice(0, 1))(
  "a run killed at each of its writes is resumed by the next: %s, %s, first %s it was carried out",
  async (shape, verification, first) => {
    const life = await Life.begin(shape, verification, WATCHED);
    const survive = async (plan: Plan, access: Readonly<Record<string, Access>>) => {
      life.declare(plan);
      let kills = 0;
      const step = await life.step(async () => {
        kills = await killedAtEachWrite(life.emulator, life.stack, first, ...UP);
      }, access);
      expect({ wrong: step.wrong, overlaps: step.overlaps }).toEqual({ wrong: [], overlaps: [] });
      expect(await life.discrepancies()).toEqual([]);
      return { kills, uploads: step.writes.filter((line) => line.startsWith("upload")) };
    };

    // Everything is made: CA, list, rule.
    expect(await survive({ cas: { a: "A" }, x: [API, WWW] }, { [API]: ["A"], [WWW]: ["A"] })).toEqual({
      kills: 3,
      uploads: ["upload A"],
    });
    // A hostname is taken out: rule, list.
    expect((await survive({ cas: { a: "A" }, x: [API] }, { [WWW]: "everybody" })).kills).toBe(2);
    // Another CA in its place, and another hostname: CA, list, rule, old list, old CA.
    expect(await survive({ cas: { a: "B" }, x: [WWW] }, { [API]: "everybody", [WWW]: ["B"] })).toEqual({
      kills: 5,
      uploads: ["upload B"],
    });
    expect(await life.onceMore()).toEqual({ calls: 0, changes: "" });

    life.declare({ cas: {}, x: [] });
    const gone = await life.step(
      () => killedAtEachWrite(life.emulator, life.stack, first, "destroy", "--yes", "--skip-preview"),
      { [WWW]: "everybody" },
    );
    // A list whose emptying nobody heard of is emptied once more: what shows may be old.
    const writes = [...new Set(gone.writes)];
    expect({ ...gone, writes }).toEqual({
      writes: ["remove rule x", "list x B:", "delete B"],
      wrong: [],
      overlaps: [],
    });
    expect(await life.discrepancies()).toEqual([]);
  },
);

test("a run killed when replacements were made and their predecessors not yet deleted takes nothing away afterwards", async () => {
  const life = await Life.begin("component", "account", WATCHED);
  life.declare({ cas: { a: "A" }, x: [API] });
  await life.step(() => life.up(), { [API]: ["A"] });

  const urns = ["m-x-a", "m-x"].map((name) => life.urnOf(name));
  const step = await life.step(async () => {
    // The last of all, so that the replacements are made when it is uploaded.
    const last = { accountId: life.emulator.accountId, certificates: life.names.authorities.B?.pem };
    life.declare(
      { cas: { a: "A" }, x: [API] },
      `new CaCertificate("last", ${JSON.stringify(last)}, { dependsOn: m.rules.x });`,
    );
    const call = { method: "POST", path: "*/mtls_certificates" };
    await killedAt(life.emulator, life.stack, call, ...UP, ...urns.flatMap((urn) => ["--replace", urn]));
    const { resources = [] } = life.stack.state();
    const pending = resources.filter((resource) => resource.delete).map(({ urn }) => urn);
    expect(pending.sort()).toEqual(urns.sort());

    // Old and new stand for the same things at Cloudflare.
    life.declare({ cas: { a: "A" }, x: [API] });
    await life.up();
  }, {});
  expect({ wrong: step.wrong, overlaps: step.overlaps }).toEqual({ wrong: [], overlaps: [] });
  expect(await life.discrepancies()).toEqual([]);
  expect(await life.onceMore()).toEqual({ calls: 0, changes: "" });
});
