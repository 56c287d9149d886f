import fc from "fast-check";
import { readCaBundle } from "../../src/pki/ca-bundle";
import type { Emulator } from "../../src/emulator";
import { createAuthority } from "../support/authority";
import { toDer, toPem } from "../support/der";
import { keyOf, oddCertificate, type OddOptions } from "../support/odd-certificates";
import { knock } from "../support/prober";
import { useEmulator } from "../support/use";
import { blocking, Caller, refusal, type Reply } from "./api/caller";

/*
 * Certificates that nobody expects: the emulator answers each upload in JSON, its edge lives on with what it took, and
 * the package says of the same bytes what they are or why they can't be used.
 */

const HOST = "api.example.com";
const now = new Date();

test.each<[string, OddOptions, object]>([
  ["a negative serial number", { serialNumber: Buffer.from([0xfb]) }, { serial_number: "-5" }],
  ["a serial number of 33 octets", { serialNumber: 1n << 256n }, { serial_number: String(1n << 256n) }],
  ["a serial number of zero", { serialNumber: 0 }, { serial_number: "0" }],
  ["an empty subject and issuer", { commonName: "" }, { issuer: "" }],
  ["a UTCTime without seconds", { notAfter: "4001010000Z" }, { expires_on: "2040-01-01T00:00:00Z" }],
  ["a UTCTime of the last century", { notAfter: "991231235959Z" }, { expires_on: "1999-12-31T23:59:59Z" }],
])("an upload with %s is answered as Go would read it", async (_, options, facts) => {
  const cloudflare = new Caller(await useEmulator({ zones: ["example.com"] }));
  const { status, result } = await cloudflare.upload(oddCertificate(options).pem);
  expect([status, result]).toEqual([200, expect.objectContaining(facts)]);
  const list = await cloudflare.call("GET", `${cloudflare.account}/mtls_certificates`);
  expect(list.result).toHaveLength(1);
});

test.each([["4001010000"], ["400101000000+0100"], ["401301000000Z"], [""], ["soon"]])(
  "an upload that is valid until %p isn't a certificate",
  async (notAfter) => {
    const cloudflare = new Caller(await useEmulator({ zones: ["example.com"] }));
    expect(refusal(await cloudflare.upload(oddCertificate({ notAfter }).pem))).toBe(
      "400 9999 Unable to parse certificate: block 1 is not a certificate",
    );
  },
);

test("the package reads a negative serial number and an empty name, and doesn't take a time without seconds for one of 1899", () => {
  const read = (options: OddOptions) => readCaBundle(oddCertificate(options).pem, { now });
  const [negative, nameless] = [read({ serialNumber: Buffer.from([0xfb]) }), read({ commonName: "" })];
  expect(negative).toMatchObject({ bundle: { certificates: [{ serialNumber: "-05", subject: "CN=Odd" }] } });
  expect(nameless).toMatchObject({ bundle: { certificates: [{ subject: "", issuer: "", selfSigned: true }] } });
  for (const notAfter of ["4001010000Z", "4001010000", "", "soon"])
    expect(read({ notAfter })).toMatchObject({
      problems: [expect.stringContaining("can't be read as an X.509 certificate: its body is damaged") as string],
    });
});

test.each([
  ["without a name", { commonName: "" }],
  ["with a negative serial number", { serialNumber: Buffer.from([0xfb]) }],
])("a client whose certificate is %s is let in by its CA, in both readings", async (_, options) => {
  const ca = oddCertificate({ commonName: "CA" });
  const leaf = oddCertificate({ ca: false, commonName: "leaf", issuer: "CA", ...options });
  const emulator = await useEmulator({ zones: ["example.com"] });
  await protect(emulator, ca.pem);
  const key = keyOf("ec").export({ type: "pkcs8", format: "pem" }).toString();
  for (const verification of ["host", "account"] as const) {
    emulator.configure({ verification });
    const client = await knock(emulator.edge, HOST, { name: "odd", certificate: leaf.pem, key });
    expect([(await knock(emulator.edge, HOST, { name: "nobody" })).status, client.status]).toEqual([403, 200]);
  }
});

test("no client verifies against a CA whose time has no seconds, which is why the package refuses it", async () => {
  const ca = oddCertificate({ commonName: "CA", notAfter: "4001010000Z" });
  const leaf = oddCertificate({ ca: false, commonName: "leaf", issuer: "CA" });
  const emulator = await useEmulator({ zones: ["example.com"] });
  await protect(emulator, ca.pem);
  const key = keyOf("ec").export({ type: "pkcs8", format: "pem" }).toString();
  expect((await knock(emulator.edge, HOST, { name: "client", certificate: leaf.pem, key })).status).toBe(403);
});

test("2,000 damaged certificates: each upload gets an answer in JSON, and the edge lives with those that were taken", async () => {
  const good = await createAuthority("Good");
  const below = await good.intermediate("Below");
  const { certificate, key } = await good.issue("client");
  const rsa = oddCertificate({ signature: "SHA-256 with RSA", pathLength: 0, keyUsage: 0x04 });
  const originals = [good.pem, below.pem, rsa.pem, certificate, oddCertificate({ notAfter: "4001010000Z" }).pem];
  const emulator = await useEmulator({ zones: ["example.com"], quota: 10_000 });
  const cloudflare = await protect(emulator, good.pem);
  const ids: string[] = [];
  const change = fc.record({
    at: fc.nat(5000),
    byte: fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 2, 0x17, 0x18, 0x30, 0x31, 0x7f, 0x80, 0xff)),
    kind: fc.constantFrom("set", "set", "set", "cut", "insert", "end"),
  });
  const input = fc.tuple(fc.nat(originals.length - 1), fc.array(change, { minLength: 1, maxLength: 3 }), fc.boolean());
  for (const [which, changes, ca] of fc.sample(input, 2000)) {
    const der = damaged(toDer(originals[which]!), changes);
    const { status, success, errors, result } = await cloudflare.upload(toPem(der), { ca });
    if (status !== 200) expect([status, success, errors.length]).toEqual([400, false, 1]);
    else if (ca) ids.push(String(result.id));
    readCaBundle(toPem(der), { now });
  }
  expect(ids.length).toBeGreaterThan(50);

  // A host that trusts them all, beside the CA that is as it was.
  for (const id of ids) expect((await cloudflare.putHostnames([HOST], id)).status).toBe(200);
  for (const verification of ["host", "account"] as const) {
    emulator.configure({ verification });
    const client = await knock(emulator.edge, HOST, { name: "client", certificate, key });
    expect([client.status, (await knock(emulator.edge, HOST, { name: "nobody" })).status]).toEqual([200, 403]);
  }
  const list = await cloudflare.call("GET", `${cloudflare.account}/mtls_certificates?per_page=1000`);
  expect([list.status, list.success]).toEqual([200, true]);
});

test("whatever else comes as an upload's body is answered, too", async () => {
  const cloudflare = new Caller(await useEmulator({ zones: ["example.com"] }));
  const path = `${cloudflare.account}/mtls_certificates`;
  const { pem } = oddCertificate();
  const answers: Reply[] = [];
  for (const body of fc.sample(fc.json({ maxDepth: 3 }), 200)) answers.push(await cloudflare.call("POST", path, body));
  const values = fc.oneof(fc.jsonValue(), fc.constantFrom(pem, "", "-----BEGIN CERTIFICATE-----", null, true));
  const fields = fc.record(
    { ca: values, certificates: values, name: values, private_key: values },
    { requiredKeys: [] },
  );
  for (const body of fc.sample(fields, 300)) answers.push(await cloudflare.call("POST", path, body));
  expect(answers.filter(({ success, errors }) => success === undefined || errors === undefined)).toEqual([]);
  expect((await cloudflare.call("GET", path)).status).toBe(200);
});

test("what the emulator itself can't bear is answered, said to be its own failure, and breaks nothing", async () => {
  const said: string[] = [];
  const cloudflare = new Caller(await useEmulator({ zones: ["example.com"], log: (line) => said.push(line) }));
  const path = `${cloudflare.account}/mtls_certificates`;
  const deep = `{"ca":true,"certificates":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
  expect(refusal(await cloudflare.call("POST", path, deep))).toMatch(/^500 9999 the emulator failed: RangeError/);
  expect(said).toEqual([expect.stringMatching(/^the emulator failed: RangeError/)]);
  expect((await cloudflare.call("GET", path)).status).toBe(200);
  const journal = await fetch(cloudflare.emulator.apiUrl.replace("/client/v4", "/__emulator/requests"));
  expect(journal.status).toBe(200);
});

/** The CA is uploaded, associated with the host, and demanded there. */
async function protect(emulator: Emulator, pem: string): Promise<Caller> {
  const cloudflare = new Caller(emulator);
  await cloudflare.putHostnames([HOST], await cloudflare.ca(pem));
  await cloudflare.ruleset([blocking("api", { expression: "not cf.tls_client_auth.cert_verified" })]);
  return cloudflare;
}

function damaged(der: Buffer, changes: readonly { at: number; byte: number; kind: string }[]): Buffer {
  const bytes = [...der];
  for (const { at, byte, kind } of changes) {
    // Half of them where the names, numbers and times are.
    const position = (at % 2 === 0 ? at % 160 : at) % bytes.length;
    if (kind === "insert") bytes.splice(position, 0, byte);
    else if (kind === "cut") bytes.splice(position, 1);
    else if (kind === "end") bytes.splice(position + 1);
    else bytes[position] = byte;
  }
  return Buffer.from(bytes);
}
