import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { createAuthority } from "../../support/authority";
import type { Authority } from "../../support/authority";
import { useEmulator } from "../../support/use";
import { Caller, refusal } from "./caller";

let ca: Authority;
let other: Authority;
let cloudflare: Caller;

beforeAll(async () => {
  ca = await createAuthority("C=US, ST=San Francisco, L=California, O=Example Inc.");
  other = await createAuthority("Other");
});

beforeEach(async () => {
  cloudflare = new Caller(await useEmulator({ zones: ["example.com", "example.org"] }));
});

describe("an upload", () => {
  test("answers 200 with what the first certificate says, in Cloudflare's spelling", async () => {
    const { status, result } = await cloudflare.upload(ca.pem, { name: "mine" });
    expect(status).toBe(200);
    const first = new X509Certificate(ca.pem);
    expect(result).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) as string,
      name: "mine",
      ca: true,
      certificates: first.toString(),
      issuer: "O=Example Inc.,L=California,ST=San Francisco,C=US",
      serial_number: BigInt(`0x${first.serialNumber}`).toString(),
      signature: "ECDSAWithSHA256",
      expires_on: new Date(first.validTo).toISOString().replace(".000", ""),
      uploaded_on: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{6}Z$/) as string,
      updated_at: result.uploaded_on,
      type: "custom",
    });
  });

  test("comes back from GET and from the list, without updated_at", async () => {
    const { result: uploaded } = await cloudflare.upload(ca.pem);
    delete uploaded.updated_at;
    const got = await cloudflare.certificate("GET", String(uploaded.id));
    const list = await cloudflare.call("GET", `${cloudflare.account}/mtls_certificates`);
    expect(got.result).toEqual(uploaded);
    expect(list.result).toEqual([uploaded]);
    expect(list.result_info).toEqual({ page: 1, per_page: 50, count: 1, total_count: 1, total_pages: 1 });
  });

  test.each([
    ["RSA", "SHA-1", "SHA1WithRSA"],
    ["RSA", "SHA-256", "SHA256WithRSA"],
    ["RSA", "SHA-384", "SHA384WithRSA"],
    ["RSA", "SHA-512", "SHA512WithRSA"],
    ["P-256", "SHA-1", "ECDSAWithSHA1"],
    ["P-256", "SHA-384", "ECDSAWithSHA384"],
    ["P-256", "SHA-512", "ECDSAWithSHA512"],
  ] as const)("with a %s key and %s is named %s", async (key, hash, name) => {
    const { pem } = await createAuthority("Named", { key, hash });
    expect((await cloudflare.upload(pem)).result.signature).toBe(name);
  });

  test.each(["RSA-PSS", "Ed25519"] as const)("signed with %s is refused", async (key) => {
    const { pem } = await createAuthority("Unsupported", { key });
    const reply = await cloudflare.upload(pem);
    expect(refusal(reply)).toMatch(/^400 9999 Certificate signature algorithm is not supported; .*SHA256WithRSA/);
  });

  test.each([
    ["says CA:FALSE", { ca: false }],
    ["has no Basic Constraints", { ca: "absent", keyUsage: false }],
  ] as const)("that %s is refused as a CA", async (_, options) => {
    const { pem } = await createAuthority("Leaf", options);
    expect(refusal(await cloudflare.upload(pem))).toMatch(/^400 9999 Certificate 1 is not a CA: Basic Constraints/);
  });

  test("of a bundle with a leaf in it is refused, one of two CAs is described by the first", async () => {
    const leaf = await ca.issue("leaf");
    expect(refusal(await cloudflare.upload(ca.pem + leaf.certificate))).toMatch(/^400 9999 Certificate 2 is not a CA/);
    const { result } = await cloudflare.upload(other.pem + ca.pem);
    expect(result.issuer).toBe("CN=Other");
    expect(String(result.certificates).match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
  });

  test("that has expired is accepted", async () => {
    const { pem } = await createAuthority("Old", {
      notBefore: new Date("2020-01-01"),
      notAfter: new Date("2021-01-01"),
    });
    expect((await cloudflare.upload(pem)).result.expires_on).toBe("2021-01-01T00:00:00Z");
  });

  test("of a leaf is accepted with ca false", async () => {
    const leaf = await ca.issue("leaf");
    const { status, result } = await cloudflare.upload(leaf.certificate, { ca: false });
    expect([status, result.ca]).toEqual([200, false]);
  });

  test("with a private key among the certificates is refused, and the journal doesn't keep the key", async () => {
    const { key } = await ca.issue("leaf");
    expect(refusal(await cloudflare.upload(ca.pem + key))).toBe(
      "400 9999 Unable to parse certificate: it contains a PRIVATE KEY",
    );
    const bytes = key.split("\n")[1];
    expect(JSON.stringify(cloudflare.emulator.requests)).not.toContain(bytes);
  });

  test("with a private_key takes the matching one only, and keeps it nowhere", async () => {
    const mine = await ca.issue("mine");
    const theirs = await ca.issue("theirs");
    const wrong = await cloudflare.upload(mine.certificate, { ca: false, private_key: theirs.key });
    expect(refusal(wrong)).toBe("400 9999 private_key does not match the first certificate");
    const nonsense = await cloudflare.upload(mine.certificate, { ca: false, private_key: "nonsense" });
    expect(refusal(nonsense)).toBe("400 9999 private_key does not match the first certificate");
    const none = await cloudflare.upload(theirs.certificate, { ca: false, private_key: "" });
    expect(none.status).toBe(200);
    const right = await cloudflare.upload(mine.certificate, { ca: false, private_key: mine.key });
    expect(right.status).toBe(200);
    expect(JSON.stringify(right.result)).not.toContain("PRIVATE");
    expect(JSON.stringify(cloudflare.emulator.requests)).not.toContain(mine.key.split("\n")[1]);
  });

  test.each([
    ["nothing", ""],
    ["prose", "my certificate"],
    ["a block that is no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"],
    ["a request", "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----"],
    ["a public key", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"],
    ["a block without its end", "-----BEGIN CERTIFICATE-----\nAAAA"],
  ])("of %s can't be parsed", async (_, text) => {
    expect(refusal(await cloudflare.upload(text))).toMatch(/^400 9999 Unable to parse certificate/);
  });

  test("with the line ends written as backslash n can't be parsed", async () => {
    const reply = await cloudflare.upload(ca.pem.replaceAll("\n", "\\n"));
    expect(refusal(reply)).toBe("400 9999 Unable to parse certificate: block 1 is not a certificate");
  });

  test("without ca, with a misspelt field or with broken JSON is refused", async () => {
    const path = `${cloudflare.account}/mtls_certificates`;
    const replies = [
      await cloudflare.call("POST", path, { certificates: ca.pem }),
      await cloudflare.call("POST", path, { ca: true, certificate: ca.pem }),
      await cloudflare.call("POST", path, '{"ca":true'),
      await cloudflare.call("POST", path),
    ];
    expect(replies.map(refusal)).toEqual([
      "400 9999 ca is required and must be true or false",
      '400 9999 unknown field "certificate"',
      "400 6007 Malformed JSON in request body",
      "400 9999 the request body must be a JSON object",
    ]);
  });

  test("of the same certificate is 1471, whatever its spelling, its name and what follows it", async () => {
    await cloudflare.upload(ca.pem, { name: "first" });
    const base64 = ca.pem.replace(/-----[A-Z ]+-----|\s/g, "");
    const oneLine = `Bag Attributes\n-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----`;
    for (const spelling of [ca.pem, ca.pem.replaceAll("\n", "\r\n"), oneLine, ca.pem + other.pem]) {
      expect(refusal(await cloudflare.upload(spelling))).toBe("400 1471 Certificate already exists");
    }
  });

  test("beyond the quota is 1489; Gateway's CAs count, Access's and leaves don't", async () => {
    const emulator = cloudflare.emulator;
    emulator.configure({ quota: 2 });
    const third = await createAuthority("Third");
    const access = await createAuthority("Access");
    emulator.seed({
      certificates: [
        { certificates: third.pem, type: "gateway_managed" },
        { certificates: access.pem, type: "access_managed" },
      ],
    });
    await cloudflare.upload((await ca.issue("leaf")).certificate, { ca: false });
    expect((await cloudflare.upload(ca.pem)).status).toBe(200);
    expect(refusal(await cloudflare.upload(other.pem))).toBe("400 1489 Hit maximum CA cert allocation.");
  });
});

describe("the list", () => {
  test("can be filtered by type and paged", async () => {
    await cloudflare.upload(ca.pem);
    await cloudflare.upload(other.pem);
    const { pem } = await createAuthority("Gateway");
    cloudflare.emulator.seed({ certificates: [{ certificates: pem, type: "gateway_managed", name: "gw" }] });
    const path = `${cloudflare.account}/mtls_certificates`;
    const managed = await cloudflare.call("GET", `${path}?type=gateway_managed,access_managed`);
    expect(managed.result).toMatchObject([{ name: "gw", type: "gateway_managed" }]);
    const second = await cloudflare.call("GET", `${path}?page=2&per_page=2`);
    expect(second.result_info).toEqual({ page: 2, per_page: 2, count: 1, total_count: 3, total_pages: 2 });
  });
});

describe("a deletion", () => {
  test("answers the deleted object; GET is 1472 at once, a second DELETE says so for a while", async () => {
    const id = await cloudflare.ca(ca.pem);
    const { status, result } = await cloudflare.certificate("DELETE", id);
    expect([status, result.id]).toEqual([200, id]);
    expect(refusal(await cloudflare.certificate("GET", id))).toBe("404 1472 Certificate not found");
    expect(refusal(await cloudflare.certificate("DELETE", id))).toBe("400 9999 Certificate already deleted");
    cloudflare.emulator.configure({ lag: { alreadyDeleted: 0 } });
    expect(refusal(await cloudflare.certificate("DELETE", id))).toBe("404 1472 Certificate not found");
    expect((await cloudflare.upload(ca.pem)).status).toBe(200);
  });

  test("shows late with lag.visibleAfterDelete", async () => {
    cloudflare.emulator.configure({ lag: { visibleAfterDelete: 60_000 } });
    const id = await cloudflare.ca(ca.pem);
    await cloudflare.certificate("DELETE", id);
    expect((await cloudflare.certificate("GET", id)).status).toBe(200);
    cloudflare.emulator.configure({ lag: { visibleAfterDelete: 0 } });
    expect((await cloudflare.certificate("GET", id)).status).toBe(404);
  });

  test("of an unknown certificate is 1472", async () => {
    const reply = await cloudflare.certificate("DELETE", "00000000-0000-4000-8000-000000000000");
    expect(refusal(reply)).toBe("404 1472 Certificate not found");
  });

  test("is refused while any zone's list has hostnames", async () => {
    const id = await cloudflare.ca(ca.pem);
    await cloudflare.putHostnames(["api.example.com"], id);
    await cloudflare.putHostnames(["api.example.org"], id, "example.org");
    await cloudflare.putHostnames([], id);
    expect(refusal(await cloudflare.certificate("DELETE", id))).toBe(
      "400 9999 Certificate cannot be deleted while in use.",
    );
    await cloudflare.putHostnames([], id, "example.org");
    expect((await cloudflare.certificate("DELETE", id)).status).toBe(200);
  });

  test("is refused for lag.deletion after the lists were cleared", async () => {
    cloudflare.emulator.configure({ lag: { deletion: 60_000 } });
    const id = await cloudflare.ca(ca.pem);
    await cloudflare.putHostnames(["api.example.com"], id);
    await cloudflare.putHostnames([], id);
    expect((await cloudflare.certificate("DELETE", id)).status).toBe(400);
    cloudflare.emulator.configure({ lag: { deletion: 0 } });
    expect((await cloudflare.certificate("DELETE", id)).status).toBe(200);
  });

  test("is refused while a service uses the certificate, which its associations name", async () => {
    const service = { service: "gateway", status: "pending_deployment" };
    const [id = ""] = cloudflare.emulator.seed({
      certificates: [{ certificates: ca.pem, associations: [service] }],
    }).certificates;
    const path = `${cloudflare.account}/mtls_certificates/${id}/associations`;
    expect((await cloudflare.call("GET", path)).result).toEqual([service]);
    expect((await cloudflare.certificate("DELETE", id)).status).toBe(400);
  });

  test("is refused for a while after the last service let go, with nothing to be told of", async () => {
    cloudflare.emulator.configure({ lag: { deletion: 60_000 } });
    const associations = [{ service: "workers", status: "active", lasts: 0 }];
    const { certificates } = cloudflare.emulator.seed({ certificates: [{ certificates: ca.pem, associations }] });
    const id = certificates[0] ?? "";
    const path = `${cloudflare.account}/mtls_certificates/${id}/associations`;
    expect((await cloudflare.call("GET", path)).result).toEqual([]);
    expect((await cloudflare.certificate("DELETE", id)).status).toBe(400);
    cloudflare.emulator.configure({ lag: { deletion: 0 } });
    expect((await cloudflare.certificate("DELETE", id)).status).toBe(200);
  });

  test("is refused while lag.services tells of a service after the lists were emptied", async () => {
    const id = await cloudflare.ca(ca.pem);
    await cloudflare.putHostnames(["a.example.com"], id);
    const path = `${cloudflare.account}/mtls_certificates/${id}/associations`;
    expect((await cloudflare.call("GET", path)).result).toEqual([]);
    cloudflare.emulator.configure({ lag: { services: 60_000 } });
    await cloudflare.putHostnames([], id);
    expect((await cloudflare.call("GET", path)).result).toEqual([{ service: "gateway", status: "pending_deletion" }]);
    expect((await cloudflare.certificate("DELETE", id)).status).toBe(400);
    cloudflare.emulator.configure({ lag: { services: 0 } });
    expect((await cloudflare.certificate("DELETE", id)).status).toBe(200);
  });

  test("of a certificate that Gateway manages is forbidden", async () => {
    const [id = ""] = cloudflare.emulator.seed({
      certificates: [{ certificates: ca.pem, type: "gateway_managed" }],
    }).certificates;
    expect((await cloudflare.certificate("DELETE", id)).status).toBe(403);
  });
});

test("OpenSSL's own tool reads back the PEM that the API answers", async () => {
  const { result } = await cloudflare.upload(ca.pem.replaceAll("\n", "\r\n"));
  const subject = execFileSync("openssl", ["x509", "-noout", "-subject"], { input: String(result.certificates) });
  expect(subject.toString()).toContain("Example Inc.");
});
