import { X509Certificate } from "node:crypto";
import { readClientIssuer } from "../../src/pki/client-certificate";
import { createAuthority, type Authority } from "../support/authority";
import { toCrlPem, mintCrl } from "../support/crl";
import { element, sequence, toDer, toPem } from "../support/der";
import { repeated } from "../support/key-traces";
import { extension, foreignDer, oddCertificate, otherKeyTexts, privateKeys } from "../support/odd-certificates";

let ca: Authority;
let leaf: { certificate: string; key: string };

beforeAll(async () => {
  ca = await createAuthority("CN=Managed CA 0123456789abcdef0123456789abcdef, O=Example");
  leaf = await ca.issue("client");
});

function problemsOf(text: unknown): string[] {
  const result = readClientIssuer(text);
  if (!("problems" in result)) throw new Error(`Accepted: ${JSON.stringify(result)}`);
  expect(result.problems.length).toBeGreaterThan(0);
  for (const problem of result.problems)
    expect(problem).toMatch(/Give one client certificate|treat the key as exposed/);
  return result.problems;
}

describe("Of a client certificate the issuer's SKI is read", () => {
  test.each<[string, (pem: string) => string]>([
    ["as it is", (pem) => pem],
    ["with CRLF", (pem) => pem.replaceAll("\n", "\r\n")],
    ["with line ends written out", (pem) => pem.replaceAll("\n", "\\n")],
    ["below what openssl prints", (pem) => `subject=CN=client\nissuer=CN=Managed\n${pem}`],
  ])("%s", (_what, spelled) => {
    expect(readClientIssuer(spelled(leaf.certificate))).toEqual({
      clientIssuer: { issuerSki: ca.ski, issuer: "CN=Managed CA 0123456789abcdef0123456789abcdef, O=Example" },
    });
  });

  test("expired or not: the issuer is the same", async () => {
    const old = await ca.issue("old", { notBefore: new Date(0), notAfter: new Date(86_400_000) });
    expect(new X509Certificate(old.certificate).validTo).toMatch(/1970/);
    expect(readClientIssuer(old.certificate)).toMatchObject({ clientIssuer: { issuerSki: ca.ski } });
  });
});

describe("What is no client certificate is refused", () => {
  test.each([undefined, null, 5, {}, [], Buffer.from("x"), "", "  \n"])("%j", (value) => {
    expect(problemsOf(value)[0]).toContain("is not a text, or empty");
  });

  test("a CA, two of them, none, and one without the identifier", async () => {
    expect(problemsOf(ca.pem)[0]).toContain("is a CA");
    expect(problemsOf(leaf.certificate + ca.pem)[0]).toContain("has 2 blocks");
    expect(problemsOf("CN=client")[0]).toContain("holds no certificate");
    const plain = await createAuthority("Plain", { keyIdentifiers: false });
    const bare = await plain.issue("bare", { keyIdentifiers: false });
    expect(problemsOf(bare.certificate)[0]).toContain("has no authority key identifier");
    const bySerial = extension("2.5.29.35", sequence(element(0x82, Buffer.from([1]))));
    expect(problemsOf(oddCertificate({ ca: false, extra: [bySerial] }).pem)[0]).toContain("has no authority key");
  });

  test("damaged, cut off, or something else", () => {
    const bytes = toDer(leaf.certificate);
    const foreign = Object.entries(foreignDer(bytes)).flatMap(([kind, der]) => [
      toPem(der),
      toPem(der, kind.toUpperCase()),
    ]);
    for (const text of [...foreign, bytes.toString("base64"), bytes.toString("latin1")]) problemsOf(text);
    const unreadable = "The block can't be read: it is damaged, cut off, or has something behind its end.";
    const { CSR } = foreignDer(bytes);
    for (const [text, problem] of [
      [leaf.certificate.slice(0, -40), "The block has a BEGIN line but no END line, so the text is cut off."],
      [leaf.certificate.replace("\n", "\n!"), "The block has characters in its body that base64 doesn't have."],
      [leaf.certificate.replace("\n", "\n="), "The block has characters in its body that base64 doesn't have."],
      [toPem(bytes.subarray(0, 90)), unreadable],
      [toPem(Buffer.concat([bytes, Buffer.alloc(2)])), unreadable],
      [toPem(Buffer.from("nonsense")), unreadable],
      [toCrlPem(mintCrl(ca)), unreadable],
      [toPem(CSR), "The block is a certificate signing request (CSR)."],
      [toPem(CSR, "X509 CRL"), "The block is a certificate signing request (CSR)."],
      [toPem(bytes, "CERTIFICATE REQUEST"), "The block is a certificate signing request (CSR)."],
    ] as const)
      expect(problemsOf(text)).toEqual([`${problem} Give one client certificate in PEM, as its CA issued it.`]);
    for (let at = 0; at < bytes.length; at += 7) {
      const damaged = Buffer.from(bytes);
      damaged[at]! ^= 0xff;
      expect(() => readClientIssuer(toPem(damaged))).not.toThrow();
    }
  });

  test("a private key, first and without a byte of it", () => {
    for (const { pem } of [{ pem: leaf.key }, ...privateKeys()]) {
      for (const text of [pem, leaf.certificate + pem, pem + leaf.certificate]) {
        const problems = problemsOf(text);
        expect(readClientIssuer(text)).toMatchObject({ exposed: true });
        expect(problems[0]).toContain("The text holds a private key (");
        expect(repeated(pem, problems.join("\n"))).toEqual([]);
      }
    }
    expect(problemsOf(leaf.key + leaf.key)).toHaveLength(1);
    for (const form of ["hex", "latin1"] as const)
      expect(problemsOf(toDer(leaf.key).toString(form))[0]).toContain("a private key (");
    for (const { text } of otherKeyTexts()) expect(problemsOf(leaf.certificate + text)[0]).toContain("a private key (");
  });
});
