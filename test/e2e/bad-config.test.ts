import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createAuthority } from "../support/authority";
import { freePorts } from "../support/ports";
import { useEmulator, useStack } from "../support/use";
import { programOf } from "../support/wish";
import { isWrite } from "../support/writes";

/* What is wrong in the configuration is said with what to do about it, before anything is written. */

test("bad configuration is refused by its remedy, in the preview", async () => {
  const A = await createAuthority("A");
  const emulator = await useEmulator({ zones: ["x.com"] });
  const elsewhere = await useEmulator({ zones: ["x.com"], apiToken: emulator.apiToken });
  const zoneId = emulator.zones["x.com"] ?? "";
  const good = {
    accountId: emulator.accountId,
    cas: { a: A.pem },
    zones: { x: { zoneId, hostnames: ["api.x.com"] } },
  };
  const program = (accountId: string) => programOf(good).replace(`"${emulator.accountId}"`, accountId);
  const inZone = (id: string) => programOf({ ...good, zones: { x: { zoneId: id, hostnames: ["api.x.com"] } } });

  type Place = [program: string, environment: Record<string, string>];
  const at = (baseUrl: string): Place => [programOf(good), { CLOUDFLARE_BASE_URL: baseUrl }];
  const set = (name: string, value: string): Place => [programOf(good), { [`CLOUDFLARE_MTLS_${name}`]: value }];
  const cases: [title: string, program: string, environment: Record<string, string>, remedy: RegExp][] = [
    ["no token", programOf(good), { CLOUDFLARE_API_TOKEN: "" }, /pulumi config set --secret cloudflare:apiToken/],
    [
      "a key alone",
      programOf(good),
      { CLOUDFLARE_API_TOKEN: "", CLOUDFLARE_API_KEY: "k" },
      /no email address beside it/,
    ],
    ["a quoted token", programOf(good), { CLOUDFLARE_API_TOKEN: `"${emulator.apiToken}"` }, /The token isn't allowed/],
    ["a header", programOf(good), { CLOUDFLARE_API_TOKEN: "Bearer abc" }, /is `cloudflare:apiToken`.* a whole token/],
    ["a wrong token", programOf(good), { CLOUDFLARE_API_TOKEN: "not-a-token" }, /The token isn't allowed.*It needs: /],
    ["no account id", program("undefined"), {}, /accountId is missing.*account's home page/],
    ["an empty account id", program('""'), {}, /accountId is missing.*account's home page/],
    ["a malformed account id", program('"my-account"'), {}, /"my-account" isn't an id.*32 characters.*home page/],
    ["an unknown zone", inZone("0".repeat(32)), {}, /The zone 0{32} can't be read: is its id right/],
    ["a malformed zone id", inZone("x.com"), {}, /"x.com" isn't an id.*ids of 32 characters/],
    ["a zone of another account", program(`"${elsewhere.accountId}"`), {}, /is in account \w+, not in \w+/],
    [
      "nothing listens",
      ...at(`http://127.0.0.1:${(await freePorts(1))[0]}/client/v4`),
      /Nothing listens at that address/,
    ],
    ["no such host", ...at(`https://${"a".repeat(64)}.test/client/v4`), /doesn't resolve: check `cloudflare:baseUrl`/],
    ["no URL", ...at("api.cloudflare.com"), /must be a URL such as https:/],
    ["a query", ...at(`${emulator.apiUrl}?a=b`), /must be a URL such as https:/],
    ["no path", ...at(new URL(emulator.apiUrl).origin), /ends in \/client\/v4/],
    ["https for http", ...at(emulator.apiUrl.replace("http:", "https:")), /speaks no TLS.*check http:\/\/ and https:/],
    ["another's page", ...at(await strangerAt()), /Something else than the API answered.*`cloudflare:baseUrl`/],
    ["a preflight that is none", ...set("PREFLIGHT", "nein"), /PREFLIGHT\) is "nein": give `on` or `off`/],
    ["a token as timeout", ...set("ANSWER_TIMEOUT", emulator.apiToken), /is a text of 40 characters: give the seconds/],
    [
      "a mistyped variable",
      ...set("PREFIGHT", "off"),
      /no setting CLOUDFLARE_MTLS_PREFIGHT.*Did you mean.*PREFLIGHT\?/,
    ],
  ];
  const stack = await useStack(emulator, "");
  for (const [title, text, environment, remedy] of cases) {
    stack.program(text);
    stack.setEnvironment(environment);
    const run = await stack.preview();
    expect({ title, output: run.output }).toEqual({ title, output: expect.stringMatching(remedy) as string });
    expect({ title, code: run.code }).not.toEqual({ title, code: 0 });
    expect({ title, writes: emulator.requests.filter(isWrite) }).toEqual({ title, writes: [] });
  }
});

test("a key under cloudflare-mtls: that nobody reads ends a preview and an up where nothing changes, and no destroy", async () => {
  const [A, emulator] = await Promise.all([createAuthority("A"), useEmulator({ zones: ["x.com"] })]);
  const zones = { x: { zoneId: emulator.zones["x.com"] ?? "", hostnames: ["api.x.com"] } };
  const stack = await useStack(emulator, programOf({ accountId: emulator.accountId, cas: { a: A.pem }, zones }));
  await stack.must("up", "--yes", "--skip-preview");
  await stack.must("config", "set", "cloudflare-mtls:retrybudget", "60");
  for (const command of ["preview", "up"]) {
    const { code, output } = await stack.run(command, ...(command === "up" ? ["--yes", "--skip-preview"] : []));
    expect(output).toMatch(/no setting "cloudflare-mtls:retrybudget" .*Did you mean "cloudflare-mtls:retryBudget"\?/);
    expect(code).not.toBe(0);
  }
  // What is mistyped there must not keep anybody from taking everything down.
  await stack.must("destroy", "--yes", "--skip-preview");
  expect(emulator.state().certificates).toEqual([]);
});

/** The address of something that isn't Cloudflare's API. */
async function strangerAt(): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(404).end("<h1>not here</h1>"));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  server.unref();
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
