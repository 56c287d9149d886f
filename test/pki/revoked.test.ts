import "reflect-metadata";
import { X509CrlGenerator, X509CrlReason } from "@peculiar/x509";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { performance } from "node:perf_hooks";
import { connect, createServer, type TLSSocket } from "node:tls";
import { bytesAsText } from "../../src/pki/bytes-as-text";
import { readCaBundle, type CaCertificateFacts } from "../../src/pki/ca-bundle";
import { readRevoked, type Revocations } from "../../src/pki/revoked";
import { reasonsOfWithheld, withholdKeys } from "../../src/pki/withheld";
import { createAuthority, type Authority } from "../support/authority";
import { critical, distributionPoint, mintCrl, reasonCode, toCrlPem } from "../support/crl";
import * as der from "../support/der";
import { extension, oddCertificate } from "../support/odd-certificates";

/** Whole seconds, as CRLs have them. */
const now = new Date(Math.floor(Date.now() / 1000) * 1000);
const day = 86_400_000;
let root: Authority;
let other: Authority;
let rsa: Authority;

beforeAll(async () => {
  [root, other, rsa] = await Promise.all([
    createAuthority("Root"),
    createAuthority("Other"),
    createAuthority("Keys of RSA", { key: "RSA" }),
  ]);
});

function factsOf(...authorities: readonly { pem: string }[]): CaCertificateFacts[] {
  const result = readCaBundle(authorities.map(({ pem }) => pem).join(""), { now });
  if ("problems" in result) throw new Error(result.problems.join("\n"));
  return result.bundle.certificates;
}

function accept(entries: unknown[], ...authorities: readonly { pem: string }[]): Revocations {
  const result = readRevoked(entries, { cas: factsOf(...(authorities.length > 0 ? authorities : [root])) }, now);
  if ("problems" in result) throw new Error(result.problems.join("\n"));
  return result.revocations;
}

const serialsIn = ({ serialNumbers }: Revocations) => serialNumbers.map(({ serialNumber }) => serialNumber);

describe("A serial number in any spelling is the one that Cloudflare's field has", () => {
  test.each([
    ["0a0b", "0A0B"],
    ["0A0B", "0A0B"],
    ["A0b", "0A0B"],
    ["0x0A0B", "0A0B"],
    ["0X0a0b", "0A0B"],
    ["0a:0b", "0A0B"],
    ["00:00:0A:0B", "0A0B"],
    ["0a 0b", "0A0B"],
    ["0a-0b", "0A0B"],
    ["  0A0B\n", "0A0B"],
    ["serial=0A0B", "0A0B"],
    ["serial = 1000", "1000"],
    ["Serial Number: 0a:0b", "0A0B"],
    ["Serial Number:\n            5a:3b:12\n", "5A3B12"],
    ["serialNumber=0A0B", "0A0B"],
    ["Serial Number: 4096 (0x1000)", "1000"],
    ["4096 (0x1000)", "1000"],
    ["serial=1000", "1000"],
    ["10:00", "1000"],
    ["0x1000", "1000"],
    ["0", "00"],
    ["00", "00"],
    ["5", "05"],
    ["0009", "09"],
    ["\u200e0a 0b", "0A0B"],
    ["\ufeff0a0b", "0A0B"],
    ["527E0F20A20EA2A4146C78390F34CE7AF0878CA4", "527E0F20A20EA2A4146C78390F34CE7AF0878CA4"],
    ["00f27e0f20a20ea2a4146c78390f34ce7af0878c", "F27E0F20A20EA2A4146C78390F34CE7AF0878C"],
    ["serial=F27E0F20A20EA2A4146C78390F34CE7AF0878CA4", "F27E0F20A20EA2A4146C78390F34CE7AF0878CA4"],
    ["235217144297995885180570755458463043449861756659", "29338064D8DC5D56518F8A10B74487B25D5CD6F3"],
    ["9234567890123456789012345678901234567890", "1B235115120AF959DBA7E71396CE3F0AD2"],
  ])("%j is %s", (text, serialNumber) => {
    expect(accept([text]).serialNumbers).toEqual([{ serialNumber, issuerSkis: [root.ski] }]);
  });

  test("what node:crypto prints of a certificate is taken as it is", async () => {
    for (const serialNumber of ["01", "0a0b", "7f", "00ff", "7fffffffffffffffffffffffffffffffffffffff"]) {
      const printed = new X509Certificate((await root.issue("client", { serialNumber })).certificate).serialNumber;
      expect(serialsIn(accept([`serial=${printed}`]))).toEqual([printed]);
    }
  });

  test("without an issuer in it, it counts with the only one there is, and a long one with each", () => {
    const long = "527E0F20A20EA2A4";
    expect(accept([long], root, other).serialNumbers).toEqual([
      { serialNumber: long, issuerSkis: [root.ski, other.ski].sort() },
    ]);
    const known = readRevoked([long], { cas: [], issuerSkis: ["AB12", "AB11"] }, now);
    expect(known).toMatchObject({
      revocations: { serialNumbers: [{ serialNumber: long, issuerSkis: ["AB11", "AB12"] }] },
    });
  });
});

describe("A SHA-256 fingerprint in any spelling is the one that Cloudflare's field has", () => {
  const plain = "a5".repeat(31) + "0b";
  const colons = plain.toUpperCase().replace(/..(?=.)/g, "$&:");
  test.each([
    plain,
    plain.toUpperCase(),
    colons,
    colons.replaceAll(":", " "),
    `0x${plain}`,
    `SHA256 Fingerprint=${colons}`,
    `sha256 Fingerprint=${colons}\n`,
    `SHA-256 fingerprint: ${colons}`,
    `SHA256 Fingerprint = ${colons}`,
    `Fingerprint=${plain}`,
    `sha256:${plain}`,
    `\u200e${colons}`,
  ])("%s", (text) => {
    expect(accept([text])).toMatchObject({ serialNumbers: [], fingerprints: [plain] });
  });

  test("several are in one order, each once", () => {
    const [low, high] = ["0a".repeat(32), "f0".repeat(32)];
    expect(accept([high, low, high]).fingerprints).toEqual([low, high]);
  });

  test("of digits only is no serial number", () => {
    expect(accept(["1".repeat(64)]).fingerprints).toEqual(["1".repeat(64)]);
  });

  test("is taken with a warning where a CA signs with ECDSA: its clients can change it, and still pass a handshake", async () => {
    const { certificate, key } = await root.issue("client");
    const twin = withOtherSignature(certificate);
    const [seen, changed] = [await shakeHands(certificate, key), await shakeHands(der.toPem(twin), key)];
    expect([seen.verified, changed.verified]).toEqual([true, true]);
    expect(changed.serialNumber).toBe(seen.serialNumber);
    expect(changed.fingerprint).not.toBe(seen.fingerprint);
    expect(accept([certificate]).serialNumbers).toEqual(accept([der.toPem(twin)]).serialNumbers);
    expect(accept([plain]).warnings).toEqual([
      expect.stringMatching(/^Entry 1 of 1 is a fingerprint.*Give the serial number/),
    ]);
    expect(accept([plain], rsa).warnings).toEqual([]);
    expect(accept([plain], rsa, root).warnings).toHaveLength(1);
    const unseen = readRevoked([plain], { cas: [], issuerSkis: ["AB"] }, now);
    expect(unseen).toMatchObject({ revocations: { warnings: { length: 1 } } });
    const many = accept(Array.from({ length: 31 }, () => plain)).warnings;
    expect([many.length, many.at(-1)]).toEqual([31, "1 more warnings are not listed."]);
  });
});

/** What a server that trusts `root` sees of this client. */
async function shakeHands(cert: string, key: string) {
  const own = await other.issue("server", { hostnames: ["localhost"] });
  const options = { cert: own.certificate, key: own.key, ca: root.pem, requestCert: true, rejectUnauthorized: false };
  const server = createServer(options);
  const seen = once(server, "secureConnection") as Promise<[TLSSocket]>;
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const client = connect({ port, host: "127.0.0.1", cert, key, rejectUnauthorized: false });
  const [socket] = await seen;
  const { serialNumber, fingerprint256 } = socket.getPeerCertificate();
  const { authorized } = socket;
  socket.destroy();
  client.destroy();
  server.close();
  return { verified: authorized, serialNumber, fingerprint: fingerprint256 };
}

/** The same certificate with the other of the two signatures that ECDSA has for one text: s is exchanged for n - s. */
function withOtherSignature(pem: string): Buffer {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const whole = der.toDer(pem);
  const [tbs, algorithm, signature] = parts(whole);
  const [r, s] = parts(signature!.subarray(3));
  const turned = order - BigInt(`0x${s!.subarray(2).toString("hex")}`);
  return der.sequence(tbs!, algorithm!, der.bits(der.sequence(r!, der.integer(turned))));
}

/** The members of a SEQUENCE. */
function parts(sequence: Buffer): Buffer[] {
  const lengthOf = (bytes: Buffer) =>
    bytes[1]! < 0x80 ? 2 + bytes[1]! : 2 + (bytes[1]! - 0x80) + bytes.readUIntBE(2, bytes[1]! - 0x80);
  const found: Buffer[] = [];
  let left = sequence.subarray(sequence[1]! < 0x80 ? 2 : 2 + sequence[1]! - 0x80, lengthOf(sequence));
  while (left.length > 0) {
    found.push(left.subarray(0, lengthOf(left)));
    left = left.subarray(lengthOf(left));
  }
  return found;
}

describe("A certificate in PEM counts by its serial number and its issuer", () => {
  test("of one of several CAs", async () => {
    const { certificate } = await other.issue("client", { serialNumber: "01" });
    expect(accept([certificate], root, other)).toEqual({
      serialNumbers: [{ serialNumber: "01", issuerSkis: [other.ski] }],
      fingerprints: [],
      warnings: [],
    });
    expect(accept([`subject=CN=client\n${certificate.replaceAll("\n", "\\n")}`], root, other)).toEqual(
      accept([certificate], root, other),
    );
  });

  test("of an issuer of which the rule has the SKI alone", async () => {
    const { certificate } = await other.issue("client", { serialNumber: "0b" });
    const read = readRevoked([certificate], { cas: factsOf(root), issuerSkis: ["AB", other.ski] }, now);
    expect(read).toMatchObject({
      revocations: { serialNumbers: [{ serialNumber: "0B", issuerSkis: [other.ski] }] },
    });
  });

  test("in base64 without its armour, and several in one text", async () => {
    const [one, two] = [
      await root.issue("one", { serialNumber: "0b" }),
      await root.issue("two", { serialNumber: "0c" }),
    ];
    const bare = der.toDer(one.certificate).toString("base64");
    expect(serialsIn(accept([bare]))).toEqual(["0B"]);
    expect(serialsIn(accept([two.certificate + one.certificate]))).toEqual(["0B", "0C"]);
  });

  test("beside a number, which is told to have an entry of its own", async () => {
    const { certificate } = await root.issue("one", { serialNumber: "0b" });
    for (const line of ["0A0B", "0x0A0B", "a5:".repeat(31) + "a5", "0A 0B\r"]) {
      expect(accept([`${line}\n${certificate}`]).warnings).toEqual([expect.stringContaining("beside its blocks")]);
      expect(accept([`${certificate}\n${line}\n`]).warnings).toHaveLength(1);
    }
    expect(accept([`# ${certificate.trimEnd()}0A0B`]).warnings).toHaveLength(1);
    for (const line of ["serial=0A0B", "subject=CN=one", "        30:45:02:20", "-- 2026", "1"])
      expect(accept([`${line}\n${certificate}`]).warnings).toEqual([]);
  });

  test("of a CA without a key identifier counts by its fingerprint", async () => {
    const plain = await createAuthority("Plain", { keyIdentifiers: false });
    const { certificate } = await plain.issue("client", { keyIdentifiers: false });
    const { fingerprint256 } = new X509Certificate(certificate);
    expect(accept([certificate], plain)).toMatchObject({
      serialNumbers: [],
      fingerprints: [fingerprint256.replaceAll(":", "").toLowerCase()],
    });
    expect(accept(["0x0B"], plain).serialNumbers).toEqual([{ serialNumber: "0B", issuerSkis: [] }]);
  });

  test("with a serial number that is longer than RFC 5280 allows counts by its fingerprint", async () => {
    const { certificate } = await root.issue("client", { serialNumber: `01${"00".repeat(20)}` });
    expect(accept([certificate])).toMatchObject({ serialNumbers: [], fingerprints: { length: 1 } });
  });

  test("as many as may be in one text, and as long as it may be", async () => {
    const { certificate } = await root.issue("client", { serialNumber: "0e" });
    expect(serialsIn(accept([certificate.repeat(1000)]))).toEqual(["0E"]);
    expect(serialsIn(accept(["0x0E".padEnd(8 * 1024 * 1024)]))).toEqual(["0E"]);
  });

  test("of a renewed CA counts for both of its certificates", async () => {
    const renewed = await root.renew();
    const { certificate } = await root.issue("client", { serialNumber: "0d" });
    expect(accept([certificate], root, renewed).serialNumbers).toEqual([
      { serialNumber: "0D", issuerSkis: [root.ski] },
    ]);
  });
});

describe("A CRL counts with the CA that signed it", () => {
  /** A field of a scope that says no, which DER would leave out. */
  const no = (field: number) => der.element(0x80 + field, Buffer.from([0]));
  const revoked = [0x0bn, 0x0a0bn, 0xf27e0f20a20ea2a4n];
  const expected = ["0A0B", "0B", "F27E0F20A20EA2A4"];

  test.each<[string, (crl: Buffer) => unknown]>([
    ["in PEM", toCrlPem],
    ["in PEM with the label CRL", (crl) => der.toPem(crl, "CRL")],
    ["in PEM under the wrong label", (crl) => der.toPem(crl)],
    ["in PEM with CRLF", (crl) => toCrlPem(crl).replaceAll("\n", "\r\n")],
    [
      "in PEM below OpenSSL's readable dump",
      (crl) => `Certificate Revocation List (CRL):\n  Version 2\n${toCrlPem(crl)}`,
    ],
    ["in base64", (crl) => crl.toString("base64")],
    ["in base64 with line ends", (crl) => crl.toString("base64").replace(/.{76}/g, "$&\n")],
    ["as a file's bytes in DER", bytesAsText],
    ["as a file's bytes in PEM", (crl) => bytesAsText(Buffer.from(toCrlPem(crl)))],
    ["as a Uint8Array", (crl) => bytesAsText(new Uint8Array(crl))],
  ])("%s", (_form, spelled) => {
    const entry = spelled(mintCrl(root, { revoked }));
    expect(accept([entry], root, other)).toEqual({
      serialNumbers: expected.map((serialNumber) => ({ serialNumber, issuerSkis: [root.ski] })),
      fingerprints: [],
      warnings: [],
    });
  });

  test("of the library's own making", async () => {
    const crl = await X509CrlGenerator.create({
      issuer: root.certificate.subject,
      entries: [
        { serialNumber: "0b", revocationDate: now, reason: X509CrlReason.keyCompromise, invalidity: now },
        { serialNumber: "0a0b", revocationDate: now },
      ],
      signingKey: root.keys.privateKey,
      signingAlgorithm: { name: "ECDSA", hash: "SHA-256" },
      nextUpdate: new Date(now.getTime() + day),
    });
    expect(serialsIn(accept([crl.toString("pem")]))).toEqual(["0A0B", "0B"]);
  });

  test.each(["SHA-1", "SHA-256", "SHA-384", "SHA-512"] as const)("signed with %s, by RSA or ECDSA", (hash) => {
    expect(serialsIn(accept([toCrlPem(mintCrl(root, { revoked, hash }))]))).toEqual(expected);
    expect(serialsIn(accept([toCrlPem(mintCrl(rsa, { revoked, hash }))], rsa, root))).toEqual(expected);
  });

  test("of version 1, of nobody, and without a next update", () => {
    expect(serialsIn(accept([toCrlPem(mintCrl(root, { revoked, version: 1 }))]))).toEqual(expected);
    expect(accept([toCrlPem(mintCrl(root))])).toEqual({ serialNumbers: [], fingerprints: [], warnings: [] });
    expect(accept([toCrlPem(mintCrl(root, { revoked, nextUpdate: "absent" }))]).warnings).toEqual([]);
  });

  test("several, of one CA and of two, in one order whatever order they come in", () => {
    const lists = [
      mintCrl(root, { revoked: [1n, 2n] }),
      mintCrl(root, { revoked: [2n, 3n] }),
      mintCrl(other, { revoked: [2n] }),
    ].map(toCrlPem);
    const all = accept(lists, root, other);
    expect(all.serialNumbers).toEqual([
      { serialNumber: "01", issuerSkis: [root.ski] },
      { serialNumber: "02", issuerSkis: [root.ski, other.ski].sort() },
      { serialNumber: "03", issuerSkis: [root.ski] },
    ]);
    expect(accept(lists.reverse(), other, root)).toEqual(all);
    expect(accept([lists.join("")], root, other)).toEqual(all);
  });

  test("with a name of another string type than the CA has it", () => {
    const issuerName = der.sequence(der.set(der.sequence(der.oid("2.5.4.3"), der.utf8("Root"))));
    expect(serialsIn(accept([toCrlPem(mintCrl(root, { revoked, issuerName }))]))).toEqual(expected);
  });

  test("with what is allowed to be in it: numbers, identifiers, a freshest CRL, a scope of users", () => {
    const extensions = [
      extension("2.5.29.20", der.integer(7)),
      extension("2.5.29.35", der.sequence(der.element(0x80, Buffer.from(root.ski, "hex")))),
      extension("2.5.29.46", der.sequence()),
      distributionPoint(1),
      extension("1.2.3.4", der.nothing()),
    ];
    const entries = [
      { serialNumber: 0x0bn, reason: 1, extensions: [extension("2.5.29.24", der.time(now))] },
      { serialNumber: 0x0cn, extensions: [critical("2.5.29.21", der.element(0x0a, Buffer.from([4])))] },
      { serialNumber: Buffer.from("00f27e", "hex") },
    ];
    const read = accept([toCrlPem(mintCrl(root, { revoked: entries, extensions }))]);
    expect([serialsIn(read), read.warnings]).toEqual([["0B", "0C", "F27E"], []]);
    const without = critical("2.5.29.28", der.sequence(...[2, 3, 4, 5].map((field) => no(field))));
    expect(accept([toCrlPem(mintCrl(root, { extensions: [without] }))]).warnings).toEqual([]);
  });

  test("a hold is a revocation while it is listed, and what is taken back is none", () => {
    const entries = [
      { serialNumber: 6n, reason: 6 },
      { serialNumber: 7n, extensions: [extension("2.5.29.24", der.element(0x18, Buffer.from("20261101000000\b")))] },
      { serialNumber: 8n, reason: 8 },
      { serialNumber: 9n, extensions: [extension("2.5.29.24", der.time(now)), reasonCode(8)] },
    ];
    const read = accept([toCrlPem(mintCrl(root, { revoked: entries }))]);
    expect(serialsIn(read)).toEqual(["06", "07"]);
    expect(read.warnings).toEqual([expect.stringContaining("takes back 2 of its entries (removeFromCRL)")]);
  });

  test("past its next update it is taken with a warning, and so is one from tomorrow", () => {
    const late = toCrlPem(mintCrl(root, { revoked, nextUpdate: new Date(now.getTime() - 3 * day - 1000) }));
    expect(accept([late]).warnings).toEqual([
      expect.stringMatching(
        /^Entry 1 of 1, a CRL of "CN=Root", was to be replaced by \d{4}-\d\d-\d\dT[\d:]+Z, 3 days ago: .* Fetch it anew\.$/,
      ),
    ]);
    expect(serialsIn(accept([late]))).toEqual(expected);
    const early = toCrlPem(mintCrl(root, { revoked, thisUpdate: new Date(now.getTime() + 2 * day) }));
    expect(accept([early]).warnings).toEqual([expect.stringMatching(/in 2 days\. It counts at once\. Check/)]);
    const ahead = (seconds: number) => new Date(now.getTime() + seconds * 1000);
    expect(accept([toCrlPem(mintCrl(root, { revoked, thisUpdate: ahead(300) }))]).warnings).toEqual([]);
    expect(accept([toCrlPem(mintCrl(root, { revoked, thisUpdate: ahead(301) }))]).warnings).toHaveLength(1);
    expect(accept([toCrlPem(mintCrl(root, { revoked, nextUpdate: now }))]).warnings).toEqual([]);
  });

  test.each([
    ["UTCTime of 2049", 0x17, "491231235959Z", []],
    ["UTCTime of 1950", 0x17, "500101000000Z", [expect.stringContaining("replaced by 1950-01-01T00:00:00Z,")]],
    ["UTCTime of 1999", 0x17, "991231235958Z", [expect.stringContaining("replaced by 1999-12-31T23:59:58Z,")]],
    ["GeneralizedTime of 2050", 0x18, "20500101000000Z", []],
    [
      "GeneralizedTime of 1950",
      0x18,
      "19500101000000Z",
      [expect.stringContaining("replaced by 1950-01-01T00:00:00Z,")],
    ],
  ])("with a date in %s", (_what, tag, text, warnings) => {
    const crl = mintCrl(root, { revoked, nextUpdate: der.element(tag, Buffer.from(text)) });
    expect(accept([toCrlPem(crl)]).warnings).toEqual(warnings);
  });

  test("for some reasons only it is taken with a warning", () => {
    const crl = mintCrl(root, { revoked, extensions: [distributionPoint(3)] });
    expect(accept([toCrlPem(crl)]).warnings).toEqual([expect.stringContaining("(onlySomeReasons)")]);
  });

  test("that revokes a CA whose clients are let in is taken with a warning", async () => {
    const issuing = await root.intermediate("Issuing");
    const serialNumber = BigInt(`0x${new X509Certificate(issuing.pem).serialNumber}`);
    const { warnings } = accept([toCrlPem(mintCrl(root, { revoked: [serialNumber] }))], root, issuing);
    expect(warnings).toEqual([expect.stringContaining('revokes "CN=Issuing", whose clients are let in all the same')]);
  });

  test("of 10,000 entries is read in well under a second (figure is printed)", () => {
    const many = Array.from({ length: 10_000 }, (_, index) => ({
      serialNumber: 0x527e0f20a20ea2a4146c78390f34ce7af0000000n + BigInt(index),
      reason: 1,
    }));
    const text = mintCrl(root, { revoked: many }).toString("base64");
    const cas = factsOf(root);
    const start = performance.now();
    const read = readRevoked([text], { cas }, now);
    const took = performance.now() - start;
    process.stdout.write(`a CRL of 10,000 entries, ${text.length} characters: ${took.toFixed(0)} ms\n`);
    expect(read).toMatchObject({ revocations: { serialNumbers: { length: 10_000 } } });
    expect(took).toBeLessThan(1000);
  });
});

test("Bytes become a text, and everything else stays what it is", () => {
  expect(bytesAsText(Buffer.from("0x0A0B\n"))).toBe("0x0A0B\n");
  expect(bytesAsText(new Uint8Array([0x30, 0x81, 0x80]))).toBe("MIGA");
  for (const value of ["text", 5, null, undefined, [1], { a: 1 }]) expect(bytesAsText(value)).toBe(value);
});

test("What the program withholds are entries with a key in them, and no others", async () => {
  const { certificate, key } = await root.issue("client");
  const crl = mintCrl(root, { revoked: [1n] });
  for (const entry of [
    "0x0A0B",
    "a5".repeat(32),
    certificate,
    toCrlPem(crl),
    crl.toString("base64"),
    "CN=client,O=Example",
  ])
    expect(withholdKeys(entry)).toBe(entry);
  for (const entry of [key, certificate + key, toCrlPem(crl) + key])
    expect(reasonsOfWithheld(withholdKeys(entry))?.[0]).toContain("a private key (");
});

test("Nothing is revoked by an empty list, and an odd CA does no harm", () => {
  expect(accept([])).toEqual({ serialNumbers: [], fingerprints: [], warnings: [] });
  expect(serialsIn(accept(["0x0B"], oddCertificate()))).toEqual(["0B"]);
});
