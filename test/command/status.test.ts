import { command } from "../../src/command/status";
import type { Standing } from "../../src/command/standing";
import type { Finding } from "../../src/command/findings";
import { buildExpressions } from "../../src/rules/expression";
import type { Demand } from "../../src/rules/expression";
import type { Emulator } from "../../src/emulator";
import { createAuthority, type Authority } from "../support/authority";
import { expectDrawn, expectOnPage, runCommand } from "../support/command";
import { Dashboard } from "../support/dashboard";
import { knock, type Client } from "../support/prober";
import { mean } from "../support/emulator";
import { useEmulator } from "../support/use";
import { isWrite } from "../support/writes";

/* What `status` says of an account in which much is as it should be, and much isn't. */

const DAY = 86_400_000;
const STACK = "shop/production";
const ROOM = { first: 400.5, next: 3650.5, legacy: 11.5, spare: 90.5 };
let CA: Record<keyof typeof ROOM, Authority>;
const saved = { ...process.env };

beforeAll(async () => {
  const make = async ([name, days]: [string, number]) =>
    [name, await createAuthority(name, { notAfter: new Date(Date.now() + days * DAY) })] as const;
  CA = Object.fromEntries(await Promise.all(Object.entries(ROOM).map(make))) as typeof CA;
});
afterEach(() => {
  process.env = { ...saved };
});

async function account(): Promise<Emulator> {
  const emulator = await useEmulator({ zones: ["example.com", "example.org"] });
  process.env.CLOUDFLARE_API_TOKEN = emulator.apiToken;
  process.env.CLOUDFLARE_BASE_URL = emulator.apiUrl;
  const dashboard = new Dashboard(emulator);
  const first = await dashboard.upload(CA.first.pem, `pulumi ${STACK}/mtls-2026~a1b2c3`);
  const next = await dashboard.upload(CA.next.pem, `Partners 2027 (pulumi ${STACK}/mtls-2027~a1b2c3)`);
  const legacy = await dashboard.upload(CA.legacy.pem, "Legacy");
  await dashboard.upload(CA.spare.pem, "Spare");
  await dashboard.putHostnames("example.com", first.id, ["api.example.com", "admin.example.com"]);
  await dashboard.putHostnames("example.com", next.id, ["api.example.com", "admin.example.com"]);
  await dashboard.putHostnames("example.com", legacy.id, ["old.example.com", "office.example.com"]);
  await dashboard.putHostnames("example.org", legacy.id, ["logged.example.org", "skipped.example.org"]);
  const lists = `/zones/${dashboard.zoneId("example.com")}/certificate_authorities/hostname_associations`;
  await dashboard.call("PUT", lists, { hostnames: ["devices.example.com"] });
  const own = (name: string, demand: Demand) => ({
    ...{ ref: `mtls_${name}`, action: "block", enabled: true },
    description: `Mutual TLS, managed by Pulumi (${STACK}/${name})`,
    expression: [...buildExpressions(demand).values()][0] ?? "",
  });
  const byHand = (description: string, expression: string) => ({
    action: "block",
    enabled: true,
    description,
    expression,
  });
  const bare = "not cf.tls_client_auth.cert_verified";
  await dashboard.makeRules("example.com", 1);
  for (const rule of [
    own("partners", { hostnames: ["api.example.com"], issuerSkis: [CA.first.ski, CA.next.ski] }),
    own("admin", { hostnames: ["admin.example.com"], issuerSkis: [CA.next.ski], paths: ["/admin/*", "/login"] }),
    byHand("but for the office", `http.host eq "office.example.com" and ${bare} and not ip.src in {192.0.2.0/24}`),
    byHand("shut", `http.host eq "shut.example.com" and ${bare}`),
    byHand("devices", `http.host eq "devices.example.com" and ${bare}`),
  ])
    await dashboard.addRule("example.com", rule);
  await dashboard.makeRules("example.org", 1);
  for (const rule of [
    {
      ...byHand("for all", 'http.host eq "skipped.example.org"'),
      action: "skip",
      action_parameters: { ruleset: "current" },
    },
    { ...own("logged", { hostnames: ["logged.example.org"], issuerSkis: [CA.legacy.ski] }), action: "log" },
    own("skipped", { hostnames: ["skipped.example.org"], issuerSkis: [CA.legacy.ski] }),
  ])
    await dashboard.addRule("example.org", rule);
  return emulator;
}

function run(emulator: Emulator, ...args: string[]) {
  // Whose hosts are asked for its certificates is a part of the answer.
  mean(emulator, () => "read");
  return runCommand(command, ["--account", emulator.accountId, ...args]);
}
type Report = Standing & { findings: Finding[] };

test("each hostname is told with who gets in, as the edge has it", async () => {
  const emulator = await account();
  const { out } = await run(emulator, "--json");
  const { hosts, cas } = JSON.parse(out) as Report;
  const nameOf = (id: string) => cas.find((ca) => ca.id === id)?.name;
  expect(
    hosts.map(({ hostname, state, closed, dependsOn, letsIn }) => [
      hostname,
      state,
      closed,
      dependsOn,
      letsIn.map(nameOf),
    ]),
  ).toEqual([
    ["admin.example.com", "enforced", ["/admin/*", "/login"], [], ["Partners 2027"]],
    ["api.example.com", "enforced", "everywhere", [], ["mtls-2026", "Partners 2027"]],
    ["devices.example.com", "enforced", "everywhere", [], ["the Cloudflare-managed CA"]],
    ["office.example.com", "enforced", "nowhere", ["ip.src"], ["Legacy"]],
    ["old.example.com", "open", "nowhere", [], []],
    ["shut.example.com", "locked out", "everywhere", [], []],
    ["logged.example.org", "open", "nowhere", [], []],
    ["skipped.example.org", "open", "nowhere", [], []],
  ]);
  const clients: Client[] = [{ name: "nobody" }];
  for (const [name, ca] of [
    ["mtls-2026", CA.first],
    ["Partners 2027", CA.next],
    ["Legacy", CA.legacy],
  ] as const)
    clients.push({ name, ...(await ca.issue("client")) });
  const paths = { "/": "/", "/login": "/login", "/admin/users": "/admin/*" };
  for (const { hostname, closed, letsIn } of hosts)
    for (const client of clients) {
      const expected = Object.values(paths).map((pattern) => {
        const isClosed = closed === "everywhere" || closed.includes(pattern) || hostname === "office.example.com";
        return !isClosed || letsIn.map(nameOf).includes(client.name) ? 200 : 403;
      });
      const knocks = Object.keys(paths).map((path) => knock(emulator.edge, hostname, client, path));
      const statuses = (await Promise.all(knocks)).map(({ status }) => status);
      expect([hostname, client.name, ...statuses]).toEqual([hostname, client.name, ...expected]);
    }
});

test("what somebody should look at is said, with what to do", async () => {
  const emulator = await account();
  const before = emulator.requests.length;
  const { code, out, sentences } = await run(emulator);
  expect(code).toBe(0);
  expect(emulator.requests.slice(before).filter(isWrite)).toEqual([]);
  expect(
    sentences
      .split("\n")
      .filter((line) => line.startsWith("!"))
      .map((line) => line.replace(/[0-9a-f]{32}|\d{4}-\d\d-\d\d/, "…")),
  ).toEqual([
    "! CA Legacy expires in 11 days, on …, and 4 hostnames stand on it. Add the next CA beside it under a key of its own, and give out new client certificates.",
    "! admin.example.com asks for certificates of mtls-2026 too, and refuses them: the rules (admin) name other issuers.",
    "! old.example.com asks for certificates of Legacy, and lets everybody in: no rule demands one. An MtlsRule for it closes it.",
    "! shut.example.com is on no CA's list, so that it never asks for the certificate which a rule demands (shut): nobody gets in. Put it on the list of a CA that the rule names, or take it out of the rule.",
    "! logged.example.org asks for certificates of Legacy, and lets everybody in: its rule (logged) only logs.",
    "! skipped.example.org asks for certificates of Legacy, and lets everybody in: a skip rule comes before its rule (skipped). Move that one up: an MtlsRule is first unless it has a position.",
    "! Rule logged of example.org (…) only logs: it keeps nobody out.",
  ]);
  expect(out).toMatch(/^Legacy +\d{4}-\d\d-\d\d +11! +4 +-$/m);
  expect(out).toMatch(/^mtls-2026 +\d{4}-\d\d-\d\d +\d+ +2 +shop\/production\/mtls-2026$/m);
  expect(out).toMatch(/^admin\.example\.com +closed: \/admin\/\*, \/login +mtls-2026, Partners 2027 +Partners 2027$/m);
  expect(out).toMatch(/^shut\.example\.com +NOBODY GETS IN +- +nobody$/m);
  expect(out).toMatch(/^but for the office +example\.com +block +1 +-$/m);
  expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThan(101);
  expectOnPage(out);
  expectDrawn((await run(emulator, "--svg")).out);
});

test.each([
  [["--expires-within", "10"], 0],
  [["--expires-within", "11"], 1],
  [["--expires-within", "30", "--svg"], 1],
] as const)("with %j, where a CA that is used has eleven days left, it ends with %i", async (args, code) => {
  expect((await run(await account(), ...args)).code).toBe(code);
});

test("a CA that has expired is said to have, and one that nobody uses may end", async () => {
  const emulator = await useEmulator({ zones: ["example.com"] });
  Object.assign(process.env, { CLOUDFLARE_API_TOKEN: emulator.apiToken, CLOUDFLARE_BASE_URL: emulator.apiUrl });
  const dashboard = new Dashboard(emulator);
  const gone = { notBefore: new Date(Date.now() - 9 * DAY), notAfter: new Date(Date.now() - 2 * DAY) };
  const { id } = await dashboard.upload((await createAuthority("gone", gone)).pem, "gone");
  expect(await run(emulator, "--expires-within", "30")).toMatchObject({
    code: 0,
    out: expect.not.stringContaining("!") as string,
  });
  await dashboard.putHostnames("example.com", id, ["api.example.com"]);
  const { code, sentences } = await run(emulator, "--expires-within", "0");
  expect(code).toBe(1);
  expect(sentences).toMatch(/! CA gone has expired on \d{4}-\d\d-\d\d, and 1 hostname stands on it\./);
});

test("the picture has a box for each CA, rule and kind of host, a bar for each CA's end, and nothing of a name becomes markup", async () => {
  const emulator = await account();
  const dashboard = new Dashboard(emulator);
  const { id } = await dashboard.upload((await createAuthority("M")).pem, '<script>"&');
  await dashboard.putHostnames(
    "example.org",
    id,
    Array.from({ length: 12 }, (_, n) => `h${n}.example.org`),
  );
  const { out } = await run(emulator, "--svg");
  expect(out).toMatch(/^<svg xmlns[^]*<\/svg>\n$/);
  expect(out.match(/<rect /g)).toHaveLength(1 + 6 + 9 + 7 + 5);
  const words = [...out.matchAll(/>([^<>]+)<\/text>/g)].map(([, word]) => word);
  for (const word of [
    "Partners 2027",
    "closed: /admin/*, /login",
    "and 6 more",
    "NOBODY GETS IN",
    "no stack's",
    "&#60;script&#62;&#34;&#38;",
    "30 days",
  ])
    expect(words).toContain(word);
  expect(out).not.toContain("<script>");
});

test("the same as Mermaid has the same boxes and lines", async () => {
  const { out } = await run(await account(), "--mermaid");
  const lines = out.trimEnd().split("\n");
  expect(lines[0]).toBe("flowchart LR");
  expect(lines.filter((line) => /^ {2}(ca|host|rule)\d+\[".+"\]$/.test(line))).toHaveLength(5 + 8 + 7);
  expect(out).toMatch(/ {2}host1\["api\.example\.com<br>closed"\]/);
  expect(lines).toEqual(expect.arrayContaining(["  ca0 --- host1", "  ca1 --- host1", "  host1 --- rule0"]));
  expect(out).toMatch(/^ {2}class \S*host5\S* alarming$/m);
});

test("without --zone it looks at every zone of the account, with --zone at those, and an empty account is said to be", async () => {
  const emulator = await account();
  const zones = async (...args: string[]) =>
    (JSON.parse((await run(emulator, "--json", ...args)).out) as Report).hosts.map(({ zone }) => zone);
  expect(new Set(await zones())).toEqual(new Set(["example.com", "example.org"]));
  expect(new Set(await zones("--zone", emulator.zones["example.org"] ?? ""))).toEqual(new Set(["example.org"]));
  const empty = await useEmulator({ zones: ["example.net"] });
  Object.assign(process.env, { CLOUDFLARE_API_TOKEN: empty.apiToken, CLOUDFLARE_BASE_URL: empty.apiUrl });
  expect((await run(empty)).out).toContain("There is no CA, no association and no rule that looks at certificates.");
});

test("while it reads for longer than a second, it says how far it is", async () => {
  const emulator = await account();
  emulator.configure({ latency: 130 });
  expect((await run(emulator)).err).toMatch(/^[01] of 2 zones read\n/);
});

test.each([
  ["no account", [], /--account must be an id/],
  ["two pictures", ["--account", "0".repeat(32), "--svg", "--mermaid"], /^--svg and --mermaid can't be had at once$/],
  ["days that are none", ["--account", "0".repeat(32), "--expires-within", "soon"], /whole number/],
] as const)("%s is refused before anything is read", async (_what, args, words) => {
  await expect(runCommand(command, args)).rejects.toMatchObject({
    name: "UsageError",
    message: expect.stringMatching(words) as string,
  });
});

test("a token that isn't let in ends it with 1, in Cloudflare's words and with what to do", async () => {
  const emulator = await account();
  process.env.CLOUDFLARE_API_TOKEN = "another";
  const { code, out, err } = await run(emulator);
  expect([code, out]).toEqual([1, ""]);
  expect(err).toMatch(/GET \/accounts\/\S+ was answered with HTTP 40\d: .*\[code: \d+\]/);
});
