import "reflect-metadata";
import { bytesAsText } from "../../src/pki/bytes-as-text";
import { readCaBundle, type CaCertificateFacts } from "../../src/pki/ca-bundle";
import { readRevoked } from "../../src/pki/revoked";
import { createAuthority, type Authority } from "../support/authority";
import { critical, distributionPoint, mintCrl, toCrlPem, type CrlOptions } from "../support/crl";
import * as der from "../support/der";
import { repeated } from "../support/key-traces";
import { extension, foreignDer, oddCertificate, otherKeyTexts, privateKeys } from "../support/odd-certificates";

const now = new Date();
/** Each sentence says what to do. */
const ANSWER =
  /\b(?:Give|Write|Take|Fetch|Copy|Re-issue|Let|Print|Convert|Pass|Decode|Parse|Resolve|Check|treat the key as exposed)\b/;
let root: Authority;
let other: Authority;
let leaf: string;
let cas: CaCertificateFacts[];
/** Every bad entry that a test gave, so that the count below counts distinct ones. */
const seen = new Set<unknown>();

beforeAll(async () => {
  root = await createAuthority("Root");
  other = await createAuthority("Other");
  leaf = (await root.issue("client")).certificate;
  cas = factsOf(root.pem);
});

function factsOf(pem: string): CaCertificateFacts[] {
  const result = readCaBundle(pem, { now });
  if ("problems" in result) throw new Error(result.problems.join("\n"));
  return result.bundle.certificates;
}

function problemsOf(entry: unknown, issuers: { cas: CaCertificateFacts[]; issuerSkis?: string[] } = { cas }): string[] {
  seen.add(entry);
  const result = readRevoked([entry], issuers, now);
  if (!("problems" in result)) throw new Error(`Accepted: ${JSON.stringify(result.revocations)}`);
  expect(result.problems.length).toBeGreaterThan(0);
  for (const problem of result.problems) {
    expect(problem).toMatch(/^Entry 1 of 1/);
    expect(problem).toMatch(ANSWER);
    expect(problem.length).toBeLessThan(700);
  }
  return result.problems;
}

describe("What names no revoked certificate is refused", () => {
  test.each<[unknown, string]>([
    [undefined, "is not a text"],
    [null, "is not a text"],
    [1000, "is not a text"],
    [0x0a0bn, "is not a text"],
    [true, "is not a text"],
    [{ serialNumber: "0A0B" }, "is not a text"],
    [["0A0B"], "is not a text"],
    [Buffer.from("0A0B"), "is not a text"],
    ["", "is empty"],
    [" \t\r\n ", "is empty"],
    ["\u200e\ufeff", "is empty"],
    ["\0\0", "is empty"],
    ["client", "names a revoked certificate"],
    ["client.example.com", "names a revoked certificate"],
    ["CN=client", "names a revoked certificate"],
    ["CN=client,O=Example", "names a revoked certificate"],
    ["0x", "names a revoked certificate"],
    ["x0A0B", "names a revoked certificate"],
    ["0A0G", "names a revoked certificate"],
    ["0O0B", "names a revoked certificate"],
    ["-0A0B", "names a revoked certificate"],
    ["+0A0B", "names a revoked certificate"],
    ["0A0B,0A0C", "names a revoked certificate"],
    ["0A0B;0A0C", "names a revoked certificate"],
    ["0A0B\n0A0C0D", "names a revoked certificate"],
    ["0a:0", "names a revoked certificate"],
    ["0a::0b", "names a revoked certificate"],
    [":0a:0b", "names a revoked certificate"],
    ["0a:0b:", "names a revoked certificate"],
    ["0a.0b", "names a revoked certificate"],
    ["0a/0b", "names a revoked certificate"],
    ["0a0b h", "names a revoked certificate"],
    ["0A0B # the old laptop", "names a revoked certificate"],
    ["1e3.5", "names a revoked certificate"],
    ["１２３４", "names a revoked certificate"],
    ["0а0b", "names a revoked certificate"],
    ["0x0x0A0B", "names a revoked certificate"],
    ["serial", "names a revoked certificate"],
    [`${"a5".repeat(31)}zz`, "names a revoked certificate"],
    [`${"a5".repeat(16)}0x${"a5".repeat(16)}`, "names a revoked certificate"],
    ["serial=", "names a revoked certificate"],
    ["serial=unknown", "names a revoked certificate"],
    ["Serial Number: 4096 (1000)", "names a revoked certificate"],
    ["no. 4096 (0x1000)", "names a revoked certificate"],
    ["4096 (0x1000) and others", "names a revoked certificate"],
    ["R\t260101000000Z\t250101000000Z\t1000\tunknown\t/CN=client", "names a revoked certificate"],
    ["revoked.crl", "names a revoked certificate"],
    ["./ca/crl.pem", "a file"],
    ["/etc/pki/crl.der", "a file"],
    ["C:\\pki\\crl.pem", "a file's name"],
    ["https://pki.example.com/root.crl", "a URL"],
    ["ldap:///CN=Root?certificateRevocationList", "a URL"],
    ["file://crl.pem", "a URL"],
    ["vault:pki/crl", "a reference"],
    ["${CRL}", "a placeholder"],
    ["{{ crl }}", "a placeholder"],
    ["<serial>", "a placeholder"],
    ["$CRL", "a placeholder"],
    ["undefined", "a stray value"],
    ["null", "a stray value"],
    ["NaN", "a stray value"],
    ["[object Object]", "a stray value"],
    ["[secret]", "a mask"],
    ["***", "a mask"],
    ["<!doctype html><title>404</title>", "an HTML or XML page"],
    ["<?xml version='1.0'?><crl/>\n", "an HTML or XML page"],
    ['{"serial":"0A0B"}', "JSON"],
    ['["0A0B"]', "JSON"],
    ["Calling [toString] on an [Output<T>] is not supported.", "a Pulumi Output"],
    ["2458ce5a-0c35-4c7f-82c7-8e9487d3ff60", "an id"],
    ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ", "an SSH public key"],
  ])("%j", (entry, why) => {
    expect(problemsOf(entry)[0]).toContain(why);
  });

  test("what is too long", () => {
    expect(problemsOf("x y ".repeat(500))[0]).toContain("is a text of 1999 characters");
    expect(problemsOf("x.".repeat(100).concat("x"))[0]).toContain("is a text of 201 characters");
    expect(problemsOf("x.".repeat(100))[0]).toContain('is "x.x.');
    expect(problemsOf("0A0B ".repeat(2_000_000))[0]).toContain("has 10000000 characters");
    expect(problemsOf("7".repeat(1_000_000))[0]).toContain("names a revoked certificate");
    expect(problemsOf(leaf.repeat(1001))[0]).toContain("has 1001 blocks");
  });

  test.each([
    ["10", "0x10", "0x0A"],
    ["1000", "0x1000", "0x03E8"],
    ["0010", "0x10", "0x0A"],
    [`${"0".repeat(120)}10`, "0x10", "0x0A"],
    ["4711", "0x4711", "0x1267"],
    ["Serial Number: 1000", "0x1000", "0x03E8"],
    ["serialNumber: 1000", "0x1000", "0x03E8"],
    ["serialNumber=1000", "0x1000", "0x03E8"],
    ["1234567890123456789012345678901234567890", "0x12", "0x03A0C92075C0DBF3B8ACBC5F96CE3F0AD2"],
  ])("digits alone, %j, with both readings to choose from", (text, hexadecimal, decimal) => {
    const [problem] = problemsOf(text);
    expect(problem).toContain(`"${hexadecimal}`);
    expect(problem).toContain(`"${decimal}"`);
    for (const [, written] of problem!.matchAll(/"(0x\w+)"/g))
      expect("revocations" in readRevoked([written], { cas }, now)).toBe(true);
  });

  test.each([
    ["a SHA-1 fingerprint", "a5".repeat(20), 'write "serial=" in front'],
    ["a SHA-1 fingerprint with colons", "A5:".repeat(19) + "A5", 'write "serial=" in front'],
    ["a SHA-1 fingerprint by name", `SHA1 Fingerprint=${"0A:".repeat(19)}0A`, "has 40 hex digits"],
    ["an MD5 fingerprint by name", `MD5 Fingerprint= ${"0A:".repeat(15)}0A`, 'hex digits behind "MD5 Fingerprint=":'],
    ["a SHA-512 fingerprint", "0a".repeat(64), "has 128 hex digits"],
    ["a SHA-384 fingerprint by name", `sha384 Fingerprint=${"0a".repeat(48)}`, "has 96 hex digits"],
    ["a fingerprint that lost a digit", "a".repeat(63), "has 63 hex digits"],
    ["a fingerprint with a digit too many", "a".repeat(65), "has 65 hex digits"],
    ["a fingerprint that lost a byte, by name", `SHA256 Fingerprint=${"0A:".repeat(30)}0A`, "has 62 hex digits"],
    ["a serial number of 21 octets", "7f".repeat(21), "has 42 hex digits"],
    ["decimal digits without an end", "7".repeat(60), "has 60 digits"],
    ["many of them", "7".repeat(300), "has 300 digits"],
  ])("%s", (_what, text, why) => {
    expect(problemsOf(text)[0]).toContain(why);
  });

  test("what is the CA's own", () => {
    const [{ ski, fingerprint, pem } = { ski: "", fingerprint: "", pem: "" }] = cas;
    const low = factsOf(oddCertificate({ ski: Buffer.from("0a0b0c0d0e", "hex") }).pem);
    expect(problemsOf("0a0b0c0d0e", { cas: low })[0]).toContain("is the key identifier of a CA");
    expect(problemsOf(`serial=${ski}`)[0]).toContain("is the key identifier of a CA");
    expect(problemsOf(fingerprint)[0]).toContain("is the fingerprint of a CA");
    const both = { cas: [...cas, ...factsOf(other.pem)] };
    expect(problemsOf(`serial=${ski}`, both)[0]).toContain("is the key identifier of a CA");
    expect(problemsOf(fingerprint, both)[0]).toContain("is the fingerprint of a CA");
    expect(problemsOf(pem)[0]).toContain("is a CA, and a rule sees");
  });

  test("a short serial number where several issuers may have used it", () => {
    const both = { cas: factsOf(root.pem + other.pem) };
    expect(problemsOf("0x1000", both)[0]).toContain('"1000", is so short that each of the 2 issuers');
    expect(problemsOf("0x527E0F20A20EA2", { cas, issuerSkis: ["AB"] })[0]).toContain("so short");
  });
});

describe("A certificate that can't be one of the clients' is refused", () => {
  test("of another CA, and of one whose name and key don't go together", async () => {
    const stranger = await other.issue("client");
    expect(problemsOf(stranger.certificate)[0]).toContain(`was issued by "CN=Other", whose clients aren't let in here`);
    const next = await createAuthority("Root");
    expect(problemsOf((await next.issue("client")).certificate)[0]).toContain("aren't let in here");
    const renewed = await other.renew("Root");
    const named = (await renewed.issue("client")).certificate;
    const posing = factsOf(oddCertificate({ ski: Buffer.from(other.ski, "hex") }).pem);
    expect(problemsOf(named, { cas: posing })[0]).toContain("aren't let in here");
    expect(problemsOf(named, { cas: [...posing, ...cas], issuerSkis: ["AB"] })[0]).toContain("aren't let in here");
  });

  test("damaged, cut off, doubled or relabelled", () => {
    const bytes = der.toDer(leaf);
    for (const text of [
      leaf.slice(0, -40),
      leaf.replace(/-----END[^]*/, ""),
      leaf.replace(/^-----BEGIN.*\n/, ""),
      leaf.replace("\n", "\n!"),
      leaf.replace("-----BEGIN", "----BEGIN"),
      leaf.replace("END CERTIFICATE", "END X509 CRL"),
      der.toPem(bytes.subarray(0, 100)),
      der.toPem(Buffer.concat([bytes, Buffer.alloc(3)])),
      der.toPem(bytes, "CERTIFICATE REQUEST"),
      der.toPem(bytes, "X509 CRL"),
      der.toPem(Buffer.from("x")),
      der.toPem(Buffer.alloc(0)),
      leaf + leaf.slice(0, 200),
      bytes.toString("latin1"),
      bytes.toString(),
      bytes.toString("hex"),
      Buffer.from(leaf).toString("base64"),
    ]) {
      problemsOf(text);
    }
  });

  test("what to do instead depends on what it is", () => {
    const cut = leaf.replace(/-----END[^]*/, "");
    expect(problemsOf(cut)[0]).toMatch(/cut off\. Give a serial number in hexadecimal, .*, or a CRL\.$/);
    const list = cut.replace("CERTIFICATE", "X509 CRL");
    expect(problemsOf(list)[0]).toMatch(/cut off\. Copy the CRL again, from its BEGIN to its END line\.$/);
    const [binary] = problemsOf(foreignDer(Buffer.alloc(0)).CSR.toString("latin1"));
    expect(binary).toMatch(/ or a CRL\. Pass a file's bytes as readFileSync\(path\) gives them\.$/);
    expect(problemsOf("https://pki.example.com/root.crl")[0]).toMatch(/ or a CRL\.$/);
  });

  test("other material, by its name", () => {
    for (const [kind, bytes] of Object.entries(foreignDer(der.toDer(root.pem)))) {
      for (const text of [der.toPem(bytes), bytes.toString("base64"), bytes.toString("latin1"), bytes.toString("hex")])
        expect(problemsOf(text).join()).not.toContain("undefined");
      expect(problemsOf(der.toPem(bytes, kind === "CRL" ? "X509 CRL" : kind.toUpperCase()))).toHaveLength(1);
    }
  });
});

describe("A private key is named first, and no byte of it is repeated", () => {
  test.each(privateKeys().map((key, index) => ({ ...key, index })))("PEM $index: $kind", ({ pem }) => {
    const forms = [
      pem,
      leaf + pem,
      pem + toCrlPem(mintCrl(root)),
      pem.replaceAll("\n", "\\n"),
      pem.replace(/-----END[^]*/, ""),
      `0A0B\n${pem}`,
      ...(/Proc-Type|BEGIN (?:PGP|OpenVPN)/.test(pem)
        ? []
        : [
            der.toPem(der.toDer(pem)),
            der.toPem(der.toDer(pem), "X509 CRL"),
            der.toDer(pem).toString("base64"),
            bytesAsText(der.toDer(pem)),
          ]),
    ];
    for (const form of forms) {
      const problems = problemsOf(form);
      expect(problems[0]).toContain("a private key (");
      expect(repeated(pem, problems.join("\n"))).toEqual([]);
    }
  });

  test.each(otherKeyTexts())("$kind", ({ text }) => {
    expect(problemsOf(text)[0]).toContain("a private key (");
    expect(problemsOf(`${leaf}\n${text}`)[0]).toContain("a private key (");
    expect(readRevoked([text], { cas }, now)).toMatchObject({ exposed: true });
  });

  test("it is told apart from the other problems", () => {
    const { pem } = privateKeys()[0]!;
    const result = readRevoked(["0x", pem], { cas }, now);
    if (!("problems" in result)) throw new Error("accepted");
    expect([result.exposed, result.problems.length]).toEqual([true, 2]);
    expect(result.problems[0]).toMatch(/^Entry 2 of 2 is a private key/);
    expect(readRevoked(["0x"], { cas }, now)).toMatchObject({ exposed: false });
  });
});

describe("A CRL that says nothing about the clients is refused by name", () => {
  const revoked = [0x0a0bn];
  const negative = Buffer.from("f27e", "hex");
  const long = Buffer.concat([Buffer.from([1]), Buffer.alloc(20)]);
  test.each<[string, CrlOptions, string]>([
    [
      "a delta CRL",
      { revoked, extensions: [critical("2.5.29.27", der.integer(1))] },
      "is a delta CRL (deltaCRLIndicator)",
    ],
    ["one that isn't marked critical", { extensions: [extension("2.5.29.27", der.integer(1))] }, "is a delta CRL"],
    ["an indirect CRL", { revoked, extensions: [distributionPoint(4)] }, "is an indirect CRL (indirectCRL)"],
    ["an indirect CRL that is for users", { extensions: [distributionPoint(1, 4)] }, "is an indirect CRL"],
    [
      "one by its entries",
      { revoked: [{ serialNumber: 1n, extensions: [critical("2.5.29.29", der.sequence())] }] },
      "is an indirect CRL (certificateIssuer)",
    ],
    ["a CRL of CAs", { revoked, extensions: [distributionPoint(2)] }, "(onlyContainsCACerts)"],
    [
      "a CRL of attribute certificates",
      { revoked, extensions: [distributionPoint(5)] },
      "(onlyContainsAttributeCerts)",
    ],
    ["a critical extension", { revoked, extensions: [critical("1.2.3.4", der.nothing())] }, "(1.2.3.4)"],
    [
      "a critical extension of a long name",
      { revoked, extensions: [critical(`1.2${".3".repeat(400)}`, der.nothing())] },
      `(1.2${".3".repeat(28)}.)`,
    ],
    [
      "a critical extension of an entry",
      { revoked: [{ serialNumber: 1n, extensions: [critical("1.2.3.5", der.nothing())] }] },
      "(1.2.3.5)",
    ],
    ["a negative serial number", { revoked: [{ serialNumber: negative }] }, "negative or longer than 20 octets"],
    ["a serial number of 21 octets", { revoked: [{ serialNumber: long }] }, "negative or longer than 20 octets"],
    ["an empty serial number", { revoked: [{ serialNumber: Buffer.alloc(0) }] }, "negative or longer than 20 octets"],
    ["MD5", { revoked, algorithm: "1.2.840.113549.1.1.4" }, "is signed with MD5 with RSA"],
    ["RSA-PSS", { revoked, algorithm: "1.2.840.113549.1.1.10" }, "is signed with RSA-PSS"],
    ["Ed25519", { revoked, algorithm: "1.3.101.112" }, "is signed with Ed25519"],
    ["an unknown algorithm", { revoked, algorithm: "1.2.3.4.5" }, "an algorithm without a common name (1.2.3.4.5)"],
    ["one of a long name", { algorithm: `1.2${".3".repeat(400)}` }, `a common name (1.2${".3".repeat(28)}.)`],
    ["the algorithm of another key", { revoked, algorithm: "1.2.840.113549.1.1.11" }, "isn't signed by the key"],
    ["another hash than is named", { revoked, algorithm: "1.2.840.10045.4.3.3" }, "isn't signed by the key"],
    ["two algorithms", { revoked, outerAlgorithm: "1.2.840.10045.4.3.3" }, "can't be read as a CRL"],
    ["the name of another CA", { revoked, issuerName: der.sequence() }, "is of a CA that isn't here"],
  ])("%s", (_what, options, why) => {
    const crl = mintCrl(root, options);
    expect(problemsOf(toCrlPem(crl))).toEqual([expect.stringContaining(why)]);
    expect(problemsOf(crl.toString("base64"))).toEqual([expect.stringContaining(why)]);
  });

  test("of a CA that isn't here, with those that are", () => {
    expect(problemsOf(toCrlPem(mintCrl(other)))).toEqual([
      `Entry 1 of 1, a CRL of "CN=Other", is of a CA that isn't here. Those that are here: "CN=Root". Take it out, or give that CA's certificate with the others.`,
    ]);
    expect(problemsOf(toCrlPem(mintCrl(other)), { cas: [] })[0]).toContain("Those that are here: none");
    const two = factsOf(root.pem + oddCertificate().pem);
    expect(problemsOf(toCrlPem(mintCrl(other)), { cas: two })[0]).toMatch(/here: "CN=\w+", "CN=\w+"\. Take it out/);
  });

  test("of another generation of the CA, and of a forger", async () => {
    const next = await createAuthority("Root");
    expect(problemsOf(toCrlPem(mintCrl(next)))[0]).toContain("of another generation of that CA");
  });

  test("of a CA with a key that OpenSSL doesn't know", () => {
    const unknown = der.toPem(
      Buffer.from(
        oddCertificate({ commonName: "Root" }).der.toString("hex").replace("06072a8648ce3d0201", "06072a8648ce3d0209"),
        "hex",
      ),
    );
    expect(problemsOf(toCrlPem(mintCrl(root, { revoked })), { cas: factsOf(unknown) })[0]).toContain(
      "isn't signed by the key",
    );
  });

  test("of a CA that has no key identifier", async () => {
    const plain = await createAuthority("Plain", { keyIdentifiers: false });
    const problems = problemsOf(toCrlPem(mintCrl(plain, { revoked })), { cas: factsOf(plain.pem) });
    expect(problems[0]).toContain("without a subject key identifier");
  });

  test("one bad list among good ones, by its place", () => {
    const good = toCrlPem(mintCrl(root, { revoked }));
    const bad = toCrlPem(mintCrl(other));
    expect(readRevoked([good, good + bad], { cas }, now)).toMatchObject({
      problems: [expect.stringMatching(/^Entry 2 of 2, block 2 of 2, a CRL of "CN=Other", is/)],
    });
  });
});

describe("A damaged CRL is refused", () => {
  const small = () =>
    mintCrl(root, {
      revoked: [{ serialNumber: 0x0a0bn, reason: 1 }],
      extensions: [extension("2.5.29.20", der.integer(7))],
    });

  test("with any byte of it changed", () => {
    const crl = small();
    let count = 0;
    for (let at = 0; at < crl.length; at += 1) {
      for (const change of [0x01, 0x80, 0xff]) {
        const damaged = Buffer.from(crl);
        damaged[at]! ^= change;
        expect([at, change, problemsOf(toCrlPem(damaged)).length]).toEqual([at, change, 1]);
        count += 1;
      }
    }
    expect(count).toBeGreaterThan(600);
  });

  test("cut off at any byte, or with bytes behind its end", () => {
    const crl = small();
    for (let length = 1; length < crl.length; length += 1) problemsOf(toCrlPem(crl.subarray(0, length)));
    expect(problemsOf(toCrlPem(crl.subarray(0, 100)))[0]).toContain(`is cut off: 100 of ${crl.length} bytes are there`);
    for (const tail of ["00", "0500", "3000", crl.toString("hex")])
      problemsOf(toCrlPem(Buffer.concat([crl, Buffer.from(tail, "hex")])));
  });

  test("with a body, armour or encoding that was lost", () => {
    const pem = toCrlPem(small());
    for (const text of [
      pem.replace(/-----END[^]*/, ""),
      pem.replace(/^-----BEGIN.*\n/, ""),
      pem.replace("-----BEGIN", "---BEGIN"),
      pem.replace("END X509 CRL", "END CERTIFICATE"),
      pem.replace("\n", "\n*"),
      pem.replace(/\n.{10}/, "\n"),
      pem.replace(/\n.{11}/, "\n"),
      "-----BEGIN X509 CRL-----\n-----END X509 CRL-----\n",
      small().toString("latin1"),
      small().toString("utf8"),
      small().toString("hex"),
      Buffer.from(pem).toString("base64"),
      pem.toLowerCase(),
    ])
      problemsOf(text);
  });

  const scope = (value: Buffer) => der.explicit(0, der.sequence(critical("2.5.29.28", value)));
  test.each<[string, (tbs: Record<string, Buffer>) => Buffer[]]>([
    ["without anything", () => []],
    ["without an issuer", ({ version, algorithm, date }) => [version!, algorithm!, date!]],
    ["without a date", ({ version, algorithm, issuer }) => [version!, algorithm!, issuer!]],
    ["with a number for a date", ({ algorithm, issuer }) => [algorithm!, issuer!, der.integer(5)]],
    ["with an empty date", ({ algorithm, issuer }) => [algorithm!, issuer!, der.element(0x17)]],
    [
      "with a date in words",
      ({ algorithm, issuer }) => [algorithm!, issuer!, der.element(0x17, Buffer.from("tomorrow at six"))],
    ],
    [
      "with a date of month 13",
      ({ algorithm, issuer }) => [algorithm!, issuer!, der.element(0x17, Buffer.from("261301000000Z"))],
    ],
    [
      "with a date without seconds",
      ({ algorithm, issuer }) => [algorithm!, issuer!, der.element(0x17, Buffer.from("2611010000Z"))],
    ],
    [
      "with a date in a zone",
      ({ algorithm, issuer }) => [algorithm!, issuer!, der.element(0x18, Buffer.from("20261101000000+0100"))],
    ],
    ["with an issuer that is no name", ({ algorithm, date }) => [algorithm!, der.sequence(der.integer(1)), date!]],
    [
      "with an entry that is empty",
      ({ algorithm, issuer, date }) => [algorithm!, issuer!, date!, der.sequence(der.sequence())],
    ],
    [
      "with an entry without a date",
      ({ algorithm, issuer, date }) => [algorithm!, issuer!, date!, der.sequence(der.sequence(der.integer(1)))],
    ],
    [
      "with an entry with too much in it",
      ({ algorithm, issuer, date }) => [
        algorithm!,
        issuer!,
        date!,
        der.sequence(der.sequence(der.integer(1), date!, der.sequence(), der.nothing())),
      ],
    ],
    [
      "with extensions that are none",
      ({ algorithm, issuer, date }) => [algorithm!, issuer!, date!, der.explicit(0, der.integer(1))],
    ],
    [
      "with an extension without a value",
      ({ algorithm, issuer, date }) => [
        algorithm!,
        issuer!,
        date!,
        der.explicit(0, der.sequence(der.sequence(der.oid("2.5.29.20")))),
      ],
    ],
    [
      "with a scope that is none",
      ({ algorithm, issuer, date }) => [
        algorithm!,
        issuer!,
        date!,
        der.explicit(0, der.sequence(extension("2.5.29.28", der.integer(1)))),
      ],
    ],
    ["with something behind its end", ({ algorithm, issuer, date }) => [algorithm!, issuer!, date!, der.nothing()]],
    [
      "with an unknown tag",
      ({ algorithm, issuer, date }) => [algorithm!, issuer!, date!, Buffer.from("1f8001", "hex")],
    ],
    [
      "with a scope whose tag has two octets",
      ({ algorithm, issuer, date }) => [
        algorithm!,
        issuer!,
        date!,
        scope(der.sequence(Buffer.from("9f0201ff", "hex"))),
      ],
    ],
    [
      "with a scope whose length is left open",
      ({ algorithm, issuer, date }) => [
        algorithm!,
        issuer!,
        date!,
        scope(Buffer.from(`3080817e${"00".repeat(126)}`, "hex")),
      ],
    ],
    [
      "with a letter before its date",
      ({ algorithm, issuer }) => [algorithm!, issuer!, der.element(0x18, Buffer.from("x20261101000000Z"))],
    ],
    [
      "with a letter behind its date",
      ({ algorithm, issuer }) => [algorithm!, issuer!, der.element(0x18, Buffer.from("20261101000000Zx"))],
    ],
    [
      "with a length that is left open",
      ({ algorithm, issuer, date }) => [algorithm!, issuer!, date!, Buffer.from("30800000", "hex")],
    ],
    [
      "with a length of five octets",
      ({ algorithm, issuer, date }) => [algorithm!, issuer!, date!, Buffer.from("308500000000010500", "hex")],
    ],
  ])("%s, whoever signed it", (_what, tbs) => {
    const algorithm = der.sequence(der.oid("1.2.840.10045.4.3.2"));
    const issuer = Buffer.from(root.certificate.subjectName.toArrayBuffer());
    const parts = tbs({ version: der.integer(1), algorithm, issuer, date: der.time(now) });
    const crl = der.sequence(der.sequence(...parts), algorithm, der.bits(Buffer.alloc(8)));
    expect(problemsOf(toCrlPem(crl)).join()).toMatch(/can't be read/);
  });

  test("nested without an end", () => {
    let nested = der.sequence(der.integer(1));
    for (let depth = 0; depth < 5000; depth += 1) nested = der.sequence(nested);
    problemsOf(toCrlPem(nested));
    const name = der.sequence(der.integer(1), der.sequence(der.oid("1.2.840.10045.4.3.2")), nested);
    problemsOf(toCrlPem(der.sequence(name, der.sequence(der.oid("1.2.840.10045.4.3.2")), der.bits(Buffer.alloc(8)))));
  });
});

test("The bad entries of this file are many (their number is printed)", () => {
  process.stdout.write(`bad entries of revoked: ${seen.size}\n`);
  expect(seen.size).toBeGreaterThan(1000);
});
