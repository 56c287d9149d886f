import { createPrivateKey, X509Certificate } from "node:crypto";
import { knock } from "../../support/prober";
import type { Client } from "../../support/prober";
import { signingRequest } from "../../support/signing-request";
import { useEmulator } from "../../support/use";
import { Caller, refusal } from "./caller";
import type { Reply } from "./caller";

/* Client certificates of the CA that Cloudflare manages: made, revoked and reactivated through the API, shown to the edge. */

const HOST = "api.example.com";
let cloudflare: Caller;
let request: { csr: string; key: string };

beforeAll(async () => {
  request = await signingRequest("C=DE, ST=Berlin, L=Mitte, O=Example GmbH, OU=Devices, CN=device 1");
});

beforeEach(async () => {
  cloudflare = new Caller(await useEmulator({ zones: ["example.com", "example.org"] }));
});

function clients(method: string, path = "", body?: unknown, zone?: string): Promise<Reply> {
  return cloudflare.call(method, `${cloudflare.zone(zone)}/client_certificates${path}`, body);
}

async function make(zone?: string, { csr, key } = request): Promise<Client & { id: string }> {
  const { result } = await clients("POST", "", { csr, validity_days: 365 }, zone);
  return { id: String(result.id), name: "device", certificate: String(result.certificate), key };
}

function ask(client: Client, hostname = HOST): Promise<number | string> {
  return knock(cloudflare.emulator.edge, hostname, client).then(({ status }) => status);
}

const statuses = async (query = "") =>
  ((await clients("GET", query)).result as unknown as { status: string }[]).map(({ status }) => status);

test("one is made of a signing request, and described as the documents do", async () => {
  const { status, result } = await clients("POST", "", { csr: request.csr, validity_days: 3650 });
  const certificate = new X509Certificate(String(result.certificate));
  expect(status).toBe(201);
  expect(result).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    certificate: expect.stringMatching(/^-----BEGIN CERTIFICATE-----\n/) as string,
    certificate_authority: {
      id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      name: `Managed CA ${cloudflare.emulator.accountId}`,
    },
    csr: request.csr.replace(/\n/g, "\r\n"),
    common_name: "device 1",
    country: "DE",
    state: "Berlin",
    location: "Mitte",
    organization: "Example GmbH",
    organizational_unit: "Devices",
    serial_number: certificate.serialNumber.toLowerCase(),
    signature: "ECDSAWithSHA256",
    ski: expect.stringMatching(/^[0-9a-f]{40}$/) as string,
    fingerprint_sha256: certificate.fingerprint256.replaceAll(":", "").toLowerCase(),
    issued_on: new Date(certificate.validFrom).toISOString().replace(".000", ""),
    expires_on: new Date(certificate.validTo).toISOString().replace(".000", ""),
    status: "active",
    validity_days: 3650,
  });
  expect((await clients("GET", `/${String(result.id)}`)).result).toEqual(result);
});

test.each(["P-256", "RSA"] as const)("a request with a key of the kind %s is signed, and twice", async (kind) => {
  const its = await signingRequest("CN=x", kind);
  const [one, two] = [await make(undefined, its), await make(undefined, its)];
  expect(new X509Certificate(one.certificate!).checkPrivateKey(createPrivateKey(its.key))).toBe(true);
  expect(one.id).not.toBe(two.id);
});

test.each([
  ["no request", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"],
  ["half a request", (csr: string) => csr.slice(0, 200) + csr.slice(-40)],
  ["one whose signature is damaged", (csr: string) => withLastByteTurned(csr)],
  ["nothing", ""],
])("%s is refused", async (_, bad) => {
  const csr = typeof bad === "string" ? bad : bad(request.csr);
  expect(refusal(await clients("POST", "", { csr, validity_days: 1 }))).toMatch(/^400 9999 Unable to parse CSR: /);
  expect(await statuses()).toEqual([]);
});

test.each([[0], [5476], ["365"], [undefined]])("a validity of %p days is refused", async (days) => {
  const reply = await clients("POST", "", { csr: request.csr, validity_days: days });
  expect(refusal(reply)).toBe("400 9999 validity_days must be a whole number from 1 to 5475");
});

test("the list is of one zone, can be filtered by status, paged and cut", async () => {
  const made = [await make(), await make(), await make(), await make(), await make(), await make()];
  await make("example.org");
  await clients("DELETE", `/${made[0]!.id}`);
  expect(await statuses()).toEqual(["revoked", ...Array<string>(5).fill("active")]);
  expect(await statuses("?status=revoked")).toEqual(["revoked"]);
  expect(await statuses("?status=active&per_page=5&page=1")).toHaveLength(5);
  expect(await statuses("?limit=2&offset=5")).toEqual(["active"]);
  expect(refusal(await clients("GET", "?status=gone"))).toMatch(/^400 9999 status must be one of all, active/);
});

test("a revoked one stays listed; a second DELETE is 1407, an id that isn't there 1415", async () => {
  const { id } = await make();
  expect((await clients("DELETE", `/${id}`)).result.status).toBe("revoked");
  expect(refusal(await clients("DELETE", `/${id}`))).toBe("400 1407 Client certificate already deleted");
  expect((await clients("GET", `/${id}`)).result.status).toBe("revoked");
  for (const [method, wrong] of [
    ["GET", "nonsense"],
    ["DELETE", "00000000-0000-4000-8000-000000000000"],
    ["PATCH", "x"],
  ] as const) {
    const reply = await clients(method, `/${wrong}`, method === "PATCH" ? { reactivate: true } : undefined);
    expect(refusal(reply)).toBe("400 1415 Invalid client certificate id");
  }
  expect(refusal(await clients("GET", `/${id}`, undefined, "example.org"))).toMatch(/^400 1415/);
});

test("a PATCH reactivates, and takes nothing else", async () => {
  const { id } = await make();
  await clients("DELETE", `/${id}`);
  expect(refusal(await clients("PATCH", `/${id}`, { reactivate: false }))).toMatch(/^400 9999 reactivate must be true/);
  expect((await clients("PATCH", `/${id}`, { reactivate: true })).result.status).toBe("active");
  expect((await clients("DELETE", `/${id}`)).result.status).toBe("revoked");
});

test("beyond the quota is 1445, and a revocation sets a place free at once", async () => {
  cloudflare.emulator.configure({ clientQuota: 2, lag: { revocation: 60_000 } });
  const [one] = [await make(), await make()];
  const beyond = await clients("POST", "", { csr: request.csr, validity_days: 1 });
  expect(refusal(beyond)).toBe("400 1445 Hit maximum certificate allocation: 2 certificates per zone are allowed");
  await clients("DELETE", `/${one.id}`);
  await make();
  expect(refusal(await clients("PATCH", `/${one.id}`, { reactivate: true }))).toMatch(/^400 1445/);
});

test("a token needs SSL and Certificates of the zone", async () => {
  const emulator = await useEmulator({
    zones: ["example.com"],
    tokens: [{ token: "reads", permissions: ["zone-ssl:read"] }],
  });
  const reader = new Caller(emulator, "reads");
  const path = `${reader.zone()}/client_certificates`;
  expect((await reader.call("GET", path)).status).toBe(200);
  expect((await reader.call("POST", path, { csr: request.csr, validity_days: 1 })).status).toBe(403);
});

function withLastByteTurned(csr: string): string {
  const der = Buffer.from(csr.replace(/-----.*-----|\s/g, ""), "base64");
  der.writeUInt8(der.readUInt8(der.length - 1) ^ 1, der.length - 1);
  return `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString("base64")}\n-----END CERTIFICATE REQUEST-----`;
}

describe("at the edge", () => {
  const DEMAND = `http.host eq "${HOST}" and not cf.tls_client_auth.cert_verified`;
  const REVOKED = `http.host eq "${HOST}" and cf.tls_client_auth.cert_revoked`;

  test("the managed CA's own list makes a host ask, and its clients of any zone of the account are let in", async () => {
    await cloudflare.ruleset([{ action: "block", expression: DEMAND }]);
    const [here, elsewhere] = [await make(), await make("example.org")];
    expect([await ask(here), await ask(elsewhere)]).toEqual([403, 403]);
    await cloudflare.putHostnames([HOST]);
    expect([await ask(here), await ask(elsewhere), await ask({ name: "nobody" })]).toEqual([200, 200, 403]);
  });

  test("a revoked certificate still verifies: only a rule that asks cert_revoked keeps it out, until it is reactivated", async () => {
    await cloudflare.putHostnames([HOST]);
    const path = await cloudflare.ruleset([{ action: "block", expression: DEMAND }]);
    const device = await make("example.org");
    await clients("DELETE", `/${device.id}`, undefined, "example.org");
    expect(await ask(device)).toBe(200);
    await cloudflare.call("POST", `${path}/rules`, { action: "block", expression: REVOKED });
    expect([await ask(device), await ask(await make())]).toEqual([403, 200]);
    await clients("PATCH", `/${device.id}`, { reactivate: true }, "example.org");
    expect(await ask(device)).toBe(200);
  });

  test("while it is pending the edge doesn't know yet", async () => {
    await cloudflare.putHostnames([HOST]);
    await cloudflare.ruleset([{ action: "block", expression: REVOKED }]);
    const device = await make();
    cloudflare.emulator.configure({ lag: { revocation: 300 } });
    expect((await clients("DELETE", `/${device.id}`)).result.status).toBe("pending_revocation");
    expect(await ask(device)).toBe(200);
    await new Promise((later) => setTimeout(later, 320));
    expect([await ask(device), await statuses()]).toEqual([403, ["revoked"]]);
    expect((await clients("PATCH", `/${device.id}`, { reactivate: true })).result.status).toBe("pending_reactivation");
  });

  test("its issuer can be pinned by the name that was seen of it", async () => {
    await cloudflare.putHostnames([HOST]);
    const device = await make();
    const name = `CN=Managed CA ${cloudflare.emulator.accountId},OU=www.cloudflare.com,O=Cloudflare\\\\, Inc.,L=San Francisco,ST=California,C=US`;
    const pinned = `not (cf.tls_client_auth.cert_verified and cf.tls_client_auth.cert_issuer_dn_rfc2253 eq "${name}")`;
    await cloudflare.ruleset([{ action: "block", expression: pinned }]);
    expect([await ask(device), await ask({ name: "nobody" })]).toEqual([200, 403]);
  });

  test("a snapshot keeps them, revoked or not, and the CA with its key", async () => {
    await cloudflare.putHostnames([HOST]);
    await cloudflare.ruleset([{ action: "block", expression: `${DEMAND} or ${REVOKED}` }]);
    const [good, bad] = [await make(), await make()];
    await clients("DELETE", `/${bad.id}`);
    const { accountId, zones } = cloudflare.emulator;
    const snapshot = JSON.parse(JSON.stringify(cloudflare.emulator.snapshot())) as object;
    cloudflare = new Caller(
      await useEmulator({ zones: Object.entries(zones).map(([name, id]) => ({ name, id })), accountId }),
    );
    cloudflare.emulator.restore(snapshot as Parameters<typeof cloudflare.emulator.restore>[0]);
    expect([await ask(good), await ask(bad), await ask(await make())]).toEqual([200, 403, 200]);
  });
});
