import { createAuthority } from "../support/authority";
import { useEmulator, useStack } from "../support/use";

/* Of thousands of hostnames, a preview marks those that come and go, and the texts that change with them. */

const HOSTNAMES = Array.from({ length: 3000 }, (_, index) => `host-${String(index).padStart(4, "0")}.x.com`);

/** The lines of a diff with a mark, without the resources' own; of a text that changed only that it did. */
function marked(output: string): string[] {
  const lines = output.split("\n").map((line) => line.trim());
  return lines
    .filter((line) => /^[-+~] \[\d+\]: "/.test(line))
    .map((line) => (line.includes("http.host") ? `${line.slice(0, 1)} text` : line))
    .sort();
}

test("among 3,000 hostnames a preview marks the one that comes or goes, and a refresh keeps their places", async () => {
  const emulator = await useEmulator({ zones: ["x.com"] });
  const { pem } = await createAuthority("A");
  const program = (hostnames: readonly string[]) =>
    `new MutualTls("m", ${JSON.stringify({
      accountId: emulator.accountId,
      cas: { a: { certificates: pem } },
      zones: [{ zoneId: emulator.zones["x.com"], hostnames }],
    })});`;
  const stack = await useStack(emulator, program(HOSTNAMES));
  await stack.must("up", "--yes", "--skip-preview");
  const marks = async (hostnames: readonly string[]) => {
    stack.program(program(hostnames));
    return marked((await stack.must("preview", "--diff")).stdout);
  };
  // In the list, in the rule, and in what the rule knows of the list.
  const thrice = (line: string) => [line, line, line];
  expect(await marks([...HOSTNAMES, "a-new-one.x.com"])).toEqual([...thrice('+ [3000]: "a-new-one.x.com"'), "~ text"]);
  expect(await marks(HOSTNAMES.map((name) => (name === "host-2500.x.com" ? "another.x.com" : name)))).toEqual([
    ...thrice('~ [2500]: "host-2500.x.com" => "another.x.com"'),
    "~ text",
    "~ text",
  ]);
  const fewer = HOSTNAMES.filter((hostname) => hostname !== "host-0321.x.com");
  expect(await marks(fewer)).toEqual([
    ...thrice('- [2999]: "host-2999.x.com"'),
    ...thrice('~ [321]: "host-0321.x.com" => "host-2999.x.com"'),
    "~ text",
  ]);

  await stack.must("up", "--yes", "--skip-preview");
  const lists = () =>
    ["HostnameAssociations", "MtlsRule"].flatMap((type) =>
      stack.resources(type).flatMap(({ inputs, outputs }) => [inputs?.hostnames, outputs?.hostnames]),
    );
  const moved = HOSTNAMES.slice(0, -1).map((hostname) =>
    hostname === "host-0321.x.com" ? "host-2999.x.com" : hostname,
  );
  expect(lists()).toEqual([moved, moved, moved, moved]);
  await stack.must("refresh", "--yes", "--skip-preview");
  expect(lists()).toEqual([moved, moved, moved, moved]);
  await stack.must("up", "--yes", "--skip-preview", "--expect-no-changes");
}, 600_000);
