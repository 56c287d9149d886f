import { createHash, X509Certificate } from "node:crypto";
import { connect, type SecureVersion } from "node:tls";
import { readDistinguishedName } from "../../../src/emulator/edge/distinguished-name";
import { keyIdentifiersOf } from "../../../src/emulator/edge/key-identifiers";
import { createAuthority } from "../../support/authority";
import { get, HOST, useEdge } from "./account";

const start = useEdge();

it("fills every field of a client certificate", async () => {
  const ca = await createAuthority("C=DE, O=Example GmbH, CN=Issuing CA");
  const { certificate: cert, key } = await ca.issue("C=DE, O=Example GmbH, CN=client 1", {
    serialNumber: "0a1b2c3d",
    notBefore: new Date("2024-03-01T13:35:00Z"),
    notAfter: new Date("2044-12-21T01:02:03Z"),
  });
  const leaf = new X509Certificate(cert);
  const edge = await start({ authorities: { ca: [ca.pem] }, associations: { [HOST]: ["ca"] }, rules: [] });
  const { clientAuth } = (await get(edge, HOST, { cert, key })).seen;
  expect(clientAuth).toEqual({
    cert_presented: true,
    cert_verified: true,
    cert_revoked: false,
    cert_issuer_ski: ca.ski,
    cert_ski: keyIdentifiersOf(leaf).subject,
    cert_serial: "0A1B2C3D",
    cert_issuer_serial: new X509Certificate(ca.pem).serialNumber,
    cert_fingerprint_sha1: createHash("sha1").update(leaf.raw).digest("hex"),
    cert_fingerprint_sha256: createHash("sha256").update(leaf.raw).digest("hex"),
    cert_subject_dn: "CN=client 1,O=Example GmbH,C=DE",
    cert_subject_dn_rfc2253: "CN=client 1,O=Example GmbH,C=DE",
    cert_subject_dn_legacy: "/C=DE/O=Example GmbH/CN=client 1",
    cert_issuer_dn: "CN=Issuing CA,O=Example GmbH,C=DE",
    cert_issuer_dn_rfc2253: "CN=Issuing CA,O=Example GmbH,C=DE",
    cert_issuer_dn_legacy: "/C=DE/O=Example GmbH/CN=Issuing CA",
    cert_not_before: "Mar  1 13:35:00 2024 GMT",
    cert_not_after: "Dec 21 01:02:03 2044 GMT",
    cert_rfc9440: `:${leaf.raw.toString("base64")}:`,
    cert_rfc9440_too_large: false,
    cert_chain_rfc9440: "",
    cert_chain_rfc9440_too_large: false,
  });
  expect(clientAuth.cert_ski).toMatch(/^[0-9A-F]{40}$/);
});

it.each([
  ["in order", ["below", "root"]],
  ["the wrong way round", ["root", "below"]],
  ["with a stranger, and twice", ["stranger", "below", "below", "root"]],
  ["alone with a stranger", ["stranger"]],
  ["alone", []],
])("tells the chain as it was sent: %s", async (_, names) => {
  const root = await createAuthority("Root");
  const below = await root.intermediate("Below");
  const pems: Record<string, string> = { root: root.pem, below: below.pem, stranger: (await createAuthority("S")).pem };
  const { certificate, key } = await below.issue("client");
  const cert = [certificate, ...names.map((name) => pems[name] ?? "")].join("\n");
  const edge = await start({ authorities: { ca: [below.pem] }, associations: { [HOST]: ["ca"] }, rules: [] });
  const { clientAuth } = (await get(edge, HOST, { cert, key })).seen;
  const wrapped = names.map((name) => `:${new X509Certificate(pems[name] ?? "").raw.toString("base64")}:`);
  expect(clientAuth).toMatchObject({
    cert_verified: true,
    cert_issuer_ski: below.ski,
    cert_chain_rfc9440: wrapped.join(", "),
  });
});

it("leaves a certificate that is too long out of its field and says so", async () => {
  const ca = await createAuthority("CA");
  const hostnames = Array.from({ length: 400 }, (_, at) => `name-${at}.a-rather-long-name.example.com`);
  const { certificate: cert, key } = await ca.issue("client", { hostnames });
  const edge = await start({ authorities: { ca: [ca.pem] }, associations: { [HOST]: ["ca"] }, rules: [] });
  const { clientAuth } = (await get(edge, HOST, { cert, key })).seen;
  expect(clientAuth).toMatchObject({ cert_verified: true, cert_rfc9440: "", cert_rfc9440_too_large: true });
});

describe("key identifiers", () => {
  it("are read from an authority's and a leaf's certificate, and empty where there are none", async () => {
    const root = await createAuthority("Root");
    const below = await root.intermediate("Below");
    const bare = new X509Certificate((await root.issue("bare", { keyIdentifiers: false })).certificate);
    expect(keyIdentifiersOf(new X509Certificate(root.pem)).subject).toBe(root.ski);
    expect(keyIdentifiersOf(new X509Certificate(below.pem))).toMatchObject({ subject: below.ski, authority: root.ski });
    expect(keyIdentifiersOf(bare)).toEqual({ subject: "", authority: "", authoritySerial: "" });
  });
});

describe("a distinguished name", () => {
  it.each([
    ["O=A\\, Inc\nCN=x", "CN=x,O=A\\, Inc", "/O=A, Inc/CN=x"],
    ["CN=Zürich", "CN=Z\\C3\\BCrich", "/CN=Z\\xC3\\xBCrich"],
    ["C=DE\nCN=a + UID=7", "UID=7+CN=a,C=DE", "/C=DE/CN=a/UID=7"],
    ['CN=\\"q\\"\\+\\\\', 'CN=\\"q\\"\\+\\\\', '/CN="q"+\\'],
    ["CN=a\\0Ab", "CN=a\\0Ab", "/CN=a\\x0Ab"],
    ["", "", ""],
  ])("%j", (lines, rfc2253, legacy) => {
    expect(readDistinguishedName(lines)).toEqual({ rfc2253, legacy });
  });
});

it("the edge serves nothing older than TLS 1.2", async () => {
  const edge = await start({ authorities: {}, associations: {}, rules: [] });
  const attempt = (version: SecureVersion) =>
    new Promise((resolve) => {
      const socket = connect(
        {
          ...edge,
          servername: HOST,
          ca: edge.certificate,
          minVersion: version,
          maxVersion: version,
          ciphers: "ALL:@SECLEVEL=0",
        },
        () => resolve(socket.getProtocol()),
      );
      socket.on("error", () => resolve("refused")).on("secureConnect", () => socket.destroy());
    });
  expect(await attempt("TLSv1.1")).toBe("refused");
  expect(await attempt("TLSv1.3")).toBe("TLSv1.3");
});
