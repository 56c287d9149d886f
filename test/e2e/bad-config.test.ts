import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { createAuthority } from "../support/authority";
import { useEmulator, useStack } from "../support/use";
import { programOf } from "../support/wish";
import { isWrite } from "../support/writes";

/* What is wrong in the configuration is said with what to do about it, before anything is written. */

/** These are tried with a preview, which fails first; the others in the run itself. */
const PREVIEWED = ["no token", "an unknown zone", "nothing listens"];

test("bad configuration is refused by its remedy, in the preview and in the run", async () => {
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

  const cases: [title: string, program: string, environment: Record<string, string>, remedy: RegExp][] = [
    ["no token", programOf(good), { CLOUDFLARE_API_TOKEN: "" }, /pulumi config set --secret cloudflare:apiToken/],
    ["a wrong token", programOf(good), { CLOUDFLARE_API_TOKEN: "not-a-token" }, /The token isn't allowed.*It needs: /],
    ["no account id", program("undefined"), {}, /accountId is missing.*account's home page/],
    ["an empty account id", program('""'), {}, /accountId is missing.*account's home page/],
    ["a malformed account id", program('"my-account"'), {}, /"my-account" isn't an id.*32 characters.*home page/],
    ["an unknown zone", inZone("0".repeat(32)), {}, /The zone 0{32} can't be read: is its id right/],
    ["a malformed zone id", inZone("x.com"), {}, /"x.com" isn't an id.*ids of 32 characters/],
    ["a zone of another account", program(`"${elsewhere.accountId}"`), {}, /is in account \w+, not in \w+/],
    [
      "nothing listens",
      programOf(good),
      { CLOUDFLARE_BASE_URL: `http://127.0.0.1:${await closedPort()}/client/v4` },
      /Nothing listens at that address.*CLOUDFLARE_BASE_URL/,
    ],
    ["no URL", programOf(good), { CLOUDFLARE_BASE_URL: "api.cloudflare.com" }, /must be a URL such as https:/],
  ];
  const stack = await useStack(emulator, "");
  for (const [title, text, environment, remedy] of cases) {
    stack.program(text);
    stack.setEnvironment(environment);
    const run = await stack.run("up", "--yes", ...(PREVIEWED.includes(title) ? [] : ["--skip-preview"]));
    expect({ title, output: run.output }).toEqual({ title, output: expect.stringMatching(remedy) as string });
    expect({ title, code: run.code }).not.toEqual({ title, code: 0 });
    expect({ title, writes: emulator.requests.filter(isWrite) }).toEqual({ title, writes: [] });
  }
});

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((listening) => server.once("listening", listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}
