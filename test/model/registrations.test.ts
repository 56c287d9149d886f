import * as pulumi from "@pulumi/pulumi";
import { CLOUDFLARE_MANAGED_CA, MutualTls } from "../../src";
import type { MutualTlsArgs } from "../../src";
import { LEAVES } from "./authorities";
import type { Authorities } from "./authorities";
import type { Component, Program } from "./program";
import { ACCOUNT, registrationsOf, RESPONSE, ZONE } from "./registrations";
import type { Registration } from "./registrations";

const IDENTITY = { project: "shop", stack: "prod" };
const THEIRS = { id: "00000000-0000-4000-8000-00000000000f", issuerSkis: ["FF".repeat(20)] };
const authorities: Authorities = {
  bundles: { one: "the PEM of one", renewed: "the PEM of renewed", two: "the PEM of two" },
  skis: { "key one": "AA", "key two": "BB", "managed key": "CC" },
};

interface Registered {
  readonly name: string;
  readonly type: string;
  readonly inputs: Record<string, unknown>;
}

/** What the engine is told when the real component runs. */
async function registeredBy(program: Program): Promise<Registered[]> {
  const registered: Registered[] = [];
  const newResource = ({ type, name, inputs }: pulumi.runtime.MockResourceArgs) => {
    const given = inputs as Record<string, unknown>;
    if (type.includes("dynamic")) registered.push({ type, name, inputs: given });
    return { id: `id of ${name}`, state: { ...given, issuerSkis: given.issuerSkis ?? [`ski of ${name}`] } };
  };
  await pulumi.runtime.setMocks({ newResource, call: ({ inputs }) => inputs as object }, "shop", "prod", false);
  const made = new Map<string, MutualTls>();
  for (const component of program) made.set(component.name, declare(component, made));
  await Promise.all([...made.values()].map(ended));
  return registered;
}

function declare({ name, within, cas, hosts, ...more }: Component, made: ReadonlyMap<string, MutualTls>): MutualTls {
  const parent = within ? new pulumi.ComponentResource(within, "team") : undefined;
  const { paths, everyHost, action, response, mode, revoked, subjects } = more;
  const uses: MutualTlsArgs["cas"] = {};
  for (const [key, use] of Object.entries(cas)) {
    const [component = "", theirKey = ""] = typeof use === "object" && "of" in use ? use.of.split("-") : [];
    const limits = subjects ? { subjects: [LEAVES["key one"].subject] } : {};
    uses[key] =
      typeof use === "string"
        ? { certificates: authorities.bundles[use], ...limits }
        : "managed" in use
          ? {
              id: CLOUDFLARE_MANAGED_CA,
              ...(use.managed === true ? { issuerSkis: [authorities.skis["managed key"]] } : {}),
            }
          : (made.get(component)?.cas[theirKey] ?? THEIRS);
  }
  const zone = { zoneId: ZONE, hostnames: [...hosts], ...(paths ? { paths: [...paths] } : {}), everyHost };
  const limits = {
    ...(revoked ? { revoked: ["AA/4444", "BB/6666"] } : {}),
    ...(response ? { response: RESPONSE } : {}),
  };
  return new MutualTls(name, { accountId: ACCOUNT, cas: uses, zones: [zone], mode, action, ...limits }, { parent });
}

/** Every rule is registered after all that it stands on. */
function ended({ rules }: MutualTls): Promise<unknown> {
  return new Promise((resolve) => pulumi.all(Object.values(rules).map(({ urn }) => urn)).apply(resolve));
}

function modelled(program: Program): Registered[] {
  const all = registrationsOf({ identity: IDENTITY, authorities, program, foreign: () => THEIRS });
  const named = (urn: string) => all.find((one) => one.urn === urn) as Registration;
  const lookup = (urn: string, property: string): unknown => {
    const { name, inputs } = named(urn);
    if (property === "id") return `id of ${name}`;
    return inputs(lookup)[property] ?? [`ski of ${name}`];
  };
  return all.map(({ urn, name, inputs }) => {
    const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
    return { type, name, inputs: inputs(lookup) };
  });
}

/** Without what tells nothing beyond one run of one program: the tests share the process in which it is counted. */
const sorted = (all: readonly Registered[]) =>
  all
    .map(({ inputs, ...rest }) => ({
      ...rest,
      inputs: { ...inputs, __self: "", __elsewhere: [], __settings: undefined },
    }))
    .sort((one, other) => `${one.type}${one.name}`.localeCompare(`${other.type}${other.name}`));

test.each<[string, Program]>([
  ["a plain one", [{ name: "m", cas: { ca: "one" }, hosts: ["a.example.com", "b.example.com"] }]],
  [
    "several CAs, paths, log and shared lists",
    [
      {
        name: "m",
        cas: { ca: "one", cb: "two" },
        hosts: ["a.example.com"],
        paths: ["/admin/*"],
        action: "log",
        mode: "shared",
      },
    ],
  ],
  [
    "one that uses another's CA, within a team",
    [
      { name: "m", cas: { ca: "one" }, hosts: ["a.example.com"], mode: "shared" },
      { name: "n", within: "acme:index:Team", cas: { ca: { of: "m-ca" } }, hosts: ["b.example.com"], mode: "shared" },
    ],
  ],
  [
    "one that limits whom its CAs let in, with the Cloudflare-managed CA",
    [
      {
        name: "m",
        cas: { ca: "one", cb: "two", cc: { managed: true } },
        hosts: ["a.example.com"],
        revoked: true,
        subjects: true,
      },
    ],
  ],
  [
    "one for every host, with a response and the managed CA without an issuer",
    [
      {
        name: "m",
        cas: { ca: { managed: "unpinned" } },
        hosts: ["a.example.com"],
        paths: ["/admin/*"],
        everyHost: true,
        response: true,
      },
    ],
  ],
  ["one that uses another stack's CA", [{ name: "m", cas: { ca: { foreign: "one" } }, hosts: ["a.example.com"] }]],
])("the model's MutualTls registers what the real one does: %s", async (_, program) => {
  expect(sorted(modelled(program))).toEqual(sorted(await registeredBy(program)));
});
