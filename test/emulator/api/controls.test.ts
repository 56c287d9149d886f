import { createAuthority } from "../../support/authority";
import { useEmulator } from "../../support/use";
import { blocking, Caller } from "./caller";

let cloudflare: Caller;

beforeEach(async () => {
  cloudflare = new Caller(await useEmulator({ zones: ["example.com"] }));
});

/** Over HTTP, without a token, as a shell script would. */
async function control(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
  const url = cloudflare.emulator.apiUrl.replace("/client/v4", `/__emulator/${path}`);
  const response = await fetch(url, { method, body: body === undefined ? undefined : JSON.stringify(body) });
  const text = await response.text();
  return { status: response.status, body: text === "" ? undefined : (JSON.parse(text) as unknown) };
}

test("the journal tells method, path with query, body, status, answer and when; DELETE clears it", async () => {
  await cloudflare.call("GET", "/zones?name=example.com");
  await cloudflare.putHostnames(["a.example.com"]);
  const { body } = await control("GET", "requests");
  expect(body).toEqual(JSON.parse(JSON.stringify(cloudflare.emulator.requests)));
  expect(body).toMatchObject([
    { method: "GET", path: "/zones?name=example.com", status: 200, body: null },
    {
      method: "PUT",
      path: `${cloudflare.zone()}/certificate_authorities/hostname_associations`,
      status: 200,
      body: { hostnames: ["a.example.com"] },
      answer: { success: true, result: { hostnames: ["a.example.com"] } },
      when: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/) as string,
    },
  ]);
  expect((await control("DELETE", "requests")).status).toBe(204);
  expect(cloudflare.emulator.requests).toEqual([]);
});

test("settings can be read, and turned one by one", async () => {
  expect((await control("PUT", "settings", { lag: { deletion: 5 }, quota: 7, verification: "account" })).status).toBe(
    200,
  );
  const { body } = await control("GET", "settings");
  expect(body).toEqual({
    lag: {
      associations: 0,
      associationReads: 0,
      deletion: 5,
      services: 0,
      edge: 0,
      visibleAfterDelete: 0,
      revocation: 0,
      alreadyDeleted: 60000,
    },
    latency: 0,
    faultRate: 0,
    storedExpressions: "as-written",
    quota: 7,
    clientQuota: 100,
    rateLimit: null,
    rateWindow: 300_000,
    verification: "account",
    urlNormalization: "cloudflare",
    sessionResumption: "none",
  });
});

test.each([
  [{ quotas: 1 }, "unknown setting quotas; there are latency, faultRate, quota, clientQuota"],
  [{ lag: { association: 1 } }, "unknown setting lag.association; there are associations"],
  [{ latency: -1 }, "latency must be a number that is not negative"],
  [{ verification: "none" }, 'verification must be "host" or "account"'],
  [{ urlNormalization: "off" }, 'urlNormalization must be "cloudflare" or "rfc3986" or "none"'],
  [[], "settings must be an object"],
])("the settings %j are refused and change nothing", async (change, message) => {
  const { status, body } = await control("PUT", "settings", change);
  expect([status, (body as { error: string }).error]).toEqual([400, expect.stringContaining(message)]);
  expect((await control("GET", "settings")).body).toMatchObject({ quota: 5, latency: 0 });
});

test("faults can be injected, seen and cleared", async () => {
  const all = await control("POST", "faults", { kind: "status", status: 500, count: null });
  const one = await control("POST", "faults", { kind: "hold", path: "/zones" });
  expect([all.body, one.body]).toEqual([{ id: 1 }, { id: 2 }]);
  expect((await cloudflare.call("GET", "/zones")).status).toBe(500);
  expect((await control("GET", "faults")).body).toEqual([
    { id: 1, hits: 1 },
    { id: 2, hits: 0 },
  ]);
  expect((await control("DELETE", "faults/1")).status).toBe(204);
  expect((await control("DELETE", "faults/1")).status).toBe(400);
  expect((await control("DELETE", "faults")).status).toBe(204);
  expect((await cloudflare.call("GET", "/zones")).status).toBe(200);
  expect((await control("POST", "faults", { kind: "fire" })).status).toBe(400);
});

test("the state shows certificates, lists by CA, rules", async () => {
  const { pem } = await createAuthority("Mine");
  const id = await cloudflare.ca(pem);
  await cloudflare.putHostnames(["a.example.com"], id);
  await cloudflare.putHostnames(["managed.example.com"]);
  await cloudflare.ruleset([blocking("a")]);
  const { body } = await control("GET", "state");
  expect(body).toEqual(JSON.parse(JSON.stringify(cloudflare.emulator.state())));
  expect(body).toMatchObject({
    certificates: [{ id, ca: true, type: "custom" }],
    zones: {
      "example.com": {
        id: cloudflare.emulator.zones["example.com"],
        hostnames: { [id]: ["a.example.com"], managed: ["managed.example.com"] },
        rules: [{ ref: "a" }],
        rulesetVersion: "1",
      },
    },
  });
});

test("a seed puts foreign things in place, and says what is wrong with it", async () => {
  const { pem } = await createAuthority("Gateway");
  const { status, body } = await control("POST", "seed", {
    certificates: [{ certificates: pem, type: "gateway_managed" }],
  });
  expect([status, body]).toEqual([200, { certificates: [cloudflare.emulator.state().certificates[0]?.id] }]);
  for (const wrong of [{ certs: [] }, { managedCa: "x" }, { certificates: [{ certificates: pem, type: "mine" }] }]) {
    expect((await control("POST", "seed", wrong)).status).toBe(400);
  }
  expect(cloudflare.emulator.state().certificates).toHaveLength(1);
});

test("a snapshot brings back what was there with its ids, as often as wanted, and takes away what came later", async () => {
  const { pem } = await createAuthority("Mine");
  const id = await cloudflare.ca(pem);
  await cloudflare.putHostnames(["a.example.com"], id);
  await cloudflare.ruleset([blocking("a")]);
  const before = cloudflare.emulator.state();
  const { body: snapshot } = await control("GET", "snapshot");
  expect(snapshot).toEqual(JSON.parse(JSON.stringify(cloudflare.emulator.snapshot())));
  for (const later of ["Later", "Later still"]) {
    await cloudflare.putHostnames([], id);
    expect((await cloudflare.call("DELETE", `${cloudflare.account}/mtls_certificates/${id}`)).status).toBe(200);
    await cloudflare.ca((await createAuthority(later)).pem);
    await cloudflare.call("DELETE", cloudflare.zone());
    expect(cloudflare.emulator.state()).not.toEqual(before);
    expect((await control("PUT", "snapshot", snapshot)).status).toBe(204);
    expect(cloudflare.emulator.state()).toEqual(before);
  }
});

test.each([
  [{ zones: [] }, "that is no snapshot"],
  [{ accountId: "another", managedCa: {}, certificates: [], zones: [] }, "the snapshot is of another account than"],
])("the snapshot %j is refused and changes nothing", async (snapshot, message) => {
  const before = cloudflare.emulator.state();
  const { status, body } = await control("PUT", "snapshot", snapshot);
  expect([status, (body as { error: string }).error]).toEqual([400, expect.stringContaining(message)]);
  expect(cloudflare.emulator.state()).toEqual(before);
});

test("the edge's address and root can be asked for", async () => {
  expect((await control("GET", "edge")).body).toEqual(cloudflare.emulator.edge);
  expect(cloudflare.emulator.edge.certificate).toContain("BEGIN CERTIFICATE");
});

test("an unknown control says which there are", async () => {
  const { status, body } = await control("GET", "request");
  expect([status, (body as { error: string }).error]).toEqual([404, expect.stringContaining("GET requests")]);
});
