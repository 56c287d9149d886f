import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { connect } from "../../src/cloudflare/client";
import type { Call } from "../../src/cloudflare/client";
import { CloudflareError, isAlreadyUploaded, isAnswerLost, isInUse, isNotFound } from "../../src/cloudflare/errors";

const TOKEN = "a-token-that-nobody-may-see";
type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server;
let answers: Answer[];
let seen: string[];

beforeEach(async () => {
  answers = [];
  seen = [];
  server = createServer((request, response) => {
    request.resume();
    request.on("end", () => {
      seen.push(`${request.method} ${request.url}`);
      (answers.shift() ?? json(200, { success: true, result: "ok" }))(request, response);
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function json(status: number, body: object, headers: Record<string, string> = {}): Answer {
  return (_request, response) =>
    response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(JSON.stringify(body));
}

function refusal(status: number, code: number, message: string, headers: Record<string, string> = {}): Answer {
  return json(status, { success: false, errors: [{ code, message }], messages: [], result: null }, headers);
}

const html: Answer = (_request, response) =>
  response
    .writeHead(502, { "Content-Type": "text/html" })
    .end("<html><h1>502 Bad Gateway</h1><p>cloudflare</p></html>");
const reset: Answer = (request) => request.socket.resetAndDestroy();

function call(call: Call, lines: string[] = [], retryBudget = 600_000) {
  const { port } = server.address() as AddressInfo;
  const access = {
    patience: { answerTimeout: 60_000, retryBudget },
    baseUrl: `http://127.0.0.1:${port}`,
    headers: { Authorization: `Bearer ${TOKEN}` },
    secrets: [TOKEN],
  };
  return connect(access, (line) => lines.push(line))(call);
}

async function failure(wanted: Call): Promise<CloudflareError> {
  const error: unknown = await call(wanted).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(CloudflareError);
  return error as CloudflareError;
}

test("the result comes out of the envelope", async () => {
  answers = [json(200, { success: true, result: { id: 1 }, result_info: { total_pages: 3 } })];
  expect(await call({ method: "GET", path: "/zones" })).toEqual({ result: { id: 1 }, resultInfo: { total_pages: 3 } });
});

test("an answer without a body is a success when it says 204", async () => {
  answers = [(_request, response) => response.writeHead(204).end()];
  expect(await call({ method: "DELETE", path: "/x" })).toEqual({ result: undefined, resultInfo: undefined });
});

test("a refusal names the request, Cloudflare's words, its number and its ray", async () => {
  answers = [refusal(409, 1471, "The certificate already exists.", { "cf-ray": "abc-FRA" })];
  const error = await failure({ method: "POST", path: "/accounts/a/mtls_certificates" });
  expect(error.message).toContain(
    "POST /accounts/a/mtls_certificates was answered with HTTP 409: The certificate already exists. [code: 1471] (cf-ray abc-FRA)",
  );
  expect(isAlreadyUploaded(error)).toBe(true);
  expect(seen).toHaveLength(1);
});

test("success false is a failure, even with HTTP 200", async () => {
  answers = [refusal(200, 1234, "no")];
  expect((await failure({ method: "PUT", path: "/x" })).message).toContain("[code: 1234]");
});

test.each(["POST", "PUT", "PATCH", "DELETE"] as const)("a %s without a good answer is sent once", async (method) => {
  for (const answer of [reset, html, refusal(500, 1000, "internal")]) {
    seen = [];
    answers = [answer];
    const error = await failure({ method, path: "/x" });
    expect(isAnswerLost(error)).toBe(true);
    expect(seen).toHaveLength(1);
  }
});

test("a GET without a good answer is sent again", async () => {
  answers = [reset, html];
  expect(await call({ method: "GET", path: "/x" })).toMatchObject({ result: "ok" });
  expect(seen).toHaveLength(3);
});

test("an HTML page in place of an answer is quoted, without its tags", async () => {
  answers = [html];
  expect((await failure({ method: "PUT", path: "/x" })).message).toContain(
    'not an answer of the API: "502 Bad Gateway cloudflare"',
  );
});

test("a POST that was rate limited waits for as long as it is told, and says so", async () => {
  answers = [refusal(429, 10100, "slow down", { "Retry-After": "1" })];
  const lines: string[] = [];
  const started = Date.now();
  await call({ method: "POST", path: "/x" }, lines);
  expect(Date.now() - started).toBeGreaterThanOrEqual(990);
  expect(seen).toHaveLength(2);
  expect(lines).toEqual(["POST /x: rate limited, next try in 1 s"]);
});

test("a wait beyond the budget isn't begun, and the refusal says what to set", async () => {
  answers = [
    refusal(429, 10100, "slow down", { "Retry-After": "1" }),
    refusal(429, 10100, "slow down", { "Retry-After": "90" }),
  ];
  const lines: string[] = [];
  const started = Date.now();
  const error: unknown = await call({ method: "POST", path: "/x" }, lines, 60_000).catch((thrown: unknown) => thrown);
  expect(Date.now() - started).toBeLessThan(10_000);
  expect(seen).toHaveLength(2);
  expect(lines).toEqual(["POST /x: rate limited, next try in 1 s"]);
  expect((error as Error).message).toContain(
    "Not tried again: 1 s were waited of the 60 s that one call may wait. Cloudflare asks for another 90 s.",
  );
  expect((error as Error).message).toContain("`cloudflare-mtls:retryBudget` (or CLOUDFLARE_MTLS_RETRY_BUDGET)");
});

test("code 971 is a rate limit whatever the status", async () => {
  answers = [refusal(200, 971, "Please wait", { "Retry-After": "0" })];
  await call({ method: "POST", path: "/x" });
  expect(seen).toHaveLength(2);
});

test("a refused connection says that nothing listens there, within seconds", async () => {
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  const started = Date.now();
  const error: unknown = await connect(
    { baseUrl: `http://127.0.0.1:${port}`, headers: {}, secrets: [] },
    () => undefined,
  )({ method: "POST", path: "/x" }).catch((thrown: unknown) => thrown);
  expect((error as Error).message).toMatch(/ECONNREFUSED[\s\S]*is `cloudflare:baseUrl`/);
  expect(Date.now() - started).toBeLessThan(5000);
  expect(isAnswerLost(error)).toBe(false);
});

test("the token is in no part of any error, not even where the API echoes it", async () => {
  answers = [refusal(403, 10000, `Authentication error for ${TOKEN}`)];
  const refused = await failure({ method: "PUT", path: "/zones/z/rulesets" });
  answers = [reset];
  const broken = await failure({ method: "PUT", path: "/zones/z/rulesets" });
  for (const error of [refused, broken]) {
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(TOKEN);
    expect(JSON.stringify(error)).not.toContain(TOKEN);
    expect(error.stack).not.toContain(TOKEN);
  }
});

test.each([
  ["/accounts/ac/mtls_certificates", "Account › SSL and Certificates › Edit, for account ac"],
  ["/zones/zo/certificate_authorities/hostname_associations", "Zone › SSL and Certificates › Edit, for zone zo"],
  ["/zones/zo/rulesets/x/rules", "Zone › WAF › Edit, for zone zo"],
  ["/zones/zo", "Zone › Zone › Read, for zone zo"],
])("a missing permission on %s is named: %s", async (path, permission) => {
  answers = [refusal(403, 10000, "Authentication error")];
  expect((await failure({ method: "PUT", path })).message).toContain(permission);
});

test("what is gone and what is in use are told apart", async () => {
  answers = [refusal(404, 1472, "Certificate not found")];
  expect(isNotFound(await failure({ method: "DELETE", path: "/x" }))).toBe(true);
  answers = [refusal(400, 0, "The certificate was already deleted.")];
  expect(isNotFound(await failure({ method: "DELETE", path: "/x" }))).toBe(true);
  answers = [refusal(400, 0, "Certificate cannot be deleted while in use.")];
  const inUse = await failure({ method: "DELETE", path: "/x" });
  expect([isInUse(inUse), isNotFound(inUse)]).toEqual([true, false]);
});
