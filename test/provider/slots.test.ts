import type { Emulator, EmulatorOptions, Seed } from "../../src/emulator";
import { startEmulator } from "../support/emulator";
import { createAuthority } from "../support/authority";
import type { Authority } from "../support/authority";
import { processAt } from "../support/session";

let emulator: Emulator;
let wanted: Authority;

beforeAll(async () => {
  wanted = await createAuthority("Wanted");
});

afterEach(() => emulator.close());

/** An account with these CAs in it, by name, and no slot left. */
async function fullAccount(
  seeds: Record<string, Partial<NonNullable<Seed["certificates"]>[number]>>,
  options: Partial<EmulatorOptions> = {},
): Promise<Record<string, { id: string; expires: string }>> {
  emulator = await startEmulator({ zones: ["x.example", "y.example"], quota: Object.keys(seeds).length, ...options });
  const life = (place: number) => new Date(Date.UTC(2040, place, 1));
  const minted = await Promise.all(
    Object.keys(seeds).map((name, place) => createAuthority(name, { notAfter: life(place) })),
  );
  const made = Object.entries(seeds).map(([name, seed], place) => {
    const { certificates } = emulator.seed({
      certificates: [{ name, certificates: minted[place]?.pem ?? "", ...seed }],
    });
    return [name, { id: certificates[0] ?? "", expires: life(place).toISOString().slice(0, 10) }] as const;
  });
  return Object.fromEntries(made);
}

async function associate(zone: string, id: string | undefined, hostnames: string[], token = emulator.apiToken) {
  const path = `/zones/${emulator.zones[zone]}/certificate_authorities/hostname_associations`;
  const answer = await fetch(emulator.apiUrl + path, {
    method: "PUT",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ hostnames, mtls_certificate_id: id }),
  });
  expect(answer.status).toBe(200);
}

/** The error of an upload that was refused, line by line. */
async function refused(zones: string[], environment: Record<string, string> = {}): Promise<string[]> {
  const { provider } = processAt(emulator, environment);
  const ca = provider("ca-certificate");
  const zoneIds = zones.map((zone) => emulator.zones[zone]);
  const before = emulator.state().certificates;
  const news = {
    accountId: emulator.accountId,
    certificates: wanted.pem,
    zoneIds,
    owner: "p/s/wanted",
    name: "wanted",
  };
  const { inputs, failures } = await ca.check({}, news);
  expect(failures).toEqual([]);
  const error = await ca.create(inputs).then(
    () => new Error("It was uploaded."),
    (thrown: unknown) => thrown as Error,
  );
  expect(emulator.state().certificates).toEqual(before);
  return error.message.split("\n");
}

test("an upload without a free slot lists the account's CAs: name, expiry, and what uses each", async () => {
  const cas = await fullAccount({
    gated: { associations: [{ service: "gateway", status: "active" }] },
    bound: { associations: ["workers", "hyperdrive"].map((service) => ({ service, status: "active" })) },
    listed: {},
    idle: {},
    product: { type: "gateway_managed" },
  });
  await associate("x.example", cas.listed?.id, ["api.x.example", "www.x.example"]);

  const [first, advice, title, ...lines] = await refused(["x.example"]);

  expect(first).toMatch(/^POST .* HTTP 400: Hit maximum CA cert allocation\. \[code: 1489\]/);
  expect(advice).toMatch(/Delete a CA that nothing uses.*deleteBeforeReplace/);
  expect(title).toBe(`The CAs of account ${emulator.accountId}:`);
  const zone = emulator.zones["x.example"];
  const line = (name: string, use: string): unknown =>
    expect.stringMatching(new RegExp(`^  ${cas[name]?.id} "${name}", valid until ${cas[name]?.expires}.*: ${use}$`));
  expect(lines).toEqual([
    line("gated", "used by gateway"),
    line("bound", "used by workers, hyperdrive"),
    line("listed", "used by api\\.x\\.example, www\\.x\\.example"),
    line("idle", `nothing is seen to use it; not looked at: other zones than ${zone}`),
    line("product", "managed by another product of Cloudflare's \\(gateway_managed\\), not to be deleted"),
  ]);
});

test("Access's certificates and leaves take no slot, and aren't listed", async () => {
  const cas = await fullAccount({ idle: {} });
  const { pem } = await createAuthority("Access");
  const { certificate } = await wanted.issue("leaf");
  emulator.seed({
    certificates: [
      { name: "access", certificates: pem, type: "access_managed" },
      { name: "leaf", certificates: certificate, ca: false },
    ],
  });
  const lines = await refused([]);
  expect(lines).toHaveLength(4);
  expect(lines[3]).toContain(cas.idle?.id);
});

test("a managed CA is never proposed, used or not: nobody even asks what uses it", async () => {
  const cas = await fullAccount({ product: { type: "gateway_managed" } });
  const lines = await refused(["x.example"]);
  expect(lines[3]).toMatch(/"product".*not to be deleted$/);
  expect(emulator.requests.filter(({ path }) => path.includes(cas.product?.id ?? "-"))).toEqual([]);
});

test("a zone that isn't named isn't looked at, and no CA is called unused for its sake", async () => {
  const cas = await fullAccount({ elsewhere: {} });
  await associate("y.example", cas.elsewhere?.id, ["api.y.example"]);
  const [, , , line] = await refused([]);
  expect(line).toMatch(/: nothing is seen to use it; not looked at: the zones$/);
  const [, , , both] = await refused(["x.example", "y.example"]);
  expect(both).toMatch(/: used by api\.y\.example$/);
});

test("many uses are counted, not all named", async () => {
  const cas = await fullAccount({ busy: { associations: [{ service: "gateway", status: "active" }] } });
  const hostnames = [..."abcdefghijkl"].map((name) => `${name}.x.example`);
  await associate("x.example", cas.busy?.id, hostnames);
  const [, , , line] = await refused(["x.example"]);
  expect(line).toMatch(/: used by gateway, a\.x\.example, .*, i\.x\.example, and 3 more$/);
});

test("more than twenty CAs are counted, not all named", async () => {
  await fullAccount(Object.fromEntries(Array.from({ length: 23 }, (_, place) => [`ca-${place}`, {}])));
  const lines = await refused([]);
  expect(lines).toHaveLength(3 + 20 + 1);
  expect(lines.at(-1)).toBe("  and 3 more");
});

test("where the token can't see the hostnames, the list says so, and the refusal itself still comes first", async () => {
  const token = "a-token-without-zones-0123456789abcdef01";
  const permissions = ["account-ssl:read", "account-ssl:write", "zone:read"] as const;
  await fullAccount({ idle: {} }, { tokens: [{ token, permissions }] });
  const lines = await refused(["x.example"], { CLOUDFLARE_API_TOKEN: token });
  expect(lines[0]).toContain("[code: 1489]");
  expect(lines[3]).toMatch(/"idle".*; not looked at: .*; zone \w+ \(GET \/zones\/.* HTTP 403: Authentication error/);
});

test("the resource's own upload is told from others': after a change of its certificates it waits to be deleted", async () => {
  const cas = await fullAccount({ "pulumi p/s/wanted": {}, other: {} });
  const lines = await refused([]);
  expect(lines[3]).toContain(cas["pulumi p/s/wanted"]?.id);
  expect(lines[3]).toContain(": this resource's own, nothing is seen to use it");
  expect(lines[4]).not.toContain("own");
});
