import { useCopy, useTemplate } from "./probe";
import type { Seen } from "./probe";

jest.setTimeout(120_000);

const empty = useTemplate("");
const probe = (name: string, edition: string, value = "v1", options = "") =>
  `new Probe("CA", "${name}", { value: "${value}" }, { ${options} }, "${edition}");`;
const created = useTemplate(probe("ca", "1"));

/** Which text each call ran, as "verb id @edition". */
function editions({ raw }: Seen): string[] {
  return raw.filter(({ verb }) => verb !== "configure").map(({ verb, edition }) => `${verb} @${edition}`);
}

function configured({ raw }: Seen): (Record<string, string> | undefined)[] {
  return raw.filter(({ verb }) => verb === "configure").map(({ config }) => config);
}

describe("the text of a provider", () => {
  test("that changed isn't stored in the outputs while diff says no change, and destroy runs the old one", async () => {
    const stack = created();
    stack.program(probe("ca", "2"));
    expect(editions(await stack.sees("up"))).toEqual(["check @2", "diff @2"]);
    const { inputs, outputs } = stack.probe("ca");
    expect(inputs?.__provider).toContain('"2")');
    expect(outputs?.__provider).toContain('"1")');
    const seen = await stack.sees("destroy");
    expect(editions(seen)).toEqual(["delete @1"]);
  });

  test("for read is that of the outputs, for the diff after it that of the inputs", async () => {
    const stack = created();
    stack.program(probe("ca", "2"));
    await stack.sees("up");
    expect(editions(await stack.sees("refresh"))).toEqual(["read @1", "diff @2"]);
  });

  test("reaches the outputs with the next update", async () => {
    const stack = created();
    stack.program(probe("ca", "2", "v2"));
    expect(editions(await stack.sees("up"))).toEqual(["check @2", "diff @2", "update @2"]);
    expect(stack.probe("ca").outputs?.__provider).toContain('"2")');
  });

  test("is configured once per process, and all texts share one process and its module", async () => {
    const stack = created();
    stack.program(probe("ca", "1") + probe("a", "2") + probe("b", "2"));
    const seen = await stack.sees("up");
    expect(configured(seen)).toHaveLength(2);
    expect(new Set(seen.raw.map(({ pid }) => pid)).size).toBe(1);
    stack.program("");
    const deletes = (await stack.sees("up")).raw.filter(({ verb }) => verb === "delete");
    expect(deletes.map(({ edition }) => edition).sort()).toEqual(["1", "2", "2"]);
  });
});

describe("a diff that says no change", () => {
  test("leaves the old outputs beside the new inputs in state", async () => {
    const stack = created();
    stack.program(probe("ca", "1", "v2"));
    stack.direct({ "ca.diff": { answers: { changes: false } } });
    expect((await stack.sees("up")).output).toMatch(/2 unchanged/);
    const { inputs, outputs } = stack.probe("ca");
    expect(inputs).toMatchObject({ value: "v2", checked: 'checked "v2"' });
    expect(outputs).toMatchObject({ value: "v1", checked: 'checked "v1"', remote: "remote of ca#1" });
  });
});

describe("configure", () => {
  test("gets the whole stack config decrypted, and on refresh and destroy that of the last up unless the program runs", async () => {
    const stack = empty();
    stack.program(probe("ca", "1"));
    await stack.must("config", "set", "cloudflare:apiToken", "first", "--secret");
    await stack.must("config", "set", "plain", "of the project");
    await stack.must("config", "set", "--path", "cloudflare:object.key", "value");
    const own = { plain: "of the project", "e2e:plain": "of the project", "cloudflare:object": '{"key":"value"}' };
    expect(configured(await stack.sees("up"))).toEqual([{ ...own, "cloudflare:apiToken": "first" }]);
    const deployment = stack.state();
    const provider = deployment.resources?.find(({ type }) => type === "pulumi:providers:pulumi-nodejs");
    expect(provider?.inputs).toMatchObject({ "cloudflare:apiToken": { ciphertext: expect.any(String) as string } });

    await stack.must("config", "set", "cloudflare:apiToken", "rotated", "--secret");
    expect(configured(await stack.sees("refresh"))).toMatchObject([{ "cloudflare:apiToken": "first" }]);
    expect(configured(await useCopy(stack).sees("destroy"))).toMatchObject([{ "cloudflare:apiToken": "first" }]);
    expect(configured(await stack.sees("destroy", "--run-program"))).toMatchObject([
      { "cloudflare:apiToken": "rotated" },
    ]);
  });
});

describe("what exists already", () => {
  test("can't be imported: read is never called", async () => {
    const stack = created();
    stack.program(probe("ca", "1") + probe("imported", "1", "v1", 'import: "ca#1"'));
    const { code, output, calls } = await stack.sees("up");
    expect(code).toBe(1);
    expect(calls).toEqual(["check ca", "diff ca#1"]);
    expect(output).toContain("Cannot read properties of undefined (reading 'toJavaScript')");
  });

  test("can be read with `id`: in preview and up a read with the program's inputs, on destroy nothing", async () => {
    const stack = created();
    stack.direct({ "got.read": { finds: { remote: "found" } } });
    stack.program(`
      const got = new Probe("CA", "got", { value: "v1" }, { id: "ca#1" });
      new Probe("AS", "dependent", { remote2: got.remote });`);
    const seen = await stack.watch(() => stack.must("up", "--yes"));
    expect(seen.calls.filter((call) => /read|dependent/.test(call))).toEqual([
      ...["read ca#1", "check dependent as new"],
      ...["read ca#1", "check dependent as new", "create dependent#1"],
    ]);
    expect(seen.raw.find(({ verb }) => verb === "read")?.olds).toMatchObject({ name: "got", value: "v1" });
    expect(stack.probe("dependent").inputs).toMatchObject({ remote2: "found" });
    expect(stack.probe("got")).toMatchObject({ external: true });
    expect((await stack.sees("destroy")).calls).toEqual(["delete dependent#1"]);
  });
});
