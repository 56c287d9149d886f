import { createAuthority } from "../../support/authority";
import { useEmulator } from "../../support/use";
import { Caller, refusal } from "./caller";

let pem: string;
let otherPem: string;
let cloudflare: Caller;
let id: string;

beforeAll(async () => {
  ({ pem } = await createAuthority("Mine"));
  ({ pem: otherPem } = await createAuthority("Other"));
});

beforeEach(async () => {
  cloudflare = new Caller(await useEmulator({ zones: ["example.com", "example.org"] }));
  id = await cloudflare.ca(pem);
});

async function hostnames(ca?: string, zone?: string): Promise<unknown> {
  return (await cloudflare.getHostnames(ca, zone)).result.hostnames;
}

test("a PUT replaces the whole list, and an empty one clears it", async () => {
  expect((await cloudflare.putHostnames(["a.example.com", "b.example.com"], id)).result).toEqual({
    hostnames: ["a.example.com", "b.example.com"],
  });
  await cloudflare.putHostnames(["c.example.com"], id);
  expect(await hostnames(id)).toEqual(["c.example.com"]);
  await cloudflare.putHostnames([], id);
  expect(await hostnames(id)).toEqual([]);
});

test("a list that nobody wrote is null, and one that was emptied is not", async () => {
  expect([await hostnames(), await hostnames(id)]).toEqual([null, null]);
  await cloudflare.putHostnames([]);
  await cloudflare.putHostnames([], id);
  expect([await hostnames(), await hostnames(id)]).toEqual([[], []]);
});

test("without an id both verbs speak of the managed CA, whose list is never mixed with another", async () => {
  await cloudflare.putHostnames(["a.example.com"], id);
  await cloudflare.putHostnames(["managed.example.com"]);
  expect(await hostnames()).toEqual(["managed.example.com"]);
  expect(await hostnames(id)).toEqual(["a.example.com"]);
});

test("an id in the query of a PUT names nothing: the managed list is written", async () => {
  const path = `${cloudflare.zone()}/certificate_authorities/hostname_associations?mtls_certificate_id=${id}`;
  await cloudflare.call("PUT", path, { hostnames: ["slip.example.com"] });
  expect([await hostnames(), await hostnames(id)]).toEqual([["slip.example.com"], null]);
});

test("the key is the pair of zone and CA", async () => {
  const other = await cloudflare.ca(otherPem);
  await cloudflare.putHostnames(["a.example.com"], id);
  await cloudflare.putHostnames(["a.example.com"], other);
  await cloudflare.putHostnames(["a.example.org"], id, "example.org");
  await cloudflare.putHostnames([], id);
  expect([await hostnames(id), await hostnames(other), await hostnames(id, "example.org")]).toEqual([
    [],
    ["a.example.com"],
    ["a.example.org"],
  ]);
});

test("hostnames come back in lower case, each once, in their order", async () => {
  await cloudflare.putHostnames(["B.example.com", "a.example.com", "b.EXAMPLE.com", "example.com"], id);
  expect(await hostnames(id)).toEqual(["b.example.com", "a.example.com", "example.com"]);
});

test.each([["a.example.net"], ["notexample.com"], ["example.com.evil.net"]])(
  "%s is refused, for it isn't in the zone",
  async (hostname) => {
    const reply = await cloudflare.putHostnames(["ok.example.com", hostname], id);
    expect(refusal(reply)).toBe(`400 9999 hostname ${hostname} does not belong to zone example.com`);
    expect(reply.errors[0]?.source?.pointer).toBe("/hostnames/1");
    expect(await hostnames(id)).toBeNull();
  },
);

test.each([
  ["*.example.com"],
  ["https://a.example.com"],
  ["a.example.com:443"],
  ["a.example.com."],
  ["bücher.example.com"],
  ["com"],
  [""],
  [7],
])("%p is refused, for it is no fully qualified hostname", async (hostname) => {
  expect(refusal(await cloudflare.putHostnames([hostname], id))).toMatch(/^400 9999 .* is not a fully qualified/);
});

test("a PUT without the list is refused", async () => {
  expect(refusal(await cloudflare.putHostnames(undefined, id))).toMatch(/^400 9999 hostnames is required/);
});

test.each([[""], ["short"], [null], [7]])("the id %p is refused, it must have 36 characters", async (wrong) => {
  const reply = await cloudflare.putHostnames(["a.example.com"], wrong);
  expect(refusal(reply)).toBe("400 9999 mtls_certificate_id must be a string of 36 characters");
  expect(await hostnames()).toBeNull();
});

test("an empty id in a GET doesn't stand for the managed CA", async () => {
  expect((await cloudflare.getHostnames("")).status).toBe(400);
});

test("an unknown, a deleted or a leaf's id is refused", async () => {
  const authority = await createAuthority("Issuing");
  const leaf = await authority.issue("leaf");
  const leafId = (await cloudflare.upload(leaf.certificate, { ca: false })).result.id;
  await cloudflare.certificate("DELETE", id);
  const unknown = "00000000-0000-4000-8000-000000000000";
  expect(refusal(await cloudflare.putHostnames(["a.example.com"], unknown))).toBe("404 1472 Certificate not found");
  expect(refusal(await cloudflare.getHostnames(id))).toBe("404 1472 Certificate not found");
  expect(refusal(await cloudflare.putHostnames(["a.example.com"], leafId))).toMatch(/is not a CA$/);
});

describe("with lag", () => {
  test("GET shows the old list for lag.associations milliseconds", async () => {
    cloudflare.emulator.configure({ lag: { associations: 150 } });
    await cloudflare.putHostnames(["a.example.com"], id);
    expect(await hostnames(id)).toBeNull();
    await new Promise((resolve) => setTimeout(resolve, 160));
    expect(await hostnames(id)).toEqual(["a.example.com"]);
  });

  test("GET shows the old list lag.associationReads times, and each write has its own wait", async () => {
    cloudflare.emulator.configure({ lag: { associationReads: 2 } });
    await cloudflare.putHostnames(["a.example.com"], id);
    const first = await hostnames(id);
    await cloudflare.putHostnames(["b.example.com"], id);
    const rest = [await hostnames(id), await hostnames(id), await hostnames(id)];
    expect([first, ...rest]).toEqual([null, null, ["a.example.com"], ["b.example.com"]]);
  });

  test("a list that still shows keeps its CA in use", async () => {
    await cloudflare.putHostnames(["a.example.com"], id);
    cloudflare.emulator.configure({ lag: { associationReads: 1 } });
    await cloudflare.putHostnames([], id);
    expect((await cloudflare.certificate("DELETE", id)).status).toBe(400);
    await hostnames(id);
    expect((await cloudflare.certificate("DELETE", id)).status).toBe(200);
  });
});
