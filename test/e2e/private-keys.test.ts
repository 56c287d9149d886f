import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createAuthority } from "../support/authority";
import { KeyTraces } from "../support/key-traces";
import { privateKeys } from "../support/odd-certificates";
import { secrets, tracesOf } from "../support/secrets";
import type { Stack } from "../support/stack";
import { useEmulator, useStack } from "../support/use";
import { isWrite } from "../support/writes";

/*
 * A private key beside a certificate is a mistake that nobody may learn of but the one who made it: not a byte of the key in
 * anything that is printed, logged, stored or sent, at the highest verbosity that there is.
 */

const LOUD = ["--debug", "-v=9", "--logflow"];
/** Only what the program itself read the key from. */
const GIVEN = ["given.json"];

/** One of each kind; those of Ed25519 and the like are PKCS#8 too. */
const KEYS = [
  ...new Map(
    privateKeys()
      .filter(({ pem }) => !/PGP|OpenVPN/.test(pem))
      .map(({ kind, pem }) => [`${kind}${pem.includes("Proc-Type") ? ", with a passphrase" : ""}`, { kind, pem }]),
  ).values(),
];

test("a private key in place of, before or after the CA is refused by its kind, and comes out nowhere", async () => {
  const { emulator, stack, traces, A, give, loud } = await keysInAStack(KEYS.map(({ pem }) => pem));
  const all = KEYS.map(({ pem }) => pem).join("");
  expect(new Set(KEYS.map(({ kind }) => kind))).toEqual(
    new Set(["PKCS#8", "PKCS#8, encrypted", "RSA, traditional", "EC, traditional", "DSA, traditional", "OpenSSH"]),
  );

  for (const [certificates, run] of [
    [all, "preview"],
    [A.pem + all, "up"],
    [all + A.pem, "secret"],
    [KEYS.map(({ pem }) => A.pem + pem.replaceAll("\n", "\\n")).join(""), "preview"],
  ] as const) {
    give(certificates, run === "secret");
    const { code, output } = run === "up" ? await loud("up", "--yes", "--skip-preview") : await loud("preview");
    expect(code).not.toBe(0);
    for (const { kind } of KEYS) expect(output).toContain(`is a private key (${kind}): only certificates are uploaded`);
    expect(output).toContain(
      "if the text was ever committed, logged or shared, treat the key as exposed and replace it",
    );
    expect(output).toContain("certificates: Block ");
    expect(traces.inText(output)).toEqual([]);
  }
  expect(traces.inText((await stack.must("stack", "export", "--show-secrets")).output)).toEqual([]);
  expect(traces.inFolder(stack.folder)).toEqual(GIVEN);
  expect(emulator.requests).toEqual([]);
});

test("a private key that is added to a CA in use leaves the CA and its state as they are", async () => {
  const key = privateKeys()[0]?.pem ?? "";
  const { emulator, stack, traces, A, give, loud } = await keysInAStack([key]);
  give(A.pem, false);
  await stack.must("up", "--yes", "--skip-preview");
  const [before] = stack.resources("CaCertificate");
  const calls = emulator.requests.length;

  // Without armour, and so without even the name of a key.
  give(A.pem + key.replace(/-----.*-----\n/g, ""), true);
  const { code, output } = await loud("up", "--yes");
  expect(code).not.toBe(0);
  expect(output).toMatch(/certificates: Outside of its blocks the text has a private key \(PKCS#8\), in base64/);
  expect(traces.inText(output)).toEqual([]);
  const exported = await stack.must("stack", "export", "--show-secrets");
  expect(traces.inText(exported.output)).toEqual([]);
  expect(traces.inFolder(stack.folder)).toEqual(GIVEN);
  const [after] = stack.resources("CaCertificate");
  expect({ id: after?.id, outputs: after?.outputs }).toEqual({ id: before?.id, outputs: before?.outputs });
  expect(emulator.requests.slice(calls).filter(isWrite)).toEqual([]);
  expect(traces.inText(JSON.stringify(emulator.requests))).toEqual([]);
});

test("a key or a token in any other property is refused, and the terminal shows none of it", async () => {
  const all = secrets();
  const isIn = tracesOf(all);
  const emulator = await useEmulator({ zones: ["x.com"] });
  const zoneId = emulator.zones["x.com"] ?? "";
  const stack = await useStack(
    emulator,
    `const secrets = require("./given.json");
const right = {
  CaCertificate: { accountId: "${emulator.accountId}", certificates: "none", zoneIds: ["${zoneId}"] },
  HostnameAssociations: { zoneId: "${zoneId}", caCertificateId: "2458ce5a-0c35-4c7f-82c7-8e9487d3ff60", hostnames: ["api.x.com"] },
  MtlsRule: { zoneId: "${zoneId}", hostnames: ["api.x.com"], issuerSkis: ["AABBCCDDEEFF00112233"], adopt: "none" },
};
const properties = { accountId: 0, zoneId: 0, caCertificateId: 0, mode: 0, action: 0, adopt: 0, position: 0, name: 0, description: 0,
  hostnames: 1, zoneIds: 1, issuerSkis: 1, paths: 1, certificates: 0, retain: 0, expiryWarningDays: 0, associations: 1, nonsense: 0 };
let count = 0;
for (const [kind, args] of Object.entries(right))
  for (const [property, isList] of Object.entries(properties))
    for (const secret of [secrets[count % secrets.length], secrets[(count * 7 + 3) % secrets.length]])
      new { CaCertificate, HostnameAssociations, MtlsRule }[kind](kind + count++, { ...args, [property]: isList ? [secret] : secret });
`,
  );
  writeFileSync(join(stack.folder, "given.json"), JSON.stringify(all));
  for (const args of [["preview"], ["preview", "--diff"], ["up", "--yes", "--skip-preview"]]) {
    const { code, output } = await stack.run(...args);
    expect(code).not.toBe(0);
    expect(output).toContain("a text of");
    const lines = output.split("\n");
    expect(lines.filter(isIn).map((line) => line.slice(0, 60))).toEqual([]);
  }
  expect(emulator.requests.filter(isWrite)).toEqual([]);
});

/** A stack that keeps its temporary files, and a log of every message between its processes, in its own folder. */
async function keysInAStack(keys: readonly string[]) {
  const A = await createAuthority("A");
  const emulator = await useEmulator({ zones: ["x.com"] });
  const stack = await useStack(
    emulator,
    `const { certificates, secret } = require("./given.json");
new CaCertificate("partners", { accountId: "${emulator.accountId}", certificates: secret ? pulumi.secret(certificates) : certificates });`,
  );
  const temporary = join(stack.folder, "tmp");
  mkdirSync(temporary);
  const give = (certificates: string, secret: boolean) =>
    writeFileSync(join(stack.folder, "given.json"), JSON.stringify({ certificates, secret }));
  const loud = (...args: Parameters<Stack["run"]>) => {
    stack.setEnvironment({ TMPDIR: temporary, PULUMI_DEBUG_GRPC: join(stack.folder, "messages.json") });
    return stack.run(...args, ...LOUD, ...(args[0] === "preview" ? [] : ["--logtostderr"]));
  };
  return { emulator, stack, traces: new KeyTraces(keys), A, give, loud };
}
