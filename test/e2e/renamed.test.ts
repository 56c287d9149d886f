import { authorities } from "../support/authority";
import { useEmulator, useStack } from "../support/use";
import { writesOf } from "../support/writes";

/* Cloudflare can't rename an upload, and refuses the same certificates a second time. So a new name must not upload. */

test("a CA's new name waits for the next upload, and a renamed resource is told of aliases before anything fails", async () => {
  const { A, B } = await authorities("A", "B");
  const emulator = await useEmulator({ zones: ["x.com"] });
  const names = { zones: emulator.zones, authorities: { A, B } };
  const program = (resource: string, name: string, { pem }: typeof A, options = "") =>
    `exports.id = new CaCertificate("${resource}", ${JSON.stringify({ accountId: emulator.accountId, certificates: pem, name })}, ${options || "{}"}).id;`;
  const present = () => emulator.state().certificates.map(({ id, name }) => ({ id, name }));

  const stack = await useStack(emulator, program("partners", "Partners", A));
  await stack.must("up", "--yes", "--skip-preview");
  const made = present();
  expect(made).toEqual([{ id: expect.any(String) as string, name: "Partners (pulumi e2e/test/partners)" }]);
  const calls = emulator.requests.length;

  // Another name: no difference, no call, and none with a refresh that could fail.
  stack.program(program("partners", "Partners and friends", A));
  await stack.must("up", "--yes", "--expect-no-changes");
  expect(emulator.requests).toHaveLength(calls);
  await stack.must("up", "--yes", "--skip-preview", "--refresh", "--expect-no-changes");
  expect(present()).toEqual(made);

  // Another resource of the same certificates: refused in preview, with what renames a resource in Pulumi.
  stack.program(program("friends", "Partners and friends", A));
  const refused = await stack.preview();
  expect(refused.code).not.toBe(0);
  expect(refused.output).toContain(
    "If the resource was only renamed, name the old one under the resource option `aliases`.",
  );
  stack.program(program("friends", "Partners and friends", A, '{ aliases: [{ name: "partners" }] }'));
  await stack.must("up", "--yes", "--expect-no-changes");
  expect(await stack.outputs()).toEqual({ id: made[0]?.id });
  expect(writesOf(emulator, names, calls)).toEqual([]);

  // The next upload has the name.
  stack.program(program("friends", "Partners and friends", B, '{ aliases: [{ name: "partners" }] }'));
  await stack.must("up", "--yes", "--skip-preview");
  expect(present().map(({ name }) => name)).toEqual(["Partners and friends (pulumi e2e/test/friends)"]);
  expect(writesOf(emulator, names, calls)).toEqual(["upload B", "delete A"]);
});
