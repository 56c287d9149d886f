import { readCaBundle } from "../../src/pki/ca-bundle";
import { createAuthority, type Authority } from "../support/authority";
import { toDer, toPem } from "../support/der";
import { repeated } from "../support/key-traces";
import {
  basicConstraints,
  extension,
  foreignDer,
  oddCertificate,
  otherKeyTexts,
  privateKeys,
  signatureNames,
} from "../support/odd-certificates";

const now = new Date();
const day = 86_400_000;
const life = { notBefore: new Date(+now - day), notAfter: new Date(+now + 900 * day) };
const EXPOSED = /if the text was ever committed, logged or shared, treat the key as exposed and replace it\.$/;

let root: Authority;
let issuing: Authority;
let leaf: { certificate: string; key: string };
/** Every bad text that a test gave, so that the count below counts distinct ones. */
const seen = new Set<string>();

beforeAll(async () => {
  root = await createAuthority("Root");
  issuing = await root.intermediate("Issuing");
  leaf = await issuing.issue("client");
});

function problemsOf(text: string, options: Partial<Parameters<typeof readCaBundle>[1]> = {}): string[] {
  seen.add(text);
  const result = readCaBundle(text, { now, ...options });
  if (!("problems" in result)) throw new Error(`Accepted, with warnings ${JSON.stringify(result.bundle.warnings)}`);
  return result.problems;
}

/** Every way in which a block comes along. */
function spellings(pem: string): Record<string, string> {
  return {
    alone: pem,
    "before the CA": pem + root.pem,
    "after the CA": `${root.pem}\n${pem}`,
    "between CAs": `${root.pem}\n${pem}\n${issuing.pem}`,
    "with CRLF": pem.replaceAll("\n", "\r\n"),
    "with a BOM": `\ufeff${pem}`,
    "on one line": pem.replaceAll("\n", " "),
    "with line ends written out": pem.replaceAll("\n", "\\n"),
    "as a JSON string": JSON.stringify(pem),
    "in UTF-16 read as UTF-8": Buffer.from(pem, "utf16le").toString(),
    indented: pem.replace(/^/gm, "    "),
    "without its END line": pem.replace(/-----END[^]*/, ""),
    "without its BEGIN line": pem.replace(/^-----BEGIN.*\n/, ""),
    "in small letters": pem.replace(/-----(.*)-----/g, (line) => line.toLowerCase()),
    "with typographic dashes": pem.replaceAll("-----", "—"),
    "with four dashes and a space": pem.replace(/-----(.*)-----/g, "---- $1 ----"),
    "with a comment in its body": pem.replace("\n", "\nHello: there, world\n"),
  };
}

describe("A private key is refused by name and not a byte of it is repeated", () => {
  test.each(privateKeys().map((key, index) => ({ ...key, index })))("PEM $index: $kind", ({ kind, pem }) => {
    for (const [spelling, text] of Object.entries(spellings(pem))) {
      const reasons = problemsOf(text);
      const encrypted = kind.endsWith("traditional") && pem.includes("Proc-Type");
      expect([spelling, reasons[0]]).toEqual([spelling, expect.stringContaining("a private key (")]);
      if (!encrypted) expect(reasons[0]).toContain(`a private key (${kind})`);
      expect(reasons[0]).toMatch(EXPOSED);
      expect(repeated(pem, reasons.join("\n"))).toEqual([]);
    }
  });

  test.each(
    privateKeys()
      .filter(({ pem }) => !/Proc-Type|BEGIN (?:PGP|OpenVPN)/.test(pem))
      .map((key, index) => ({ ...key, index })),
  )("without armour $index: $kind", ({ pem }) => {
    const der = toDer(pem);
    const base64 = pem.replace(/-----.*-----\n/g, "");
    const forms = {
      "base64 alone": base64,
      "base64 on one line": base64.replaceAll("\n", ""),
      "base64 under a word": `key: ${base64}`,
      "base64 after the CA": root.pem + base64,
      "base64 before the CA": base64 + root.pem,
      hexadecimal: der.toString("hex"),
      "hexadecimal with colons": der.toString("hex").replace(/..(?=.)/g, "$&:"),
      binary: der.toString("latin1"),
      "labelled as a certificate": toPem(der),
      "labelled as a certificate, beside the CA": root.pem + toPem(der),
      "labelled as a certificate, without END": toPem(der).replace(/-----END[^]*/, ""),
      "behind a certificate in one block": toPem(Buffer.concat([toDer(root.pem), der])),
      "a PEM text in base64": Buffer.from(pem).toString("base64"),
      "a PEM text with the CA in base64": Buffer.from(root.pem + pem).toString("base64"),
      "a PEM text in base64 beside the CA": `${root.pem}key: ${Buffer.from(pem).toString("base64")}`,
      "in JSON": JSON.stringify({ certificates: root.pem, private_key: pem }),
      "in a text that is too long": "x".repeat(300_000) + pem,
    };
    for (const [form, text] of Object.entries(forms)) {
      const reasons = problemsOf(text);
      expect([form, reasons[0]]).toEqual([form, expect.stringContaining("a private key (")]);
      expect(reasons[0]).toMatch(EXPOSED);
      expect(repeated(pem, reasons.join("\n"))).toEqual([]);
    }
  });

  test("binary that was read as UTF-8 is recognised although it is damaged", () => {
    for (const { pem } of privateKeys().filter(({ pem }) => /-BEGIN (ENCRYPTED )?PRIVATE KEY/.test(pem))) {
      expect(problemsOf(toDer(pem).toString())[0]).toContain("a private key (");
    }
  });

  test.each(otherKeyTexts())("$kind", ({ kind, text }) => {
    for (const given of [text, `${root.pem}\n${text}`, text.replaceAll("\n", "\r\n")]) {
      const reasons = problemsOf(given);
      expect(reasons[0]).toContain(`a private key (${kind})`);
      expect(reasons[0]).toMatch(EXPOSED);
      for (const value of text.match(/[\w+/-]{40,}/g) ?? []) expect(repeated(value, reasons.join("\n"))).toEqual([]);
    }
  });

  test("a key in a block that ends as something else", () => {
    const { pem } = privateKeys()[0]!;
    const reasons = problemsOf(pem.replace("END PRIVATE KEY", "END CERTIFICATE"));
    expect(reasons).toEqual([expect.stringContaining("a private key (PKCS#8)")]);
    expect(problemsOf(pem.replace("BEGIN PRIVATE KEY", "BEGIN CERTIFICATE"))).toEqual(reasons);
  });

  test("the pieces of a key whose first line is lost are refused, too", () => {
    const pieces = leaf.key.split("\n").slice(2, -2).join("\n");
    const long = privateKeys()[0]!.pem.split("\n").slice(3, -2).join("\n");
    expect(problemsOf(root.pem + long)).toEqual([expect.stringContaining("base64 that belongs to no block")]);
    expect(repeated(long, problemsOf(root.pem + long).join("\n"))).toEqual([]);
    expect(problemsOf(`${root.pem}${pieces}`)).toHaveLength(1);
  });
});

describe("A message says where it is, what it is, why it can't work and what to do", () => {
  const GIVE = "Give the PEM text of the CA certificate that directly issues the client certificates.";
  const OWNER =
    "only certificates are uploaded, and a key must not leave its owner. Take it out of the text; if the text was ever committed, logged or shared, treat the key as exposed and replace it.";
  const key = () => privateKeys()[0]!.pem;

  test.each<[string, () => string, string[]]>([
    ["a key", key, [`Block 1 of 1 is a private key (PKCS#8): ${OWNER}`]],
    [
      "a key under a certificate's label",
      () => toPem(toDer(key())),
      [`Block 1 of 1 is labelled as a certificate, but holds a private key (PKCS#8): ${OWNER}`],
    ],
    [
      "a key behind a certificate",
      () => toPem(Buffer.concat([toDer(root.pem), toDer(key())])),
      [`Block 1 of 1 holds, behind its certificate, a private key (DER): ${OWNER}`],
    ],
    [
      "a key in a block that is cut off",
      () => toPem(toDer(key())).replace(/-----END[^]*/, ""),
      [
        `Block 1 of 1 holds a private key (PKCS#8), in base64 without its BEGIN and END lines: ${OWNER}`,
        "Block 1 of 1 has a BEGIN line but no END line, so the text is cut off. Copy the certificate again, from its BEGIN to its END line.",
      ],
    ],
    [
      "bytes behind a certificate",
      () => toPem(Buffer.concat([toDer(root.pem), Buffer.from("more")])),
      ['Block 1 of 1, "CN=Root", has 4 bytes behind its end. Write it anew: openssl x509 -in ca.pem -out clean.pem'],
    ],
    [
      "a file's name",
      () => "ca.pem",
      [
        'The text is a file\'s name: Cloudflare takes the PEM text of certificates. Give what it holds: readFileSync(path, "utf8").',
      ],
    ],
    [
      "a stray value",
      () => "null",
      [`The text is a stray value of the program: Cloudflare takes the PEM text of certificates. ${GIVE}`],
    ],
  ])("%s", (_what, text, sentences) => {
    expect(problemsOf(text())).toEqual(sentences);
  });
});

describe("What is no certificate is refused by its name, with a remedy", () => {
  const foreign = {
    "PKCS#7": ["PKCS7", /a PKCS#7 bundle.*openssl pkcs7 .*-print_certs/],
    "PKCS#12": ["PKCS12", /a PKCS#12 \(PFX\) file.*private key.*openssl pkcs12 .*-nokeys/],
    CSR: ["CERTIFICATE REQUEST", /a certificate signing request \(CSR\).*Give the PEM text of the CA/],
    CRL: ["X509 CRL", /a certificate revocation list \(CRL\).*Revoked leaves are blocked by the rule/],
    "public key": ["PUBLIC KEY", /a public key.*Give the PEM text of the CA/],
    "PKCS#1 public key": ["RSA PUBLIC KEY", /a public key.*Give the PEM text of the CA/],
  } as const;

  test.each(Object.keys(foreign) as (keyof typeof foreign)[])("%s", (name) => {
    const [label, words] = foreign[name];
    const der = foreignDer(toDer(root.pem))[name];
    for (const text of Object.values(spellings(toPem(der, label)))) {
      expect(problemsOf(text)).toContainEqual(expect.stringMatching(words));
    }
    const base64 = toPem(der).replace(/-----.*-----\n/g, "");
    const forms = [
      toPem(der),
      root.pem + toPem(der),
      base64,
      root.pem + base64,
      der.toString("hex"),
      der.toString("latin1"),
      der.toString(),
    ];
    for (const text of forms) expect(problemsOf(text)).toContainEqual(expect.stringMatching(words));
  });

  test.each([
    ["NEW CERTIFICATE REQUEST", /\(CSR\)/],
    ["PKCS #7 SIGNED DATA", /PKCS#7/],
    ["CMS", /PKCS#7/],
    ["PFX", /PKCS#12/],
    ["EC PARAMETERS", /key parameters.*key if one follows/],
    ["DH PARAMETERS", /key parameters/],
    ["SSH2 PUBLIC KEY", /an SSH public key/],
    ["PGP PUBLIC KEY BLOCK", /OpenPGP data/],
    ["PGP MESSAGE", /OpenPGP data/],
    ["ATTRIBUTE CERTIFICATE", /not a certificate/],
    ["CERTIFICATE PAIR", /not a certificate/],
    ["FOO", /not a certificate/],
  ])("a block labelled %s", (label, words) => {
    for (const text of Object.values(spellings(toPem(Buffer.from("some content or other"), label))).slice(0, 11)) {
      expect(problemsOf(text)).toContainEqual(expect.stringMatching(words));
    }
  });

  test("a certificate in DER, binary or base64 or hexadecimal, with the command that converts it", () => {
    for (const { pem } of [root, issuing]) {
      const der = toDer(pem);
      const base64 = pem.replace(/-----.*-----\n?/g, "");
      for (const binary of [der.toString("latin1"), der.toString()]) {
        expect(problemsOf(binary)).toEqual([expect.stringMatching(/a certificate, in DER.*openssl x509 -inform DER/)]);
      }
      for (const text of [base64, base64.replaceAll("\n", ""), ` ${base64}`, `ca: ${base64}`, root.pem + base64]) {
        expect(problemsOf(text)).toEqual([
          expect.stringMatching(/a certificate, in base64 without .*openssl base64 -d/),
        ]);
      }
      expect(problemsOf(der.toString("hex"))).toEqual([expect.stringMatching(/in hexadecimal.*xxd -r -p/)]);
      expect(problemsOf(Buffer.from(pem).toString("base64"))).toEqual([
        expect.stringMatching(/PEM text in base64.*Decode it/),
      ]);
    }
  });

  test.each<[string, RegExp]>([
    ["", /empty/],
    [" \n\t\r\n ", /empty/],
    ["\ufeff", /empty/],
    ["./ca.pem", /a file's name.*readFileSync/],
    ["../certs/ca.crt", /a file's name.*readFileSync/],
    ["ca.pem", /a file's name.*readFileSync/],
    ["C:\\new\\rca.pem", /a file's name.*readFileSync/],
    ["/etc/ssl/ca", /a file path.*readFileSync/],
    ["~/ca", /a file path.*readFileSync/],
    ["D:\\certs\\ca", /a file path.*readFileSync/],
    ["client.key", /a file's name.*readFileSync/],
    ["https://pki.example.com/ca.pem", /a URL.*Fetch it/],
    ["s3://bucket/ca", /a URL.*Fetch it/],
    ["file:///etc/ca.pem", /a URL/],
    ["data:application/x-pem-file;base64,LS0t", /a URL/],
    ["arn:aws:secretsmanager:eu-west-1:1:secret:ca", /a reference.*Resolve it/],
    ["vault:pki/ca", /a reference.*Resolve it/],
    ["${CA_PEM}", /a placeholder/],
    ["$CA_PEM", /a placeholder/],
    ["{{ ca }}", /a placeholder/],
    ["<paste the certificate here>", /a placeholder/],
    ["%CA_PEM%", /a placeholder/],
    ["undefined", /a stray value/],
    ["null", /a stray value/],
    ["[object Object]", /a stray value/],
    ["12345", /a stray value/],
    ["[secret]", /a mask/],
    ["***", /a mask/],
    ["<!DOCTYPE html><html><body>404</body></html>", /an HTML or XML page/],
    ["Certificate:\n    Data:\n        Version: 3 (0x2)\n", /a readable dump.*openssl x509/],
    [Array.from({ length: 32 }, () => "A5").join(":"), /a fingerprint/],
    [`SHA1 Fingerprint=${Array.from({ length: 20 }, () => "A5").join(":")}`, /a fingerprint/],
    ["a5".repeat(32), /a fingerprint/],
    ["2458ce5a-0c35-4c7f-82c7-8e9487d3ff60", /an id/],
    ["2458ce5a0c354c7f82c78e9487d3ff60", /an id/],
    ["CN=Root, O=Acme", /the name of a certificate/],
    ['{"certificates": "none"}', /JSON.*Parse it/],
    ['["a"]', /JSON.*Parse it/],
    ["[{}]", /JSON.*Parse it/],
    ["Calling [toString] on an [Output<T>] is not supported.", /a Pulumi Output.*pulumi\.interpolate/],
    [`ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${"x".repeat(43)} me@host`, /an SSH public key/],
    [`ssh-rsa AAAAB3NzaC1yc2E${"x".repeat(300)}`, /an SSH public key/],
    [`ecdsa-sha2-nistp256 AAAAE2VjZHNh${"x".repeat(90)}`, /an SSH public key/],
    [`/u3+7QAAAAIAAAABAAAAAQ${"A".repeat(40)}`, /a Java key store.*keytool -exportcert/],
    ["hello", /no "-----BEGIN CERTIFICATE-----" line/],
    ["\0", /no "-----BEGIN CERTIFICATE-----" line/],
    ["\ud800", /no "-----BEGIN CERTIFICATE-----" line/],
    ["-----", /no "-----BEGIN CERTIFICATE-----" line/],
    ["ca.pem\n", /a file's name/],
    [Buffer.from("ca.pem\n", "utf16le").toString(), /a file's name/],
    ['"ca.pem"', /a file's name/],
    ["'/etc/ssl/ca'", /a file path/],
    ['"$CA_PEM" is not set', /no "-----BEGIN CERTIFICATE-----" line/],
    ['cat "ca.pem"', /no "-----BEGIN CERTIFICATE-----" line/],
  ])("the text %j", (text, words) => {
    expect(problemsOf(text)).toEqual([expect.stringMatching(words)]);
  });

  test("a URL is one up to a thousand characters", () => {
    expect(problemsOf("https://a.example/".padEnd(1000, "x"))).toEqual([expect.stringMatching(/a URL/)]);
    expect(problemsOf("https://a.example/".padEnd(1001, "x"))).toEqual([expect.stringMatching(/no "-----BEGIN/)]);
  });

  test("what stands beside a binary certificate is named if it is a key", () => {
    const binary = toDer(root.pem).toString("latin1");
    const certificate = expect.stringMatching(/a certificate, in DER/) as string;
    expect(problemsOf(`${binary}\nssh-rsa AAAAB3NzaC1yc2E=\n`)).toEqual([certificate]);
    const reasons = problemsOf(`${binary}\nAGE-SECRET-KEY-1${"Q".repeat(58)}\n`);
    expect(reasons).toEqual([expect.stringContaining("a private key (age)"), certificate]);
  });

  test("a PEM text in base64 is recognised by its first line or by all of them, however short", () => {
    const base64 = Buffer.from(root.pem.padEnd(Math.ceil(root.pem.length / 3) * 3, "\n")).toString("base64");
    for (const text of [base64, base64.replace(/.{10}/g, "$&\n"), Buffer.from(`${root.pem} `).toString("base64")])
      expect(problemsOf(text)).toEqual([
        'The text is PEM text in base64: Cloudflare takes the PEM text itself. Decode it first: Buffer.from(text, "base64").toString().',
      ]);
    const key = Buffer.from(leaf.key).toString("base64").replace(/.{10}/g, "$&\n");
    expect(problemsOf(key)).toEqual([expect.stringContaining("The text is a private key (PEM text in base64): ")]);
  });

  test("an SSH key on a line of its own is found, however the lines came", () => {
    const ssh = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${"x".repeat(43)}`;
    const found =
      "Outside of its blocks the text has an SSH public key: SSH keys are not X.509, and TLS can't verify clients against one.";
    for (const text of [`# ours\\n${ssh}\\n${root.pem}`, `# ours ${root.pem.trim()}${ssh}`])
      expect(problemsOf(text)).toEqual([expect.stringContaining(found)]);
  });

  test("values that are no text", () => {
    for (const value of [undefined, null, 5, {}, [root.pem], Buffer.from(root.pem)]) {
      const result = readCaBundle(value as string, { now });
      expect(result).toMatchObject({ problems: [expect.stringContaining("not a text") as string] });
    }
  });

  test("JSON around a certificate", () => {
    const answer = JSON.stringify({ result: { certificates: root.pem } });
    expect(problemsOf(answer)).toEqual([expect.stringMatching(/JSON.*give the PEM text that is in it/)]);
  });

  test("several wrong things are all listed, keys first", () => {
    const parts = foreignDer(toDer(root.pem));
    const text = [
      toPem(parts.CSR, "CERTIFICATE REQUEST"),
      "ssh-rsa AAAAB3NzaC1yc2E=",
      leaf.certificate,
      leaf.key,
      toPem(parts.CRL, "X509 CRL"),
    ];
    const reasons = problemsOf(text.join("\n"));
    expect(reasons[0]).toMatch(/^Block 3 of 4 is a private key/);
    expect(reasons.slice(1).sort()).toEqual([
      expect.stringMatching(/^Block 1 of 4 is a certificate signing request/),
      expect.stringMatching(/^Block 2 of 4, "CN=client", is a leaf/),
      expect.stringMatching(/^Block 4 of 4 is a certificate revocation list/),
      expect.stringMatching(/SSH public key/),
    ]);
  });

  test("a flood of problems is cut, and says so", () => {
    const reasons = problemsOf(toPem(Buffer.from("nonsense")).repeat(100));
    expect(reasons).toHaveLength(31);
    expect(reasons.at(-1)).toBe("70 more problems are not listed.");
  });
});

describe("A damaged certificate is refused", () => {
  test("wherever its text is cut off", () => {
    const end = root.pem.indexOf("-----END");
    for (let length = 30; length < end; length += 7) {
      expect(problemsOf(root.pem.slice(0, length))).toEqual([
        expect.stringMatching(/no END line.*Copy the certificate again/),
      ]);
    }
  });

  test("wherever its body is cut off", () => {
    const der = toDer(root.pem);
    for (let length = 3; length < der.length; length += 9) {
      const reason = expect.stringMatching(/cut off: \d+ of \d+ bytes.*Copy|can't be read as an X\.509/) as string;
      expect(problemsOf(toPem(der.subarray(0, length)))).toEqual([reason]);
    }
  });

  test("with one that lacks its END line beside it, each said once", () => {
    const cut = issuing.pem.replace(/-----END[^]*/, "");
    for (const [text, number] of [
      [cut + root.pem, 1],
      [root.pem + cut, 2],
    ] as const)
      expect(problemsOf(text)).toEqual([
        `Block ${number} of 2 has a BEGIN line but no END line, so the text is cut off. Copy the certificate again, from its BEGIN to its END line.`,
      ]);
  });

  test.each<[string, (pem: string) => string, RegExp]>([
    ["an equals sign inside of its body", (pem) => pem.replace("\nM", "\n=M"), /characters .* base64 doesn't have/],
    ["a damaged BEGIN line alone", (pem) => pem.replace("-----BEGIN", "---BEGIN"), /damaged BEGIN or END line/],
    ["a damaged END line alone", (pem) => pem.replace("-----END", "---END"), /damaged BEGIN or END line/],
    ["a character that base64 lacks", (pem) => pem.replace("\nM", "\n!"), /characters .* base64 doesn't have/],
    ["base64url", (pem) => pem.replace("\nM", "\n_-"), /characters .* base64 doesn't have/],
    ["a lost character", (pem) => pem.replace("\nM", "\n"), /has lost characters/],
    ["an empty body", () => "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", /has nothing between/],
    ["no BEGIN line", (pem) => pem.replace(/^.*\n/, ""), /END line but no BEGIN/],
    ["another END line", (pem) => pem.replace("END C", "END X509 C"), /END line of another kind/],
    ["two BEGIN lines", (pem) => pem.replace(/^.*\n/, "$&$&"), /no END line/],
    ["four dashes", (pem) => pem.replaceAll("-----", "----"), /damaged BEGIN or END line/],
    ["typographic dashes", (pem) => pem.replaceAll("-----", "–––––"), /damaged BEGIN or END line/],
    ["small letters", (pem) => pem.replaceAll("CERTIFICATE", "certificate"), /damaged BEGIN or END line/],
    [
      "bytes behind its end",
      (pem) => toPem(Buffer.concat([toDer(pem), Buffer.from("more")])),
      /4 bytes behind its end.*openssl x509/,
    ],
    [
      "another certificate behind its end",
      (pem) => toPem(Buffer.concat([toDer(pem), toDer(pem)])),
      /bytes behind its end/,
    ],
    ["text instead of DER", () => toPem(Buffer.from("This is a certificate, honestly")), /can't be read/],
    ["an indefinite length", () => toPem(Buffer.from("30800000", "hex")), /can't be read/],
    ["a length beyond measure", () => toPem(Buffer.from("3084ffffffff00", "hex")), /cut off/],
    ["deep nesting", () => toPem(Buffer.from("3080".repeat(9000), "hex")), /can't be read/],
  ])("with %s", (_name, damage, words) => {
    expect(problemsOf(damage(root.pem))).toContainEqual(expect.stringMatching(words));
    expect(problemsOf(damage(issuing.pem) + root.pem)).toContainEqual(expect.stringMatching(words));
  });

  test("that carries the PEM text of another one, which node:crypto would read instead", () => {
    for (const ca of [false, true]) {
      const smuggler = oddCertificate({ ca, extra: [extension("1.2.3.4", Buffer.from(`\n\n${root.pem}\n\n`))] });
      expect(problemsOf(smuggler.pem)).toEqual([expect.stringContaining("can't be read as an X.509 certificate")]);
    }
  });
});

describe("A certificate that Cloudflare would refuse, or that can't work, is refused", () => {
  test("a leaf, with the name of its issuer", () => {
    expect(problemsOf(leaf.certificate)).toEqual([
      'Block 1 of 1, "CN=client", is a leaf (its basicConstraints say CA:FALSE): Cloudflare refuses it, and no client certificate can chain to it. Give the certificate of its issuer instead: "CN=Issuing".',
    ]);
  });

  test("a leaf inside of a chain, by its place, with the block that issued it", () => {
    const chains = [
      [leaf.certificate, issuing.pem, root.pem],
      [issuing.pem, leaf.certificate, root.pem],
      [root.pem, issuing.pem, leaf.certificate],
    ];
    for (const chain of chains) {
      const [own, issuer] = [chain.indexOf(leaf.certificate) + 1, chain.indexOf(issuing.pem) + 1];
      expect(problemsOf(chain.join(""))).toEqual([
        `Block ${own} of 3, "CN=client", is a leaf (its basicConstraints say CA:FALSE): Cloudflare refuses it, and no client certificate can chain to it. Take it out: its issuer is here already, as block ${issuer} of 3, "CN=Issuing".`,
      ]);
    }
  });

  test.each([
    [
      "CA:FALSE",
      { ca: false } as const,
      /is not a CA \(its basicConstraints say CA:FALSE\).*basicConstraints = critical, CA:TRUE/,
    ],
    ["no basicConstraints", { ca: "absent" } as const, /is not a CA \(it has no basicConstraints/],
    [
      "version 1",
      { version: 1 } as const,
      /is not a CA \(it has no basicConstraints extension, as in X\.509 version 1\)/,
    ],
    ["keyUsage without keyCertSign", { keyUsage: 0x80 }, /keyUsage lacks keyCertSign.*Re-issue it/],
    ["an empty keyUsage", { keyUsage: 0 }, /keyUsage lacks keyCertSign/],
    ["two basicConstraints", { ca: false, extra: [basicConstraints(true)] } as const, /CA|malformed|can't be read/],
    [
      "two basicConstraints, the good one first",
      { extra: [basicConstraints(false)] },
      /doubled or malformed|can't be read/,
    ],
    [
      "malformed basicConstraints",
      { ca: "absent", extra: [extension("2.5.29.19", Buffer.from("junk"))] } as const,
      /can't be read/,
    ],
    ["a first day without seconds", { notBefore: "2601010000Z" }, /can't be read.* a date without seconds/],
    ["a last day without seconds", { notAfter: "4901010000Z" }, /can't be read.* a date without seconds/],
    [
      "the text of another inside",
      { ...life, extra: [extension("1.2.3.4", Buffer.from(`\n${oddCertificate(life).pem}`))] },
      /can't be read/,
    ],
    ["malformed key usage", { extra: [extension("2.5.29.15", Buffer.from("junk"))] }, /can't be read/],
    ["a negative path length", { extra: [], pathLength: 1, keyUsage: 0x06, ca: false }, /CA|can't be read/],
  ])("with %s", (_name, options, words) => {
    for (const commonName of ["Odd", "Another"]) {
      expect(problemsOf(oddCertificate({ ...options, commonName }).pem)).toContainEqual(expect.stringMatching(words));
      expect(problemsOf(root.pem + oddCertificate({ ...options, commonName }).pem)).toContainEqual(
        expect.stringMatching(/^Block 2 of 2/),
      );
    }
  });

  const refused = signatureNames.filter((name) => !/^SHA-(1|256|384|512) with (RSA|ECDSA)$/.test(name));
  test.each(refused)("signed with %s", (signature) => {
    const name =
      {
        "SHA-1 with DSA": "DSA",
        "SHA-256 with DSA": "DSA",
        "an unknown algorithm": "an algorithm without a common name \\(1.2.3.4.5\\)",
      }[signature as string] ?? signature;
    for (const commonName of ["Odd", "Another"]) {
      expect(problemsOf(oddCertificate({ signature, commonName }).pem)).toEqual([
        expect.stringMatching(
          `${name}.*, which Cloudflare refuses: it takes SHA-1, SHA-256, SHA-384 or SHA-512 with RSA \\(PKCS #1 v1\\.5\\) or ECDSA\\.`,
        ),
      ]);
    }
  });

  test.each(["RSA-PSS", "Ed25519"] as const)("signed with %s by WebCrypto", async (key) => {
    const { X509CertificateGenerator, BasicConstraintsExtension } = await import("@peculiar/x509");
    const algorithm = {
      name: key,
      hash: "SHA-256",
      saltLength: 32,
      modulusLength: 2048,
      publicExponent: new Uint8Array([1, 0, 1]),
    };
    const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
    const extensions = [new BasicConstraintsExtension(true)];
    const made = await X509CertificateGenerator.createSelfSigned({
      name: "CN=W",
      keys,
      signingAlgorithm: algorithm,
      extensions,
    });
    expect(problemsOf(made.toString("pem"))).toEqual([
      expect.stringMatching(`is signed with ${key}, which Cloudflare refuses`),
    ]);
  });

  test("expired, with date and days, unless that is allowed", () => {
    for (const days of [1, 2, 30, 400]) {
      const { pem } = oddCertificate({ notAfter: new Date(now.getTime() - days * day - 5000), notBefore: new Date(0) });
      const ago = days === 1 ? "1 day ago" : `${days} days ago`;
      expect(problemsOf(pem)).toEqual([
        expect.stringMatching(`expired on \\d{4}-\\d\\d-\\d\\dT[\\d:]+Z, ${ago}\\. Give its successor`),
      ]);
      expect(readCaBundle(pem, { now, allowExpired: true })).toMatchObject({
        bundle: { warnings: [expect.stringContaining(ago)] },
      });
    }
  });

  test("not valid yet, with date and days, unless that is allowed", () => {
    for (const days of [0, 1, 5, 90]) {
      const { pem } = oddCertificate({ notBefore: new Date(now.getTime() + days * day + 600_000) });
      const until = days === 0 ? "less than a day" : days === 1 ? "1 day" : `${days} days`;
      expect(problemsOf(pem)).toEqual([expect.stringMatching(`is not valid before .*Z, in ${until}\\. Wait`)]);
      expect(readCaBundle(pem, { now, allowExpired: true })).toMatchObject({
        bundle: { warnings: [expect.stringContaining(until)] },
      });
    }
  });

  test("a leaf, and that is all that is said of it", () => {
    const purposes = ["1.3.6.1.5.5.7.3.1"];
    const { pem } = oddCertificate({ ca: false, ski: "absent", purposes });
    expect(problemsOf(pem, { requireSki: true })).toEqual([expect.stringContaining("is not a CA")]);
  });

  test("without a subject key identifier, where a rule needs one", () => {
    const { pem } = oddCertificate({ ski: "absent" });
    expect(problemsOf(pem, { requireSki: true })).toEqual([
      expect.stringMatching(/no subject key identifier.*subjectKeyIdentifier = hash/),
    ]);
  });

  test("more certificates than an upload may have here", () => {
    const many = Array.from({ length: 23 }, (_, index) => oddCertificate({ commonName: `CA ${index}` }).pem);
    expect(problemsOf(many.join(""))).toEqual([expect.stringContaining("has 3 certificates more than the 20")]);
  });
});

test("More than 250 different bad texts were given", () => {
  expect(seen.size).toBeGreaterThan(250);
  process.stdout.write(`bad certificate texts: ${seen.size}\n`);
});
