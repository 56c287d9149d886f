import { createAuthority } from "../support/authority";
import { useEmulator, useStack } from "../support/use";

/* Of thousands of hostnames, a preview shows those that come and go, and the lines of the rule texts that change with them. */

const HOSTNAMES = Array.from({ length: 3000 }, (_, index) => `host-${String(index).padStart(4, "0")}.x.com`);

/** The lines of a diff with a mark, without the resources' own. */
function marked(output: string): string[] {
  return output.split("\n").flatMap((line) => /^ *([-+~] (?!pulumi-nodejs|\d).*?) *$/.exec(line)?.[1] ?? []);
}

test("of 3,000 hostnames a preview shows the one that comes or goes in 40 lines, of a CA the issuer in each rule, and state is small", async () => {
  const emulator = await useEmulator({ zones: ["x.com"] });
  const [{ pem }, { pem: other, ski }] = await Promise.all([createAuthority("A"), createAuthority("B")]);
  const program = (hostnames: readonly string[], more = {}) =>
    `new MutualTls("m", ${JSON.stringify({
      accountId: emulator.accountId,
      cas: { a: { certificates: pem }, ...more },
      zones: [{ zoneId: emulator.zones["x.com"], hostnames }],
    })});`;
  const stack = await useStack(emulator, program(HOSTNAMES));
  await stack.must("up", "--yes", "--skip-preview");
  const exported = (await stack.must("stack", "export")).stdout;
  expect(exported.length).toBeLessThan(400_000);

  const shown = async (hostnames: readonly string[], more?: object) => {
    stack.program(program(hostnames, more));
    const { stdout } = await stack.must("preview", "--diff");
    return { lines: stdout.trimEnd().split("\n").length, bytes: stdout.length, marks: marked(stdout) };
  };
  const titled = (mark: string) => [
    ...["~ hostnames      :", `${mark}.x.com`],
    ...["~ expressions:", mark.replace(/(host.*)/, '"$1.x.com"')],
    ...["~ hostnames  :", `${mark}.x.com`],
  ];
  const added = await shown([...HOSTNAMES, "host-1500a.x.com"]);
  expect(added.marks).toEqual(titled("+ host-1500a"));
  const fewer = HOSTNAMES.filter((hostname) => hostname !== "host-0321.x.com");
  const removed = await shown(fewer);
  expect(removed.marks).toEqual(titled("- host-0321"));
  for (const { lines, bytes } of [added, removed]) {
    expect(lines).toBeLessThanOrEqual(40);
    expect(bytes).toBeLessThan(2_000);
  }
  // Each of the rules lets in the other CA too.
  const rotated = await shown(HOSTNAMES, { b: { certificates: other } });
  const rules = rotated.marks.filter((mark) => mark === `+ "${ski}"`).length;
  expect(rules).toBeGreaterThan(10);
  expect(rotated.lines).toBeLessThanOrEqual(40 + 7 * rules);
  expect(rotated.bytes).toBeLessThan(12_000);

  stack.program(program(fewer));
  await stack.must("up", "--yes", "--skip-preview");
  await stack.must("refresh", "--yes", "--skip-preview");
  await stack.must("up", "--yes", "--skip-preview", "--expect-no-changes");
}, 600_000);
