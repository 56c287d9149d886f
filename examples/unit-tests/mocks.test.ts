import * as pulumi from "@pulumi/pulumi";
import type * as Program from "./index";

/*
 * What the program declares: fast, without an engine and without Cloudflare. The package's own checks are not run, so
 * these tests are for a team's rules about its own stack.
 */

interface Inputs {
  readonly hostnames?: string[];
  readonly action?: string;
  readonly associations?: { readonly hostnames: string[] }[];
}

const declared: { readonly type: string; readonly inputs: Inputs }[] = [];

beforeAll(async () => {
  const newResource = ({ type, name, inputs }: pulumi.runtime.MockResourceArgs) => {
    declared.push({ type, inputs: inputs as Inputs });
    // What only Cloudflare, or a look into the certificate, would tell.
    return { id: `${name}-id`, state: { ...inputs, issuerSkis: ["A5AC"], expressions: ["…"] } as object };
  };
  await pulumi.runtime.setMocks({ newResource, call: ({ inputs }) => inputs as object }, "unit-tests", "production");
  const [accountId, zoneId] = ["a".repeat(32), "b".repeat(32)];
  const config = { accountId, zoneId, hostnames: '["api.example.com"]', ca: __filename };
  pulumi.runtime.setAllConfig(
    Object.fromEntries(Object.entries(config).map(([key, value]) => [`unit-tests:${key}`, value])),
  );
  const { expressions } = jest.requireActual<typeof Program>("./index");
  await new Promise((known) => pulumi.all(expressions).apply(known));
});

const of = (kind: string) => declared.filter(({ type }) => type.endsWith(`:${kind}`)).map(({ inputs }) => inputs);

test("no rule of the production stack only logs", () => {
  expect(of("MtlsRule").map(({ action }) => action ?? "block")).toEqual(["block"]);
});

test("every hostname of a rule stands on a list", () => {
  for (const { hostnames, associations } of of("MtlsRule"))
    expect(associations?.flatMap((list) => list.hostnames)).toEqual(hostnames);
});
