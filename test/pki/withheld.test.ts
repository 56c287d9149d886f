// Its loading is late, but not so late that it happens inside of a test: mutants of its tables would count for that alone.
import "../../src/pki/ca-bundle";
import { isPlain, reasonsOfWithheld, withholdKeys } from "../../src/pki/withheld";
import { createAuthority } from "../support/authority";
import type { Authority } from "../support/authority";
import { toDer, toPem } from "../support/der";
import { repeated } from "../support/key-traces";
import { oddCertificate, otherKeyTexts, privateKeys } from "../support/odd-certificates";

/* What the program hands over of `certificates`: the engine logs it before anybody can refuse it. */

let A: Authority;
beforeAll(async () => {
  A = await createAuthority("A");
});

test.each([
  ...privateKeys().map(({ kind, pem }, index) => ({ index, kind, text: pem })),
  ...otherKeyTexts().map(({ kind, text }, index) => ({ index: index + 100, kind, text })),
])("a private key never leaves the program, in whatever company: $kind ($index)", ({ text }) => {
  const forms = [
    text,
    A.pem + text,
    text + A.pem,
    text.replaceAll("\n", "\\n"),
    `\ufeff${text.replaceAll("\n", "\r\n")}`,
  ];
  if (text.startsWith("-----BEGIN") && !/Proc-Type|BEGIN (?:PGP|OpenVPN)/.test(text)) {
    const der = toDer(text);
    forms.push(toPem(der), A.pem + toPem(der), toPem(Buffer.concat([toDer(A.pem), der])));
    forms.push(der.toString("hex"), der.toString("base64"), Buffer.from(text).toString("base64"));
  }
  for (const form of forms) {
    const sent = withholdKeys(form);
    expect(reasonsOfWithheld(sent)?.[0]).toContain("a private key (");
    expect(repeated(form.replaceAll(A.pem, ""), String(sent))).toEqual([]);
  }
});

test("everything else leaves it as it is, and what is no text leaves it as nothing", () => {
  const comments = `Bag Attributes\n    friendlyName: A\n${A.pem}`;
  for (const text of [A.pem, A.pem + A.pem, comments, "", "no certificate", "withheld: this", "withheld:{"]) {
    expect(withholdKeys(text)).toBe(text);
    expect(reasonsOfWithheld(text)).toBeUndefined();
  }
  expect(withholdKeys(undefined)).toBeUndefined();
  expect(withholdKeys(null)).toBeNull();
  expect(withholdKeys(Buffer.from(A.pem))).toBe(false);
});

test.each<[string, (pem: string) => string]>([
  ["one", (pem) => pem],
  ["two with lines between", (pem) => `\n${pem}\n\r\n${pem}`],
  ["line ends written out", (pem) => pem.replaceAll("\n", "\\n")],
])("in nothing but certificates no key is looked for: %s", (_what, spell) => {
  expect(isPlain(spell(A.pem))).toBe(true);
});

test.each<[string, (pem: string) => string]>([
  ["a comment beside them", (pem) => `# ours\n${pem}`],
  ["another label", (pem) => pem.replaceAll("CERTIFICATE", "X509 CERTIFICATE")],
  ["another block among them", (pem) => pem + toPem(toDer(pem), "PUBLIC KEY") + pem],
  ["a body that is lost", (pem) => pem.replace(/\n./, "\n")],
  ["a byte too few", (pem) => toPem(toDer(pem).subarray(0, -1))],
  ["bytes behind the end of one", (pem) => toPem(Buffer.concat([toDer(pem), Buffer.from("more")]))],
  [
    "something of that length that is no certificate",
    () => toPem(Buffer.concat([Buffer.from("30820101", "hex"), Buffer.alloc(257)])),
  ],
])("but with %s it is", (_what, spell) => {
  expect(isPlain(spell(A.pem))).toBe(false);
});

test("what wasn't withheld has no reasons, whatever it is", () => {
  for (const value of [false, null, undefined, 5, 'withhold:["x"]']) expect(reasonsOfWithheld(value)).toBeUndefined();
});

test("a certificate that is labelled as a key is taken for one", () => {
  const [reason] = reasonsOfWithheld(withholdKeys(toPem(toDer(A.pem), "PRIVATE KEY"))) ?? [];
  expect(reason).toContain("a private key (PKCS#8)");
});

test("beside a key nothing is said of dates: the program doesn't know what is allowed", () => {
  const expired = oddCertificate({ notBefore: new Date(0), notAfter: new Date(1e9) }).pem;
  expect(reasonsOfWithheld(withholdKeys(expired + privateKeys()[0]!.pem))).toEqual([
    expect.stringContaining("a private key (PKCS#8)"),
  ]);
});
