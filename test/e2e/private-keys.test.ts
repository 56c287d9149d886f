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

test("keys and tokens in every other property are refused, and the terminal shows none of them", async () => {
  const all = secrets();
  const isIn = tracesOf(all);
  const emulator = await useEmulator({ zones: ["x.com"] });
  const program = `const { kind, args } = require("./given.json");
new { CaCertificate, HostnameAssociations, MtlsRule }[kind]("wrong", args);`;
  const stack = await useStack(emulator, program);
  const texts = [
    "accountId",
    "zoneId",
    "caCertificateId",
    "mode",
    "action",
    "adopt",
    "position",
    "name",
    "description",
  ];
  const lists = ["hostnames", "zoneIds", "issuerSkis", "paths"];
  const inputs = (shift: number) => [
    ...texts.map((property, index) => [property, all[(index + shift) % all.length]]),
    ...lists.map((property, index) => [property, [all[(index + shift + 5) % all.length], `/${all[index + shift]}`]]),
    ["certificates", "none"],
    ["nonsense", all[shift]],
  ];
  for (const [kind, run, shift] of [
    ["CaCertificate", ["preview"], 0],
    ["HostnameAssociations", ["preview", "--diff"], 6],
    ["MtlsRule", ["preview"], 12],
    ["MtlsRule", ["up", "--yes", "--skip-preview"], 18],
  ] as const) {
    writeFileSync(
      join(stack.folder, "given.json"),
      JSON.stringify({ kind, args: Object.fromEntries(inputs(shift)) as object }),
    );
    const { code, output } = await stack.run(...run);
    expect(code).not.toBe(0);
    expect(output).toMatch(/a text of \d+ characters[^]*a text of \d+ characters/);
    const lines = output.split("\n");
    expect(lines.filter(isIn).map((line) => line.slice(0, 60))).toEqual([]);
  }
  expect(emulator.requests).toEqual([]);
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
