import { request } from "node:https";
import { createAuthority } from "../../support/authority";
import type { Authority } from "../../support/authority";
import { useEmulator } from "../../support/use";
import { get } from "../edge/account";
import { Caller } from "./caller";

/*
 * That what is written through the API is what the edge does; how it does it is tested in ../edge.
 */

const HOST = "api.example.com";
const DEMAND = `http.host eq "${HOST}" and not cf.tls_client_auth.cert_verified`;

let ca: Authority;
let client: { cert: string; key: string };
let cloudflare: Caller;

beforeAll(async () => {
  ca = await createAuthority("Mine");
  const { certificate, key } = await ca.issue("client");
  client = { cert: certificate, key };
});

beforeEach(async () => {
  cloudflare = new Caller(await useEmulator({ zones: ["example.com", "other.example"] }));
});

/** The status that the edge answers. */
function knock(identity: { cert?: string; key?: string } = {}, host = HOST): Promise<number> {
  const { edge } = cloudflare.emulator;
  return new Promise((resolve, reject) => {
    const options = { host: edge.host, port: edge.port, servername: host, headers: { host }, ...identity };
    request({ ...options, ca: edge.certificate, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on("error", reject)
      .end();
  });
}

test("a rule and an association made through the API are in force for the next request", async () => {
  expect(await knock()).toBe(200);
  await cloudflare.ruleset([{ action: "block", expression: DEMAND }]);
  expect([await knock(), await knock(client)]).toEqual([403, 403]);
  await cloudflare.putHostnames([HOST], await cloudflare.ca(ca.pem));
  expect([await knock(), await knock(client)]).toEqual([403, 200]);
});

test("the edge sees a list when GET does, and looking doesn't count as a read", async () => {
  await cloudflare.ruleset([{ action: "block", expression: DEMAND }]);
  const id = await cloudflare.ca(ca.pem);
  cloudflare.emulator.configure({ lag: { associationReads: 1 } });
  await cloudflare.putHostnames([HOST], id);
  expect([await knock(client), await knock(client)]).toEqual([403, 403]);
  expect((await cloudflare.getHostnames(id)).result.hostnames).toBeNull();
  expect(await knock(client)).toBe(200);
});

test("the managed CA lets its clients in where its own list has the host", async () => {
  cloudflare.emulator.seed({ managedCa: ca.pem });
  await cloudflare.ruleset([{ action: "block", expression: DEMAND }]);
  expect(await knock(client)).toBe(403);
  await cloudflare.putHostnames([HOST]);
  expect(await knock(client)).toBe(200);
});

test("verification of the whole account admits clients of a CA that isn't the host's", async () => {
  const other = await createAuthority("Other");
  await cloudflare.ruleset([{ action: "block", expression: DEMAND }]);
  await cloudflare.ca(ca.pem);
  await cloudflare.putHostnames([HOST], await cloudflare.ca(other.pem));
  expect(await knock(client)).toBe(403);
  cloudflare.emulator.configure({ verification: "account" });
  expect(await knock(client)).toBe(200);
});

test("a block's own response is shown by the API and served by the edge, and is gone when the rule is written without it", async () => {
  const response = { status_code: 401, content: '{"error":"certificate"}', content_type: "application/json" };
  const rule = { action: "block", expression: DEMAND, ref: "demand" };
  const path = await cloudflare.ruleset([{ ...rule, action_parameters: { response } }]);
  const [stored] = (await cloudflare.entryPoint()).result.rules;
  expect(stored).toMatchObject({ action_parameters: { response } });
  const answer = await get(cloudflare.emulator.edge, HOST);
  expect([answer.status, answer.headers["content-type"], answer.body]).toEqual([
    401,
    "application/json",
    response.content,
  ]);
  const put = await cloudflare.call("PATCH", `${path}/rules/${stored!.id}`, rule);
  expect(put.result.rules[0]).not.toHaveProperty("action_parameters");
  expect((await get(cloudflare.emulator.edge, HOST)).status).toBe(403);
});

test("skip of the current ruleset is the same by either name", async () => {
  for (const parameters of [{ ruleset: "current" }, { phase: "current" }]) {
    const skip = { action: "skip", expression: `http.host eq "${HOST}"`, action_parameters: parameters };
    const path = `${cloudflare.zone()}/rulesets/phases/http_request_firewall_custom/entrypoint`;
    await cloudflare.call("PUT", path, { rules: [skip, { action: "block", expression: DEMAND }] });
    expect(await knock()).toBe(200);
  }
});
