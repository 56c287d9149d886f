import { setTimeout as sleep } from "node:timers/promises";
import { createAuthority } from "../../support/authority";
import { useEmulator } from "../../support/use";
import { Caller, refusal } from "./caller";
import type { Reply } from "./caller";

let cloudflare: Caller;

beforeEach(async () => {
  cloudflare = new Caller(await useEmulator({ zones: ["example.com"] }));
});

const zones = (): Promise<Reply> => cloudflare.call("GET", "/zones");

/** The code of the network error that the call ends with. */
async function breaks(call: Promise<unknown>): Promise<unknown> {
  const error: unknown = await call.then(
    () => new Error("it didn't break"),
    (reason: unknown) => reason,
  );
  return ((error as Error).cause as { code?: string } | undefined)?.code;
}

describe("a fault", () => {
  test("answers with a status, a code, and a Retry-After of any length", async () => {
    cloudflare.emulator.inject({ kind: "status", status: 429, code: 10100, message: "slow down", retryAfter: 90 });
    const reply = await zones();
    expect([refusal(reply), reply.headers.get("retry-after")]).toEqual(["429 10100 slow down", "90"]);
    expect((await zones()).status).toBe(200);
  });

  test("can be 971 in an envelope of 200", async () => {
    cloudflare.emulator.inject({ kind: "status", status: 200, code: 971, message: "Please wait" });
    const { status, success } = await zones();
    expect([status, success]).toEqual([200, false]);
  });

  test("can be a gateway's page", async () => {
    cloudflare.emulator.inject({ kind: "html" });
    const response = await fetch(`${cloudflare.emulator.apiUrl}/zones`);
    expect([response.status, response.headers.get("content-type")]).toEqual([502, "text/html; charset=UTF-8"]);
    expect(await response.text()).toContain("<title>502 Bad Gateway</title>");
  });

  test("cuts the connection before the write", async () => {
    const { pem } = await createAuthority("Mine");
    const fault = cloudflare.emulator.inject({ kind: "reset-before", method: "POST" });
    expect(await breaks(cloudflare.upload(pem))).toBe("ECONNRESET");
    expect([fault.hits, cloudflare.emulator.state().certificates.length]).toEqual([1, 0]);
    expect(cloudflare.emulator.requests.at(-1)).toMatchObject({ status: 0, fault: "reset-before" });
  });

  test("loses the answer after the write", async () => {
    const { pem } = await createAuthority("Mine");
    cloudflare.emulator.inject({ kind: "reset-after", method: "POST", path: "*/mtls_certificates" });
    expect(await breaks(cloudflare.upload(pem))).toBe("ECONNRESET");
    expect(cloudflare.emulator.state().certificates).toHaveLength(1);
    expect(cloudflare.emulator.requests.at(-1)).toMatchObject({ status: 200, fault: "reset-after" });
    expect(refusal(await cloudflare.upload(pem))).toBe("400 1471 Certificate already exists");
  });

  test("delays the answer", async () => {
    cloudflare.emulator.inject({ kind: "latency", milliseconds: 120 });
    const started = performance.now();
    expect((await zones()).status).toBe(200);
    expect(performance.now() - started).toBeGreaterThan(110);
  });

  test("leaves a call without an answer, until the emulator closes", async () => {
    cloudflare.emulator.inject({ kind: "timeout" });
    const pending = breaks(zones());
    expect(await Promise.race([pending, sleep(100, "still waiting")])).toBe("still waiting");
    await cloudflare.emulator.close();
    expect(await pending).toBe("UND_ERR_SOCKET");
  });

  test("holds a call until it is released, while others pass", async () => {
    const fault = cloudflare.emulator.inject({ kind: "hold" });
    const held = zones();
    await sleep(50);
    expect((await zones()).status).toBe(200);
    expect(cloudflare.emulator.requests.map(({ status }) => status)).toEqual([0, 200]);
    fault.release();
    expect((await held).status).toBe(200);
  });

  test("hits by method and path, from the nth on, so many times", async () => {
    const path = `${cloudflare.account}/mtls_certificates?*`;
    const fault = cloudflare.emulator.inject({ kind: "status", status: 500, method: "get", path, nth: 2, count: 2 });
    const statuses = [];
    for (let call = 0; call < 5; call += 1) {
      statuses.push((await cloudflare.call("GET", `${cloudflare.account}/mtls_certificates?page=1`)).status);
    }
    statuses.push((await cloudflare.call("GET", `${cloudflare.account}/mtls_certificates`)).status);
    expect([statuses, fault.hits]).toEqual([[200, 500, 500, 200, 200, 200], 2]);
  });

  test("can go on for ever, until it is released", async () => {
    const fault = cloudflare.emulator.inject({ kind: "status", status: 500, count: Infinity });
    expect([(await zones()).status, (await zones()).status]).toEqual([500, 500]);
    fault.release();
    expect((await zones()).status).toBe(200);
  });

  test("that makes no sense is refused", () => {
    const inject = (fault: object) => () => cloudflare.emulator.inject(fault as never);
    expect(inject({ kind: "fire" })).toThrow("kind must be one of status, html, latency");
    expect(inject({ kind: "html", status: "502" })).toThrow("status must be a number");
    expect(inject({ kind: "status" })).toThrow("needs its status");
    expect(inject({ kind: "latency" })).toThrow("needs its milliseconds");
    expect(inject({ kind: "timeout", pth: "*" })).toThrow("has no pth; it has kind, method, path, nth, count");
  });
});

test("latency delays every call, and is no fault", async () => {
  cloudflare.emulator.configure({ latency: 60 });
  const started = performance.now();
  await zones();
  await zones();
  expect(performance.now() - started).toBeGreaterThan(110);
  expect(cloudflare.emulator.requests.every(({ fault }) => fault === undefined)).toBe(true);
});
