import { connect as connectTcp } from "node:net";
import { Agent } from "node:https";
import type { ConnectionOptions, TLSSocket } from "node:tls";
import { createAuthority } from "../../support/authority";
import { type Account, block, get, handshake, HOST, useEdge } from "./account";
import { messageTypes, type Relay, startRelay } from "./relay";

const CERTIFICATE_REQUEST = 13;
const NEW_SESSION_TICKET = 4;
const OPEN = "www.example.com";
const UNVERIFIED = block("not cf.tls_client_auth.cert_verified");

async function mtlsAccount(): Promise<{ account: Account; cert: string; key: string }> {
  const ca = await createAuthority("CA");
  const { certificate: cert, key } = await ca.issue("client");
  const account = { authorities: { ca: [ca.pem] }, associations: { [HOST]: ["ca"] }, rules: [UNVERIFIED] };
  return { account, cert, key };
}

const start = useEdge();
const relays: Relay[] = [];
afterEach(async () => {
  await Promise.all(relays.splice(0).map((relay) => relay.close()));
});

async function relayTo(...args: Parameters<typeof startRelay>): Promise<Relay> {
  const relay = await startRelay(...args);
  relays.push(relay);
  return relay;
}

describe("asking for a certificate", () => {
  it("happens on hosts with an association and on no other, as the client's side of the wire shows", async () => {
    const { account, cert, key } = await mtlsAccount();
    const edge = await start(account);
    const relay = await relayTo(edge);
    for (const servername of [HOST, OPEN]) {
      const through = { ...edge, port: relay.port };
      (await handshake(through, { servername, cert, key, maxVersion: "TLSv1.2" })).destroy();
    }
    expect(messageTypes(relay.answered[0] ?? Buffer.alloc(0))).toContain(CERTIFICATE_REQUEST);
    expect(messageTypes(relay.answered[1] ?? Buffer.alloc(0))).not.toContain(CERTIFICATE_REQUEST);
  });

  it("follows the associations from one connection to the next", async () => {
    const { account, cert, key } = await mtlsAccount();
    const edge = await start(account);
    expect((await get(edge, OPEN, { cert, key })).status).toBe(403);
    account.associations[OPEN] = ["ca"];
    expect((await get(edge, OPEN, { cert, key })).status).toBe(200);
    delete account.associations[OPEN];
    expect((await get(edge, OPEN, { cert, key })).status).toBe(403);
  });

  it("leaves a kept connection its verdict, while its requests meet the rules as they are now", async () => {
    const { account, cert, key } = await mtlsAccount();
    const edge = await start(account);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ports = new Set<unknown>();
    agent.on("free", (socket: TLSSocket) => ports.add(socket.localPort));
    const ask = () => get(edge, HOST, { cert, key, agent });
    expect((await ask()).status).toBe(200);
    account.rules = [UNVERIFIED, block("ssl", "everyone")];
    expect((await ask()).body).toContain("everyone");
    account.rules = [UNVERIFIED];
    account.associations = {};
    expect((await ask()).status).toBe(200);
    agent.destroy();
    expect(ports.size).toBe(1);
    expect((await get(edge, HOST, { cert, key })).status).toBe(403);
  });
});

describe("a client's hello", () => {
  it("may arrive byte by byte", async () => {
    const { account, cert, key } = await mtlsAccount();
    const edge = await start(account);
    const relay = await relayTo(edge, (sent) => Array.from(sent, (_, at) => sent.subarray(at, at + 1)));
    expect((await get({ ...edge, port: relay.port }, HOST, { cert, key })).status).toBe(200);
  });

  it("may be spread over many TLS records", async () => {
    const { account, cert, key } = await mtlsAccount();
    const edge = await start(account);
    let first = true;
    const relay = await relayTo(edge, (sent) => {
      if (!first) return [sent];
      first = false;
      const message = sent.subarray(5);
      const records: Buffer[] = [];
      for (let at = 0; at < message.length; at += 50) {
        const part = message.subarray(at, at + 50);
        records.push(Buffer.from([22, 3, 1, 0, part.length]), part);
      }
      return [Buffer.concat(records)];
    });
    expect((await get({ ...edge, port: relay.port }, HOST, { cert, key })).status).toBe(200);
  });

  it("without a name gets a certificate for the address and a sentence", async () => {
    const { account } = await mtlsAccount();
    const edge = await start(account);
    // Node takes the empty name for "send none".
    const response = await get(edge, "", { headers: { Host: HOST } });
    expect(response.status).toBe(409);
    expect(response.body).toContain("Error 1013: HTTP hostname and TLS SNI hostname mismatch");
    expect(response.body).toContain(`The request is for ${HOST}, but the TLS handshake asked for no host at all.`);
  });

  it("may ask for a name of no zone and gets a sentence", async () => {
    const { account } = await mtlsAccount();
    const edge = await start(account);
    const { status, body } = await get(edge, "www.example.net");
    expect(status).toBe(409);
    expect(body).toContain("No zone of this account serves www.example.net.");
  });
});

describe("sessions", () => {
  it.each(["TLSv1.2", "TLSv1.3"] as const)("are not resumed over %s, on the same host or another", async (version) => {
    const { account, cert, key } = await mtlsAccount();
    account.associations[OPEN] = ["ca"];
    const edge = await start(account);
    const tls: ConnectionOptions = { minVersion: version, maxVersion: version };
    const first = await handshake(edge, { ...tls, cert, key });
    const sessions: Buffer[] = [];
    first.on("session", (session) => sessions.push(session));
    await exchange(first, HOST);
    // OpenSSL writes TLS 1.3 tickets whatever it is told; nothing must come of them.
    for (const session of [first.getSession(), ...sessions]) {
      for (const servername of [HOST, OPEN]) {
        const again = await handshake(edge, { ...tls, servername, ...(session && { session }) });
        expect(again.isSessionReused()).toBe(false);
        expect(await exchange(again, servername)).toContain("403 Forbidden");
      }
    }
  });

  it("come with no ticket in TLS 1.2", async () => {
    const { account } = await mtlsAccount();
    const edge = await start(account);
    const relay = await relayTo(edge);
    (await handshake({ ...edge, port: relay.port }, { maxVersion: "TLSv1.2" })).destroy();
    expect(messageTypes(relay.answered[0] ?? Buffer.alloc(0))).not.toContain(NEW_SESSION_TICKET);
  });

  it("can't be renegotiated", async () => {
    const { account } = await mtlsAccount();
    const edge = await start(account);
    const socket = await handshake(edge, { maxVersion: "TLSv1.2" });
    const failed = await new Promise((done) => {
      socket.on("error", done).on("close", () => done("closed"));
      socket.renegotiate({}, done);
    });
    expect(failed).toBeTruthy();
    socket.destroy();
  });
});

function exchange(socket: TLSSocket, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    socket.on("data", (chunk: Buffer) => (answer += chunk.toString()));
    socket.on("close", () => resolve(answer)).on("error", reject);
    socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  });
}

describe("clients that misbehave", () => {
  const PATIENCE = 300;

  /** What a raw connection hears, and after how long it was closed. */
  async function listen(port: number, ...sent: Buffer[]): Promise<{ heard: Buffer; after: number }> {
    const began = Date.now();
    const socket = connectTcp(port, "127.0.0.1").setNoDelay();
    const heard: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => heard.push(chunk)).on("error", () => undefined);
    const closed = new Promise((done) => socket.on("close", done));
    for (const bytes of sent) {
      socket.write(bytes);
      await new Promise((done) => setTimeout(done, 20));
    }
    await closed;
    return { heard: Buffer.concat(heard), after: Date.now() - began };
  }

  async function hello(): Promise<Buffer> {
    const relayed: Buffer[] = [];
    const { account } = await mtlsAccount();
    const edge = await start(account);
    const relay = await relayTo(edge, (sent) => (relayed.push(sent), [sent]));
    (await handshake({ ...edge, port: relay.port })).destroy();
    return relayed[0] ?? Buffer.alloc(0);
  }

  it("with garbage get an alert at once", async () => {
    const { account } = await mtlsAccount();
    const edge = await start(account);
    for (const garbage of [
      Buffer.from([0, 1, 2, 3, 4, 5, 6, 7]),
      Buffer.alloc(4096, 0xff),
      Buffer.from("SSH-2.0-x\r\n"),
    ]) {
      const { heard, after } = await listen(edge.port, garbage);
      expect([...heard.subarray(0, 1)]).toEqual([21]);
      expect(after).toBeLessThan(2000);
    }
  });

  it("with plain HTTP get a sentence", async () => {
    const { account } = await mtlsAccount();
    const edge = await start(account);
    const { heard } = await listen(edge.port, Buffer.from(`GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`));
    expect(heard.toString()).toContain("400 Bad Request");
    expect(heard.toString()).toContain("The plain HTTP request was sent to an HTTPS port.");
  });

  it("that say nothing, half a hello, or a hello and nothing more are cut off in time", async () => {
    const { account } = await mtlsAccount();
    const edge = await start(account, { patience: PATIENCE });
    const whole = await hello();
    const cases = [[], [whole.subarray(0, 60)], [whole], [whole.subarray(0, 3), whole.subarray(3, 9)]];
    for (const { after } of await Promise.all(cases.map((sent) => listen(edge.port, ...sent)))) {
      expect(after).toBeGreaterThanOrEqual(PATIENCE - 50);
      expect(after).toBeLessThan(PATIENCE * 2 + 1500);
    }
  });

  it("that never finish the head of a request are cut off in time, however slowly they write", async () => {
    const { account } = await mtlsAccount();
    const edge = await start(account, { patience: 100 });
    const socket = await handshake(edge);
    const began = Date.now();
    const drip = setInterval(() => socket.write("x"), 50);
    socket.write(`GET / HTTP/1.1\r\nHost: ${HOST}\r\nx-slow: `);
    await new Promise((done) => socket.on("error", () => undefined).on("close", done));
    clearInterval(drip);
    expect(Date.now() - began).toBeGreaterThan(500);
    expect(Date.now() - began).toBeLessThan(3000);
  });

  it("that close their side after half a hello are let go", async () => {
    const { account } = await mtlsAccount();
    const edge = await start(account);
    const socket = connectTcp({ port: edge.port, host: "127.0.0.1", allowHalfOpen: true });
    socket.on("error", () => undefined).resume();
    socket.end(Buffer.from([22, 3, 1, 0]));
    await new Promise((done) => socket.on("close", done));
  });

  it("do not disturb fifty others at the same time", async () => {
    const { account, cert, key } = await mtlsAccount();
    const edge = await start(account);
    const idle = Array.from({ length: 20 }, () => connectTcp(edge.port, "127.0.0.1"));
    const statuses = await Promise.all(
      Array.from({ length: 50 }, async (_, at) => (await get(edge, HOST, at % 2 ? { cert, key } : {})).status),
    );
    for (const socket of idle) socket.destroy();
    expect(statuses).toEqual(statuses.map((_, at) => (at % 2 ? 200 : 403)));
  }, 30_000);
});

describe("closing", () => {
  it("ends every open connection at once, whatever it is doing", async () => {
    const { account } = await mtlsAccount();
    const edge = await start(account);
    const secured = await handshake(edge);
    const raw = connectTcp(edge.port, "127.0.0.1");
    const closed = Promise.all(
      [secured, raw].map(
        (socket) =>
          new Promise((done) =>
            socket
              .on("error", () => undefined)
              .on("close", done)
              .resume(),
          ),
      ),
    );
    await new Promise((done) => raw.on("connect", done));
    const began = Date.now();
    await edge.close();
    await closed;
    expect(Date.now() - began).toBeLessThan(500);
  });

  it("is refused a port that is taken", async () => {
    const { account } = await mtlsAccount();
    const edge = await start(account);
    await expect(start(account, { port: edge.port })).rejects.toThrow("EADDRINUSE");
  });
});
