import { authorities } from "../support/authority";
import { Dashboard } from "../support/dashboard";
import type { Client } from "../support/prober";
import { useEmulator, useProber, useStack } from "../support/use";
import { isWrite } from "../support/writes";

/*
 * A rule for paths, at the edge: whoever spells the path otherwise meets the rule as well, where the zone normalises
 * URLs, as it does by default; with a double slash only where it merges slashes. Its own spelling meets it always.
 */

const API = "api.x.com";
const WWW = "www.x.com";
/** How a client can spell what the rule is for. */
const SPELLINGS = [
  "/%61dmin",
  "//admin",
  "/a/../admin",
  "/a/%2e%2E/admin",
  "/./admin",
  "/caf%c3%a9/x",
  "/c%61f%C3%A9//x",
];
const EXACT = ["/admin", "/caf%C3%A9/x"];
const ELSEWHERE = ["/", "/administrator", "/admin/x", "/%2561dmin"];

const EDGES = [
  ...(["host", "account"] as const).flatMap((verification) => [
    { verification, urlNormalization: "cloudflare" as const },
    { verification, urlNormalization: "none" as const },
  ]),
  { verification: "host" as const, urlNormalization: "rfc3986" as const },
];

test.each(EDGES)(
  "a path in another spelling meets the rule before, during and after an update, read by $verification and normalised: $urlNormalization",
  async ({ verification, urlNormalization }) => {
    const { A, B } = await authorities("A", "B");
    const slow = { latency: 20, lag: { associations: 200, deletion: 200, visibleAfterDelete: 200 } };
    const emulator = await useEmulator({ zones: ["x.com"], verification, urlNormalization, ...slow });
    const zoneId = new Dashboard(emulator).zoneId("x.com");
    const clients: Client[] = [{ name: "nobody" }, { name: "A", ...(await A.issue("client of A")) }];
    const stack = await useStack(emulator, "");
    const program = (hostnames: string[], paths: string[], cas: object) => {
      const args = { accountId: emulator.accountId, cas, zones: [{ key: "x", zoneId, hostnames, paths }] };
      stack.program(`new MutualTls("m", ${JSON.stringify(args)});`);
    };
    const [a, b] = [{ a: { certificates: A.pem } }, { b: { certificates: B.pem } }];
    const probers = new Map(
      [...SPELLINGS, ...EXACT, ...ELSEWHERE].map((path) => [path, useProber(emulator, [API], clients, 250, path)]),
    );
    const round = () => Promise.all([...probers.values()].map((prober) => prober.round()));
    /** What both clients were answered at each path since then, each answer once for as long as it lasted. */
    const stories = (from: number) =>
      Object.fromEntries(
        [...probers].map(([path, prober]) => [path, clients.map(({ name }) => prober.story(name, API, from))]),
      );
    const every = (paths: readonly string[], story: number[][]) =>
      Object.fromEntries(paths.map((path) => [path, story]));
    const OPEN = [[200], [200]];
    const isMet = (path: string) =>
      urlNormalization === "cloudflare" || (urlNormalization === "rfc3986" && !path.startsWith("//"));
    const all = (closed: number[][]) => ({
      ...every(EXACT, closed),
      ...every(SPELLINGS.filter(isMet), closed),
      ...every(
        SPELLINGS.filter((path) => !isMet(path)),
        OPEN,
      ),
      ...every(ELSEWHERE, OPEN),
    });
    const step = async (...run: Parameters<typeof stack.must>) => {
      await round();
      const from = Date.now();
      const { output } = await stack.must(...run);
      await round();
      return { output, seen: stories(from) };
    };

    // Made: each changes once. One more in the rule's own spelling is no change, and makes no call.
    program([API], ["/%61dmin", "/caf\u00e9/*"], a);
    expect((await step("up", "--yes", "--skip-preview")).seen).toEqual(all([[200, 403], [200]]));
    const [rule] = emulator.state().zones["x.com"]?.rules ?? [];
    expect(rule?.expression).toContain(
      '(http.request.uri.path eq "/admin" or starts_with(http.request.uri.path, "/caf%C3%A9/"))',
    );
    const calls = emulator.requests.length;
    program([API], ["/caf%c3%a9/*", "/admin", "/adm%69n"], a);
    expect((await stack.must("up", "--yes")).output).toMatch(/\d+ unchanged/);
    expect(emulator.requests.length).toBe(calls);

    // Updated, in place and with a rotation: nothing changes for anybody.
    program([API, WWW], ["/admin", "/caf\u00e9/*", "/m%6Fre"], a);
    expect((await step("up", "--yes", "--skip-preview")).seen).toEqual(all([[403], [200]]));
    program([API, WWW], ["/admin", "/caf\u00e9/*"], { ...a, ...b });
    expect((await step("up", "--yes", "--skip-preview")).seen).toEqual(all([[403], [200]]));

    // What can't match is refused before anything is written.
    for (const path of ["/a//b", "//admin", "/a/%2e%2e/admin", "/users/{id}"]) {
      const before = emulator.requests.length;
      program([API, WWW], ["/admin", path], a);
      const { code, output } = await stack.preview();
      expect(code).not.toBe(0);
      expect(output.replace(/\s+/g, " ")).toMatch(/A rule can't be for the path "\S+": .* Write /);
      expect(emulator.requests.slice(before).filter(isWrite)).toEqual([]);
    }
    program([API, WWW], ["/admin", "/caf\u00e9/*"], { ...a, ...b });
    expect((await step("destroy", "--yes", "--skip-preview")).seen).toEqual(all([[403, 200], [200]]));
  },
);
