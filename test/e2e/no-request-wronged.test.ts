import { API, Life, SHOP, WWW } from "../support/life";
import type { Access, Plan } from "../support/life";
import type { Shape } from "../support/wish";

/*
 * The promise: over a whole `pulumi up`, no request is wrongly let in and none wrongly refused. Associations lag, CAs stay
 * "in use" for a while, and the edge reads Cloudflare's documents in either way.
 */

const one = [["m-x-b"], ["m-x"]];
const all = [["m-x-b", "m-x"]];
const lives: readonly [Shape, "host" | "account", string[][]][] = [
  ["component", "account", all],
  ["associations", "host", all],
];
/** In `npm run test:faults`, where time is no object. */
const further: typeof lives = [
  ["component", "host", one],
  ["dependsOn", "host", all],
];
const WHOLE = process.env.CLOUDFLARE_MTLS_FAULTS === "whole";

test.each(WHOLE ? [...lives, ...further] : lives)(
  "no client is wronged in the life of a stack: %s, certificates checked by %s",
  async (shape, verification, replaced) => {
    const life = await Life.begin(shape, verification);
    const up = async (plan: Plan, access: Readonly<Record<string, Access>>, ...writes: string[][]) => {
      life.declare(plan);
      const step = await life.step(() => life.up(), access);
      expect({ wrong: step.wrong, overlaps: step.overlaps }).toEqual({ wrong: [], overlaps: [] });
      expect(stagesOf(step.writes, "x", writes)).toEqual(writes);
      expect(await life.discrepancies()).toEqual([]);
      return step;
    };

    // Everything is made: the CA, its lists, the rules.
    await up(
      { cas: { a: "A" }, x: [API], y: [SHOP] },
      { [API]: ["A"], [SHOP]: ["A"] },
      ["upload A"],
      ["list x A: api"],
      ["add rule x: api | A"],
    );
    // A hostname is added.
    await up(
      { cas: { a: "A" }, x: [API, WWW], y: [SHOP] },
      { [WWW]: ["A"] },
      ["list x A: api www"],
      ["change rule x: api www | A"],
    );
    // A CA is added beside the other: a rotation begins.
    await up(
      { cas: { a: "A", b: "B" }, x: [API, WWW], y: [SHOP] },
      { [API]: ["A", "B"], [WWW]: ["A", "B"], [SHOP]: ["A", "B"] },
      ["upload B"],
      ["list x B: api www"],
      ["change rule x: api www | A B"],
    );
    // A hostname is taken out of lists that stay.
    await up(
      { cas: { a: "A", b: "B" }, x: [API], y: [SHOP] },
      { [WWW]: "everybody" },
      ["change rule x: api | A B"],
      ["list x A: api", "list x B: api"],
    );
    // The rotation ends.
    await up(
      { cas: { b: "B" }, x: [API], y: [SHOP] },
      { [API]: ["B"], [SHOP]: ["B"] },
      ["change rule x: api | B"],
      ["list x A:"],
      ["delete A"],
    );
    // The PEM of a CA is replaced in place.
    await up(
      { cas: { b: "C" }, x: [API], y: [SHOP] },
      { [API]: ["C"], [SHOP]: ["C"] },
      ["upload C"],
      ["list x C: api"],
      ["change rule x: api | C"],
      ["list x B:"],
      ["delete B"],
    );
    // The same, and the hostnames change with it.
    await up(
      { cas: { b: "A" }, x: [WWW], y: [SHOP] },
      { [API]: "everybody", [WWW]: ["A"], [SHOP]: ["A"] },
      ["upload A"],
      ["list x A: www"],
      ["change rule x: www | A"],
      ["list x C:"],
      ["delete C"],
    );
    // Whatever is replaced, with nothing changed, is left as it is; a list is written as it was, because a look may be old.
    for (const names of replaced) {
      const urns = names.map((name) => life.urnOf(name));
      const step = await life.step(() => life.up(...urns.flatMap((urn) => ["--replace", urn])), {});
      const writes = names.includes("m-x-b") ? ["list x A: www"] : [];
      expect({ names, ...step }).toEqual({ names, writes, wrong: [], overlaps: [] });
      expect(await life.discrepancies()).toEqual([]);
    }
    // The same certificates can't be uploaded twice, so a CA in use has no replacement.
    const refused = await life.step(async () => {
      const { code, output } = await life.stack.run("up", "--yes", "--skip-preview", "--replace", life.urnOf("m-b"));
      expect(code).not.toBe(0);
      expect(output).toMatch(/its label is this resource's, but it is in use.*there is nothing to replace/);
    }, {});
    expect(refused).toEqual({ writes: [], wrong: [], overlaps: [] });
    // A zone is dropped.
    const dropped = await up({ cas: { b: "A" }, x: [WWW] }, { [SHOP]: "everybody" });
    expect(dropped.writes).toEqual(["remove rule y", "list y A:"]);
    expect(await life.onceMore()).toEqual({ calls: 0, changes: "" });

    const gone = await life.step(() => life.stack.must("destroy", "--yes", "--skip-preview"), { [WWW]: "everybody" });
    expect(gone).toEqual({ writes: ["remove rule x", "list x A:", "delete A"], wrong: [], overlaps: [] });
    life.declare({ cas: {}, x: [] });
    expect(life.emulator.state().certificates.map(({ name }) => name)).toEqual(["Stranger"]);
  },
);

/** The writes of one zone and of the CAs, cut into the stages that are expected: within one, the order is open. */
function stagesOf(writes: readonly string[], zone: string, expected: readonly (readonly string[])[]): string[][] {
  const own = writes.filter(
    (line) => /^(upload|delete) /.test(line) || line.includes(` ${zone} `) || line.includes(` ${zone}:`),
  );
  let at = 0;
  const stages = expected.map(({ length }) => own.slice(at, (at += length)).sort());
  return at < own.length ? [...stages, own.slice(at)] : stages;
}
