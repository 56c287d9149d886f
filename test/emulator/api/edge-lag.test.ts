import { setTimeout as sleep } from "node:timers/promises";
import { createAuthority } from "../../support/authority";
import { knock } from "../../support/prober";
import type { Client } from "../../support/prober";
import { useEmulator } from "../../support/use";
import { Caller } from "./caller";

/* What the API shows the edge may not know yet, one data centre less than another. */

const HOST = "api.example.com";
const EVERYBODY = { action: "block", expression: "ssl" };
const DEMAND = { action: "block", expression: `http.host eq "${HOST}" and not cf.tls_client_auth.cert_verified` };
const NOBODY = { name: "nobody" };
let cloudflare: Caller;
let client: Client;
let pem: string;

beforeAll(async () => {
  const ca = await createAuthority("CA");
  pem = ca.pem;
  client = { name: "client", ...(await ca.issue("client")) };
});

beforeEach(async () => {
  cloudflare = new Caller(await useEmulator({ zones: ["example.com"] }));
});

/** What thirty connections are answered: while the change is half as old as the edge may lag, and once it is older. */
async function answers(...clients: Client[]): Promise<{ during: Set<unknown>[]; after: Set<unknown>[] }> {
  const changed = Date.now();
  await sleep(1000);
  const ask = async (lagOf: (age: number) => number) => {
    const all = clients.map(() => new Set<unknown>());
    for (let count = 0; count < 30 * clients.length; count++) {
      const index = count % clients.length;
      cloudflare.emulator.configure({ lag: { edge: lagOf(Date.now() - changed) } });
      const { status } = await knock(cloudflare.emulator.edge, HOST, clients[index] ?? NOBODY);
      all[index]?.add(status);
    }
    return all;
  };
  return { during: await ask((age) => 2 * age), after: await ask((age) => age) };
}

test("after a change connections disagree for as long as the edge lags, and no longer", async () => {
  await cloudflare.ruleset([EVERYBODY]);
  expect((await cloudflare.entryPoint()).result.rules).toHaveLength(1);
  expect(await answers(NOBODY)).toEqual({ during: [new Set([200, 403])], after: [new Set([403])] });
});

test("lists and rules come by ways of their own: where the rule is before its list, who has a certificate is refused", async () => {
  await cloudflare.putHostnames([HOST], await cloudflare.ca(pem));
  await cloudflare.ruleset([DEMAND]);
  expect(await answers(client)).toEqual({ during: [new Set([200, 403])], after: [new Set([200])] });
});

test("a rule that is written when its list is everywhere refuses nobody who has a certificate, and others once it is there", async () => {
  await cloudflare.putHostnames([HOST], await cloudflare.ca(pem));
  // What is restored is everywhere at once.
  cloudflare.emulator.restore(cloudflare.emulator.snapshot());
  await cloudflare.ruleset([DEMAND]);
  expect(await answers(client, NOBODY)).toEqual({
    during: [new Set([200]), new Set([200, 403])],
    after: [new Set([200]), new Set([403])],
  });
});
