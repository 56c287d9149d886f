import { createAuthority } from "../support/authority";
import { useEmulator, useStack } from "../support/use";

test("many zones are made without one refusal for calling too often, and the log says why it takes a while", async () => {
  const names = Array.from({ length: 24 }, (_, index) => `zone-${index}.com`);
  const emulator = await useEmulator({ zones: names, rateLimit: 120, rateWindow: 6000 });
  const { pem } = await createAuthority("A");
  const zones = names.map((name) => ({ zoneId: emulator.zones[name], hostnames: [`api.${name}`] }));
  const program = { accountId: emulator.accountId, cas: { a: { certificates: pem } }, zones };
  const stack = await useStack(emulator, `new MutualTls("m", ${JSON.stringify(program)});`);
  const { output } = await stack.must("up", "--yes", "--skip-preview");
  expect(emulator.requests.length).toBeGreaterThan(120);
  expect(emulator.requests.filter(({ status }) => status === 429)).toEqual([]);
  expect(output).toMatch(/Cloudflare's limit of requests: \d+ calls made, waiting until/);
});
