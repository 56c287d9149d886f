import { createAuthority } from "../support/authority";
import { useEmulator, useStack } from "../support/use";

/* What is wrong in the arguments of MutualTls is said in one line under its name, without a stack. */

test("a mistake in the arguments of the component is one line with its remedy", async () => {
  const { emulator, good } = await setting();
  const stack = await useStack(emulator, `new MutualTls("m", ${JSON.stringify({ ...good, cas: {} })});`);
  const { code, output } = await stack.preview();
  expect(code).not.toBe(0);
  expect(output).toMatch(
    /Diagnostics:\n +cloudflare-mtls:index:MutualTls \(m\):\n +error: MutualTls "m": cas is empty/,
  );
  expect(output).not.toMatch(/^\s+at |unhandled exception/m);
  expect(emulator.requests).toEqual([]);
});

test("every mistake in the arguments of the component is named, and no value is shown", async () => {
  const { emulator, good, zone, A } = await setting();
  const { key } = await A.issue("client");
  const mistakes: [args: object, line: string][] = [
    [{ ...good, hostnames: ["api.x.com"] }, 'there is no option "hostnames". There are: accountId, cas, zones, '],
    [{ ...good, issuerSki: [] }, 'there is no option "issuerSki". Did you mean "issuerSkis"?'],
    [{ ...good, cas: undefined }, "cas must be a plain object of CAs by key, no Output. Write cas: { "],
    [{ ...good, cas: [{ certificates: A.pem }] }, "cas must be a plain object of CAs by key"],
    [{ ...good, cas: { a: A.pem } }, 'cas["a"] must be an object with its certificates or its id. Write cas: { '],
    [{ ...good, cas: { a: key } }, 'cas["a"] must be an object with its certificates or its id.'],
    [{ ...good, cas: { a: { id: "i" } } }, 'cas["a"] has an id, but no issuerSkis. Write cas: {'],
    [
      { ...good, cas: { a: { id: "i", issuerSki: [] } } },
      'cas["a"]: there is no option "issuerSki". Did you mean "issuerSkis"?',
    ],
    [
      { ...good, zones: [{ ...zone, hostname: [] }] },
      'zones[0]: there is no option "hostname". Did you mean "hostnames"?',
    ],
    [{ ...good, zones: [] }, "zones is empty. Give at least one. Write zones: [{ zoneId, hostnames }]."],
    [{ ...good, zones: { zone } }, "zones must be an array, no Output. Write zones: [{ zoneId, hostnames }]."],
    [{ ...good, zones: [zone, null] }, "zones[1] must be an object with zoneId and hostnames. Write zones: ["],
    [{ ...good, zones: [zone, zone] }, `two zones have the key "${zone.zoneId}". Put all hostnames of a zone into one`],
  ];
  const attempts = mistakes.map(
    ([args], index) => `attempt(() => new MutualTls("m${index}", ${JSON.stringify(args)}));`,
  );
  const output = `attempt(() => new MutualTls("output", { ...${JSON.stringify(good)}, cas: pulumi.output({}) }));`;
  const attempt = `function attempt(make) { try { make(); } catch (error) { console.log("said", error.message); } }`;
  const stack = await useStack(emulator, [attempt, ...attempts, output].join("\n"));
  const run = await stack.preview();
  mistakes.forEach(([, line], index) => expect(run.output).toContain(`said MutualTls "m${index}": ${line}`));
  expect(run.output).toContain('said MutualTls "output": cas must be a plain object of CAs by key, no Output.');
  expect(run.output).not.toContain(key.slice(40, 64));
  expect(emulator.requests).toEqual([]);
});

async function setting() {
  const A = await createAuthority("A");
  const emulator = await useEmulator({ zones: ["x.com"] });
  const zone = { zoneId: emulator.zones["x.com"], hostnames: ["api.x.com"] };
  const good = { accountId: emulator.accountId, cas: { a: { certificates: A.pem } }, zones: [zone] };
  return { A, emulator, good, zone };
}
