import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import type { Emulator } from "../../src/emulator";
import { startEmulator } from "../support/emulator";
import { createAuthority } from "../support/authority";
import type { Authority } from "../support/authority";
import { startProxy, startTlsFront } from "../support/lines";
import type { Line, Proxy } from "../support/lines";

/*
 * The API behind TLS and behind proxies. Each call is one of a process of its own, because NODE_EXTRA_CA_CERTS is read at
 * its start; the certificates are minted here, and nothing leaves the machine.
 */

jest.setTimeout(60_000);

const CLIENT = resolve(__dirname, "../../dist/cloudflare/client.js");
/** Milliseconds: less than the waits between the tries of what may get better. */
const AT_ONCE = 2000;
const NAME = "api.cloudflare.test";

let emulator: Emulator;
let authority: Authority;
let folder: string;
let trusted: Record<string, string>;
const lines: Line[] = [];

beforeAll(async () => {
  [emulator, authority] = await Promise.all([startEmulator({ zones: ["x.com"] }), createAuthority("Company")]);
  folder = mkdtempSync(join(tmpdir(), "network-"));
  const file = join(folder, "company.pem");
  writeFileSync(file, authority.pem);
  trusted = { NODE_EXTRA_CA_CERTS: file };
});

afterEach(() => Promise.all(lines.splice(0).map((line) => line.close())));

afterAll(async () => {
  rmSync(folder, { recursive: true });
  await emulator.close();
});

test("an API behind the company's own CA is reached with NODE_EXTRA_CA_CERTS, and without it the error names it", async () => {
  const front = await tlsFront("localhost");
  const [without, given] = await Promise.all([
    ask(`https://localhost:${front.port}`),
    ask(`https://localhost:${front.port}`, trusted),
  ]);
  expect(given.zone).toBe("x.com");
  expect(without.error).toMatch(/got no answer \((UNABLE_TO_|SELF_SIGNED_)\w+\)\n.*name its CA in NODE_EXTRA_CA_CERTS/);
  // It can't get better by itself.
  expect(without.milliseconds).toBeLessThan(AT_ONCE);
});

test("TLS that fails is told by its cause, at once", async () => {
  const [misnamed, expired] = await Promise.all([
    tlsFront("another.test"),
    tlsFront("localhost", { notBefore: new Date(0), notAfter: new Date(1000) }),
  ]);
  const { port } = new URL(emulator.apiUrl);
  const cases: [port: number | string, expected: RegExp][] = [
    [misnamed.port, /\(ERR_TLS_CERT_ALTNAME_INVALID\)\n.*certificate for another name: check `cloudflare:baseUrl`/],
    [expired.port, /\(CERT_HAS_EXPIRED\)\n.*isn't valid at this machine's time/],
    [port, /\n.*speaks no TLS, or not this one: check http:\/\/ and https:\/\//],
  ];
  const asked = await Promise.all(cases.map(([at]) => ask(`https://localhost:${at}`, trusted)));
  asked.forEach(({ error, milliseconds }, index) => {
    expect(error).toMatch(cases[index]?.[1] ?? "");
    expect(milliseconds).toBeLessThan(AT_ONCE);
  });
});

test("a name that doesn't resolve is told as such, after a few tries", async () => {
  // A label of 64 letters is none: the resolver says so without asking anybody.
  const { error, tries } = await ask(`https://${"a".repeat(64)}.test`);
  expect(error).toMatch(/\(ENOTFOUND\)\n.*doesn't resolve: check `cloudflare:baseUrl`, the network, and HTTPS_PROXY/);
  expect(tries).toBeGreaterThan(0);
});

test("HTTPS_PROXY tunnels: it resolves the name, and reads no token", async () => {
  const proxy = await proxyTo({ [NAME]: (await tlsFront(NAME)).port }, "user:pass-word");
  const https = { ...trusted, HTTPS_PROXY: `http://user:pass-word@127.0.0.1:${proxy.port}` };
  expect((await ask(`https://${NAME}`, https)).zone).toBe("x.com");
  expect(proxy.asked).toEqual([`CONNECT ${NAME}:443`]);
  expect(proxy.read.join()).not.toContain(emulator.apiToken);

  // One that inspects shows a certificate of its own.
  const { error } = await ask(`https://${NAME}`, { HTTPS_PROXY: https.HTTPS_PROXY });
  expect(error).toContain("behind an inspecting proxy, name its CA in NODE_EXTRA_CA_CERTS");
});

test("a proxy that refuses is told from the API, and its password is never shown", async () => {
  const proxy = await proxyTo({}, "user:pass-word");
  const base = `https://${NAME}`;
  const [wrong, nowhere, closed] = await Promise.all([
    ask(base, { ...trusted, HTTPS_PROXY: `http://user:wrong-word@127.0.0.1:${proxy.port}` }),
    ask(base, { ...trusted, HTTPS_PROXY: `http://user:pass-word@127.0.0.1:${proxy.port}` }),
    ask(base, { ...trusted, HTTPS_PROXY: "http://user:pass-word@127.0.0.1:1" }),
  ]);
  expect(wrong.error).toMatch(/HTTP 407[^]*HTTPS_PROXY/);
  expect(nowhere.error).toMatch(/HTTP 502[^]*HTTPS_PROXY/);
  expect(closed.error).toMatch(/ECONNREFUSED[^]*proxy/);
  expect([wrong, nowhere, closed].map(({ error }) => error).join()).not.toMatch(/(pass|wrong)-word/);
});

test("HTTP_PROXY passes on what goes to an http:// address, and NO_PROXY goes past it", async () => {
  const proxy = await proxyTo({ [NAME]: Number(new URL(emulator.apiUrl).port) });
  const env = { HTTP_PROXY: `http://127.0.0.1:${proxy.port}`, HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` };
  expect((await ask(`http://${NAME}`, env)).zone).toBe("x.com");
  expect(proxy.asked).toEqual([`GET http://${NAME}/client/v4/zones/${emulator.zones["x.com"]}`]);

  const front = await tlsFront("localhost");
  for (const [base, past] of [
    [new URL(emulator.apiUrl).origin, "127.0.0.1"],
    [`https://localhost:${front.port}`, "localhost"],
    [`https://localhost:${front.port}`, "*"],
  ] as const)
    expect((await ask(base, { ...env, ...trusted, NO_PROXY: past })).zone).toBe("x.com");
  expect(proxy.asked).toHaveLength(1);
});

async function tlsFront(name: string, validity: { notBefore?: Date; notAfter?: Date } = {}): Promise<Line> {
  const leaf = await authority.issue(name, { hostnames: [name], ...validity });
  const front = await startTlsFront(Number(new URL(emulator.apiUrl).port), leaf);
  lines.push(front);
  return front;
}

async function proxyTo(ports: Record<string, number>, credentials?: string): Promise<Proxy> {
  const proxy = await startProxy(ports, credentials);
  lines.push(proxy);
  return proxy;
}

interface Asked {
  readonly zone?: string;
  readonly error?: string;
  /** Of the call alone. */
  readonly milliseconds: number;
  /** How often a wait for another try was said aloud. */
  readonly tries: number;
}

/** Looks up the zone x.com at the API of this origin, in a process that has these variables and no others. */
async function ask(origin: string, environment: Readonly<Record<string, string>> = {}): Promise<Asked> {
  const program = `
    const { connect } = require(process.argv[1]);
    const [, , baseUrl, token, zone] = process.argv;
    const said = [];
    const access = { baseUrl, headers: { Authorization: "Bearer " + token }, secrets: [token] };
    const from = Date.now();
    const tell = (what) => console.log(JSON.stringify({ ...what, milliseconds: Date.now() - from, tries: said.length }));
    connect(access, (line) => said.push(line))({ method: "GET", path: "/zones/" + zone })
      .then(({ result }) => tell({ zone: result.name }), (error) => tell({ error: error.message }));`;
  const args = ["-e", program, CLIENT, `${origin}/client/v4`, emulator.apiToken, emulator.zones["x.com"] ?? ""];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { ...environment } });
  return JSON.parse(stdout) as Asked;
}
