import { chain, isSecret, UNKNOWN, useTemplate } from "./probe";
import type { Seen } from "./probe";

jest.setTimeout(120_000);

/** `d` takes from the CA what was known before its creation, and what was not. */
const program = (value: string) => `
  const ca = new Probe("CA", "ca", { value: "${value}" });
  new Probe("AS", "d", {
    id2: ca.id, value: ca.value, viaCheck: ca.checked, remote2: ca.remote,
    nested: { list: [1, ca.remote, { known: ca.checked }] },
    text: pulumi.interpolate\`of \${ca.remote}\`,
  });`;

const empty = useTemplate("");
const created = useTemplate(program("v1"));

function inputsOf(name: string, { raw }: Seen): Record<string, unknown> | undefined {
  return raw.find((call) => call.verb === "check" && call.name === name)?.news;
}

describe("what a dependent's check gets in a preview", () => {
  test("of a new resource: its inputs and what its own check added, but no id and no other output", async () => {
    const stack = empty();
    stack.program(program("v1"));
    const seen = await stack.sees("preview");
    expect(inputsOf("d", seen)).toMatchObject({
      id2: UNKNOWN,
      value: "v1",
      viaCheck: 'checked "v1"',
      remote2: UNKNOWN,
      nested: { list: [1, UNKNOWN, { known: 'checked "v1"' }] },
      text: UNKNOWN,
    });
  });

  test("of an updated resource: its id too", async () => {
    const stack = created();
    stack.program(program("v2"));
    const seen = await stack.sees("preview");
    expect(inputsOf("d", seen)).toMatchObject({
      id2: "ca#1",
      value: "v2",
      viaCheck: 'checked "v2"',
      remote2: UNKNOWN,
      nested: { list: [1, UNKNOWN, { known: 'checked "v2"' }] },
    });
    expect(seen.calls.slice(-1)).toEqual(["diff d#1, unknown: nested remote2 text"]);
  });

  test("of a replaced resource: the same as of a new one", async () => {
    const stack = created();
    stack.program(program("v2"));
    stack.direct({ "ca.diff": { replaceOn: ["value"] } });
    const seen = await stack.sees("preview");
    expect(inputsOf("d", seen)).toMatchObject({ id2: UNKNOWN, viaCheck: 'checked "v2"', remote2: UNKNOWN });
    expect(seen.calls.slice(-1)).toEqual(["diff d#1, unknown: id2 nested remote2 text"]);
  });

  test("of a resource whose diff says no change: its old outputs, whatever its inputs became", async () => {
    const stack = created();
    stack.program(program("v2"));
    stack.direct({ "ca.diff": { answers: { changes: false } } });
    const seen = await stack.sees("preview");
    expect(inputsOf("d", seen)).toMatchObject({ id2: "ca#1", value: "v1", viaCheck: 'checked "v1"' });
    expect(inputsOf("d", seen)).toMatchObject({ remote2: "remote of ca#1" });
  });

  test("of a resource whose check answered an unknown for what it computes: an unknown; an array with one inside is unknown as a whole", async () => {
    const stack = empty();
    stack.program(`
      const a = new Probe("CA", "a", { value: "v1" });
      const b = new Probe("CA", "b", { value: [a.remote] });
      new Probe("AS", "c", { viaCheck: b.checked, value: b.value });`);
    const seen = await stack.sees("preview");
    expect(inputsOf("b", seen)).toMatchObject({ value: [UNKNOWN] });
    expect(inputsOf("c", seen)).toMatchObject({ viaCheck: UNKNOWN, value: UNKNOWN });
    expect(seen.code).toBe(0);
  });
});

describe("a secret", () => {
  const secrets = `
    const s = new Probe("CA", "s", {
      value: pulumi.secret("top-secret"), list: ["a", pulumi.secret("list-secret")],
      object: { inside: pulumi.secret("object-secret"), beside: "plain" },
    }, { additionalSecretOutputs: ["remote"] });
    new Probe("AS", "d", { value2: s.value, checked2: s.checked, remote2: s.remote });`;

  test("reaches the provider in plaintext, and is encrypted again in inputs and outputs of state", async () => {
    const stack = empty();
    stack.program(secrets);
    const seen = await stack.sees("up");
    const plain = { value: "top-secret", list: ["a", "list-secret"], object: { inside: "object-secret" } };
    expect(seen.raw.find(({ verb, name }) => verb === "check" && name === "s")).toMatchObject({ news: plain });
    expect(seen.raw.find(({ verb, name }) => verb === "create" && name === "s")).toMatchObject({ news: plain });
    const { inputs, outputs } = stack.probe("s");
    for (const kept of [inputs, outputs]) {
      // An array with a secret element is a secret as a whole, an object is not.
      expect([isSecret(kept?.value), isSecret(kept?.list), isSecret(kept?.object)]).toEqual([true, true, false]);
      expect(kept).toMatchObject({ object: { inside: { ciphertext: expect.any(String) as string }, beside: "plain" } });
      // What check computes from a secret is none, unless the resource says so.
      expect(kept).toMatchObject({ checked: 'checked "top-secret"' });
    }
    expect(isSecret(outputs?.remote)).toBe(true);
    const dependent = stack.probe("d").inputs;
    expect(isSecret(dependent?.value2)).toBe(true);
    expect(isSecret(dependent?.remote2)).toBe(true);
    expect(dependent).toMatchObject({ checked2: 'checked "top-secret"' });
  });

  test("is hidden in a preview, but not what check computed from it", async () => {
    const stack = empty();
    stack.program(secrets);
    const { output } = await stack.sees("preview", "--diff");
    expect(output).toMatch(/value +: \[secret\]/);
    expect(output).not.toMatch(/list-secret|object-secret/);
    expect(output).toMatch(/checked +: .*top-secret/);
  });

  test("is printed in plaintext by a check failure that names its property, and not by one that names none", async () => {
    const stack = empty();
    stack.program(secrets);
    const failing = (property: string) => ({ "s.check": { failures: [{ property, reason: "It is wrong." }] } });
    const prefix = "pulumi-nodejs:dynamic/probe:CA resource 's'";
    stack.direct(failing("value"));
    expect((await stack.sees("preview")).output).toContain(
      `error: ${prefix}: property value value {&{{top-secret}}} has a problem: It is wrong.`,
    );
    stack.direct({
      "s.check": {
        failures: ["", "object.inside", "list[1]"].map((property) => ({ property, reason: "It is wrong." })),
      },
    });
    const { output, code } = await stack.sees("preview");
    expect(code).toBe(1);
    expect(output).toContain(`error: ${prefix} has a problem: It is wrong.`);
    // A path inside a property is no key of the inputs, and prints nothing.
    expect(output).toContain(`error: ${prefix}: property object.inside value {<nil>} has a problem: It is wrong.`);
    expect(output).toContain(`error: ${prefix}: property list[1] value {<nil>} has a problem: It is wrong.`);
    expect(output).not.toMatch(/top-secret|list-secret|object-secret/);
  });
});

describe("a check failure", () => {
  test("bails its resource and what depends on it: neither diff nor update is called, nothing is deleted", async () => {
    const stack = created();
    stack.program(chain("v2"));
    stack.direct({ "ca.check": { failures: [{ property: "", reason: "line one\nline two" }] } });
    const { calls, output, code } = await stack.sees("up");
    expect(code).toBe(1);
    expect(calls).toEqual(["check ca"]);
    expect(output).toContain("has a problem: line one\n    line two\n");
    expect(stack.kept()).toEqual(["ca#1", "d#1"]);
  });
});
