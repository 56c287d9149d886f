import { createServer, type Server } from "node:https";
import { createServer as createTcpServer, type AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { command } from "../../src/command/verify";
import { buildExpressions } from "../../src/rules/expression";
import type { Emulator } from "../../src/emulator";
import { asLines, expressionsAsLines } from "../../src/wording/lines";
import { authorities, createAuthority, type Authority } from "../support/authority";
import { expectOnPage, filesOf, runCommand } from "../support/command";
import { Dashboard } from "../support/dashboard";
import { useEmulator } from "../support/use";

/* What `verify` says of an edge: real handshakes with the emulator's, and with edges that do one thing wrong. */

const HOST = "api.example.com";
let A: Authority;
let B: Authority;
let client: Awaited<ReturnType<Authority["issue"]>>;

beforeAll(async () => {
  ({ A, B } = await authorities("A", "B"));
  client = await A.issue("client", { serialNumber: "0a1b2c3d4e5f60718293a4b5c6d7e8f9" });
});

interface Declared {
  readonly action?: string;
  readonly paths?: string[];
  readonly revoked?: string[];
  readonly response?: { statusCode: number; contentType: string; content: string };
  readonly hostnames?: string[];
}

/** As `pulumi stack export` prints a stack with one rule and its list. */
function stackWith({ hostnames: names = [HOST], action = "block", paths, ...rest }: Declared): string {
  const hostnames = asLines(names);
  const texts = buildExpressions({ hostnames: names, issuerSkis: [A.ski], paths, ...rest });
  const expressions = expressionsAsLines([...texts.values()]);
  const associations = [{ caCertificateId: "1", more: "", less: "" }];
  const held = { hostnames, expressions, associations, paths: paths && asLines(paths) };
  const outputs = { zoneId: "z", action, ...held, ...rest };
  const list = { zoneId: "z", hostnames, caCertificateId: "1", mode: "exclusive" };
  return JSON.stringify({
    version: 3,
    deployment: {
      resources: [
        { urn: "l", outputs: list },
        { urn: "r", outputs },
      ],
    },
  });
}

/** An account whose edge serves these rules, and asks on these hosts for certificates of A. */
async function edgeWith(expressions: readonly string[], asked: readonly string[], rules: object[] = []) {
  const emulator = await useEmulator({ zones: ["example.com"] });
  const dashboard = new Dashboard(emulator);
  await dashboard.upload(B.pem, "B");
  await dashboard.putHostnames("example.com", (await dashboard.upload(A.pem, "A")).id, asked);
  await dashboard.makeRules("example.com", 1);
  for (const rule of [...rules, ...expressions.map((expression) => ({ action: "block", expression }))])
    await dashboard.addRule("example.com", { description: "", enabled: true, ...rule });
  return emulator;
}

function run(
  { edge }: Pick<Emulator, "edge">,
  stack: string | undefined,
  args: readonly string[] = [],
  stopAfter?: number,
) {
  const files = filesOf({ stack: stack ?? "", ca: edge.certificate, crt: client.certificate, key: client.key });
  const own = args.includes("--certificate") ? [] : ["--certificate", files.crt, "--key", files.key];
  const at = ["--connect", `${edge.host}:${edge.port}`, "--ca-file", files.ca];
  return runCommand(
    command,
    [...(stack === undefined ? [] : ["--stack", files.stack]), ...at, ...own, ...args],
    stopAfter,
  );
}

const row = (out: string) => out.split("\n")[1]?.split(/\s\s+/).slice(1);
const rule = (rest: object = {}) => [...buildExpressions({ hostnames: [HOST], issuerSkis: [A.ski], ...rest }).values()];
const VERIFIED = "cf.tls_client_auth.cert_verified";
const SKI = "cf.tls_client_auth.cert_issuer_ski";

test("an edge that does what the stack declares is told so, in a table, in JSON, and by 0", async () => {
  const emulator = await edgeWith(rule(), [HOST]);
  const { code, out } = await run(emulator, stackWith({}));
  expect(code).toBe(0);
  expect(out).toBe(
    [
      "HOSTNAME         PATH  TLS      ASKS  NONE  UNKNOWN CA  YOURS  CAPITALS  REUSE",
      "api.example.com  /     1.2 1.3  yes   403   403         200    403       403    as declared",
      "",
    ].join("\n"),
  );
  const json = JSON.parse((await run(emulator, stackWith({}), ["--json"])).out) as Record<string, unknown>;
  expect(json).toMatchObject({
    isAsDeclared: true,
    hostnames: [{ hostname: HOST, asks: true, other: "example.com", findings: [] }],
  });
  expect((await run(emulator, undefined, ["--hostname", "API.example.com."])).code).toBe(0);
});

const rightful = () => ({ declared: {}, edge: rule(), asked: [HOST], rules: [] as object[] });
type Case = Partial<ReturnType<typeof rightful>>;
test.each<[string, () => Case, string[], RegExp]>([
  [
    "no rule",
    () => ({ edge: [] }),
    ["yes", "200!", "200!", "200", "200!", "200!"],
    /200 to a client without a certificate .* and 200 to/,
  ],
  [
    "no association",
    () => ({ asked: [] }),
    ["no!", "403", "403", "403!", "403", "403"],
    /doesn't ask for a client certificate/,
  ],
  [
    "a Host that is compared letter by letter",
    () => ({ edge: [`http.host eq "${HOST}" and not ${VERIFIED}`] }),
    ["yes", "403", "403", "200", "200!", "403"],
    /with 200 to a client without a certificate \(Host in capitals\), who should have been refused with 403/,
  ],
  [
    "a certificate that only has to be there",
    () => ({ edge: [`lower(http.host) eq "${HOST}" and not cf.tls_client_auth.cert_presented`] }),
    ["yes", "403", "200!", "200", "403", "403"],
    /200 to a certificate of an unknown CA \(TLS 1\.3, TLS 1\.2\)/,
  ],
  [
    "an issuer that is believed without a signature",
    () => ({ edge: [`lower(http.host) eq "${HOST}" and ${SKI} ne "${A.ski}"`] }),
    ["yes", "403", "200!", "200", "403", "403"],
    /200 to a certificate of an unknown CA/,
  ],
  [
    "a rule for another CA",
    () => ({ edge: rule({ issuerSkis: [B.ski] }) }),
    ["yes", "403", "403", "403!", "403", "403"],
    /403 to your certificate .* let in\. Security › Events/,
  ],
  [
    "a skip rule before it",
    () => ({
      rules: [{ action: "skip", expression: `http.host eq "${HOST}"`, action_parameters: { ruleset: "current" } }],
    }),
    ["yes", "200!", "200!", "200", "403", "200!"],
    /a skip rule or an IP Access rule comes before it/,
  ],
  [
    "a rule that was to log only",
    () => ({ declared: { action: "log" } }),
    ["yes", "403!", "403!", "200", "403!", "403"],
    /403 to a client without/,
  ],
  [
    "a revoked certificate",
    () => ({ declared: { revoked: [`${A.ski}/0A1B2C3D4E5F60718293A4B5C6D7E8F9`] } }),
    ["yes", "403", "403", "200!", "403", "403"],
    /200 to your certificate/,
  ],
  [
    "another answer than the stack's",
    () => ({ declared: { response: { statusCode: 401, contentType: "text/plain", content: "no" } } }),
    ["yes", "403!", "403!", "200", "403!", "403!"],
    /refused with 401/,
  ],
])("an edge with %s is found out", async (_what, deviation, cells, finding) => {
  const { declared, edge, asked, rules } = { ...rightful(), ...deviation() };
  const { code, out, sentences } = await run(await edgeWith(edge, asked, rules), stackWith(declared));
  expect(code).toBe(1);
  expect(row(out)).toEqual(["/", "1.2 1.3", ...cells, "WRONG"]);
  expect(sentences).toMatch(finding);
});

test("a rule for paths is asked for on the first of them, and on --path", async () => {
  const declared = { paths: ["/admin/*", "/zoo"] };
  const emulator = await edgeWith(rule(declared), [HOST]);
  expect(row((await run(emulator, stackWith(declared))).out)?.[0]).toBe("/admin/any-other-path");
  const open = await run(emulator, stackWith(declared), ["--path", "/zebra"]);
  expect([open.code, row(open.out)]).toEqual([
    0,
    ["/zebra", "1.2 1.3", "yes", "200", "200", "200", "200", "200", "as declared"],
  ]);
});

test("without a certificate the rest is told, and that nobody knows of the rightful", async () => {
  const { edge } = await edgeWith(rule(), [HOST]);
  const { ca } = filesOf({ ca: edge.certificate });
  const args = ["--hostname", HOST, "--connect", `${edge.host}:${edge.port}`, "--ca-file", ca];
  const { code, out, err } = await runCommand(command, args);
  expect([code, row(out)]).toEqual([0, ["/", "1.2 1.3", "yes", "403", "403", "-", "403", "403", "as declared"]]);
  expect(err).toContain("Without --certificate and --key nobody knows whether a rightful client is let in.\n");
});

/** An edge of the test's own: it asks for certificates, refuses who has none, and does what else it is told. */
async function oddEdge(
  options: { maxVersion?: "TLSv1.2"; letsIn?: (servername: string, host: string) => boolean } = {},
) {
  const root = await createAuthority("Edge");
  const { certificate, key } = await root.issue("edge", { hostnames: [HOST, "example.com"] });
  const heard: { method: string; servername: string; host: string; socket: TLSSocket }[] = [];
  const server: Server = createServer({
    key,
    cert: certificate,
    requestCert: true,
    rejectUnauthorized: false,
    ca: A.pem,
    ...options,
  });
  server.on("request", (request, response) => {
    const socket = request.socket as TLSSocket & { servername: string };
    const { servername } = socket;
    const host = (request.headers.host ?? "").toLowerCase();
    heard.push({ method: request.method ?? "", servername, host, socket });
    const isIn = socket.authorized || host === "example.com" || options.letsIn?.(servername, host);
    response.writeHead(isIn ? 200 : 403).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(
    () => void server.close(),
    () => server.closeAllConnections(),
  );
  return { edge: { host: "127.0.0.1", port: (server.address() as AddressInfo).port, certificate: root.pem }, heard };
}

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

test("a host hears nine requests, all HEAD, and the second of a connection is for another host than the first", async () => {
  const { edge, heard } = await oddEdge();
  expect((await run({ edge }, stackWith({}))).code).toBe(0);
  expect(heard.map(({ method }) => method)).toEqual(Array.from({ length: 9 }, () => "HEAD"));
  const [first, second] = heard.slice(-2);
  expect([first?.host, second?.host, second?.servername]).toEqual(["example.com", HOST, "example.com"]);
  expect(second?.socket === first?.socket).toBe(true);
});

test("an edge that serves a closed host on an open host's connection is found out", async () => {
  const { edge } = await oddEdge({ letsIn: (servername) => servername === "example.com" });
  const { code, out, sentences } = await run({ edge }, stackWith({}));
  expect([code, row(out)]).toEqual([1, ["/", "1.2 1.3", "yes", "403", "403", "200", "403", "200!", "WRONG"]]);
  expect(sentences).toContain("without a certificate (connection of another host)");
});

test("an edge without TLS 1.3 is no mistake, and its version is told", async () => {
  const { edge } = await oddEdge({ maxVersion: "TLSv1.2" });
  const { code, out } = await run({ edge }, stackWith({}));
  expect([code, row(out)?.slice(1, 4)]).toEqual([0, ["1.2", "yes", "403"]]);
});

/** A port where whoever connects hears nothing. */
async function silence(): Promise<{ host: string; port: number; certificate: string }> {
  const server = createTcpServer((socket) => void closing.push(() => socket.destroy()));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => void server.close());
  return { host: "127.0.0.1", port: (server.address() as AddressInfo).port, certificate: A.pem };
}

test("an edge that says nothing is waited for as long as --timeout, with a word on the way, and knocked at once", async () => {
  const { code, out, err, sentences } = await run({ edge: await silence() }, stackWith({}), ["--timeout", "2"]);
  expect([code, row(out)?.slice(1, 3)]).toEqual([1, ["-", "-"]]);
  expect(sentences).toContain("It gave no answer (ETIMEDOUT). No answer came in time: see --timeout.");
  expect(err).toMatch(/^0 of 1 hostnames were looked at\n/);
});

test("with --wait it knocks again until the edge has what was declared, and no longer than that", async () => {
  const emulator = await edgeWith([], [HOST]);
  const dashboard = new Dashboard(emulator);
  const late = setTimeout(
    () => void dashboard.addRule("example.com", { action: "block", expression: rule()[0], enabled: true }),
    1500,
  );
  closing.push(() => clearTimeout(late));
  const started = Date.now();
  expect((await run(emulator, stackWith({}), ["--wait", "60"])).code).toBe(0);
  expect(Date.now() - started).toBeGreaterThan(4900);
  const other = await run(emulator, stackWith({ action: "log" }), ["--wait", "1"]);
  expect([other.code, Date.now() - started < 50_000]).toEqual([1, true]);
});

test("Ctrl-C ends it at once, with what was done", async () => {
  const started = Date.now();
  const { code, out, err } = await run({ edge: await silence() }, stackWith({}), [], 200);
  expect([code, out]).toEqual([130, ""]);
  expect(err).toContain("Stopped: 0 of 1 hostnames were looked at.\n");
  expect(Date.now() - started).toBeLessThan(3000);
});

test("whoever can't be reached, or has another root, is told with what to do", async () => {
  const { edge } = await oddEdge();
  const stranger = await run({ edge: { ...edge, certificate: B.pem } }, stackWith({}));
  expect(stranger.sentences).toMatch(
    /no answer \(\w+\)\. The edge's own certificate isn't of a root that Node\.js trusts/,
  );
  closing.splice(0).forEach((close) => close());
  const nobody = await run({ edge }, stackWith({}));
  expect([stranger.code, nobody.code]).toEqual([1, 1]);
  expect(nobody.sentences).toContain("It gave no answer (ECONNREFUSED). Nobody listens there");
});

test("docs/commands.md shows what a terminal shows", async () => {
  const hostnames = ["api.example.com", "hooks.example.com", "old.example.com"];
  const byHand = `http.host eq "old.example.com" and not (${VERIFIED} and ${SKI} in {"${A.ski}"})`;
  const emulator = await edgeWith([...rule({ hostnames: hostnames.slice(0, 2) }), byHand], hostnames);
  const { code, out } = await run(emulator, stackWith({ hostnames }));
  expect(code).toBe(1);
  expectOnPage(out);
});

test("of many hostnames each has its row, in order, and --hostname takes some of them", async () => {
  const hostnames = Array.from({ length: 6 }, (_, n) => `h${n}.example.com`);
  const emulator = await edgeWith(rule({ hostnames }), hostnames);
  const { code, out } = await run(emulator, stackWith({ hostnames }));
  expect(code).toBe(0);
  expect(
    out
      .split("\n")
      .slice(1, -1)
      .map((line) => line.split(" ")[0]),
  ).toEqual(hostnames);
  const some = await run(emulator, stackWith({ hostnames }), ["--hostname", "h3.example.com", "--json"]);
  expect(JSON.parse(some.out)).toMatchObject({ hostnames: [{ hostname: "h3.example.com", other: "h0.example.com" }] });
});

test.each<[string, (files: Record<string, string>) => string[], RegExp]>([
  ["nothing to look at", () => [], /^--stack or a --hostname is needed$/],
  ["no stack", ({ key = "" }) => ["--stack", key], /^--stack: It is no JSON\. Give what `pulumi stack export` prints/],
  ["a stack of others", ({ other = "" }) => ["--stack", other], /^--stack: It holds no rule and no list/],
  ["a file that isn't there", () => ["--stack", "/nowhere"], /^the file of --stack can't be read \(ENOENT\)$/],
  ["a certificate without its key", ({ crt = "" }) => ["--hostname", HOST, "--certificate", crt], /belong together/],
  [
    "another's key",
    ({ crt = "", other = "" }) => ["--hostname", HOST, "--certificate", crt, "--key", other],
    /isn't PEM/,
  ],
  [
    "a key of another certificate",
    ({ crt = "", wrong = "" }) => ["--hostname", HOST, "--certificate", crt, "--key", wrong],
    /the key isn't the certificate's/,
  ],
  [
    "the key's text for its file",
    ({ crt = "", text = "" }) => ["--hostname", HOST, "--certificate", crt, `--key=${text}`],
    /^the file of --key can't be read \(\w+\)$/,
  ],
  ["a URL", () => ["--hostname", `https://${HOST}/`], /is a URL, not a hostname\. Write "api\.example\.com"/],
  [
    "a host of another stack",
    ({ stack = "" }) => ["--stack", stack, "--hostname", "other.example.org"],
    /^the stack has no hostname other\.example\.org$/,
  ],
  ["an address without a port", () => ["--hostname", HOST, "--connect", "127.0.0.1"], /must be HOST:PORT/],
  ["roots that are none", ({ key = "" }) => ["--hostname", HOST, "--ca-file", key], /holds no certificate in PEM/],
  ["a path without a slash", () => ["--hostname", HOST, "--path", "admin"], /must begin with a slash/],
  ["a value for a flag", () => ["--hostname", HOST, "--json=yes"], /^--json takes no value$/],
  ["a time that is none", () => ["--hostname", HOST, "--wait", "long"], /^--wait must be a whole number/],
  ["no time", () => ["--hostname", HOST, "--timeout", "0"], /a second at least/],
])("%s is refused before anybody is knocked at", async (_what, args, words) => {
  const { key: wrong } = await B.issue("other");
  const files = filesOf({ crt: client.certificate, key: client.key, wrong, other: "{}", stack: stackWith({}) });
  const refused = runCommand(command, args({ ...files, text: client.key }));
  await expect(refused).rejects.toMatchObject({ name: "UsageError", message: expect.stringMatching(words) as string });
  const { message } = (await refused.catch((error: unknown) => error as Error)) as Error;
  for (const line of client.key.split("\n").filter((one) => one.length > 20)) expect(message).not.toContain(line);
});
