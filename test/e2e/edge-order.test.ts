import { setTimeout as sleep } from "node:timers/promises";
import type { Emulator, JournalEntry } from "../../src/emulator";
import { authorities } from "../support/authority";
import { Dashboard } from "../support/dashboard";
import type { Client } from "../support/prober";
import { made, processAt } from "../support/session";
import { useEmulator, useProber } from "../support/use";
import { isWrite } from "../support/writes";

/*
 * The edge lags behind the API, with lists and rules each by ways of their own. So a connection may meet a rule before the list that the rule
 * stands on, whichever was written first: its client is refused. How often, and for how long, in the package's order of writes, in the
 * opposite one, and with a wait between the two.
 */

const HOST = "api.x.com";
const LAG = 2000;
/** Of each call: the list and the rule are a few calls apart. */
const LATENCY = 40;
/** What a clock, a handshake and a call may be late on a busy machine. */
const SLACK = 400;
const WATCHERS = 4;
const RUNS = 5;

/** By client: what it is answered before an operation, and after it. */
type Answers = Readonly<Record<string, readonly [before: number, after: number]>>;

type Operation = readonly [name: string, answers: Answers, work: () => Promise<unknown>, runs: number];

const CLOSES: Answers = { nobody: [200, 403], A: [200, 200], B: [200, 403], stranger: [200, 403] };
const OPENS: Answers = { nobody: [403, 200], A: [200, 200], B: [403, 200], stranger: [403, 200] };

interface Measured {
  /** Clients who were answered as neither before nor after, and what. */
  readonly wrong: readonly string[];
  /** Of the probes up to a lag after the last write, of clients who are to be let in before and after, or refused before and after. */
  readonly share: number;
  readonly probes: number;
  /** When the last of them was, from the last write on, in lags. */
  readonly last: number;
}

test("the package's order wrongs fewer than the opposite one, nobody later than a lag after the last write, and a wait wrongs nobody", async () => {
  const { A, B, stranger } = await authorities("A", "B", "stranger");
  const emulator = await useEmulator({ zones: ["x.com"], latency: LATENCY, lag: { edge: LAG } });
  const seeded = [A, B, stranger].map(({ pem }) => ({ certificates: pem }));
  const [a = "", b = ""] = emulator.seed({ certificates: seeded }).certificates;
  const zoneId = emulator.zones["x.com"] ?? "";
  const clients: Client[] = [
    { name: "nobody" },
    { name: "A", ...(await A.issue("a")) },
    { name: "B", ...(await B.issue("b")) },
    { name: "stranger", ...(await stranger.issue("s")) },
  ];
  const listOf = (caCertificateId: string) => ({ zoneId, caCertificateId, hostnames: [HOST], mode: "exclusive" });
  const ruleOf = (cas: readonly [id: string, ski: string][]) => ({
    ...{ zoneId, hostnames: [HOST], owner: "p/s/rule", action: "block", issuerSkis: cas.map(([, ski]) => ski) },
    associations: cas.map(([id]) => ({ caCertificateId: id, hostnames: [HOST] })),
  });
  const run = (declared: readonly Record<string, unknown>[] = []) => {
    const { provider } = processAt(emulator);
    const [lists, rule] = [provider("hostname-associations"), provider("mtls-rule")];
    const known = Promise.all(declared.map((list) => lists.check(list, list)));
    return { lists, rule, known };
  };
  const [one, both, other] = [ruleOf([[a, A.ski]]), ruleOf([[a, A.ski], [b, B.ski]]), ruleOf([[b, B.ski]])]; // prettier-ignore

  let state: Record<string, unknown> = {};
  const operations: readonly Operation[] = [
    [
      "create",
      CLOSES,
      async () => {
        const { lists, rule } = run();
        await made(lists, listOf(a));
        state = (await made(rule, one)).outs;
      },
      RUNS,
    ],
    ...(["log", "block"] as const).map((action): Operation => [
      `from the other action to ${action}`,
      action === "log" ? OPENS : CLOSES,
      async () => {
        const { rule } = run([listOf(a)]);
        const { inputs } = await rule.check(state, { ...one, action });
        state = (await rule.update("", state, inputs)).outs ?? {};
      },
      1,
    ]),
    [
      "a CA added",
      { nobody: [403, 403], A: [200, 200], B: [403, 200], stranger: [403, 403] },
      async () => {
        const { lists, rule } = run([listOf(a)]);
        await made(lists, listOf(b));
        const { inputs } = await rule.check(state, both);
        state = (await rule.update("", state, inputs)).outs ?? {};
      },
      1,
    ],
    [
      "a CA removed",
      { nobody: [403, 403], A: [200, 403], B: [200, 200], stranger: [403, 403] },
      async () => {
        const { lists, rule } = run([listOf(b)]);
        const { inputs } = await rule.check(state, other);
        state = (await rule.update("", state, inputs)).outs ?? {};
        await lists.delete("", listOf(a));
      },
      1,
    ],
    [
      "destroy",
      { nobody: [403, 200], A: [403, 200], B: [200, 200], stranger: [403, 200] },
      async () => {
        const { lists, rule } = run();
        await rule.delete("", state);
        await lists.delete("", listOf(b));
      },
      RUNS,
    ],
  ];

  const figures: Record<string, Record<string, Measured>> = {};
  for (const [name, answers, work, runs] of operations) {
    const [before, olds, from] = [emulator.snapshot(), state, emulator.requests.length];
    const repeated = (sequence: () => Promise<unknown>) =>
      measured(emulator, clients, answers, runs, () => {
        emulator.restore(before);
        state = olds;
        return sequence;
      });
    const ours = await repeated(work);
    const [after, news] = [emulator.snapshot(), state];
    const writes = emulator.requests.slice(from).filter(isWrite).slice(-2);
    const [first = 0, second = first] = writes.map(({ when }) => Date.parse(when));
    const opposite = await repeated(() => replay(emulator, writes.toReversed(), second - first));
    const waiting = await repeated(() => replay(emulator, writes, LAG + SLACK));
    figures[name] = { ours, opposite, waiting };
    emulator.restore(after);
    state = news;
    process.stdout.write(
      `${name}, ${((second - first) / LAG).toFixed(2)} lags between the writes: ${JSON.stringify(figures[name])}\n`,
    );
  }

  for (const { ours, opposite, waiting } of Object.values(figures)) {
    for (const { last, probes } of [ours, opposite, waiting] as Measured[]) {
      expect(probes).toBeGreaterThan(10);
      expect(last).toBeLessThan(1 + SLACK / LAG);
    }
    expect(waiting?.wrong).toEqual([]);
  }
  expect(Object.keys(figures)).toHaveLength(6);
  for (const [name, { ours, opposite }] of Object.entries(figures))
    if (!["create", "destroy"].includes(name)) expect([name, ours?.wrong, opposite?.wrong]).toEqual([name, [], []]);
  for (const [name, refused] of [
    ["create", "A 403"],
    ["destroy", "B 403"],
  ] as const) {
    // prettier-ignore
    const { ours, opposite } = figures[name] ?? {};
    expect([...(ours?.wrong ?? []), refused, ...(opposite?.wrong ?? [])].filter((what) => what !== refused)).toEqual(
      [],
    );
    expect(ours?.share).toBeLessThan(opposite?.share ?? 0);
  }
});

/** Each write, and as long until the next as between those of the package. */
async function replay(emulator: Emulator, writes: readonly JournalEntry[], pause: number): Promise<void> {
  const dashboard = new Dashboard(emulator);
  for (const [index, { method, path, body }] of writes.entries()) {
    if (index > 0) await sleep(pause - LATENCY);
    await dashboard.call(method, path, body ?? undefined);
  }
}

/** Clients knock while the sequence is made, and for a lag and a half after its last write. */
async function measured(
  emulator: Emulator,
  clients: readonly Client[],
  answers: Answers,
  runs: number,
  restored: () => () => Promise<unknown>,
): Promise<Measured> {
  const constant = clients.filter(({ name }) => answers[name]?.[0] === answers[name]?.[1]);
  const wrong: { what: string; late: number }[] = [];
  let probes = 0;
  for (let count = 0; count < runs; count++) {
    const sequence = restored();
    const calls = emulator.requests.length;
    const probers = Array.from({ length: WATCHERS }, () => useProber(emulator, [HOST], constant, 1));
    await sequence();
    await sleep(1.5 * LAG);
    await Promise.all(probers.map((prober) => prober.stop()));
    const writes = emulator.requests.slice(calls).filter(isWrite);
    const [first = 0, end = 0] = [writes.at(0), writes.at(-1)].map((entry) => Date.parse(entry?.when ?? ""));
    const all = probers.flatMap((prober) => prober.probes).filter(({ sent }) => sent >= first);
    probes += all.filter(({ sent }) => sent < end + LAG).length;
    for (const { client, status, sent } of all.filter(({ client, status }) => status !== answers[client]?.[1]))
      wrong.push({ what: `${client} ${status}`, late: (sent - end) / LAG });
  }
  const round = (value: number) => Math.round(value * 1000) / 1000;
  return {
    wrong: [...new Set(wrong.map(({ what }) => what))],
    share: round(wrong.length / probes),
    probes,
    last: round(Math.max(0, ...wrong.map(({ late }) => late))),
  };
}
