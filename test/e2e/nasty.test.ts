import { connect, type ConnectionOptions } from "node:tls";
import { API, Life, SHOP, WWW } from "../support/life";
import type { Access, Plan } from "../support/life";
import type { Authority } from "../support/authority";
import type { Probe } from "../support/prober";
import { isWrite } from "../support/writes";

/*
 * A stack's life while everything that Cloudflare has been seen to do happens at once: every tenth call fails, lists, deletes
 * and services lag, rules come back respelled, and of the edge some connections are a second behind the API, with lists and
 * rules each by ways of their own. Who is answered wrongly
 * later than that second after a rule was written is wronged by this package.
 */

const EDGE_LAG = 1000;
const ATTEMPTS = 8;
const SEEDS = process.env.CLOUDFLARE_MTLS_FAULTS === "whole" ? [1, 2, 3, 4, 5, 6] : [1];

/** What a write may take until it is carried out, and a clock be late on a busy machine. */
const SLACK = 250;

/** Answers that are wrong: within the lag of a rule that was written, and beyond it. */
interface Wronged {
  readonly within: number;
  readonly beyond: string[];
  readonly probes: number;
}

test.each(SEEDS)("nobody is wronged beyond the edge's own lag in a nasty account: seed %d", async (nasty) => {
  const settings = { nasty, faultRate: 0, lag: { edge: EDGE_LAG } };
  const life = await Life.begin("component", nasty % 2 ? "account" : "host", undefined, undefined, settings);
  const total = { within: 0, probes: 0, attempts: 0, faults: 0 };

  async function step(command: "up" | "destroy", plan: Plan, access: Readonly<Record<string, Access>>): Promise<void> {
    life.declare(plan);
    await round(life);
    const calls = life.emulator.requests.length;
    const from = Date.now();
    life.emulator.configure({ faultRate: 0.1 });
    total.attempts += await untilDone(life, command);
    life.emulator.configure({ faultRate: 0 });
    // The last write may be a second away from a part of the edge.
    await new Promise((over) => setTimeout(over, EDGE_LAG));
    await round(life);
    const before = new Map(life.access);
    for (const [hostname, now] of Object.entries(access)) life.access.set(hostname, now);
    const wronged = judge(life, before, from, calls);
    expect({ command, plan, beyond: wronged.beyond }).toEqual({ command, plan, beyond: [] });
    expect(wronged.probes).toBeGreaterThan(20);
    if (command === "up") expect(await life.discrepancies()).toEqual([]);
    total.within += wronged.within;
    total.probes += wronged.probes;
    total.faults += life.emulator.requests.slice(calls).filter(({ fault }) => fault).length;
  }

  await step("up", { cas: { a: "A" }, x: [API], y: [SHOP] }, { [API]: ["A"], [SHOP]: ["A"] });
  await step("up", { cas: { a: "A" }, x: [API, WWW], y: [SHOP] }, { [WWW]: ["A"] });
  const remembered = await sessionOf(life);
  const both: Access = ["A", "B"];
  await step("up", { cas: { a: "A", b: "B" }, x: [API, WWW], y: [SHOP] }, { [API]: both, [WWW]: both, [SHOP]: both });
  expect(await resume(life, remembered)).toBe("resumed 200");
  await step("up", { cas: { b: "B" }, x: [API, WWW], y: [SHOP] }, { [API]: ["B"], [WWW]: ["B"], [SHOP]: ["B"] });
  // The session still says "verified"; the rule pins the issuer.
  expect(await resume(life, remembered)).toBe("resumed 403");
  const open = { [API]: "everybody", [WWW]: "everybody", [SHOP]: "everybody" } as const;
  await step("destroy", { cas: {}, x: [] }, open);

  expect(life.emulator.state().certificates.map(({ name }) => name)).toEqual(["Stranger"]);
  expect(total.faults).toBeGreaterThan(0);
  process.stdout.write(`nasty ${nasty}: ${JSON.stringify(total)}\n`);
});

/** As a user does: the same command again. The number of times. */
async function untilDone(life: Life, command: "up" | "destroy"): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const { code, output } = await life.stack.run(command, "--yes", "--skip-preview");
    if (code === 0) return attempt;
    if (attempt === ATTEMPTS) throw new Error(`${command} did not come through in ${ATTEMPTS} attempts:\n${output}`);
  }
}

const round = (life: Life) => Promise.all(life.probers.map((prober) => prober.round()));

/**
 * Before the first rule of a step is written its hosts are as they were, when the last one is everywhere they are as they
 * are to be, and between they may be either.
 */
function judge(life: Life, before: ReadonlyMap<string, Access>, from: number, calls: number): Wronged {
  const windows = (hostname: string) => windowsOf(life, calls, hostname.endsWith(".y.org") ? "y.org" : "x.com");
  const probes = life.probers.flatMap((prober) => prober.probes).filter(({ sent }) => sent >= from);
  const wrong = probes.filter(({ client, hostname, status, sent, answered }) => {
    const [old, now] = [before.get(hostname), life.access.get(hostname)].map((access) => statusOf(client, access));
    const first = windows(hostname).at(0)?.start ?? Infinity;
    const last = windows(hostname).at(-1)?.end ?? -Infinity;
    return (
      !(status === old && sent <= last) && !(status === now && answered >= first) && !(old === now && status === now)
    );
  });
  const isWithin = ({ hostname, sent, answered }: Probe) =>
    windows(hostname).some(({ start, end }) => start <= answered && sent <= end);
  const beyond = wrong.filter((probe) => !isWithin(probe));
  const told = beyond.map(
    (probe) => `${probe.client} at ${probe.hostname}: ${probe.status} after ${probe.sent - from} ms`,
  );
  return { within: wrong.length - beyond.length, beyond: told, probes: probes.length };
}

/** When rules of a zone were written, each until all of the edge knows. */
function windowsOf({ emulator, dashboard }: Life, calls: number, zone: string): { start: number; end: number }[] {
  const path = `/zones/${dashboard.zoneId(zone)}/rulesets`;
  const writes = emulator.requests
    .slice(calls)
    .filter((entry) => isWrite(entry) && entry.path.startsWith(path) && entry.status === 200)
    .filter(({ fault }) => fault === undefined || fault === "latency" || fault === "reset-after");
  return writes.map(({ when, fault }) => {
    const start = Date.parse(when);
    return { start, end: start + (fault === "latency" ? 500 : 0) + EDGE_LAG + SLACK };
  });
}

function statusOf(client: string, access: Access | undefined): number {
  return access === "everybody" || access?.some((name) => name === client) ? 200 : 403;
}

/** A session that A made while it was let in. */
async function sessionOf(life: Life): Promise<Buffer> {
  const { certificate: cert, key } = await (life.names.authorities.A as Authority).issue("A, who remembers");
  return (await exchange(life, { cert, key })).session;
}

async function resume(life: Life, session: Buffer): Promise<string> {
  const { isReused, status } = await exchange(life, { session });
  return `${isReused ? "resumed" : "new"} ${status}`;
}

/** One request to API, over one connection. */
function exchange(
  life: Life,
  options: ConnectionOptions,
): Promise<{ session: Buffer; isReused: boolean; status: string }> {
  const { host, port } = life.emulator.edge;
  return new Promise((resolve, reject) => {
    let session = Buffer.alloc(0);
    let answer = "";
    let isReused = false;
    const socket = connect({ host, port, servername: API, rejectUnauthorized: false, ...options }, () => {
      isReused = socket.isSessionReused();
      socket.write(`GET / HTTP/1.1\r\nHost: ${API}\r\nConnection: close\r\n\r\n`);
    });
    socket.on("session", (ticket: Buffer) => (session = Buffer.from(ticket)));
    socket.on("data", (chunk: Buffer) => (answer += chunk.toString())).on("error", reject);
    socket.on("close", () => resolve({ session, isReused, status: answer.slice(9, 12) }));
  });
}
