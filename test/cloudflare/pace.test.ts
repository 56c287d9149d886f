import * as fc from "fast-check";
import { connect } from "../../src/cloudflare/client";
import { Pace } from "../../src/cloudflare/pace";
import type { Progress } from "../../src/cloudflare/pace";
import type { Emulator, EmulatorOptions } from "../../src/emulator";
import { startEmulator } from "../support/emulator";
import { runs } from "../support/runs";

/* Cloudflare refuses everything for five minutes to a token that calls too often: the calls of a process keep below that. */

const SECOND = 1000;

function headers(left: number, seconds: number, calls = 1200, window = 300) {
  return { ratelimit: `"default";r=${left};t=${seconds}`, "ratelimit-policy": `"default";q=${calls};w=${window}` };
}

/** How many calls leave at this moment. */
function leaving(pace: Pace, now: number): number {
  let count = 0;
  while (pace.leave(now) === 0) count++;
  return count;
}

describe("what may leave", () => {
  test("without the headers, 1,200 calls in five minutes are counted, of which a few are left to others", () => {
    const pace = new Pace();
    expect(leaving(pace, 0)).toBe(1176);
    expect(pace.leave(100 * SECOND)).toBe(200 * SECOND);
    expect(leaving(pace, 300 * SECOND)).toBe(1176);
  });

  test("what an answer says goes, less the calls under way and a few for others, until its window ends", () => {
    const pace = new Pace();
    pace.leave(0);
    pace.leave(0);
    pace.heard(2, headers(50, 30), 0);
    expect(leaving(pace, 0)).toBe(50 - 1 - 24);
    expect(pace.leave(10 * SECOND)).toBe(21 * SECOND);
    expect(leaving(pace, 31 * SECOND)).toBe(1176);
  });

  test("a slow answer to an older call says nothing new", () => {
    const pace = new Pace();
    for (let call = 1; call <= 3; call++) pace.leave(0);
    pace.heard(3, headers(40, 30), 0);
    pace.heard(1, headers(1000, 30), 0);
    expect(leaving(pace, 0)).toBe(40 - 2 - 24);
  });

  test("of several limits the tightest goes, with its own quota", () => {
    const pace = new Pace();
    pace.leave(0);
    const ratelimit = '"default";r=900;t=200, "burst"; r=30; t=5';
    pace.heard(1, { ratelimit, "ratelimit-policy": '"default";q=1200;w=300, "burst"; q=100; w=60' }, 0);
    expect(leaving(pace, 0)).toBe(6);
    expect(leaving(pace, 6 * SECOND)).toBe(76);
    expect(pace.leave(6 * SECOND)).toBe(60 * SECOND);
  });

  test("an answer without the headers, or with others, changes nothing", () => {
    const pace = new Pace();
    for (let call = 1; call <= 3; call++) pace.leave(0);
    for (const [index, ratelimit] of [undefined, "", '"default";r=;t=1'].entries())
      pace.heard(index + 1, { ratelimit }, 0);
    expect(leaving(pace, 0)).toBe(1173);
  });
});

test("however the answers overtake each other, no more calls leave in a window than it has", () => {
  const steps = fc.array(fc.record({ leaving: fc.nat(8), answered: fc.nat(8), place: fc.nat(7) }), { maxLength: 120 });
  fc.assert(
    fc.property(fc.integer({ min: 4, max: 200 }), steps, (calls, taken) => {
      const pace = new Pace();
      const open: [call: number, left: number][] = [];
      let sent = 0;
      // Cloudflare counts them as they come, and answers as it likes.
      for (const { leaving: wanted, answered, place } of taken) {
        for (let call = 0; call < wanted && open.length < 8 && pace.leave(0) === 0; call++)
          open.push([++sent, calls - sent]);
        for (let answer = 0; answer < answered && open.length > 0; answer++) {
          const [[call, left] = [0, 0]] = open.splice(place % open.length, 1);
          pace.heard(call, headers(Math.max(0, left), 300, calls), 0);
        }
      }
      // Until the first answer says how many there are, there can't be fewer than are under way.
      expect(sent).toBeLessThanOrEqual(Math.max(calls, 8));
    }),
    { numRuns: runs(500) },
  );
});

test("whoever waits is told how far the run is, and until when it will take", async () => {
  const clock = {
    time: Date.parse("2026-11-27T12:00:00"),
    now: () => clock.time,
    sleep: (pause: number) => Promise.resolve((clock.time += pause)),
  };
  const pace = new Pace(clock);
  const lines: string[] = [];
  const turn = (progress?: Progress) => pace.turn(600_000, (line) => lines.push(line), undefined, progress);
  while (leaving(pace, clock.time) > 0);
  pace.heard(1, {}, clock.time);
  await turn({ done: 400, all: 1200 });
  expect(lines[0]).toBe(
    "Cloudflare's limit of requests: 400 of 1200 resources done, 1176 calls made, waiting until 12:05:00 (300 s), and until about 12:10:00 in all",
  );
  // A line every five seconds.
  expect(lines).toHaveLength(60);
  expect(lines.at(-1)).toMatch(/waiting until 12:05:00 \(5 s\)/);
  while (leaving(pace, clock.time) > 0);
  await turn({ done: 1199, all: 1200 });
  expect(lines.at(-1)).toBe(
    "Cloudflare's limit of requests: 1199 of 1200 resources done, 2352 calls made, waiting until 12:10:00 (5 s)",
  );
});

describe("over real sockets, on an emulator with a limit", () => {
  let emulator: Emulator;
  afterEach(() => emulator.close());

  const start = async (options: Partial<EmulatorOptions>) => {
    emulator = await startEmulator({ zones: ["x.example"], ...options });
  };
  const clientOf = (lines: string[], retryBudget = 600_000) =>
    connect(
      {
        baseUrl: emulator.apiUrl,
        headers: { Authorization: `Bearer ${emulator.apiToken}` },
        secrets: [],
        patience: { answerTimeout: 60_000, retryBudget },
      },
      (line) => lines.push(line),
    );
  const refused = () => emulator.requests.filter(({ status }) => status === 429).length;

  test("many zones' calls, sixteen at a time, go through four windows without one refusal, and say why they wait", async () => {
    await start({ rateLimit: 60, rateWindow: 3000 });
    const lines: string[] = [];
    let left = 160;
    const worker = async () => {
      // A client for each call, as the provider has it.
      while (left-- > 0) await clientOf(lines)({ method: "GET", path: `/zones/${emulator.zones["x.example"]}` });
    };
    await Promise.all(Array.from({ length: 16 }, worker));
    expect(emulator.requests).toHaveLength(160);
    expect(refused()).toBe(0);
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines)
      expect(line).toMatch(/^Cloudflare's limit of requests: \d+ calls made, waiting until \d\d:\d\d:\d\d \(\d s\)$/);
  });

  test("as many calls at one moment as a window doesn't have: only a few leave before an answer says so", async () => {
    await start({ rateLimit: 40, rateWindow: 2000, latency: 50 });
    const client = clientOf([]);
    const zone = `/zones/${emulator.zones["x.example"]}`;
    await Promise.all(Array.from({ length: 70 }, () => client({ method: "GET", path: zone })));
    expect([emulator.requests.length, refused()]).toEqual([70, 0]);
  });

  test("where others use the token up, the refusal is waited out as ever", async () => {
    await start({ rateLimit: 60, rateWindow: 2000 });
    const { apiUrl, apiToken } = emulator;
    for (let call = 0; call <= 60; call++)
      await fetch(`${apiUrl}/zones`, { headers: { Authorization: `Bearer ${apiToken}` } });
    const lines: string[] = [];
    await clientOf(lines)({ method: "GET", path: "/zones" });
    expect(emulator.requests.at(-1)?.status).toBe(200);
    expect(lines[0]).toMatch(/^GET \/zones: rate limited, next try in \d s$/);
  });

  test("a call that may not wait so long isn't sent, and says what to set", async () => {
    await start({ rateLimit: 8 });
    const lines: string[] = [];
    const client = clientOf(lines, 1000);
    for (let call = 0; call < 6; call++) await client({ method: "GET", path: "/zones" });
    await expect(client({ method: "GET", path: "/zones" })).rejects.toThrow(
      /GET \/zones got no answer \(HELD_BACK\)\nNot sent: .* longer than the 1 s that one call may wait\.\nRun it again .*`cloudflare-mtls:retryBudget`/,
    );
    expect(emulator.requests).toHaveLength(6);
  });

  test("without a limit nothing ever waits, however many calls there are", async () => {
    await start({});
    const lines: string[] = [];
    for (let call = 0; call < 1300; call++) await clientOf(lines)({ method: "GET", path: "/zones" });
    expect([emulator.requests.length, lines]).toEqual([1300, []]);
  });
});
