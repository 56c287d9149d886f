import { connect as connectHttp2, type ClientHttp2Session, type IncomingHttpHeaders } from "node:http2";
import type { ConnectionOptions, TLSSocket } from "node:tls";
import { authorities } from "../../support/authority";
import { type Account, type Address, block, get, handshake, HOST, useEdge } from "./account";

/*
 * What clients do with connections at real edges: speak HTTP/2, use one connection for several hosts, resume sessions.
 * A rule that pins the issuer holds in each of it. One that asks for `cert_verified` alone doesn't.
 */

const OPEN = "www.example.com";
/** Of another CA than HOST: once in its zone, once in another. */
const NEIGHBOUR = "shop.example.com";
const ABROAD = "shop.example.org";
const start = useEdge();

type Pair = { readonly cert: string; readonly key: string };

/** HOST is for clients of A, the neighbours are for those of B; the rules name no host, as the documents' template. */
async function scene(demand: "verified" | "pinned" = "verified") {
  const { A, B } = await authorities("A", "B");
  const pair = async (authority: typeof A): Promise<Pair> => {
    const { certificate: cert, key } = await authority.issue("client");
    return { cert, key };
  };
  const pinned = (host: string, { ski }: typeof A) =>
    block(
      `http.host eq "${host}" and not (cf.tls_client_auth.cert_verified and cf.tls_client_auth.cert_issuer_ski eq "${ski}")`,
      host,
    );
  const verified = (host: string) => block(`http.host eq "${host}" and not cf.tls_client_auth.cert_verified`, host);
  const rule = demand === "pinned" ? pinned : verified;
  const account: Account = {
    authorities: { a: [A.pem], b: [B.pem] },
    associations: { [HOST]: ["a"], [NEIGHBOUR]: ["b"], [ABROAD]: ["b"] },
    rules: [rule(HOST, A), rule(NEIGHBOUR, B), rule(ABROAD, B)],
  };
  return { account, edge: await start(account), a: await pair(A), b: await pair(B) };
}

const sessions: ClientHttp2Session[] = [];
afterEach(() => sessions.splice(0).forEach((session) => session.destroy()));

function http2(edge: Address, servername: string, options: ConnectionOptions = {}): ClientHttp2Session {
  const session = connectHttp2(`https://${edge.host}:${edge.port}`, { servername, ca: edge.certificate, ...options });
  sessions.push(session.on("error", () => undefined));
  return session;
}

function ask(
  session: ClientHttp2Session,
  authority: string,
  more: object = {},
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ":authority": authority, ...more });
    let status = 0;
    let body = "";
    stream.on(
      "response",
      (headers: IncomingHttpHeaders & { ":status"?: number }) => (status = headers[":status"] ?? 0),
    );
    stream.on("data", (chunk: Buffer) => (body += chunk.toString()));
    stream.on("end", () => resolve({ status, body })).on("error", reject);
    stream.end();
  });
}

describe("HTTP/2", () => {
  it.each(["TLSv1.2", "TLSv1.3"] as const)("is spoken beside 1.1 over %s, with the same verdicts", async (version) => {
    const { edge, a, b } = await scene();
    const tls = { minVersion: version, maxVersion: version };
    for (const [client, status] of [
      [a, 200],
      [b, 403],
      [{}, 403],
    ] as const) {
      expect((await ask(http2(edge, HOST, { ...tls, ...client }), HOST)).status).toBe(status);
      expect((await get(edge, HOST, { ...tls, ...client })).status).toBe(status);
    }
    const chosen = async (...ALPNProtocols: string[]) => {
      const socket = await handshake(edge, { ...tls, ALPNProtocols });
      socket.destroy();
      return socket.alpnProtocol;
    };
    expect([await chosen("h2", "http/1.1"), await chosen("http/1.1", "h2"), await chosen("http/1.1")]).toEqual([
      "h2",
      "h2",
      "http/1.1",
    ]);
  });

  it("asks the rules for each of many requests on one connection, in step", async () => {
    const { account, edge, a } = await scene();
    const session = http2(edge, HOST, a);
    const many = await Promise.all(
      Array.from({ length: 100 }, (_, index) => ask(session, HOST, { ":path": `/${index}` })),
    );
    expect(many.map(({ body }) => (JSON.parse(body) as { path: string }).path)).toEqual(many.map((_, at) => `/${at}`));
    account.rules = [block("ssl", "everyone")];
    expect((await ask(session, HOST)).body).toContain("everyone");
  });

  it.each([
    ['http.request.version eq "HTTP/2" and http.host eq "api.example.com" and http.request.method eq "GET"'],
    ['http.request.uri eq "/a?b" and http.request.full_uri eq "https://api.example.com/a?b"'],
    ['http.request.headers["x-one"][0] eq "1" and http.request.headers["host"][0] eq "api.example.com"'],
    ['not any(http.request.headers.names[*] in {":path" ":authority" ":method"}) and ip.src eq 127.0.0.1'],
    ['http.cookie eq "s=1; t=2" and cf.tls_version eq "TLSv1.3"'],
  ])("gives rules to read what 1.1 does: %s", async (expression) => {
    const { account, edge } = await scene();
    account.rules = [block(expression)];
    const headers = { ":path": "/a?b", "x-one": "1", cookie: ["s=1", "t=2"] };
    expect((await ask(http2(edge, HOST), HOST, headers)).status).toBe(403);
  });

  it("has one host: a header that names the same is taken, another is 400, and a port is no part of it", async () => {
    const { edge, a } = await scene();
    const session = http2(edge, HOST, a);
    expect((await ask(session, HOST, { host: HOST })).status).toBe(200);
    expect((await ask(session, HOST, { host: OPEN })).status).toBe(400);
    expect((await ask(session, `${HOST}:8443`)).body).toContain(`"host": "${HOST}"`);
  });

  it("is cut off when it says nothing more", async () => {
    const { account } = await scene();
    const edge = await start(account, { patience: 50 });
    const session = http2(edge, HOST);
    const began = Date.now();
    await ask(session, HOST);
    await new Promise((closed) => session.on("close", closed));
    expect(Date.now() - began).toBeGreaterThan(250);
    expect(Date.now() - began).toBeLessThan(3000);
  });
});

describe("one connection for several hosts", () => {
  /** Over HTTP/2, and over 1.1 with a Host of its own. */
  const both = async (edge: Address, servername: string, client: Partial<Pair>, host: string) => [
    (await ask(http2(edge, servername, client), host)).status,
    (await get(edge, servername, { ...client, headers: { Host: host } })).status,
  ];

  it("that showed no certificate, because its first host doesn't ask, is refused at one that does", async () => {
    const { edge, a } = await scene();
    expect(await both(edge, OPEN, a, OPEN)).toEqual([200, 200]);
    expect(await both(edge, OPEN, a, HOST)).toEqual([403, 403]);
    expect(await both(edge, HOST, a, HOST)).toEqual([200, 200]);
  });

  it("keeps the verdict of its handshake: who verified at one host passes for verified at its neighbour", async () => {
    const { edge, a } = await scene("verified");
    expect(await both(edge, NEIGHBOUR, a, NEIGHBOUR)).toEqual([403, 403]);
    expect(await both(edge, HOST, a, NEIGHBOUR)).toEqual([200, 200]);
  });

  it("doesn't get past a rule that pins the issuer", async () => {
    const { edge, a, b } = await scene("pinned");
    expect(await both(edge, HOST, a, NEIGHBOUR)).toEqual([403, 403]);
    expect(await both(edge, NEIGHBOUR, b, NEIGHBOUR)).toEqual([200, 200]);
  });

  it("is error 1013 where the other host is in another zone", async () => {
    const { edge, a } = await scene();
    expect(await both(edge, HOST, a, ABROAD)).toEqual([409, 409]);
    const { body } = await ask(http2(edge, HOST, a), ABROAD);
    expect(body).toContain("Error 1013: HTTP hostname and TLS SNI hostname mismatch");
  });
});

describe.each(["TLSv1.2", "TLSv1.3"] as const)("a session resumed over %s", (version) => {
  const tls = { minVersion: version, maxVersion: version };

  /** Makes a session at HOST, and what the edge answers at each host to whoever resumes it there. */
  async function resumed(edge: Address, client: Partial<Pair>, ...hosts: string[]): Promise<string[]> {
    const first = await handshake(edge, { ...tls, ...client });
    let ticket: Buffer | undefined = first.getSession();
    first.on("session", (session: Buffer) => (ticket = session));
    await exchange(first, HOST);
    const answers: string[] = [];
    for (const servername of hosts) {
      const again = await handshake(edge, { ...tls, servername, ...(ticket && { session: ticket }) });
      const how = again.isSessionReused() ? "resumed" : "new";
      answers.push(`${how} ${await exchange(again, servername)}`);
    }
    return answers;
  }

  it("carries its verdict to another host, even of another zone, where `cert_verified` alone is asked for", async () => {
    const { account, edge, a } = await scene("verified");
    account.settings = { sessionResumption: "carries-verdict" };
    expect(await resumed(edge, a, HOST, NEIGHBOUR, ABROAD)).toEqual(["resumed 200", "resumed 200", "resumed 200"]);
    expect((await get(edge, ABROAD, { ...tls, ...a })).status).toBe(403);
  });

  it("doesn't get past a rule that pins the issuer, and lets in where the issuer is the right one", async () => {
    const { account, edge, a } = await scene("pinned");
    account.settings = { sessionResumption: "carries-verdict" };
    expect(await resumed(edge, a, HOST, NEIGHBOUR, ABROAD)).toEqual(["resumed 200", "resumed 403", "resumed 403"]);
  });

  it("has nothing to carry where no certificate was shown", async () => {
    const { account, edge } = await scene("verified");
    account.settings = { sessionResumption: "carries-verdict" };
    expect(await resumed(edge, {}, HOST, NEIGHBOUR)).toEqual(["resumed 403", "resumed 403"]);
  });

  it("is none unless the switch is on", async () => {
    const { edge, a } = await scene("verified");
    expect(await resumed(edge, a, HOST, ABROAD)).toEqual(["new 403", "new 403"]);
  });
});

/** The status of one request. */
function exchange(socket: TLSSocket, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    socket.on("data", (chunk: Buffer) => (answer += chunk.toString()));
    socket.on("close", () => resolve(answer.slice(9, 12))).on("error", reject);
    socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  });
}
