import fc from "fast-check";
import { performance } from "node:perf_hooks";
import { fingerprintsOf, readCaBundle } from "../../src/pki/ca-bundle";
import { readRevoked } from "../../src/pki/revoked";
import { canonicalHostnames } from "../../src/rules/hostname";
import { createAuthority } from "../support/authority";
import { toCrlPem } from "../support/crl";
import { sequence, toDer, toPem } from "../support/der";
import { repeated } from "../support/key-traces";
import { foreignDer, oddCertificate, otherKeyTexts, privateKeys } from "../support/odd-certificates";

const now = new Date();
let certificates: string[] = [];
let keys: string[] = [];
let foreign: string[] = [];

beforeAll(async () => {
  const root = await createAuthority("Root");
  const issuing = await root.intermediate("Issuing");
  const deep = await issuing.intermediate("Deep");
  const other = await createAuthority("Other");
  certificates = [root, issuing, deep, other].map(({ pem }) => pem);
  certificates.push(
    oddCertificate({ commonName: "A", issuer: "B" }).pem,
    oddCertificate({ commonName: "B", issuer: "A" }).pem,
  );
  keys = [...privateKeys().map(({ pem }) => pem), ...otherKeyTexts().map(({ text }) => text)];
  foreign = Object.values(foreignDer(toDer(root.pem))).map((der) => toPem(der));
});

/** Reads, and checks what must hold for every text whatever. */
function read(text: string) {
  const result = readCaBundle(text, { now });
  if ("problems" in result) {
    expect(result.problems.length).toBeGreaterThan(0);
    for (const reason of result.problems) expect(reason.length).toBeLessThan(1000);
    return result;
  }
  const again = readCaBundle(result.bundle.pem, { now });
  expect(again).toMatchObject({ bundle: { pem: result.bundle.pem, certificates: result.bundle.certificates } });
  expect(fingerprintsOf(result.bundle.pem)).toEqual(result.bundle.certificates.map(({ fingerprint }) => fingerprint));
  return result;
}

const fragment = fc.oneof(
  fc.constantFrom(
    "-----BEGIN CERTIFICATE-----",
    "-----END CERTIFICATE-----",
    "-----BEGIN ",
    "-----",
    "—",
    "BEGIN PUBLIC KEY",
  ),
  fc.constantFrom(
    "-----BEGIN PKCS7-----",
    "-----END TRUSTED CERTIFICATE-----",
    "---- BEGIN SSH2 PUBLIC KEY ----",
    "Proc-Type: 4",
  ),
  fc.constantFrom(
    "\n",
    "\r\n",
    "\\n",
    " ",
    "\0",
    "\ufeff",
    "\ud800",
    "{",
    "}",
    '"',
    "[",
    "]",
    "MIIB",
    "30820122",
    "0\u0082\u0001",
  ),
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.uint8Array({ maxLength: 90 }).map((bytes) => Buffer.from(bytes).toString("base64")),
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
);
const text = fc.array(fragment, { maxLength: 25 }).map((fragments) => fragments.join(""));

test("Any text is read without a throw", () => {
  fc.assert(
    fc.property(text, (given) => void read(given)),
    { numRuns: 6000 },
  );
});

test("Any binary string is read without a throw", () => {
  const binary = fc.uint8Array({ maxLength: 300 });
  fc.assert(
    fc.property(binary, fc.constantFrom("latin1", "utf8", "hex", "base64"), (bytes, encoding) => {
      read(Buffer.from([0x30, 0x82, ...bytes]).toString(encoding));
    }),
    { numRuns: 1200 },
  );
});

test("A certificate with bytes changed, lost or doubled is read without a throw", () => {
  const change = fc.record({ at: fc.nat(2000), byte: fc.nat(255), kind: fc.constantFrom("set", "cut", "insert") });
  fc.assert(
    fc.property(fc.nat(5), fc.array(change, { minLength: 1, maxLength: 4 }), (which, changes) => {
      const bytes = [...toDer(certificates[which]!)];
      for (const { at, byte, kind } of changes) {
        const position = at % bytes.length;
        if (kind === "insert") bytes.splice(position, 0, byte);
        else if (kind === "cut") bytes.splice(position, 1);
        else bytes[position] = byte;
      }
      read(toPem(Buffer.from(bytes)));
    }),
    { numRuns: 1200 },
  );
});

test("A whole key anywhere in any text is reported first, and no part of it repeated", () => {
  const which = fc.nat(1000);
  fc.assert(
    fc.property(text, which, text, (before, index, after) => {
      const key = keys[index % keys.length]!;
      const bare = !key.startsWith("-----");
      const result = read(`${before}\n${key}\n${after}`);
      if (!("problems" in result)) throw new Error("accepted");
      const reasons = result.problems.join("\n");
      expect(result.problems.some((reason) => reason.includes("a private key ("))).toBe(true);
      if (!bare) expect(repeated(key, reasons)).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

test("Anything foreign beside good certificates is refused, in any order", () => {
  fc.assert(
    fc.property(fc.nat(100), fc.nat(100), fc.boolean(), (good, bad, first) => {
      const pair = [certificates[good % certificates.length]!, foreign[bad % foreign.length]!];
      expect("problems" in read((first ? pair : pair.reverse()).join(""))).toBe(true);
    }),
    { numRuns: 120 },
  );
});

test("Any order and spelling of the same certificates gives the same text", () => {
  const respell: ((pem: string) => string)[] = [
    (pem) => pem,
    (pem) => pem.replaceAll("\n", "\r\n"),
    (pem) => pem.replaceAll("\n", "\\n"),
    (pem) => pem.replaceAll("\n", " "),
    (pem) => pem.trim(),
    (pem) => pem.replace(/^/gm, "   "),
    (pem) => `Bag Attributes\n    friendlyName: x\n${pem}`,
    (pem) => toPem(toDer(pem), "X509 CERTIFICATE", 76),
    (pem) => pem + pem,
  ];
  const order = fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 1 });
  const spelling = fc.array(fc.nat(respell.length - 1), { minLength: 6, maxLength: 6 });
  fc.assert(
    fc.property(order, spelling, (chosen, spellings) => {
      const plain = read(
        [...chosen]
          .sort()
          .map((index) => certificates[index]!)
          .join(""),
      );
      const given = read(chosen.map((index) => respell[spellings[index]!]!(certificates[index]!)).join(""));
      if (!("bundle" in plain) || !("bundle" in given)) throw new Error("refused");
      expect(given.bundle.pem).toBe(plain.bundle.pem);
      expect(given.bundle.certificates).toEqual(plain.bundle.certificates);
    }),
    { numRuns: 50 },
  );
});

test("Hostile and large texts cost little (figures are printed)", () => {
  const pem = certificates[0]!;
  const hostile: Record<string, string> = {
    "4 MB of certificates": pem.repeat(Math.ceil(4e6 / pem.length)),
    "5 MB of dashes": "-".repeat(5e6),
    "4 MB of BEGIN": "-----BEGIN ".repeat(4e5),
    "5 MB of NUL": "\0".repeat(5e6),
    "5 MB of lone surrogates": "\ud800".repeat(5e6),
    "256 KB of tiny blocks": toPem(Buffer.from("x")).repeat(4000),
    "256 KB of backslashes": "\\".repeat(262_000),
    "256 KB of newlines": `${"\n".repeat(262_000)}x`,
    "256 KB of base64": "A".repeat(262_000),
    "256 KB of base64 lines": `${"MIIB".repeat(16)}\n`.repeat(4000),
    "256 KB of braces": '{"kty":'.repeat(37_000),
    "256 KB of one certificate": pem.repeat(Math.floor(262_000 / pem.length)),
  };
  for (const [name, given] of Object.entries(hostile)) {
    const start = performance.now();
    readCaBundle(given, { now });
    const took = performance.now() - start;
    process.stdout.write(`${name}: ${took.toFixed(1)} ms\n`);
    expect(took).toBeLessThan(2000);
  }
});

test("3,000 hostnames and a bundle of 20 certificates cost little (figure is printed)", () => {
  const hostnames = Array.from(
    { length: 3000 },
    (_, index) => `Host-${index}.${index % 7 ? "example" : "bücher"}.com.`,
  );
  const bundle = Array.from({ length: 20 }, (_, index) => oddCertificate({ commonName: `CA ${index}` }).pem).join("");
  for (const round of ["first", "second"]) {
    const start = performance.now();
    expect(canonicalHostnames(hostnames).problems).toEqual([]);
    const between = performance.now();
    expect("bundle" in readCaBundle(bundle, { now })).toBe(true);
    const end = performance.now();
    process.stdout.write(
      `${round}: hostnames ${(between - start).toFixed(1)} ms, bundle ${(end - between).toFixed(1)} ms\n`,
    );
    expect(end - start).toBeLessThan(3000);
  }
});

function issuers() {
  const result = read(certificates.slice(0, 2).join(""));
  if ("problems" in result) throw new Error("refused");
  return result.bundle.certificates;
}

describe("Whatever is given as revoked", () => {
  test("any text is read without a throw, and answered", () => {
    const fragment = fc.oneof(
      fc.constantFrom(
        "-----BEGIN X509 CRL-----",
        "-----END X509 CRL-----",
        "-----BEGIN CERTIFICATE-----",
        "\n",
        ":",
        " ",
        "0x",
      ),
      fc.constantFrom(
        "serial=",
        "SHA256 Fingerprint=",
        "(0x1000)",
        "\0",
        "\ud800",
        "MIIB",
        "30820122",
        "-",
        "0".repeat(40),
      ),
      fc.string({ unit: "binary", maxLength: 30 }),
      fc.string({ unit: fc.constantFrom(..."0123456789abcdefABCDEF: "), maxLength: 80 }),
      fc.uint8Array({ maxLength: 90 }).map((bytes) => Buffer.from(bytes).toString("base64")),
    );
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 8 }), (fragments) => {
        const result = readRevoked([fragments.join("")], { cas: issuers() }, now);
        if ("problems" in result)
          for (const problem of result.problems)
            expect(problem).toMatch(/\b(?:Give|Write|Take|Copy|Fetch|Print|Re-issue|Let|treat the key as exposed)\b/);
        else
          for (const { serialNumber } of result.revocations.serialNumbers)
            expect(serialNumber).toMatch(/^(?:[0-9A-F]{2}){1,20}$/);
      }),
      { numRuns: 5000 },
    );
  });

  test("any bytes are no CRL", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(3), (bytes, wrapped) => {
        let body: Buffer = Buffer.from(bytes);
        for (let depth = 0; depth < wrapped; depth += 1) body = sequence(body);
        expect("problems" in readRevoked([toCrlPem(body)], { cas: issuers() }, now)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  test("large and hostile texts cost little (figures are printed)", () => {
    const hostile: Record<string, string> = {
      "8 MB of digits": "7".repeat(8e6),
      "8 MB of hex pairs": "0a:".repeat(2.6e6),
      "8 MB of spaces": `0a${" ".repeat(8e6)}0b`,
      "8 MB of base64": "A".repeat(8e6),
      "8 MB of base64 lines": `${"MIIB".repeat(16)}\n`.repeat(1.2e5),
      "8 MB of BEGIN": "-----BEGIN ".repeat(7e5),
      "8 MB of tiny blocks": toCrlPem(Buffer.from("x")).repeat(1.5e5),
      "8 MB of empty sequences": toCrlPem(sequence(Buffer.from("3000".repeat(2.9e6), "hex"))),
      "8 MB of braces": '{"kty":'.repeat(1.1e6),
    };
    for (const [name, text] of Object.entries(hostile)) {
      const start = performance.now();
      const result = readRevoked([text], { cas: issuers() }, now);
      const took = performance.now() - start;
      process.stdout.write(`${name}: ${took.toFixed(0)} ms\n`);
      expect("problems" in result && result.problems.length <= 31).toBe(true);
      expect([name, took < 5000]).toEqual([name, true]);
    }
  });
});
