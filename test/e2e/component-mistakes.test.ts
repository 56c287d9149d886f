import { createAuthority } from "../support/authority";
import { useEmulator, useStack } from "../support/use";

/* What is wrong in the arguments of MutualTls is said in one line under its name, without a stack. */

test("a mistake in the arguments of the component is one line with its remedy", async () => {
  const A = await createAuthority("A");
  const emulator = await useEmulator({ zones: ["x.com"] });
  const zone = { zoneId: emulator.zones["x.com"], hostnames: ["api.x.com"] };
  const good = { accountId: emulator.accountId, cas: { a: { certificates: A.pem } }, zones: [zone] };
  const mistakes: [args: object, line: string][] = [
    [{ ...good, hostnames: ["api.x.com"] }, 'there is no option "hostnames". There are: accountId, cas, zones, '],
    [{ ...good, issuerSki: [] }, 'there is no option "issuerSki". Did you mean "issuerSkis"?'],
    [{ ...good, cas: {} }, "cas is empty. Give at least one CA, e.g. cas: { "],
    [{ ...good, zones: [zone, zone] }, `two zones have the key "${zone.zoneId}". Put all hostnames of a zone into one`],
  ];
  const stack = await useStack(emulator, "");
  for (const [args, line] of mistakes) {
    stack.program(`new MutualTls("m", ${JSON.stringify(args)});`);
    const { code, output } = await stack.preview();
    expect(code).not.toBe(0);
    expect(output).toMatch(/Diagnostics:\n +cloudflare-mtls:index:MutualTls \(m\):\n +error: MutualTls "m": /);
    expect(output).toContain(line);
    expect(output).not.toMatch(/^\s+at |unhandled exception/m);
  }
  expect(emulator.requests).toEqual([]);
});
