import { connect } from "node:tls";
import { createAuthority } from "../../support/authority";
import type { Edge } from "../../../src/emulator/edge/server";
import type { EdgeRule } from "../../../src/emulator/edge/view";
import { type Account, block, get, HOST, useEdge } from "./account";

const start = useEdge();

function openAccount(...rules: EdgeRule[]): Account {
  return { authorities: {}, associations: {}, rules };
}

/** A request as bytes, for what a proper client would not send. */
function raw(edge: Edge, text: string, servername = HOST, rejectUnauthorized = true): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: edge.host, port: edge.port, servername, ca: edge.certificate, rejectUnauthorized });
    let answer = "";
    socket.on("data", (chunk: Buffer) => (answer += chunk.toString("latin1")));
    socket.on("close", () => resolve(answer)).on("error", reject);
    socket.write(text, "latin1");
  });
}

describe("the host of a request", () => {
  it("keeps the client's spelling, while zone and association are found in any", async () => {
    const ca = await createAuthority("CA");
    const { certificate: cert, key } = await ca.issue("client");
    const edge = await start({ authorities: { ca: [ca.pem] }, associations: { [HOST]: ["ca"] }, rules: [] });
    const { seen } = await get(edge, HOST.toUpperCase(), { cert, key });
    expect(seen).toMatchObject({ host: "API.EXAMPLE.COM", clientAuth: { cert_verified: true } });
  });

  it("slips past a rule that does not fold its case, as it would at Cloudflare", async () => {
    const account = openAccount(block(`http.host in {"${HOST}"}`));
    const edge = await start(account);
    const ask = async (host: string) => (await get(edge, HOST, { headers: { Host: host } })).status;
    expect([await ask(HOST), await ask("Api.example.com")]).toEqual([403, 200]);
    account.rules = [block(`lower(http.host) in {"${HOST}"}`)];
    expect([await ask(HOST), await ask("Api.example.com")]).toEqual([403, 403]);
  });

  it("loses its port, so that none slips past a rule", async () => {
    const account = openAccount();
    const edge = await start(account);
    const ask = (host: string) => get(edge, HOST, { headers: { Host: host } });
    const hosts = [`${HOST}:${edge.port}`, `${HOST}:443`, `${HOST}:8443`, `${HOST}:`];
    for (const host of hosts) expect((await ask(host)).seen.host).toBe(HOST);
    account.rules = [block(`lower(http.host) in {"${HOST}"}`)];
    for (const host of hosts) expect((await ask(host)).status).toBe(403);
  });

  it.each([["api.example.com.evil.org"], [`${HOST}.`], ["127.0.0.1"], ["<b>"]])(
    "must be in a zone: %s is error 1001",
    async (host) => {
      const { status, body, headers } = await get(await start(openAccount()), HOST, { headers: { Host: host } });
      expect([status, headers["content-type"]]).toEqual([409, "text/html; charset=UTF-8"]);
      expect(body).toContain("Error 1001: DNS resolution error");
      expect(body).toContain(`No zone of this account serves ${host.replace("<b>", "&#60;b&#62;")}.`);
    },
  );

  it("has no zone with a final dot, even where the handshake asked for it so", async () => {
    const edge = await start(openAccount());
    const request = `GET /admin HTTP/1.1\r\nHost: ${HOST}.\r\nConnection: close\r\n\r\n`;
    expect(await raw(edge, request, `${HOST}.`, false)).toMatch(/^HTTP\/1.1 409 /);
  });

  it("comes from the target where that names one", async () => {
    const edge = await start(openAccount());
    const request = (target: string) => `GET ${target} HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`;
    expect(await raw(edge, request(`https://${HOST}/a?b`))).toContain('"path": "/a"');
    expect(await raw(edge, request("https://www.example.com/a"))).toContain('"host": "www.example.com"');
  });

  it("has to be there, and only once", async () => {
    const edge = await start(openAccount());
    const twice = `GET / HTTP/1.1\r\nHost: ${HOST}\r\nHost: www.example.com\r\nConnection: close\r\n\r\n`;
    expect(await raw(edge, twice)).toMatch(/^HTTP\/1.1 400 /);
    expect(await raw(edge, "GET / HTTP/1.0\r\n\r\n")).toMatch(/^HTTP\/1.1 400 /);
  });
});

it("who is refused gets a page of HTML, as a browser does", async () => {
  const { status, headers, body } = await get(await start(openAccount(block("ssl"))), HOST);
  expect([status, headers["content-type"]]).toEqual([403, "text/html; charset=UTF-8"]);
  expect(body).toMatch(
    /^<!DOCTYPE html>\n<html lang="en-US">\n<head><title>Access denied \| Cloudflare<\/title><\/head>/,
  );
});

describe("what a rule can read of a request", () => {
  it.each([
    ['http.request.method eq "GET" and http.request.version eq "HTTP/1.1" and ssl'],
    ['http.request.uri eq "/a%20b/c.TXT?x=1&y&x=%32" and http.request.uri.path eq "/a%20b/c.TXT"'],
    ['http.request.uri.query eq "x=1&y&x=%32" and http.request.uri.path.extension eq "txt"'],
    [`http.request.full_uri eq "https://${HOST}/a%20b/c.TXT?x=1&y&x=%32"`],
    ['any(http.request.uri.args["x"][*] eq "%32") and http.request.uri.args["y"][0] eq ""'],
    ['http.request.headers["x-two"][1] eq "b" and any(http.request.headers.names[*] eq "x-two")'],
    ['http.cookie eq "s=1; t=2" and http.request.cookies["t"][0] eq "2"'],
    ['http.user_agent eq "probe" and http.referer eq "" and http.x_forwarded_for eq "9.9.9.9"'],
    ["ip.src eq 127.0.0.1 and ip.src in {127.0.0.0/8}"],
    ['cf.tls_version eq "TLSv1.3" and http.request.timestamp.sec gt 1700000000'],
    ['not cf.tls_client_auth.cert_presented and cf.tls_client_auth.cert_subject_dn eq ""'],
    ['http.request.headers["x-bytes"][0] eq "é" and len(http.request.headers["x-bytes"][0]) eq 2'],
  ])("%s", async (expression) => {
    const edge = await start(openAccount(block(expression)));
    const answer = await raw(
      edge,
      [
        "GET /a%20b/c.TXT?x=1&y&x=%32 HTTP/1.1",
        `Host: ${HOST}`,
        ...[
          "User-Agent: probe",
          "Cookie: s=1; t=2",
          "X-Two: a",
          "X-TWO: b",
          "X-Forwarded-For: 9.9.9.9",
          "Constructor: x",
        ],
        `X-Bytes: ${Buffer.from("é").toString("latin1")}`,
        "Connection: close\r\n\r\n",
      ].join("\r\n"),
    );
    expect(answer).toMatch(/^HTTP\/1.1 403 /);
  });
});

describe("the rules", () => {
  const ask = async (...rules: EdgeRule[]) => get(await start(openAccount(...rules)), HOST);
  const rule = (id: string, action: string, more: Partial<EdgeRule> = {}): EdgeRule => ({
    id,
    action,
    enabled: true,
    expression: "ssl",
    ...more,
  });

  it("let pass what none of them minds", async () => {
    expect((await ask()).status).toBe(200);
    expect((await ask(block("not ssl"))).status).toBe(200);
  });

  it("are asked in order, without the disabled ones", async () => {
    const { body } = await ask({ ...block("ssl", "off"), enabled: false }, block("not ssl", "no"), block("ssl", "yes"));
    expect(body).toContain("<h1>Error 1020: Access denied</h1><p>Sorry, you have been blocked by rule yes.</p>");
  });

  it("block with an answer of their own", async () => {
    const response = { status_code: 418, content: '{"error":"mtls"}', content_type: "application/json" };
    const { status, body, headers } = await ask(rule("r", "block", { actionParameters: { response } }));
    expect([status, body, headers["content-type"]]).toEqual([418, '{"error":"mtls"}', "application/json"]);
  });

  it("log and go on", async () => {
    expect((await ask(rule("l1", "log"), rule("l2", "log"))).seen.loggedBy).toEqual(["l1", "l2"]);
    expect((await ask(rule("l1", "log"), block("ssl"))).status).toBe(403);
  });

  it("skip the rest of the ruleset, and only what comes after", async () => {
    const skip = rule("s", "skip", { actionParameters: { ruleset: "current" } });
    expect((await ask(skip, block("ssl"))).status).toBe(200);
    expect((await ask(block("ssl"), skip)).status).toBe(403);
    expect((await ask({ ...skip, expression: "not ssl" }, block("ssl"))).status).toBe(403);
    // A skip of other phases or products leaves this ruleset alone.
    expect((await ask(rule("s", "skip"), block("ssl"))).status).toBe(403);
  });

  it.each(["managed_challenge", "js_challenge", "challenge"])(
    "challenge by %s, which no client here can pass",
    async (action) => {
      const { status, body, headers } = await ask(rule("c", action));
      expect([status, headers["cf-mitigated"]]).toEqual([403, "challenge"]);
      expect(body).toContain("Rule c challenged this request");
    },
  );

  it("take the literal true for every request, as production does", async () => {
    expect((await ask(rule("r", "block", { expression: "true" }))).status).toBe(403);
  });

  it("fail loudly where they can't be understood, whatever comes after", async () => {
    const { status, body } = await ask(block('ip.src.country eq "DE"', "geo"), block("ssl"));
    expect(status).toBe(500);
    expect(body).toContain("cannot evaluate rule geo");
    expect(body).toContain("ip.src.country exists at Cloudflare, but the emulator does not evaluate it");
    expect((await ask(rule("r", "execute"))).body).toContain('does not know the action "execute"');
  });
});
