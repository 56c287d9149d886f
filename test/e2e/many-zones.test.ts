import { authorities } from "../support/authority";
import type { Authority } from "../support/authority";
import { useEmulator, useProber, useStack } from "../support/use";

const ZONES = 20;
/** Of each client on each host: two cores serve the edge, sixty clients and the engine. */
const PAUSE = 400;

test("over twenty zones no client is wronged while all is made, a CA is added, a CA is removed and all is destroyed", async () => {
  const { A, B } = await authorities("A", "B");
  const names = Array.from({ length: ZONES }, (_, index) => `zone-${index}.com`);
  const hostnames = names.map((name) => `api.${name}`);
  const lag = { associations: 300, deletion: 400, visibleAfterDelete: 500 };
  const emulator = await useEmulator({ zones: names, latency: 20, lag });
  const clients = [
    { name: "nobody" },
    { name: "A", ...(await A.issue("client of A")) },
    { name: "B", ...(await B.issue("client of B")) },
  ];
  const stack = await useStack(emulator, "");
  const prober = useProber(emulator, hostnames, clients, PAUSE);
  /** What each client is answered on every host during one step: one answer, or one change. */
  const step = async (command: "up" | "destroy", cas: Readonly<Record<string, Authority>>, expected: object) => {
    const args = {
      accountId: emulator.accountId,
      cas: Object.fromEntries(Object.entries(cas).map(([key, { pem }]) => [key, { certificates: pem }])),
      zones: names.map((name) => ({ zoneId: emulator.zones[name], hostnames: [`api.${name}`] })),
    };
    stack.program(`new MutualTls("m", ${JSON.stringify(args)});`);
    await prober.round();
    const from = Date.now();
    await stack.must(command, "--yes", "--skip-preview");
    await prober.round();
    for (const hostname of hostnames) {
      const seen = clients.map(({ name }) => [name, prober.story(name, hostname, from)]);
      expect({ hostname, ...Object.fromEntries(seen) }).toEqual({ hostname, ...expected });
    }
  };
  await step("up", { a: A }, { nobody: [200, 403], A: [200], B: [200, 403] });
  await step("up", { a: A, b: B }, { nobody: [403], A: [200], B: [403, 200] });
  await step("up", { b: B }, { nobody: [403], A: [200, 403], B: [200] });
  await step("destroy", { b: B }, { nobody: [403, 200], A: [403, 200], B: [200] });
  expect(emulator.state().certificates).toEqual([]);
}, 900_000);
