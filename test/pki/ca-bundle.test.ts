import { X509Certificate } from "node:crypto";
import { fingerprintsOf, readCaBundle, type CaBundle } from "../../src/pki/ca-bundle";
import { certificateOf } from "../../src/pki/certificate";
import { createAuthority, type Authority } from "../support/authority";
import { toDer, toPem } from "../support/der";
import { oddCertificate, signatureNames } from "../support/odd-certificates";

const now = new Date();
const day = 86_400_000;
let root: Authority;
let issuing: Authority;
let second: Authority;
let deep: Authority;
let stranger: Authority;

beforeAll(async () => {
  root = await createAuthority("Root");
  issuing = await root.intermediate("Issuing");
  second = await root.intermediate("Second");
  deep = await issuing.intermediate("Deep");
  stranger = await createAuthority("Stranger");
});

function accept(text: string, options: Partial<Parameters<typeof readCaBundle>[1]> = {}): CaBundle {
  const result = readCaBundle(text, { now, ...options });
  if ("problems" in result) throw new Error(JSON.stringify(result.problems));
  return result.bundle;
}

const subjects = (text: string) => accept(text).certificates.map(({ subject }) => subject.replace("CN=", ""));

test("The facts are those that node:crypto tells, in Cloudflare's spelling", () => {
  const [facts] = accept(issuing.pem).certificates;
  const x509 = new X509Certificate(issuing.pem);
  expect(facts).toEqual({
    subject: "CN=Issuing",
    issuer: "CN=Root",
    serialNumber: x509.serialNumber,
    ski: issuing.ski,
    fingerprint: x509.fingerprint256.replaceAll(":", "").toLowerCase(),
    notBefore: new Date(x509.validFrom).toISOString().replace(".000", ""),
    notAfter: new Date(x509.validTo).toISOString().replace(".000", ""),
    selfSigned: false,
    pem: x509.toString(),
  });
  expect(facts?.ski).toMatch(/^[0-9A-F]{40}$/);
  expect(accept(root.pem).certificates[0]?.selfSigned).toBe(true);
});

test("Facts without their certificate are none", () => {
  const [facts] = accept(root.pem).certificates;
  expect(certificateOf(facts!).facts).toEqual(facts);
  expect(() => certificateOf({ ...facts!, pem: "" })).toThrow("These are no facts of a certificate.");
});

test("The SKI is the extension's own bytes, not a hash that somebody else would compute", () => {
  expect(accept(oddCertificate().pem).certificates[0]?.ski).toBe("0A0B0C0D0E");
  expect(accept(oddCertificate({ ski: Buffer.from("00ff", "hex") }).pem).certificates[0]?.ski).toBe("00FF");
});

test.each([
  [1, "01"],
  [0x0a0b, "0A0B"],
  [0xff, "FF"],
  [0x80, "80"],
  [0x7fffffffffffffffn, "7FFFFFFFFFFFFFFF"],
  [0xffffffffffffffffffffffffffffffffffffffn, "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"],
])("The serial number %s is %s", (serialNumber, hex) => {
  expect(accept(oddCertificate({ serialNumber }).pem).certificates[0]?.serialNumber).toBe(hex);
});

describe("Any spelling of the same certificates gives the same text", () => {
  const bag = (pem: string) =>
    `Bag Attributes\n    localKeyID: 01 02 \nsubject=CN = Root\n\nissuer=CN = Root\n\n${pem}`;
  test.each<[string, (pem: string) => string]>([
    ["CRLF", (pem) => pem.replaceAll("\n", "\r\n")],
    ["CR alone", (pem) => pem.replaceAll("\n", "\r")],
    ["a BOM", (pem) => `\ufeff${pem}`],
    ["indentation", (pem) => pem.replace(/^/gm, "\t   ")],
    ["no last newline", (pem) => pem.trim()],
    ["blank lines", (pem) => `\n\n${pem.replaceAll("\n", "\n\n")}\n`],
    ["comments", (pem) => `# our CA, https://pki.example.com\n${pem}; the end\n`],
    ["Bag Attributes", bag],
    ["a fingerprint above it", (pem) => `${"a5".repeat(32)}\n${pem}`],
    ["line ends written out", (pem) => pem.replaceAll("\n", "\\n")],
    ["line ends written out twice", (pem) => pem.replaceAll("\n", "\\\\n")],
    ["CRLF written out", (pem) => pem.replaceAll("\n", "\\r\\n")],
    ["a JSON string", (pem) => JSON.stringify(pem)],
    ["one line", (pem) => pem.replaceAll("\n", " ")],
    ["a body on one line", (pem) => toPem(toDer(pem), "CERTIFICATE", 5000)],
    ["76 columns", (pem) => toPem(toDer(pem), "CERTIFICATE", 76)],
    ["one column", (pem) => toPem(toDer(pem), "CERTIFICATE", 1)],
    ["the old label X509 CERTIFICATE", (pem) => pem.replaceAll("CERTIFICATE", "X509 CERTIFICATE")],
    ["UTF-16 that was read as UTF-8", (pem) => Buffer.from(`\ufeff${pem}`, "utf16le").toString()],
    ["no-break and zero-width spaces", (pem) => pem.replace("\nM", "\u00a0\u200b\nM")],
    ["a YAML block", (pem) => `ca: |\n${pem.replace(/^/gm, "  ")}`],
  ])("%s", (_name, respell) => {
    const plain = accept(root.pem);
    expect(accept(respell(root.pem))).toEqual(plain);
    expect(plain.pem).toBe(new X509Certificate(root.pem).toString());
    const both = accept(root.pem + issuing.pem);
    expect(accept(respell(issuing.pem) + respell(root.pem)).pem).toBe(both.pem);
  });

  test("two certificates are sent one behind the other, with nothing between", () => {
    expect(accept(root.pem + issuing.pem).pem).toBe(
      new X509Certificate(issuing.pem).toString() + new X509Certificate(root.pem).toString(),
    );
  });

  test("two files without a last newline, one behind the other", () => {
    expect(accept(root.pem.trim() + issuing.pem.trim()).pem).toBe(accept(`${issuing.pem}\n${root.pem}`).pem);
  });

  test("the label TRUSTED CERTIFICATE: OpenSSL's trust settings are left out, with a warning", () => {
    const trusted = toPem(
      Buffer.concat([toDer(root.pem), Buffer.from("300c300a06082b06010505070302", "hex")]),
      "TRUSTED CERTIFICATE",
    );
    const { pem, warnings } = accept(trusted);
    expect(pem).toBe(accept(root.pem).pem);
    expect(warnings).toEqual([expect.stringContaining("trust settings")]);
    expect(fingerprintsOf(trusted)).toEqual(fingerprintsOf(root.pem));
  });

  test("a repeated block is dropped with a warning", () => {
    const { pem, warnings } = accept(root.pem + issuing.pem + root.pem.replaceAll("\n", "\r\n"));
    expect(pem).toBe(accept(root.pem + issuing.pem).pem);
    expect(warnings).toEqual(['Block 3 of 3 repeats block 1 of 3, "CN=Root": it is left out.']);
  });
});

describe("The order is that of issuing, whatever order the text has", () => {
  test("each certificate stands before its signer", () => {
    expect(subjects(root.pem + issuing.pem + deep.pem)).toEqual(["Deep", "Issuing", "Root"]);
    expect(subjects(root.pem + issuing.pem)).toEqual(["Issuing", "Root"]);
    expect(subjects(root.pem + deep.pem)).toEqual(["Deep", "Root"]);
  });

  test("chains stay together and go by subject", () => {
    expect(subjects(stranger.pem + root.pem + second.pem + issuing.pem + deep.pem)).toEqual([
      "Deep",
      "Issuing",
      "Second",
      "Root",
      "Stranger",
    ]);
    expect(subjects(stranger.pem + root.pem)).toEqual(["Root", "Stranger"]);
  });

  test("a signer stands behind what it signed, and its chain before the next, whatever their names are", async () => {
    const [y, z] = [await createAuthority("Y"), await createAuthority("Z")];
    const [b, c] = [await y.intermediate("B"), await z.intermediate("C")];
    expect(subjects(c.pem + z.pem + y.pem + b.pem)).toEqual(["B", "Y", "C", "Z"]);
    const a = await createAuthority("A");
    expect(subjects(a.pem + (await a.intermediate("D")).pem)).toEqual(["D", "A"]);
  });

  test("of chains the one that ends first comes first, whatever its name is", () => {
    const ends = (commonName: string, days: number) =>
      oddCertificate({ commonName, notAfter: new Date(now.getTime() + days * day) }).pem;
    expect(subjects(ends("A", 300) + ends("Z", 200))).toEqual(["Z", "A"]);
    expect(subjects(ends("A B", 300) + ends("A", 300))).toEqual(["A", "A B"]);
  });

  test("CAs that signed each other in a circle have an order, too", () => {
    const one = oddCertificate({ commonName: "One", issuer: "Two" }).pem;
    const two = oddCertificate({ commonName: "Two", issuer: "One" }).pem;
    expect(subjects(one + two)).toEqual(["One", "Two"]);
    expect(accept(two + one).pem).toBe(accept(one + two).pem);
  });

  test("two generations of one CA with one name are told apart", async () => {
    const next = await createAuthority("Root");
    expect(accept(next.pem + root.pem).pem).toBe(accept(root.pem + next.pem).pem);
    expect(accept(next.pem + root.pem).certificates).toHaveLength(2);
  });
});

describe("What works but is unwise is accepted with a warning", () => {
  const warningsOf = (...given: Parameters<typeof accept>) => accept(...given).warnings;

  test("a plain CA has none", () => {
    expect(warningsOf(root.pem)).toEqual([]);
    expect(warningsOf(root.pem + issuing.pem + deep.pem)).toEqual([]);
  });

  test("that expires soon, with date and days, and the number of days can be set", () => {
    const { pem } = oddCertificate({ notAfter: new Date(now.getTime() + 20.5 * day) });
    expect(warningsOf(pem)).toEqual([
      expect.stringMatching(/expires on \d{4}-\d\d-\d\dT[\d:]+Z, in 20 days\. Add its successor/),
    ]);
    expect(warningsOf(pem, { expiryWarningDays: 20 })).toEqual([]);
    expect(warningsOf(pem, { expiryWarningDays: 21 })).toHaveLength(1);
    expect(warningsOf(pem, { expiryWarningDays: 0 })).toEqual([]);
  });

  test("that became valid only now, within what clocks differ by, has none", () => {
    expect(warningsOf(oddCertificate({ notBefore: new Date(now.getTime() + 60_000) }).pem)).toEqual([]);
  });

  test.each(signatureNames.filter((name) => /^SHA-(1|256|384|512) with (RSA|ECDSA)$/.test(name)))(
    "signed with %s",
    (signature) => {
      const expected = signature.startsWith("SHA-1 ")
        ? [expect.stringMatching(/signed with SHA-1.*Plan a successor/)]
        : [];
      expect(warningsOf(oddCertificate({ signature }).pem)).toEqual(expected);
    },
  );

  test("without a subject key identifier", () => {
    const bundle = accept(oddCertificate({ ski: "absent" }).pem);
    expect(bundle.warnings).toEqual([expect.stringContaining("can't pin it by cert_issuer_ski")]);
    expect(bundle.certificates[0]?.ski).toBeUndefined();
  });

  test("with a longer subject key identifier than a rule has room for", () => {
    expect(warningsOf(oddCertificate({ ski: Buffer.alloc(64, 1) }).pem)).toEqual([]);
    expect(warningsOf(oddCertificate({ ski: Buffer.alloc(65, 1) }).pem)).toEqual([
      expect.stringContaining("has a subject key identifier of 65 bytes, so a rule can't pin it"),
    ]);
  });

  test("whose extendedKeyUsage keeps clients out", () => {
    const [server, client, any] = ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2", "2.5.29.37.0"] as const;
    expect(warningsOf(oddCertificate({ purposes: [server] }).pem)).toEqual([expect.stringContaining("clientAuth")]);
    expect(warningsOf(oddCertificate({ purposes: [server, client] }).pem)).toEqual([]);
    expect(warningsOf(oddCertificate({ purposes: [any] }).pem)).toEqual([]);
  });

  test("a root that allows intermediates, when none is there", () => {
    expect(warningsOf(oddCertificate({ pathLength: 1 }).pem)).toEqual([
      expect.stringMatching(/is a root that allows intermediates, and none is here\. A rule matches the direct issuer/),
    ]);
    expect(warningsOf(oddCertificate({ pathLength: 0 }).pem)).toEqual([]);
    const below = oddCertificate({ commonName: "Below", issuer: "Odd" }).pem;
    expect(warningsOf(oddCertificate({ pathLength: 1 }).pem + below)).toEqual([]);
  });

  test("an intermediate that allows more of them, when none is there", async () => {
    const policy = (await createAuthority("Above")).intermediate("Policy", { pathLength: 1 });
    expect(warningsOf((await policy).pem)).toEqual([expect.stringMatching(/"CN=Policy", is a CA that allows inter/)]);
  });

  test.each([
    [
      "is a note, and no warning",
      { commonName: "Partners" },
      /^Block 1 of 1, "CN=Partners", allows intermediates, and/,
    ],
    ["that is called a root says so", { commonName: "Our ROOT CA" }, /allows intermediates and is called a root, and/],
    ["of another word with those letters isn't", { commonName: "Beetroots" }, /allows intermediates, and none/],
    ["that is for clients is none", { purposes: ["1.3.6.1.5.5.7.3.2"] }, undefined],
    ["with a limit of none is none", { pathLength: 0 }, undefined],
    ["below another is none", { commonName: "Below", issuer: "Other" }, undefined],
  ])("a root without a limit %s", (_what, options, says) => {
    const bundle = accept(oddCertificate(options).pem);
    expect(bundle.warnings).toEqual([]);
    expect(bundle.notes).toEqual(says ? [expect.stringMatching(says)] : []);
  });

  test("a root without a limit whose intermediate is there is no note", () => {
    expect(accept(root.pem + issuing.pem).notes).toEqual([]);
  });

  test("an intermediate beside another generation of its root", async () => {
    const next = await createAuthority("Root");
    expect(warningsOf(issuing.pem + next.pem)).toEqual([
      'Block 1 of 2, "CN=Issuing", names "CN=Root" as its issuer, but block 2 of 2, "CN=Root", did not sign it: probably another generation of that CA. Give the one that did, or none.',
    ]);
  });

  test("an intermediate beside a CA that has its issuer's name and another key", () => {
    const other = oddCertificate({ commonName: "Other", signature: "SHA-256 with RSA" });
    const below = oddCertificate({ commonName: "Below", issuer: "Other" });
    expect(warningsOf(other.pem + below.pem)).toEqual([
      expect.stringMatching(
        /"CN=Below", names "CN=Other" as its issuer, but block 1 of 2, "CN=Other", did not sign it/,
      ),
    ]);
  });

  test("a CA with a key of a kind that OpenSSL doesn't know can't have signed itself", () => {
    const [known, unknown] = ["06072a8648ce3d0201", "06072a8648ce3d0209"];
    const der = oddCertificate().der.toString("hex").replace(known, unknown);
    const { certificates } = accept(toPem(Buffer.from(der, "hex")));
    expect(certificates).toMatchObject([{ subject: "CN=Odd", selfSigned: false }]);
  });

  test.each([
    ["of 120 characters is shown whole", "x".repeat(117), "x".repeat(117)],
    ["of 121 characters is cut", "x".repeat(118), `${"x".repeat(116)}…`],
    ["is never cut inside of a letter", `${"x".repeat(115)}𐐀x`, `${"x".repeat(115)}…`],
    ["keeps its letters before the cut", `𐐀${"x".repeat(118)}`, `𐐀${"x".repeat(114)}…`],
    ["shows where something can't be shown", "a\u001b[31mb", "a\\u{1B}[31mb"],
  ])("a subject %s", (_what, commonName, shown) => {
    const { warnings } = accept(oddCertificate({ commonName, ski: "absent" }).pem);
    expect(warnings[0]?.startsWith(`Block 1 of 1, "CN=${shown}", has`)).toBe(true);
  });

  test("a subject that would steer a terminal is shown harmless and short", () => {
    const { warnings } = accept(oddCertificate({ commonName: `\u001b[31m${"x".repeat(300)}`, ski: "absent" }).pem);
    expect(warnings[0]).not.toContain("\u001b");
    expect(warnings[0]!.length).toBeLessThan(320);
  });
});

describe("Fingerprints of what Cloudflare returned", () => {
  test("are those of the facts, in the order of the text", () => {
    const { pem, certificates } = accept(root.pem + issuing.pem + stranger.pem);
    expect(fingerprintsOf(pem)).toEqual(certificates.map(({ fingerprint }) => fingerprint));
    expect(fingerprintsOf(root.pem.replaceAll("\n", "\\n"))).toEqual(fingerprintsOf(root.pem));
    expect(fingerprintsOf(root.pem.replace(/-----END[^]*/, ""))).toEqual(fingerprintsOf(root.pem));
  });

  test("of texts that can't be read are none", () => {
    for (const text of ["", "x", "-----BEGIN CERTIFICATE-----", toPem(Buffer.from("x")), undefined, null, 5]) {
      expect(fingerprintsOf(text as string)).toEqual([]);
    }
    expect(fingerprintsOf(toPem(Buffer.from("x")) + root.pem)).toHaveLength(1);
    expect(fingerprintsOf(toPem(toDer(root.pem), "PUBLIC KEY"))).toEqual([]);
  });
});
