import { readCaBundle } from "../../src/pki/ca-bundle";
import { toPem } from "../support/der";
import { foreignDer, oddCertificate } from "../support/odd-certificates";

/** Whole seconds, as certificates have them. */
const now = new Date(Math.floor(Date.now() / 1000) * 1000);
const day = 86_400_000;
const later = (milliseconds: number) => new Date(now.getTime() + milliseconds);

type Options = Partial<Parameters<typeof readCaBundle>[1]>;

function read(text: string, options: Options = {}): { problems: string[]; warnings: string[]; count: number } {
  const result = readCaBundle(text, { now, ...options });
  if ("problems" in result) return { problems: result.problems, warnings: [], count: 0 };
  return { problems: [], warnings: result.bundle.warnings, count: result.bundle.certificates.length };
}

const many = (count: number, options: Parameters<typeof oddCertificate>[0] = {}) =>
  Array.from({ length: count }, (_, index) => oddCertificate({ commonName: `CA ${index}`, ...options }).pem);

describe("Messages are listed up to thirty", () => {
  const nonsense = toPem(Buffer.from("nonsense"));

  test("thirty problems are all there is, and nothing is said of more", () => {
    const { problems } = read(nonsense.repeat(30));
    expect(problems).toHaveLength(30);
    expect(problems.at(-1)).toContain("Block 30 of 30");
  });

  test("of 31 one is not listed", () => {
    const { problems } = read(nonsense.repeat(31));
    expect(problems.slice(29)).toEqual([expect.stringContaining("Block 30 of 31"), "1 more problems are not listed."]);
  });

  test("warnings are cut in the same way", () => {
    const { warnings } = read(many(20, { ski: "absent", notAfter: later(10 * day) }).join(""));
    expect(warnings).toHaveLength(31);
    expect(warnings.at(-1)).toBe("10 more warnings are not listed.");
  });
});

describe("An upload has twenty certificates at most", () => {
  test("twenty are taken, and one of them may be repeated", () => {
    const twenty = many(20);
    expect(read(twenty.join(""))).toEqual({ problems: [], warnings: [], count: 20 });
    const repeated = read([...twenty, twenty[3]].join(""));
    expect(repeated).toMatchObject({ problems: [], count: 20 });
    expect(repeated.warnings).toEqual(['Block 21 of 21 repeats block 4 of 21, "CN=CA 3": it is left out.']);
  });

  test("one more is refused, and how many there are too much is said once", () => {
    expect(read(many(21).join("")).problems).toEqual([
      "The text has 1 certificates more than the 20 that one upload may have here. Give the PEM text of the CA certificate that directly issues the client certificates.",
    ]);
  });

  test("nor is one more under the old label", () => {
    const old = many(21).map((pem) => pem.replaceAll("CERTIFICATE", "X509 CERTIFICATE"));
    expect(read(old.join("")).problems).toEqual([expect.stringContaining("The text has 1 certificates more")]);
  });

  test("what is no certificate is named behind them, too", () => {
    const request = toPem(foreignDer(Buffer.from("")).CSR, "CERTIFICATE REQUEST");
    expect(read([...many(20), request].join("")).problems).toEqual([
      expect.stringContaining("Block 21 of 21 is a certificate signing request"),
    ]);
  });
});

describe("A text has 256 KB at most", () => {
  const { pem } = oddCertificate();

  test("with as many it is read, with one more it isn't", () => {
    expect(read(pem.padEnd(262_144))).toMatchObject({ problems: [], count: 1 });
    expect(read(pem.padEnd(262_145)).problems).toEqual([
      "The text has 262145 characters: with more than 262144 it is no list of CA certificates. Give the PEM text of the CA certificate that directly issues the client certificates.",
    ]);
  });

  test.each([
    ["begins", "-----BEGIN RSA PRIVATE KEY-----"],
    ["ends", "-----end private key-----"],
  ])("where a key %s in a longer one, that is said first", (_what, line) => {
    expect(read(`${line}\n${pem}`.padEnd(262_145)).problems).toEqual([
      expect.stringContaining("In the text is a private key (PEM)"),
      expect.stringContaining("The text has 262145 characters"),
    ]);
  });

  test("where a public key is in a longer one, it isn't", () => {
    expect(read(`-----BEGIN PUBLIC KEY-----\n${pem}`.padEnd(262_145)).problems).toHaveLength(1);
  });
});

describe("A certificate's days are counted to the second", () => {
  const ends = (milliseconds: number, options?: Options) =>
    read(oddCertificate({ notBefore: new Date(0), notAfter: later(milliseconds) }).pem, options);
  const begins = (milliseconds: number) => read(oddCertificate({ notBefore: later(milliseconds) }).pem);

  test("in its last second it is valid", () => {
    expect(ends(0)).toMatchObject({ problems: [], warnings: [expect.stringContaining("in less than a day.")] });
    expect(ends(-1000).problems).toEqual([expect.stringMatching(/expired on .*, less than a day ago\./)]);
  });

  test("five minutes before its first second it is taken, because clocks differ", () => {
    expect(begins(300_000)).toEqual({ problems: [], warnings: [], count: 1 });
    expect(begins(301_000).problems).toEqual([expect.stringContaining("in less than a day. Wait")]);
  });

  test("sixty days before its end the warning begins", () => {
    expect(ends(60 * day).warnings).toEqual([]);
    expect(ends(60 * day - 1000).warnings).toEqual([expect.stringContaining("in 59 days.")]);
  });

  test("one day is no days", () => {
    expect(ends(day).warnings).toEqual([expect.stringContaining("in 1 day.")]);
    expect(ends(2 * day).warnings).toEqual([expect.stringContaining("in 2 days.")]);
  });

  test("an end that comes near stops nothing, whether or not an expired one would", () => {
    for (const allowExpired of [true, false])
      expect(ends(day, { allowExpired })).toMatchObject({ problems: [], count: 1 });
  });

  test("what to do about it depends on whether it is refused", () => {
    expect(ends(-day, { allowExpired: false }).problems[0]).toMatch(/Give its successor, or set allowExpired\.$/);
    expect(ends(-day, { allowExpired: true }).warnings[0]).toMatch(/No client certificate verifies against it\.$/);
    const { pem } = oddCertificate({ notBefore: later(day) });
    expect(read(pem).problems[0]).toMatch(/Wait, check this machine's clock, or set allowExpired\.$/);
    expect(read(pem, { allowExpired: true }).warnings[0]).toMatch(/No client verifies until then\.$/);
  });
});

describe("A block's first bytes say how long it is", () => {
  test.each([
    ["a lone byte", "30", "can't be read as an X.509 certificate"],
    ["another kind of structure, cut off", "31820100", "can't be read as an X.509 certificate"],
    ["a short one that is whole", "3003010100", "can't be read as an X.509 certificate"],
    ["a short one, cut off", "300301", "is cut off: 3 of 5 bytes"],
    ["one of 127 bytes, cut off", "307f", "is cut off: 2 of 129 bytes"],
    ["no length at all", "3080", "can't be read as an X.509 certificate"],
    ["a length of one byte", "3081ff", "is cut off: 3 of 258 bytes"],
    ["a length of which a byte is lost", "308201", "can't be read as an X.509 certificate"],
    ["a length of four bytes", "308400010000", "is cut off: 6 of 65542 bytes"],
    ["a length of five bytes", "30850100000000", "can't be read as an X.509 certificate"],
  ])("%s", (_what, hex, words) => {
    expect(read(toPem(Buffer.from(hex, "hex"))).problems).toEqual([expect.stringContaining(`Block 1 of 1 ${words}`)]);
  });
});
