import * as fc from "fast-check";
import type { Emulator } from "../../src/emulator";
import { hasUnknown, UNKNOWN } from "../../src/provider/engine/unknown";
import { startEmulator } from "../support/emulator";
import { createAuthority } from "../support/authority";
import { oddCertificate, otherKeyTexts, privateKeys } from "../support/odd-certificates";
import { KINDS, processAt, reasonsOf } from "../support/session";
import type { Kind } from "../support/session";
import { isWrite } from "../support/writes";
import { badInputs, OPTIONS, rightInputs } from "./bad-inputs";
import type { Account, BadInput, Inputs } from "./bad-inputs";

/** What a person can do, said in the imperative, as a question that names it, or as a list to choose from. */
const REMEDY =
  /\b(adopt|associate|check|choose|copy|correct|declare|delete|did you mean|give|leave|list|make|name|pass|plan|re-issue|remove|run|set|take|there are|treat|try|type|use|wait|write)\b|\bshows it\b|is its id right/i;

let emulator: Emulator;
let account: Account;
let right: Record<Kind, Inputs>;
let table: BadInput[];
const seen = new Set<string>();

beforeAll(async () => {
  emulator = await startEmulator({ zones: ["x.example", "y.example"] });
  const root = await createAuthority("Root");
  const { certificate, key } = await root.issue("client");
  const seeded = emulator.seed({ certificates: [{ certificates: (await createAuthority("Present")).pem }] });
  account = {
    accountId: emulator.accountId,
    zoneId: emulator.zones["x.example"] ?? "",
    caCertificateId: seeded.certificates[0] ?? "",
    ca: root.pem,
  };
  right = rightInputs(account);
  const EXPOSED = /treat the key as exposed and replace it/;
  table = badInputs(account, [
    ...[undefined, null, "", " \n"].map(
      (text) => [text, /^certificates: The text is empty\. Give/] as [unknown, RegExp],
    ),
    ...[5, 0, true, false, [], [root.pem], {}, { pem: root.pem }].map(
      (value) => [value, /^certificates: The value is not a text\. Give/] as [unknown, RegExp],
    ),
    [certificate, /^certificates: .*is a leaf .*Give the certificate of its issuer instead: "CN=Root"/],
    [root.pem + certificate, /^certificates: Block 2 of 2, .*is a leaf .*Take it out: its issuer is here already/],
    [key, EXPOSED],
    [root.pem + key, EXPOSED],
    ...privateKeys().map(({ pem }) => [pem, EXPOSED] as [string, RegExp]),
    ...otherKeyTexts().map(({ text }) => [text, EXPOSED] as [string, RegExp]),
    [root.pem.slice(0, -80), /^certificates: .*Copy the certificate again/],
    [root.pem.replace(/^-----BEGIN.*\n/, ""), /^certificates: .*Copy the certificate again/],
    ["./partners.pem", /^certificates: .*give/i],
    ["-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", /^certificates: .*give/i],
    [oddCertificate({ ca: false }).pem, /^certificates: .*basicConstraints = critical, CA:TRUE/],
    [oddCertificate({ ca: "absent" }).pem, /^certificates: .*no basicConstraints.*make a CA certificate/],
    [oddCertificate({ version: 1 }).pem, /^certificates: .*X\.509 version 1.*make a CA certificate/],
    [oddCertificate({ keyUsage: 0x80 }).pem, /^certificates: .*keyCertSign.*Re-issue it/],
    [oddCertificate({ ski: "absent" }).pem, /^certificates: .*subject key identifier.*Re-issue it/],
    ...(["MD5 with RSA", "SHA-256 with DSA", "Ed25519", "Ed448", "SM2"] as const).map(
      (signature) =>
        [oddCertificate({ signature }).pem, /^certificates: .*it takes SHA-1.*Re-issue/] as [string, RegExp],
    ),
    [oddCertificate({ notAfter: new Date(Date.now() - 9e8) }).pem, /^certificates: .*expired on.*Give its successor/],
    [oddCertificate({ notBefore: new Date(Date.now() + 9e8) }).pem, /^certificates: .*not valid before.*Wait/],
  ]);
});

afterAll(() => emulator.close());

function shown(_key: string, value: unknown): unknown {
  return value === undefined || (typeof value === "number" && !Number.isFinite(value)) ? `(${String(value)})` : value;
}

/** What the constructor adds, where it does. */
function ownerOf(kind: Kind): Inputs {
  return "owner" in right[kind] ? { owner: right[kind].owner } : {};
}

/** One check in a preview that looks at the account, as the engine calls it. */
async function check(kind: Kind, news: Inputs, olds: Inputs = {}) {
  const { provider, lines } = processAt(emulator);
  const from = emulator.requests.length;
  const { inputs, failures } = await provider(kind).check(olds, { ...news, __preview: true });
  expect(emulator.requests.slice(from).filter(isWrite)).toEqual([]);
  return { inputs, lines, reasons: reasonsOf({ failures }), calls: emulator.requests.length - from };
}

/** What is amiss with a refusal; empty where it is as it should be. */
async function flawsOf({ kind, property, change, says }: BadInput, olds?: Inputs): Promise<unknown[]> {
  seen.add(JSON.stringify([kind, change], shown));
  const { reasons } = await check(kind, { ...right[kind], ...change }, olds);
  const [fitting] = reasons.filter((reason) => says.test(reason));
  const flaws = [
    ...(fitting === undefined ? [`nothing says ${says}`] : []),
    ...(fitting?.includes(property) === false ? [`${property} isn't named`] : []),
    ...reasons.filter((reason) => !REMEDY.test(reason)).map(() => "there is no remedy"),
    ...reasons
      .filter((reason) => /TypeError|Cannot read|is not a function/.test(reason))
      .map(() => "something crashed"),
  ];
  return flaws.length > 0 ? [{ kind, change, reasons, flaws }] : [];
}

async function refuseAll(rows: readonly BadInput[], olds?: Inputs): Promise<void> {
  const flaws: unknown[] = [];
  for (const row of rows) flaws.push(...(await flawsOf(row, olds)));
  expect(rows.length).toBeGreaterThan(0);
  expect(flaws).toEqual([]);
}

describe("the right inputs, from which each bad one differs in one thing", () => {
  test.each(KINDS)("of %s have nothing wrong, and the preview looks at the account", async (kind) => {
    const { reasons, calls } = await check(kind, right[kind]);
    expect(reasons).toEqual([]);
    expect(calls).toBeGreaterThan(0);
  });

  test.each(KINDS)("of %s may leave out whatever isn't required", async (kind) => {
    const required = ["accountId", "certificates", "zoneId", "caCertificateId", "hostnames", "issuerSkis", "owner"];
    const entries: [string, unknown][] = Object.entries(right[kind]).filter(([key]) => required.includes(key));
    expect((await check(kind, Object.fromEntries(entries))).reasons).toEqual([]);
    const nulls = OPTIONS[kind].filter((key) => !required.includes(key)).map((key): [string, unknown] => [key, null]);
    expect((await check(kind, Object.fromEntries([...nulls, ...entries]))).reasons).toEqual([]);
  });
});

describe("a bad input is refused with its property and a remedy, and nothing is written", () => {
  test.each(KINDS)("of %s, in a resource to be created", async (kind) => {
    await refuseAll(table.filter((row) => row.kind === kind));
  });

  test.each(KINDS)("of %s, in a change of one that is there", async (kind) => {
    const { inputs } = await check(kind, right[kind]);
    await refuseAll(
      table.filter((row) => row.kind === kind),
      inputs,
    );
  });

  test.each(KINDS)("of %s, together with every other: all are told at once", async (kind) => {
    const none = Object.fromEntries(OPTIONS[kind].map((option) => [option, { bad: true }]));
    const { reasons } = await check(kind, { ...none, zoneIdd: 1, ...ownerOf(kind) });
    for (const option of OPTIONS[kind]) expect(reasons.some((reason) => reason.startsWith(option))).toBe(true);
    expect(reasons).toHaveLength(OPTIONS[kind].length + 1);
    expect(reasons[0]).toContain('"zoneIdd"');
  });

  test("whatever JSON stands in a property: no crash, no write, and a refusal names it or it is taken", async () => {
    let generated = 0;
    for (const kind of KINDS) {
      for (const property of OPTIONS[kind]) {
        const value = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.string(), fc.array(fc.string(), { maxLength: 3 }));
        await fc.assert(
          fc.asyncProperty(value, async (odd) => {
            const { reasons } = await check(kind, { ...right[kind], [property]: odd });
            if (reasons.length > 0) {
              generated += Number(!seen.has(JSON.stringify([kind, { [property]: odd }], shown)));
              seen.add(JSON.stringify([kind, { [property]: odd }], shown));
            }
            for (const reason of reasons) expect(reason).toMatch(REMEDY);
            if (!["hostnames", "zoneIds"].includes(property)) return;
            // These lists have texts in them, so that whatever else stands there must have been refused.
            if (!Array.isArray(odd) && odd !== null) expect(reasons[0]).toContain(property);
          }),
          // Found once: what can't be made a text.
          { numRuns: 40, examples: [[[{ toString: "" }]]] },
        );
      }
    }
    process.stdout.write(`bad inputs: ${generated} more by generator\n`);
    expect(generated).toBeGreaterThan(300);
  }, 60_000);

  test("of these there are 500 and more, each another one", () => {
    const all = table.map(({ kind, change }) => JSON.stringify([kind, change], shown));
    const distinct = new Set(all);
    process.stdout.write(`bad inputs: ${distinct.size}\n`);
    expect(all.filter((one, index) => all.indexOf(one) !== index)).toEqual([]);
    expect(distinct.size).toBeGreaterThanOrEqual(500);
    expect([...distinct].filter((one) => !seen.has(one))).toEqual([]);
  });
});

describe("a value that only the real run will know", () => {
  const cases = KINDS.flatMap((kind) => OPTIONS[kind].map((property) => [kind, property] as const));
  const forms: unknown[] = [
    UNKNOWN,
    [UNKNOWN],
    [[UNKNOWN]],
    ["not a value!", UNKNOWN],
    [5, UNKNOWN, null],
    { before: UNKNOWN },
    { caCertificateId: UNKNOWN },
    [{ caCertificateId: UNKNOWN, hostnames: UNKNOWN }],
    [{ caCertificateId: "x", hostnames: [UNKNOWN, "*"] }],
    { deep: [{ er: UNKNOWN }] },
  ];

  test.each(cases)("passes in %s.%s, alone and inside of anything, and stays unknown", async (kind, property) => {
    for (const form of forms) {
      const { inputs, reasons, lines } = await check(kind, { ...right[kind], [property]: form });
      expect({ form, reasons }).toEqual({ form, reasons: [] });
      expect({ form, unknown: hasUnknown([inputs[property], inputs[`__${property}`]]) }).toEqual({
        form,
        unknown: true,
      });
      expect(lines.join("\n")).not.toContain(UNKNOWN);
    }
  });

  test.each(cases)("passes in %s.%s in a change, too", async (kind, property) => {
    const { inputs: olds } = await check(kind, right[kind]);
    const { reasons } = await check(kind, { ...right[kind], [property]: UNKNOWN }, olds);
    expect(reasons).toEqual([]);
  });

  test.each(KINDS)("passes in all properties of %s at once, without a single call", async (kind) => {
    const unknowns = Object.fromEntries(OPTIONS[kind].map((option) => [option, UNKNOWN]));
    const { reasons, calls, inputs } = await check(kind, { ...unknowns, ...ownerOf(kind) });
    expect(reasons).toEqual([]);
    expect(calls).toBe(0);
    expect(JSON.stringify(inputs)).not.toContain("undefined");
  });

  test.each(cases)("in %s.%s hides no mistake in another property", async (kind, property) => {
    // What is revoked, and whether two CAs contradict each other, is known once all issuers are.
    const isRead = ({ says }: BadInput) =>
      !["issuerSkis", "cas"].includes(property) || !/^\^revoked: |named (twice|without)/.test(says.source);
    const others = table.filter(
      (row) => row.kind === kind && row.says.source.startsWith("^") && !(property in row.change) && isRead(row),
    );
    for (const bad of others.filter((_, index) => index % 9 === 0)) {
      const { reasons } = await check(kind, { ...right[kind], ...bad.change, [property]: UNKNOWN });
      expect({ bad, found: reasons.some((reason) => bad.says.test(reason)) }).toEqual({ bad, found: true });
    }
  });
});
