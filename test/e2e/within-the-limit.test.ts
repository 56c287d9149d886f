import { createAuthority } from "../support/authority";
import { useEmulator, useStack } from "../support/use";

/** The engine writes its state at the end alone: after each of 801 resources it would take minutes, and is of no interest here. */
const WITHOUT_CHECKPOINTS = { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" };

test("400 zones are made without one refusal for calling too often, and the log says how far it is and how long it will take", async () => {
  const names = Array.from({ length: 400 }, (_, index) => `zone-${index}.com`);
  // A quarter of Cloudflare's limit, in a fifteenth of its time.
  const emulator = await useEmulator({ zones: names, rateLimit: 300, rateWindow: 20_000 });
  const { pem } = await createAuthority("A");
  const zones = names.map((name) => ({ zoneId: emulator.zones[name], hostnames: [`api.${name}`] }));
  const program = { accountId: emulator.accountId, cas: { a: { certificates: pem } }, zones };
  const stack = await useStack(emulator, `new MutualTls("m", ${JSON.stringify(program)});`, WITHOUT_CHECKPOINTS);
  const { output } = await stack.must("up", "--yes", "--skip-preview");
  expect(stack.resources("MtlsRule")).toHaveLength(400);
  expect(emulator.requests.length).toBeGreaterThan(1200);
  expect(emulator.requests.filter(({ status }) => status === 429)).toEqual([]);
  const lines = output.match(/Cloudflare's limit of requests: .*/g) ?? [];
  expect(lines.length).toBeGreaterThan(10);
  const told =
    /: \d+ of 801 resources done, \d+ calls made, waiting until [\d:]+ \(\d+ s\), and until about [\d:]+ in all$/;
  expect(lines.filter((line) => told.test(line)).length).toBeGreaterThan(5);
}, 900_000);
