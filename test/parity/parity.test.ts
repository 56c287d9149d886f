import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Emulator, EmulatorOptions } from "../../src/emulator";
import { useEmulator } from "../support/use";
import { claims } from "./claims";
import { Budget, cloudAt } from "./cloud";
import type { Target } from "./cloud";
import { DEVIATIONS, startDeviating } from "./deviating";
import { Ground } from "./ground";
import { Journal } from "./journal";
import { beginAt, cleanUp, compare, lookAt } from "./kit";
import type { Outcome, Place } from "./kit";
import { probes } from "./probes";
import { UNTRIED } from "./probes/untried";
import { report } from "./report";
import { sweep } from "./sweep";

const ZONE = "throwaway.example";
let folder: string;

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "parity-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const cloudflare = (options: Partial<EmulatorOptions> = {}) => useEmulator({ zones: [ZONE], ...options });

function targetAt({ apiUrl: baseUrl, apiToken: token, accountId, zones }: Emulator, elsewhere = baseUrl): Target {
  return { baseUrl: elsewhere, token, accountId, zoneId: zones[ZONE] ?? "" };
}

/** All that is in the account. Revoked client certificates stay: nothing takes them away. */
async function holdings(emulator: Emulator): Promise<unknown> {
  const { certificates, zones } = emulator.state();
  const target = targetAt(emulator);
  const cloud = cloudAt(target, new Budget(10, 10_000));
  const path = `/zones/${target.zoneId}/client_certificates`;
  const { result } = await cloud({ method: "GET", path, query: { status: "active" } });
  return { certificates, lists: zones[ZONE]?.hostnames, rules: zones[ZONE]?.rules, clients: Object.keys(result) };
}

const NOTHING = { certificates: [], lists: {}, rules: null, clients: [] };

/** With the probes of these claims, or all. */
async function compared(place: Place, budget: Budget, ...claims: readonly string[]): Promise<Outcome> {
  const chosen = probes.filter(({ claim }) => claims.length === 0 || claims.includes(claim));
  return compare(place, chosen, beginAt(place, folder), budget, () => undefined);
}

describe("the claims", () => {
  const all = claims();

  test("each has either a probe or a word why it isn't tried", () => {
    expect([...probes.map(({ claim }) => claim), ...Object.keys(UNTRIED)].sort()).toEqual(
      all.map(({ text }) => text).sort(),
    );
  });

  test("the page has its sign behind those with a probe, and behind no others", () => {
    expect(all.filter(({ hasSign }) => hasSign).map(({ text }) => text)).toEqual(
      all.map(({ text }) => text).filter((text) => !(text in UNTRIED)),
    );
  });
});

describe("beside a Cloudflare that is another in ten ways", () => {
  test("those ten are found, two more at its edge, and no others, and nothing stays behind", async () => {
    expect(DEVIATIONS).toHaveLength(10);
    const emulator = await cloudflare({ verification: "account", urlNormalization: "rfc3986" });
    const deviant = [
      ...DEVIATIONS.map(({ claim }) => claim),
      "which CAs a leaf is checked against",
      "URL normalisation",
    ];
    const deviating = await startDeviating(emulator, DEVIATIONS);
    const place = { ...(await lookAt(targetAt(emulator, deviating.apiUrl))), edge: emulator.edge };
    const outcome = await compared(place, new Budget(1000, 240_000, 1000));
    await deviating.close();
    const of = (verdict: string) =>
      outcome.findings.filter((finding) => finding.verdict === verdict).map(({ claim }) => claim);
    expect(of("different").sort()).toEqual([...deviant].sort());
    expect(of("same")).toHaveLength(probes.length - deviant.length);
    expect(outcome.left).toEqual([]);
    expect(await holdings(emulator)).toEqual(NOTHING);
    expect(readdirSync(folder)).toEqual([]);

    const { markdown, json } = report(place, outcome, new Date());
    for (const claim of deviant) expect(markdown).toContain(`### ${claim}`);
    for (const secret of [place.token, place.accountId, place.zoneId, ZONE])
      expect(markdown + json).not.toContain(secret);
    expect((JSON.parse(json) as { findings: unknown[] }).findings).toHaveLength(claims().length);
  });

  test("a number that the emulator doesn't know is told as such, and a token in an answer isn't", async () => {
    const emulator = await cloudflare();
    const deviating = await startDeviating(emulator, [
      {
        claim: "",
        change: ({ answer: { errors } }) => {
          for (const error of errors)
            if (error.code === 9999) Object.assign(error, { code: 1234, message: `no: ${emulator.apiToken}` });
        },
      },
    ]);
    const place = await lookAt(targetAt(emulator, deviating.apiUrl));
    const outcome = await compared(place, new Budget(100, 60_000), "a PUT without `hostnames`");
    await deviating.close();
    expect(outcome.findings).toMatchObject([{ verdict: "same as far as recorded" }]);
    const { markdown, json } = report(place, outcome, new Date());
    expect(markdown).toContain("1234 no: <token>");
    expect(markdown + json).not.toContain(emulator.apiToken);
  });
});

describe("changes that take their time", () => {
  test("are waited for, and make no difference", async () => {
    const lag = { associations: 400, deletion: 400, visibleAfterDelete: 400, edge: 400 };
    const emulator = await cloudflare({ lag });
    const place = { ...(await lookAt(targetAt(emulator))), edge: emulator.edge };
    const claims = ["deleting a CA in use", "GET after PUT", "several CAs on one host"];
    const { findings } = await compared(place, new Budget(1000, 240_000), ...claims);
    expect(findings.map(({ claim, verdict }) => [claim, verdict])).toEqual(claims.map((claim) => [claim, "same"]));
    for (const { notes } of findings) expect(notes[0]).toMatch(/ after \d+ s$/);
    expect(await holdings(emulator)).toEqual(NOTHING);
  });

  test("aren't waited for where there is no edge", async () => {
    const emulator = await cloudflare();
    const { port } = new URL(emulator.apiUrl);
    const place = { ...(await lookAt(targetAt(emulator))), edge: { host: "127.0.0.1", port: Number(port) } };
    const { findings } = await compared(place, new Budget(100, 60_000), "a refusal", "HTTP versions");
    expect(findings.map(({ verdict, notes: [why = ""] }) => `${verdict}: ${why}`)).toEqual([
      expect.stringContaining("not tried: --edge doesn't serve parity-<mark>.<zone name>"),
      expect.stringContaining("not tried: --edge doesn't serve parity-<mark>.<zone name>"),
    ]);
  });
});

describe("a run is bounded", () => {
  test("it stops when its calls are used up, says so of what it didn't try, and cleans up all the same", async () => {
    const emulator = await cloudflare();
    const { findings, left } = await compared(await lookAt(targetAt(emulator)), new Budget(10, 60_000));
    expect(findings.filter(({ verdict }) => verdict === "same").length).toBeGreaterThan(1);
    expect(findings.findLast(({ verdict }) => verdict !== "left out")).toMatchObject({
      ...{ claim: "rate limit", verdict: "not tried", notes: ["too many calls"] },
    });
    expect(left).toEqual([]);
    expect(await holdings(emulator)).toEqual(NOTHING);
  });

  test("what can't be taken away is named with the reason, and the journal keeps it", async () => {
    const emulator = await cloudflare();
    const place = await lookAt(targetAt(emulator));
    const [budget, journal] = [new Budget(100, 1000), beginAt(place, folder)];
    const ground = new Ground(cloudAt(place, budget), budget, journal);
    const id = await ground.ca((await ground.authority("kept")).pem);
    const fault = emulator.inject({ kind: "status", status: 403, message: "no", method: "DELETE", count: Infinity });
    expect(await sweep(ground, budget)).toEqual([
      expect.stringMatching(`^certificate ${id} \\(DELETE .* HTTP 403: no`),
    ]);
    fault.release();
    expect(await cleanUp(place, Journal.read(journal.file ?? ""))).toEqual([]);
    expect(await holdings(emulator)).toEqual(NOTHING);
  });

  test("a write that doesn't name something of its own is refused before it is sent", async () => {
    const emulator = await cloudflare();
    const place = await lookAt(targetAt(emulator));
    const budget = new Budget(10, 10_000);
    const ground = new Ground(cloudAt(place, budget), budget, beginAt(place, folder));
    const [theirs, rulesets] = [ground.head.accountId, `${ground.zone}/rulesets/${ground.head.zoneId}`];
    const calls = emulator.requests.length;
    for (const call of [
      { method: "DELETE", path: ground.zone },
      { method: "DELETE", path: rulesets },
      { method: "DELETE", path: `${ground.certificates}/${theirs}` },
      { method: "PATCH", path: `${rulesets}/rules/${theirs}`, body: ground.rule() },
      { method: "POST", path: `${rulesets}/rules`, body: { action: "block", expression: "true" } },
      { method: "PUT", path: ground.entryPoint, body: { rules: [ground.rule(), { ref: "theirs" }] } },
      { method: "PUT", path: ground.lists, body: { hostnames: [ground.hostname()] } },
      { method: "PUT", path: ground.lists, body: { hostnames: [ground.hostname()], mtls_certificate_id: null } },
      { method: "PUT", path: ground.lists, body: { hostnames: [ground.hostname()], mtls_certificate_id: theirs } },
    ] as const)
      expect(() => ground.write(call)).toThrow("what isn't its own");
    expect(emulator.requests.length).toBe(calls);
  });
});

interface Process {
  readonly pid: number;
  readonly said: () => string;
  readonly end: Promise<number | null>;
}

/** The kit as people start it, but for npm. */
function start(args: readonly string[], token: string | undefined, input = ""): Process {
  const env = { ...process.env, CLOUDFLARE_API_TOKEN: "not this one", CLOUDFLARE_PARITY_TOKEN: token };
  const child = spawn(process.execPath, [join(__dirname, "run.js"), ...args, "--out", folder], { env });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
  child.stdin.end(input);
  return { pid: child.pid ?? 0, said: () => said, end: new Promise((done) => child.once("close", done)) };
}

function argumentsFor(emulator: Emulator, ...more: string[]): string[] {
  const { baseUrl, accountId, zoneId } = targetAt(emulator);
  return ["--base-url", baseUrl, "--account", accountId, "--zone", zoneId, ...more];
}

const journals = () => readdirSync(folder).filter((name) => name.endsWith(".journal"));

/** Kills it when this call arrives, which is then carried out although nobody hears the answer. */
async function killedAt(emulator: Emulator, fault: { method: string; path: string }, claim: string): Promise<void> {
  const hold = emulator.inject({ kind: "hold", ...fault });
  const kit = start(argumentsFor(emulator, "--yes", "--only", claim), emulator.apiToken);
  while (hold.hits === 0) await sleep(10);
  const held = emulator.requests.at(-1);
  process.kill(kit.pid, "SIGKILL");
  await kit.end;
  hold.release();
  while (held?.status === 0) await sleep(10);
}

describe("a run that is ended", () => {
  test.each([
    ["an upload", { method: "POST", path: "*/mtls_certificates" }, "a bundle"],
    ["a hostname list", { method: "PUT", path: "*/hostname_associations" }, "deleting a CA in use"],
    ["a client certificate", { method: "POST", path: "*/client_certificates" }, "the managed CA"],
  ])(
    "by SIGKILL while it makes %s is cleaned up by --clean and its journal, also over a bad line",
    async (_, fault, claim) => {
      const emulator = await cloudflare({ lag: { deletion: 300 } });
      await killedAt(emulator, fault, claim);
      expect(await holdings(emulator)).not.toEqual(NOTHING);
      const file = join(folder, journals()[0] ?? "");
      expect(readFileSync(file, "utf8")).not.toContain(emulator.apiToken);
      emulator.inject({ kind: "reset-before", method: "DELETE" });
      const cleaning = start(["--clean", file, "--base-url", emulator.apiUrl], emulator.apiToken);
      expect([await cleaning.end, cleaning.said()]).toEqual([0, expect.stringContaining("Nothing of the earlier run")]);
      expect(await holdings(emulator)).toEqual(NOTHING);
      expect(journals()).toEqual([]);
    },
  );

  test("by SIGKILL while it makes a rule is cleaned up by the next, which then goes on", async () => {
    const emulator = await cloudflare();
    await killedAt(emulator, { method: "POST", path: "*/rulesets" }, "a rule that a PUT repeats");
    expect(emulator.state().zones[ZONE]?.rules).toHaveLength(1);
    const next = start(argumentsFor(emulator, "--yes", "--only", "a rule that a PUT repeats"), emulator.apiToken);
    expect([await next.end, next.said()]).toEqual([0, expect.stringMatching(/earlier run[^]*same: a rule that/)]);
    expect(await holdings(emulator)).toEqual(NOTHING);
    expect(journals()).toEqual([]);
  });

  test.each(["SIGINT", "SIGTERM"] as const)("by %s cleans up at once, also if it comes twice", async (signal) => {
    const emulator = await cloudflare();
    const hold = emulator.inject({ kind: "hold", method: "PUT", path: "*/hostname_associations" });
    const kit = start(argumentsFor(emulator, "--yes", "--only", "deleting a CA in use"), emulator.apiToken);
    while (hold.hits === 0) await sleep(10);
    for (let time = 0; time < 2; time++) process.kill(kit.pid, signal);
    while (!kit.said().includes("cleaning up")) await sleep(10);
    hold.release();
    expect([await kit.end, kit.said()]).toEqual([1, expect.stringContaining(`it was ended by ${signal}`)]);
    expect(await holdings(emulator)).toEqual(NOTHING);
    expect(journals()).toEqual([]);
  });
});

describe("a run isn't begun", () => {
  test("without credentials that are given for it", async () => {
    const emulator = await cloudflare();
    const all = argumentsFor(emulator, "--yes");
    const kits = [start([], undefined), start([], "token"), start(all, undefined)];
    expect(await Promise.all(kits.map(({ end }) => end))).toEqual([2, 2, 2]);
    expect(kits.map(({ said }) => /CLOUDFLARE_PARITY_TOKEN|--account/.exec(said())?.[0])).toEqual([
      "CLOUDFLARE_PARITY_TOKEN",
      "--account",
      "CLOUDFLARE_PARITY_TOKEN",
    ]);
    expect(emulator.requests).toEqual([]);
  });

  test("before it was told to, and it says what it would make", async () => {
    const emulator = await cloudflare();
    const kits = ["", "yes\n"].map((answer) => start(argumentsFor(emulator), emulator.apiToken, answer));
    expect(await Promise.all(kits.map(({ end }) => end))).toEqual([2, 2]);
    for (const { said } of kits) expect(said()).toMatch(/CA certificates named "parity-[^]*Nothing was made/);
    expect(emulator.requests.filter(({ method }) => method !== "GET")).toEqual([]);
    expect(journals()).toEqual([]);
  });

  test("in a zone whose rules or lists are somebody's, or that is in another account", async () => {
    const emulator = await cloudflare();
    const target = targetAt(emulator);
    const cloud = cloudAt(target, new Budget(10, 10_000));
    const write = (method: "POST" | "PUT", path: string, body: unknown) =>
      cloud({ method, path: `/zones/${target.zoneId}/${path}`, body });
    await expect(lookAt({ ...target, accountId: target.zoneId })).rejects.toThrow("another account");
    await write("PUT", "certificate_authorities/hostname_associations", { hostnames: [`api.${ZONE}`] });
    await expect(lookAt(target)).rejects.toThrow("has hostnames that use client certificates");
    const rules = [{ action: "block", expression: "ssl" }];
    await write("POST", "rulesets", { name: "n", kind: "zone", phase: "http_request_firewall_custom", rules });
    await expect(lookAt(target)).rejects.toThrow("has 1 custom rules");
  });

  test("with a journal that names another API than the token is for, or without TLS", async () => {
    const emulator = await cloudflare();
    const { file = "" } = beginAt(await lookAt(targetAt(emulator)), folder);
    const kits = [
      start(["--clean", file], "token"),
      start(["--clean", file, "--base-url", "http://a.example"], "token"),
    ];
    expect(await Promise.all(kits.map(({ end }) => end))).toEqual([2, 2]);
    expect(kits.map(({ said }) => said())).toEqual([
      expect.stringContaining("say so with --base-url"),
      expect.stringContaining("must begin with https://"),
    ]);
  });
});
