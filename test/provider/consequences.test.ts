import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import type { Emulator, EmulatorOptions } from "../../src/emulator";
import { UNKNOWN } from "../../src/provider/engine/unknown";
import { startEmulator } from "../support/emulator";
import { createAuthority } from "../support/authority";
import type { Authority } from "../support/authority";
import { processAt, reasonsOf } from "../support/session";
import type { Kind } from "../support/session";
import { isWrite } from "../support/writes";

type Inputs = Readonly<Record<string, unknown>>;

let emulator: Emulator;
let cas: Record<"A" | "B" | "C" | "D" | "E" | "F", Authority>;

beforeAll(async () => {
  cas = await minted("A", "B", "C", "D", "E", "F");
});
beforeEach(() => account());
afterEach(() => emulator.close());

/** With nothing to be said about them. */
async function minted(...names: string[]): Promise<Record<string, Authority>> {
  const made = names.map(async (name) => [name, await createAuthority(name, { pathLength: 0 })] as const);
  return Object.fromEntries(await Promise.all(made));
}

async function account(options: Partial<EmulatorOptions> = {}): Promise<void> {
  emulator = await startEmulator({ zones: ["x.example", { name: "free.example", plan: "free" }], ...options });
}

const zone = (name = "x.example") => emulator.zones[name] ?? "";
const seeded = (name: string, pem: string) =>
  emulator.seed({ certificates: [{ name, certificates: pem }] }).certificates[0];
const caOf = (pem: string, more: Inputs = {}): Inputs => ({
  ...{ accountId: emulator.accountId, certificates: pem, name: "partners", zoneIds: [zone()], owner: "p/s/ca" },
  ...more,
});
const ruleOf = (more: Inputs = {}): Inputs => {
  const hostnames = (more.hostnames ?? ["api.x.example"]) as string[];
  const associations = [{ caCertificateId: UNKNOWN, hostnames }];
  return { zoneId: zone(), hostnames, issuerSkis: [cas.A.ski], associations, owner: "p/s/rule", ...more };
};

/** What somebody else does, by the same API. */
async function call(method: string, path: string, body: object): Promise<{ id: string; rules?: { id: string }[] }> {
  const headers = { Authorization: `Bearer ${emulator.apiToken}`, "Content-Type": "application/json" };
  const answer = await fetch(emulator.apiUrl + path, { method, headers, body: JSON.stringify(body) });
  const { result, errors } = (await answer.json()) as { result: never; errors: unknown };
  if (!answer.ok) throw new Error(JSON.stringify(errors));
  return result;
}

const lists = () => `/zones/${zone()}/certificate_authorities/hostname_associations`;
const skip = { ruleset: "current" };
function entryPoint(rules: object[], name?: string) {
  const ready = rules.map((rule) => ({ action: "block", expression: 'http.host eq "other.x.example"', ...rule }));
  const phase = "http_request_firewall_custom";
  return call("POST", `/zones/${zone(name)}/rulesets`, { name: "default", kind: "zone", phase, rules: ready });
}

/** A preview's check, and what its reader sees of it. No write, ever. */
async function preview(kind: Kind, news: Inputs, olds: Inputs = {}, environment: Record<string, string> = {}) {
  const { provider, lines, session } = processAt(emulator, { isPreview: true, ...environment });
  const from = emulator.requests.length;
  const { inputs, failures } = await provider(kind).check(olds, news);
  const calls = emulator.requests.slice(from);
  expect(calls.filter(isWrite)).toEqual([]);
  return { inputs, lines, reasons: reasonsOf({ failures }), calls, session };
}

/** The lines under a change of a resource that is there. */
async function consequences(kind: Kind, before: Inputs, after: Inputs, isPreview = true): Promise<string[]> {
  const { provider, lines } = processAt(emulator, { isPreview, CLOUDFLARE_MTLS_PREFLIGHT: "off" });
  const olds = (await provider(kind).check({}, before)).inputs;
  const news = (await provider(kind).check(olds, after)).inputs;
  lines.length = 0;
  await provider(kind).diff("id", olds, news);
  return lines;
}

describe("what a changed rule means", () => {
  const hosts = (...names: string[]) => names.map((name) => `${name}.x.example`);
  const change = (before: Inputs, after: Inputs) => consequences("mtls-rule", ruleOf(before), ruleOf(after));

  test("hostnames that leave stop requiring client certificates: counted, and five of them named", async () => {
    const all = hosts("a", "b", "c", "d", "e", "f", "g", "h");
    expect(await change({ hostnames: all }, { hostnames: all.slice(3) })).toEqual([
      "note: 3 hostnames stop requiring client certificates: a.x.example, b.x.example, c.x.example.",
    ]);
    expect(await change({ hostnames: all }, { hostnames: all.slice(1) })).toEqual([
      "note: a.x.example stops requiring client certificates.",
    ]);
    const [many] = await change({ hostnames: all }, { hostnames: all.slice(7) });
    expect(many).toBe(
      "note: 7 hostnames stop requiring client certificates: a.x.example, b.x.example, c.x.example, d.x.example, e.x.example, and 2 more.",
    );
  });

  test("hostnames that come refuse clients without a certificate", async () => {
    expect(await change({ hostnames: hosts("a") }, { hostnames: hosts("a", "b", "c") })).toEqual([
      "note: 2 hostnames refuse clients without a certificate once this is applied: b.x.example, c.x.example.",
    ]);
    expect(await change({ hostnames: hosts("a") }, { hostnames: hosts("b") })).toEqual([
      "note: a.x.example stops requiring client certificates.",
      "note: b.x.example refuses clients without a certificate once this is applied.",
    ]);
  });

  test("from block to log everybody is let in; back, everybody without a certificate is refused", async () => {
    const hostnames = hosts("a", "b");
    expect(await change({ hostnames }, { hostnames, action: "log" })).toEqual([
      "note: 2 hostnames let everybody in, with or without a certificate, because the rule only logs: a.x.example, b.x.example.",
    ]);
    expect(await change({ hostnames, action: "log" }, { hostnames })).toEqual([
      "note: 2 hostnames refuse clients without a certificate once this is applied: a.x.example, b.x.example.",
    ]);
    expect(await change({ hostnames, action: "log" }, { hostnames: hosts("a"), action: "log" })).toEqual([]);
  });

  test("an issuer that is dropped is named; one that is added takes nothing from anybody", async () => {
    const [A, B] = [cas.A.ski, cas.B.ski];
    expect(await change({ issuerSkis: [A, B] }, { issuerSkis: [B] })).toEqual([
      `note: ${A} (subject key identifier) is no accepted issuer any more: its clients will be refused once this is applied.`,
    ]);
    expect(await change({ issuerSkis: [A] }, { issuerSkis: [A, B] })).toEqual([]);
    expect(await change({ issuerSkis: [A, B], action: "log" }, { issuerSkis: [B], action: "log" })).toEqual([]);
  });

  test.each<[string, string[] | undefined, string[] | undefined, string[]]>([
    [
      "named where the whole host was meant",
      undefined,
      ["/a"],
      ["every path but /a stops requiring client certificates."],
    ],
    [
      "no longer named",
      ["/a"],
      undefined,
      ["every path but /a refuses clients without a certificate once this is applied."],
    ],
    ["taken out", ["/a", "/b"], ["/b"], ["/a stops requiring client certificates."]],
    ["added", ["/a"], ["/a", "/b"], ["/b refuses clients without a certificate once this is applied."]],
    [
      "widened",
      ["/a/*", "/a/b"],
      ["/*"],
      ["every path but /a/*, /a/b refuses clients without a certificate once this is applied."],
    ],
    ["narrowed", ["/*"], ["/a", "/a/*"], ["every path but /a, /a/* stops requiring client certificates."]],
    ["the same", ["/a", "/b"], ["/b", "/a"], []],
  ])("paths %s", async (_what, before, after, expected) => {
    expect(await change({ paths: before }, { paths: after })).toEqual(expected.map((line) => `note: ${line}`));
  });

  test("of what isn't known yet nothing is said, nor in the real run", async () => {
    for (const after of [
      { hostnames: UNKNOWN, associations: [] },
      { issuerSkis: UNKNOWN },
      { paths: [UNKNOWN] },
      { action: UNKNOWN },
    ])
      expect(await change({ hostnames: hosts("a", "b") }, { hostnames: hosts("a"), ...after })).toEqual([]);
    const [before, after] = [ruleOf({ hostnames: hosts("a", "b") }), ruleOf({ hostnames: hosts("a") })];
    expect(await consequences("mtls-rule", before, after, false)).toEqual([]);
  });
});

describe("what changed certificates of a CA mean", () => {
  test("other certificates: its clients will be refused, unless the new CA comes beside it", async () => {
    const [line, ...more] = await consequences("ca-certificate", caOf(cas.A.pem), caOf(cas.B.pem));
    expect(more).toEqual([]);
    expect(line).toMatch(
      /^note: clients of CA CN=A \(valid until 20[^)]+Z\) will be refused once this is applied\. To accept both for a while, add the new CA beside it/,
    );
  });

  test("the same in another spelling, or one more beside it: nothing", async () => {
    const { pem } = cas.A;
    expect(await consequences("ca-certificate", caOf(pem), caOf(pem.replaceAll("\n", "\r\n")))).toEqual([]);
    expect(await consequences("ca-certificate", caOf(pem), caOf(pem + cas.B.pem))).toEqual([]);
    expect(await consequences("ca-certificate", caOf(pem), caOf(UNKNOWN))).toEqual([]);
  });
});

describe("a look at the account: a CA", () => {
  test("that is uploaded already is refused with its id, name and the ways on; with adopt it isn't", async () => {
    const id = seeded("by hand", cas.A.pem);
    const { reasons } = await preview("ca-certificate", caOf(cas.A.pem));
    expect(reasons).toEqual([
      expect.stringContaining(`is in account ${emulator.accountId} already, as ${id} "by hand"`),
    ]);
    expect(reasons[0]).toMatch(/set `adopt: true`.*aliases.*caCertificateId/);
    expect((await preview("ca-certificate", caOf(cas.A.pem, { adopt: true }))).reasons).toEqual([]);
  });

  test("that an earlier attempt of the same resource uploaded is its own", async () => {
    seeded("partners (pulumi p/s/ca)", cas.A.pem);
    const { reasons, lines } = await preview("ca-certificate", caOf(cas.A.pem));
    expect(reasons).toEqual([]);
    expect(lines).toEqual([expect.stringMatching(/^note: CA \S+ was uploaded by an earlier attempt of this resource/)]);
  });

  test("that takes the last but one slot is no news; with five of five taken the upload needs a free one", async () => {
    for (const name of ["A", "B", "C", "D"] as const) seeded(name, cas[name].pem);
    expect((await preview("ca-certificate", caOf(cas.F.pem))).lines).toEqual([]);
    seeded("E", cas.E.pem);
    const { lines, reasons } = await preview("ca-certificate", caOf(cas.F.pem));
    expect(reasons).toEqual([]);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(
      `warning: 5 of 5 CA slots of account ${emulator.accountId} are taken: this upload needs a free one, a replacement's too, because`,
    );
    expect(lines[0]).toMatch(
      /set the resource option `deleteBeforeReplace`, with an outage: every client is refused from .*\nThe CAs of account/,
    );
    expect(lines[0]?.match(/nothing is seen to use it/g)).toHaveLength(5);
  });

  test("in an account with more CAs than usual says that the free slots can't be seen, in one line", async () => {
    for (const name of ["A", "B", "C", "D", "E", "F"] as const) seeded(name, cas[name].pem);
    const { lines } = await preview("ca-certificate", caOf((await createAuthority("G", { pathLength: 0 })).pem));
    expect(lines).toEqual([expect.stringMatching(/^note: account \S+ holds 6 CAs, more than the usual 5: .*$/)]);
  });

  test("that replaces another is looked for in the check before its create, and once", async () => {
    const { inputs: olds } = await preview("ca-certificate", caOf(cas.B.pem, { zoneIds: [] }));
    const id = seeded("by hand", cas.A.pem);
    expect((await preview("ca-certificate", caOf(cas.A.pem, { zoneIds: [] }), olds)).calls).toEqual([]);
    const { reasons } = await preview("ca-certificate", caOf(cas.A.pem, { zoneIds: [] }));
    expect(reasons).toEqual([expect.stringContaining(id ?? "-")]);
  });
});

describe("a look at the zone: a list", () => {
  test("with strangers in it is refused, naming them and the three ways on, each of which is taken", async () => {
    const caCertificateId = seeded("A", cas.A.pem);
    await call("PUT", lists(), { hostnames: ["old.x.example", "api.x.example"], mtls_certificate_id: caCertificateId });
    const list = { zoneId: zone(), caCertificateId, hostnames: ["api.x.example"] };
    const { reasons } = await preview("hostname-associations", list);
    expect(reasons).toEqual([
      expect.stringMatching(/with old\.x\.example too, .*\nDeclare them; or set `mode: "shared"`/),
    ]);
    expect((await preview("hostname-associations", { ...list, mode: "shared" })).reasons).toEqual([]);
    const adopting = await preview("hostname-associations", { ...list, adopt: true });
    expect(adopting.reasons).toEqual([]);
    expect(adopting.lines).toEqual([expect.stringMatching(/^note: .*is taken over, and loses old\.x\.example\.$/)]);
    const declared = ["api.x.example", "old.x.example"];
    expect((await preview("hostname-associations", { ...list, hostnames: declared })).reasons).toEqual([]);
  });
});

describe("a look at the zone: a rule", () => {
  const skips = { action: "skip", action_parameters: skip, description: "partners" };

  test("after a skip rule that covers one of its hosts is warned of; before it, or first, it isn't", async () => {
    const expression = 'http.host eq "api.x.example"';
    const { rules } = await entryPoint([{ ref: "one" }, { ...skips, expression, ref: "skipping" }, { ref: "three" }]);
    const warned = `warning: this rule is after skip rule ${rules?.[1]?.id} ("partners"), which covers api.x.example: `;
    const at = async (position?: unknown) => (await preview("mtls-rule", ruleOf({ position }))).lines;
    for (const position of ["last", { after: "skipping" }, { before: "three" }, { after: "three" }])
      expect(await at(position)).toEqual([expect.stringContaining(warned)]);
    for (const position of [undefined, "first", { before: "one" }, { after: "one" }, { before: "skipping" }])
      expect(await at(position)).toEqual([]);
    expect((await preview("mtls-rule", ruleOf({ position: { after: rules?.[1]?.id } }))).lines[0]).toContain(warned);
  });

  test("is warned of a skip for any host, and not of one that is disabled, for other hosts, or skips other things", async () => {
    await entryPoint([
      { ...skips, expression: "ip.src eq 192.0.2.1", description: "office" },
      { ...skips, expression: 'http.host eq "other.x.example"' },
      { ...skips, expression: 'http.host eq "api.x.example"', enabled: false },
      { ...skips, expression: "ip.src eq 192.0.2.2", action_parameters: { phases: ["http_ratelimit"] } },
    ]);
    const { lines } = await preview("mtls-rule", ruleOf({ position: "last" }));
    expect(lines).toEqual([
      expect.stringMatching(/\("office"\), which covers api\.x\.example: .*Leave `position` out/),
    ]);
  });

  test("is warned of a skip that names its host in any spelling, or whatever certificate is shown", async () => {
    const spellings = [
      'ends_with(http.host, ".x.example")',
      'http.host wildcard "API.*"',
      'not http.host in {"www.x.example" "old.x.example"}',
      "cf.tls_client_auth.cert_verified",
    ];
    await entryPoint([
      ...spellings.map((expression, index) => ({ ...skips, expression, description: `covers ${index}` })),
      { ...skips, expression: 'http.host contains "api" and not ends_with(http.host, ".example")' },
      { ...skips, expression: 'http.host eq "www.x.example" and http.referer contains "api.x.example"' },
    ]);
    const { lines } = await preview("mtls-rule", ruleOf({ position: "last" }));
    expect(lines).toEqual(
      spellings.map(
        (_, index) => expect.stringContaining(`("covers ${index}"), which covers api.x.example: `) as string,
      ),
    );
  });

  test("beside others' rule that names other issuers is warned of, where some of its own clients stay refused", async () => {
    const admits = (...skis: string[]) =>
      `http.host eq "api.x.example" and not (cf.tls_client_auth.cert_verified and cf.tls_client_auth.cert_issuer_ski in {${skis.map((ski) => `"${ski}"`).join(" ")}})`;
    const { rules } = await entryPoint([{ expression: admits(cas.A.ski) }]);
    const wider = await preview("mtls-rule", ruleOf({ issuerSkis: [cas.A.ski, cas.B.ski] }));
    expect(wider.lines).toEqual([
      expect.stringMatching(
        new RegExp(`^warning: api\\.x\\.example: others' rules \\(${rules?.[0]?.id}\\) refuse clients of some issuers`),
      ),
    ]);
    expect((await preview("mtls-rule", ruleOf())).lines).toEqual([]);
  });

  test("that is only moved behind a skip rule is warned of, too", async () => {
    await entryPoint([{ ...skips, expression: "ip.src eq 192.0.2.1" }]);
    const { inputs: olds } = await preview("mtls-rule", ruleOf());
    expect((await preview("mtls-rule", ruleOf({ position: "last" }), olds)).lines).toHaveLength(1);
  });

  test("beside a rule that isn't there is warned of", async () => {
    await entryPoint([{ ref: "one" }]);
    const { lines, reasons } = await preview("mtls-rule", ruleOf({ position: { after: "two" } }));
    expect(reasons).toEqual([]);
    expect(lines).toEqual([
      expect.stringMatching(/^warning: position: zone \S+ has no custom rule .*"two".*correct the id/),
    ]);
  });

  test("on hosts that the managed CA also covers is told so, and that the pin keeps its clients out", async () => {
    await call("PUT", lists(), { hostnames: ["api.x.example", "old.x.example"] });
    const { lines } = await preview("mtls-rule", ruleOf({ hostnames: ["api.x.example", "www.x.example"] }));
    expect(lines).toEqual([
      expect.stringMatching(/^warning: the managed CA also covers api\.x\.example: .*pins the issuer/),
    ]);
  });

  test("that Cloudflare's own check refuses is refused in its words, with what to do", async () => {
    const free = { zoneId: zone("free.example"), hostnames: ["api.free.example"] };
    const logging = await preview("mtls-rule", ruleOf({ ...free, action: "log" }));
    expect(logging.reasons).toEqual([expect.stringMatching(/'log' is not a valid value for action[^]*Use `block`/)]);
    await entryPoint([{}, {}, {}, {}, {}], "free.example");
    const sixth = await preview("mtls-rule", ruleOf(free));
    expect(sixth.reasons).toEqual([
      expect.stringMatching(/would have 6 custom rules, 1 more than its plan \(free\) allows[^]*or upgrade the plan/),
    ]);
  });

  test("on a host that none of its lists has would lock everybody out, and is refused unless it is associated already", async () => {
    const caCertificateId = seeded("A", cas.A.pem);
    const hostnames = ["api.x.example", "www.x.example"];
    const rule = ruleOf({ hostnames, associations: [{ caCertificateId, hostnames: ["api.x.example"] }] });
    const { reasons } = await preview("mtls-rule", rule);
    expect(reasons).toEqual([
      expect.stringMatching(/would lock every client out of www\.x\.example in zone[^]*Associate/),
    ]);
    expect((await preview("mtls-rule", { ...rule, action: "log" })).reasons).toEqual([]);
    await call("PUT", lists(), { hostnames: ["www.x.example"], mtls_certificate_id: caCertificateId });
    expect((await preview("mtls-rule", rule)).reasons).toEqual([]);
  });

  test("without lists is warned of, because the program may have them further down; with them before it, it isn't", async () => {
    const rule = ruleOf({ associations: [] });
    const { lines, reasons } = await preview("mtls-rule", rule);
    expect(reasons).toEqual([]);
    expect(lines).toEqual([
      expect.stringMatching(/^warning: nothing associates api\.x\.example .*Name the lists .*`associations`/),
    ]);
    const { provider, lines: said } = processAt(emulator, { isPreview: true });
    const list = { zoneId: zone(), caCertificateId: UNKNOWN, hostnames: ["api.x.example"] };
    await provider("hostname-associations").check({}, list);
    await provider("mtls-rule").check({}, rule);
    expect(said).toEqual([]);
  });
});

describe("the look", () => {
  const all = (): [Kind, Inputs][] => [
    ["ca-certificate", caOf(cas.A.pem)],
    [
      "hostname-associations",
      { zoneId: zone(), caCertificateId: seeded("B", cas.B.pem), hostnames: ["api.x.example"] },
    ],
    ["mtls-rule", ruleOf()],
  ];

  test("is not taken where nothing changes, nor in the real run", async () => {
    for (const [kind, news] of all()) {
      const first = await preview(kind, news);
      expect(first.calls.length).toBeGreaterThan(0);
      expect((await preview(kind, news, first.inputs)).calls).toEqual([]);
      const { provider } = processAt(emulator);
      const before = emulator.requests.length;
      await provider(kind).check({}, news);
      expect(emulator.requests).toHaveLength(before);
    }
  });

  test.each(["off", "OFF", "false", "no", "0"])(
    "is switched off by %s in the environment and in the config",
    async (off) => {
      for (const [kind, news] of all()) {
        expect((await preview(kind, news, {}, { CLOUDFLARE_MTLS_PREFLIGHT: off })).calls).toEqual([]);
        const { provider, session } = processAt(emulator, { isPreview: true });
        await provider(kind).configure({
          config: { get: (key) => (key === "cloudflare-mtls:preflight" ? off : undefined) },
        });
        const before = emulator.requests.length;
        expect(reasonsOf(await provider(kind).check({}, news))).toEqual([]);
        expect(emulator.requests).toHaveLength(before);
        expect(session.looksAhead()).toBe(false);
      }
    },
  );

  test("without a token is a failure that says so, unless it is switched off", async () => {
    for (const [kind, news] of all()) {
      const nobody = { CLOUDFLARE_API_TOKEN: "" };
      const { calls, lines, reasons } = await preview(kind, news, {}, nobody);
      const expected = [expect.stringMatching(/^No Cloudflare API token was found/)];
      expect({ calls, lines, reasons }).toEqual({ calls: [], lines: [], reasons: expected });
      expect((await preview(kind, news, {}, { ...nobody, CLOUDFLARE_MTLS_PREFLIGHT: "off" })).reasons).toEqual([]);
    }
  });

  /** Every resource of a program at once, as the engine checks them; how long it took, and what was said. */
  async function offline(baseUrl: string | undefined) {
    const { provider, lines } = processAt(emulator, { isPreview: true, CLOUDFLARE_BASE_URL: baseUrl });
    const started = Date.now();
    const rules = Array.from({ length: 5 }, (_, index) => ["mtls-rule", ruleOf({ owner: `p/s/${index}` })] as const);
    const answers = await Promise.all([...all(), ...rules].map(([kind, news]) => provider(kind).check({}, news)));
    const soon = Date.now();
    expect((await Promise.all(all().map(([kind, news]) => provider(kind).check({}, news)))).flatMap(reasonsOf)).toEqual(
      [],
    );
    expect(Date.now() - soon).toBeLessThan(2000);
    expect(answers.flatMap(reasonsOf)).toEqual([]);
    return { lines, seconds: (soon - started) / 1000 };
  }

  test("on a machine without a network is over soon, with one note and no failure", async () => {
    process.env.HTTPS_PROXY = "http://127.0.0.1:1";
    const { lines, seconds } = await offline(undefined).finally(() => delete process.env.HTTPS_PROXY);
    expect(lines).toEqual([
      expect.stringMatching(/^note: this preview doesn't look at the account: GET .* got no answer \(ECONNREFUSED\)$/),
    ]);
    expect(seconds).toBeLessThan(6);
  });

  test.each([
    ["http://127.0.0.1:1/client/v4", /Nothing listens at that address/],
    [`http://${"a".repeat(64)}.test/client/v4`, /The host name of the API doesn't resolve/],
  ])(
    "at an address that somebody configured, and where nobody is, is a failure: %s",
    async (address, words) => {
      const looks = all().map(([kind, news]) => preview(kind, news, {}, { CLOUDFLARE_BASE_URL: address }));
      for (const { lines, reasons } of await Promise.all(looks))
        expect({ lines, reasons }).toEqual({ lines: [], reasons: [expect.stringMatching(words)] });
    },
    20_000,
  );

  test("at a line that swallows everything is over soon, with one note and no failure", async () => {
    const hole = createServer(() => undefined);
    await new Promise<void>((listening) => hole.listen(0, "127.0.0.1", listening));
    const { port } = hole.address() as AddressInfo;
    const { lines, seconds } = await offline(`http://127.0.0.1:${port}/client/v4`);
    hole.close();
    expect(lines).toEqual([expect.stringMatching(/got no answer \(none in time\)$/)]);
    expect(seconds).toBeLessThan(8);
  }, 20_000);

  test.each<[string, Parameters<Emulator["inject"]>[0]]>([
    ["a limit of requests", { kind: "status", status: 429, retryAfter: 300, count: Infinity }],
    ["code 971", { kind: "status", status: 200, code: 971, retryAfter: 300, count: Infinity }],
    ["a gateway's page", { kind: "html", status: 502, count: Infinity }],
    ["a captive portal's page", { kind: "html", status: 200, count: Infinity }],
    ["broken lines", { kind: "reset-before", count: Infinity }],
  ])(
    "at %s is over soon, with one note and no failure",
    async (_what, fault) => {
      emulator.inject(fault);
      const { lines, seconds } = await offline(emulator.apiUrl);
      expect(lines).toEqual([expect.stringMatching(/^note: this preview doesn't look at the account: GET /)]);
      expect(seconds).toBeLessThan(6);
    },
    20_000,
  );
});
