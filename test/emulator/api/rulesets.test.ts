import { useEmulator } from "../../support/use";
import { blocking, Caller, PHASE, refusal } from "./caller";
import type { Reply, Rule } from "./caller";

let cloudflare: Caller;

beforeEach(async () => {
  cloudflare = new Caller(await useEmulator({ zones: ["example.com", { name: "free.example", plan: "free" }] }));
});

function refs({ result }: Reply): string[] {
  return result.rules.map(({ ref }) => ref);
}

async function ruleByRef(ref: string): Promise<Rule> {
  const { result } = await cloudflare.entryPoint();
  const rule = result.rules.find((one) => one.ref === ref);
  if (!rule) throw new Error(`no rule ${ref}`);
  return rule;
}

describe("the entry point", () => {
  test("is missing at first: 404 with 10003", async () => {
    expect(refusal(await cloudflare.entryPoint())).toBe(
      `404 10003 could not find entrypoint ruleset in the ${PHASE} phase`,
    );
  });

  test("is made by POST, whose answer is the full ruleset at version 1", async () => {
    const body = { name: "default", kind: "zone", phase: PHASE, rules: [blocking("a")] };
    const { result } = await cloudflare.call("POST", `${cloudflare.zone()}/rulesets`, body);
    const stamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{6}Z$/) as string;
    const id = expect.stringMatching(/^[0-9a-f]{32}$/) as string;
    expect(result).toEqual({
      ...{ id, name: "default", description: "", kind: "zone", version: "1", phase: PHASE, last_updated: stamp },
      rules: [{ ...blocking("a"), id, version: "1", description: "", enabled: true, last_updated: stamp }],
    });
    expect((await cloudflare.entryPoint()).result).toEqual(result);
  });

  test("is made by PUT too, and by a second POST no more: 20217", async () => {
    const path = `${cloudflare.zone()}/rulesets`;
    const made = await cloudflare.call("PUT", `${path}/phases/${PHASE}/entrypoint`, { rules: [blocking("a")] });
    expect([made.result.name, made.result.version, refs(made)]).toEqual(["default", "1", ["a"]]);
    const again = await cloudflare.call("POST", path, { name: "default", kind: "zone", phase: PHASE });
    expect(refusal(again)).toBe(
      `400 20217 'zone' is not a valid value for kind because exceeded maximum number of zone rulesets for phase ${PHASE}`,
    );
    expect(again.errors[0]?.source?.pointer).toBe("/kind");
  });

  test("stands in the list without its rules", async () => {
    await cloudflare.ruleset([blocking("a")]);
    const { result } = await cloudflare.call("GET", `${cloudflare.zone()}/rulesets?per_page=50`);
    expect(result).toEqual([expect.not.objectContaining({ rules: expect.anything() as unknown })]);
    expect(result).toMatchObject([{ phase: PHASE, version: "1" }]);
  });

  test("of another phase is missing, and can't be written: the emulator has one phase", async () => {
    const path = `${cloudflare.zone()}/rulesets/phases/http_request_redirect/entrypoint`;
    expect((await cloudflare.call("GET", path)).status).toBe(404);
    expect(refusal(await cloudflare.call("PUT", path, { rules: [] }))).toMatch(/the emulator has .* only/);
  });

  test("is deleted with 204 and no body, everybody's rules with it", async () => {
    const path = await cloudflare.ruleset([blocking("a")]);
    expect((await cloudflare.call("DELETE", path)).status).toBe(204);
    expect((await cloudflare.entryPoint()).status).toBe(404);
    expect(refusal(await cloudflare.call("GET", path))).toMatch(/^404 10003 could not find ruleset/);
  });

  test("keeps name, kind and phase", async () => {
    const path = await cloudflare.ruleset();
    const reply = await cloudflare.call("PUT", path, { name: "other", rules: [] });
    expect(refusal(reply)).toBe(
      "400 9999 'other' is not a valid value for name because it cannot change from 'default'",
    );
  });
});

describe("a rule", () => {
  test("is added at the end, takes its id for its ref, and leaves the others as they were", async () => {
    const path = await cloudflare.ruleset([blocking("a"), blocking("b")]);
    const before = (await cloudflare.entryPoint()).result.rules;
    const { result } = await cloudflare.call("POST", `${path}/rules`, blocking("", { ref: undefined }));
    expect(result.version).toBe("2");
    expect(result.rules.slice(0, 2)).toEqual(before);
    expect(result.rules[2]).toMatchObject({ ref: result.rules[2]?.id, version: "1" });
  });

  test("changes by PATCH with its version, and no other rule's", async () => {
    const path = await cloudflare.ruleset([blocking("a"), blocking("b"), blocking("c")]);
    const before = (await cloudflare.entryPoint()).result.rules;
    const { id } = await ruleByRef("b");
    const { result } = await cloudflare.call("PATCH", `${path}/rules/${id}`, blocking("b", { enabled: false }));
    expect(result.version).toBe("2");
    expect(result.rules.map(({ version }) => version)).toEqual(["1", "2", "1"]);
    expect(result.rules[1]).toMatchObject({ id, ref: "b", enabled: false });
    expect([result.rules[0], result.rules[2]]).toEqual([before[0], before[2]]);
  });

  test("falls to the defaults in all that a PATCH leaves out", async () => {
    const path = await cloudflare.ruleset([blocking("a", { enabled: false, description: "mine" })]);
    const { id } = await ruleByRef("a");
    const { action, expression } = blocking("a") as { action: string; expression: string };
    const { result } = await cloudflare.call("PATCH", `${path}/rules/${id}`, { action, expression });
    expect(result.rules[0]).toMatchObject({ enabled: true, description: "", ref: id });
  });

  test("can't be patched in part", async () => {
    const path = await cloudflare.ruleset([blocking("a")]);
    const rule = `${path}/rules/${(await ruleByRef("a")).id}`;
    const response = { status_code: 403, content: "no", content_type: "text/plain" };
    expect(refusal(await cloudflare.call("PATCH", rule, { enabled: false }))).toBe("400 9999 action is required");
    expect(refusal(await cloudflare.call("PATCH", rule, { action_parameters: { response } }))).toBe(
      "400 9999 action is required for action parameters",
    );
    expect(refusal(await cloudflare.call("PATCH", rule, { action: "block" }))).toMatch(/^400 20125 /);
  });

  test("goes by DELETE, which answers the ruleset without it", async () => {
    const path = await cloudflare.ruleset([blocking("a"), blocking("b")]);
    const { id } = await ruleByRef("a");
    const reply = await cloudflare.call("DELETE", `${path}/rules/${id}`);
    expect([reply.status, reply.result.version, refs(reply)]).toEqual([200, "2", ["b"]]);
    expect(refusal(await cloudflare.call("DELETE", `${path}/rules/${id}`))).toBe(`404 10005 could not find rule ${id}`);
  });

  test("keeps its identity over a PUT by id or by ref, and its version when nothing changed", async () => {
    const path = await cloudflare.ruleset([blocking("a"), blocking("b"), blocking("c")]);
    const [a, b, c] = (await cloudflare.entryPoint()).result.rules;
    const list = [{ ...c }, blocking("b", { enabled: false }), { ...a, ref: "renamed" }, blocking("new")];
    const { result } = await cloudflare.call("PUT", path, { rules: list });
    expect(result.rules[0]).toEqual(c);
    expect(result.rules[1]).toMatchObject({ id: b?.id, version: "2" });
    expect(result.rules[2]).toMatchObject({ id: a?.id, version: "2", ref: "renamed" });
    expect(result.rules[3]).toMatchObject({ version: "1" });
  });

  test("has a ref of its own", async () => {
    const path = await cloudflare.ruleset([blocking("a")]);
    expect(refusal(await cloudflare.call("POST", `${path}/rules`, blocking("a")))).toBe(
      "400 9999 'a' is not a valid value for ref because it is not unique in the ruleset",
    );
  });

  test("with an id that the ruleset doesn't have is refused in a PUT", async () => {
    const path = await cloudflare.ruleset();
    const reply = await cloudflare.call("PUT", path, { rules: [blocking("a", { id: "0".repeat(32) })] });
    expect(refusal(reply)).toMatch(/^400 9999 there is no rule 0+ in the ruleset/);
  });

  test("is counted: versions list each mutation", async () => {
    const path = await cloudflare.ruleset();
    await cloudflare.call("POST", `${path}/rules`, blocking("a"));
    const { result } = await cloudflare.call("GET", `${path}/versions`);
    expect(result).toMatchObject([{ version: "1" }, { version: "2" }]);
    const entryPoint = `${cloudflare.zone()}/rulesets/phases/${PHASE}/entrypoint`;
    expect((await cloudflare.call("GET", `${entryPoint}/versions`)).result).toEqual(result);
  });
});

describe("position", () => {
  const order = async (position: object): Promise<string[] | string> => {
    const path = await cloudflare.ruleset([blocking("a"), blocking("b")]);
    const reply = await cloudflare.call("POST", `${path}/rules`, blocking("new", { position }));
    return reply.success ? refs(reply) : refusal(reply);
  };

  test.each([
    [{ before: "" }, ["new", "a", "b"]],
    [{ after: "" }, ["a", "b", "new"]],
    [{ index: 1 }, ["new", "a", "b"]],
    [{ index: 2 }, ["a", "new", "b"]],
    [{ index: 3 }, ["a", "b", "new"]],
  ])("%j puts a new rule there", async (position, expected) => {
    expect(await order(position)).toEqual(expected);
  });

  test.each([[{ index: 4 }], [{ index: 0 }], [{ index: 1.5 }], [{ index: "1" }]])(
    "%j is out of range",
    async (position) => {
      expect(await order(position)).toMatch(/^400 9999 .*position index out of range/);
    },
  );

  test.each([[{}], [{ before: "", index: 1 }], [{ before: "", after: "" }]])(
    "%j isn't exactly one",
    async (position) => {
      expect(await order(position)).toBe("400 9999 position must have exactly one of before, after and index");
    },
  );

  test("names a rule to stand before or after, which must be there", async () => {
    const path = await cloudflare.ruleset([blocking("a"), blocking("b")]);
    const { id } = await ruleByRef("b");
    expect(refs(await cloudflare.call("POST", `${path}/rules`, blocking("c", { position: { before: id } })))).toEqual([
      "a",
      "c",
      "b",
    ]);
    const lost = await cloudflare.call("POST", `${path}/rules`, blocking("d", { position: { after: "0".repeat(32) } }));
    expect(refusal(lost)).toMatch(/there is no other rule with this id$/);
  });

  test("alone in a PATCH moves the rule and changes nothing in it", async () => {
    const path = await cloudflare.ruleset([blocking("a"), blocking("b"), blocking("c")]);
    const moved = await ruleByRef("c");
    const reply = await cloudflare.call("PATCH", `${path}/rules/${moved.id}`, { position: { before: "" } });
    expect([refs(reply), reply.result.version, reply.result.rules[0]]).toEqual([["c", "a", "b"], "2", moved]);
  });
});

describe("a dry run", () => {
  test("refuses what the real call would, and keeps nothing", async () => {
    const path = await cloudflare.ruleset([blocking("a")]);
    const before = (await cloudflare.entryPoint()).result;
    const { id } = await ruleByRef("a");
    const whole = { name: "default", kind: "zone", phase: PHASE };
    const kept = [
      await cloudflare.call("POST", `${path}/rules?dry_run=true`, blocking("b")),
      await cloudflare.call("PATCH", `${path}/rules/${id}?dry_run=true`, blocking("b")),
      await cloudflare.call("DELETE", `${path}/rules/${id}?dry_run=true`),
      await cloudflare.call("PUT", `${path}?dry_run=true`, { rules: [] }),
      await cloudflare.call("POST", `${cloudflare.zone("free.example")}/rulesets?dry_run=true`, whole),
    ];
    expect(kept.map(({ status, success, result }) => ({ status, success, result }))).toEqual(
      kept.map(() => ({ status: 200, success: true, result: null })),
    );
    expect((await cloudflare.call("DELETE", `${path}?dry_run=true`)).status).toBe(204);
    const refused = await cloudflare.call("POST", `${path}/rules?dry_run=true`, blocking("b", { expression: "(" }));
    expect(refusal(refused)).toMatch(/^400 20127/);
    expect((await cloudflare.entryPoint()).result).toEqual(before);
    expect((await cloudflare.entryPoint("free.example")).status).toBe(404);
  });

  test("takes true and false, and nothing else", async () => {
    const path = await cloudflare.ruleset();
    expect((await cloudflare.call("POST", `${path}/rules?dry_run=false`, blocking("a"))).result.version).toBe("2");
    expect(refusal(await cloudflare.call("POST", `${path}/rules?dry_run=1`, blocking("b")))).toMatch(/^400 .*dry_run/);
  });
});
