import type { Fault } from "../../src/emulator";
import { asLines } from "../../src/wording/lines";
import { authorities } from "../support/authority";
import { useEmulator, useStack } from "../support/use";
import { programOf } from "../support/wish";
import { writesOf } from "../support/writes";

/*
 * Answers that get lost, gateways' pages and rate limits, in every operation of one stack's life. Nothing is written
 * twice, nothing is orphaned, and a run that gives up is finished by the next.
 */

const UPLOADS = "*/mtls_certificates";
const LIST = "/hostname_associations";

test("lost answers are looked up, limits are waited for aloud, and a run that gave up is finished by the next", async () => {
  const { A } = await authorities("A");
  const emulator = await useEmulator({ zones: ["x.com", "y.org"] });
  const { accountId, zones: ids } = emulator;
  const inject = (fault: Fault) => emulator.inject(fault);
  const [x = "", y = ""] = [ids["x.com"], ids["y.org"]];
  const names = { zones: { x, y }, authorities: { A } };
  const program = (...hosts: string[]) => {
    const zone = (zoneId: string, name: string) => ({ zoneId, hostnames: hosts.map((host) => `${host}.${name}`) });
    return programOf({ accountId, cas: { a: A.pem }, zones: { x: zone(x, "x.com"), y: zone(y, "y.org") } });
  };
  const stack = await useStack(emulator, program("api"));
  const outputs = (type: string, name: string) =>
    stack.resources(type).find(({ urn }) => urn.endsWith(`::${name}`))?.outputs;
  let calls = 0;
  /** What was carried out since the last time, in any order of the two zones. */
  const writes = () => {
    const since = writesOf(emulator, names, calls).sort();
    calls = emulator.requests.length;
    return since;
  };

  inject({ kind: "reset-after", method: "POST", path: UPLOADS });
  inject({ kind: "html", method: "PUT", path: `/zones/${x}*${LIST}` });
  inject({ kind: "reset-before", method: "PUT", path: `/zones/${y}*${LIST}` });
  inject({ kind: "status", status: 429, retryAfter: 1, count: 2, method: "POST", path: `/zones/${x}/rulesets` });
  inject({ kind: "status", status: 200, code: 971, method: "POST", path: `/zones/${y}/rulesets` });
  const created = await stack.must("up", "--yes", "--skip-preview");
  expect(writes()).toEqual([
    "list x A: api",
    "list y A: api",
    "make entry point x: api | A",
    "make entry point y: api | A",
    "upload A",
  ]);
  const [{ id } = { id: "" }] = emulator.state().certificates;
  expect(created.output).toContain(`CA ${id} was uploaded by an earlier attempt of this resource: going on with it.`);
  expect(created.output).toContain("The answer was lost; looking at what Cloudflare has before going on: PUT /zones/");
  expect(created.output).toContain(`POST /zones/${x}/rulesets: rate limited, next try in 1 s`);
  expect(created.output).toMatch(new RegExp(`POST /zones/${y}/rulesets: rate limited, next try in \\d s`));
  expect(stack.resources("CaCertificate").map((ca) => ca.id)).toEqual([id]);

  inject({ kind: "reset-after", method: "PUT", path: `/zones/${x}*${LIST}` });
  inject({ kind: "reset-after", method: "PATCH", path: `/zones/${x}/*` });
  inject({ kind: "html", method: "PATCH", path: `/zones/${y}/*` });
  stack.program(program("api", "www"));
  await stack.must("up", "--yes", "--skip-preview");
  expect(writes()).toEqual([
    "change rule x: api www | A",
    "change rule y: api www | A",
    "list x A: api www",
    "list y A: api www",
  ]);

  // Two that don't end: the zone x never takes its list, and the zone y limits for longer than it is waited for.
  const cut = inject({ kind: "reset-before", method: "PUT", path: `/zones/${x}*${LIST}`, count: Infinity });
  const limit = { kind: "status", status: 429, retryAfter: 2, count: Infinity } as const;
  const limited = inject({ ...limit, method: "PATCH", path: `/zones/${y}/*` });
  await stack.must("config", "set", "cloudflare-mtls:retryBudget", "3");
  stack.program(program("api", "more", "www"));
  const gaveUp = await stack.up();
  expect(gaveUp.code).not.toBe(0);
  expect({ cut: cut.hits, limited: limited.hits }).toEqual({ cut: 4, limited: 2 });
  expect(gaveUp.output).toContain(
    "Not tried again: 2 s were waited of the 3 s that one call may wait. Cloudflare asks for another 2 s.",
  );
  expect(gaveUp.output).toContain("`cloudflare-mtls:retryBudget`");
  expect(gaveUp.output).toContain("Run `pulumi up` again: it looks first and goes on from what Cloudflare has.");
  expect(writes()).toEqual(["list y A: api more www"]);
  // State is what Cloudflare has, not what was asked of it.
  expect(outputs("HostnameAssociations", "m-x-a")).toMatchObject({ hostnames: "api.x.com\nwww.x.com\n" });
  expect(outputs("HostnameAssociations", "m-y-a")).toMatchObject({ hostnames: asLines(hostsOf("y.org")) });
  expect(outputs("MtlsRule", "m-y")).toMatchObject({ hostnames: "api.y.org\nwww.y.org\n" });

  cut.release();
  limited.release();
  await stack.must("up", "--yes", "--skip-preview");
  expect(writes()).toEqual([
    "change rule x: api more www | A",
    "change rule y: api more www | A",
    "list x A: api more www",
    // The run that gave up wrote it; before the rule comes to stand on it, this one does.
    "list y A: api more www",
  ]);

  for (const path of [`/zones/${x}*`, `/zones/${y}*`, `${UPLOADS}/*`])
    inject({ kind: "reset-after", method: "DELETE", path });
  inject({ kind: "reset-after", method: "PUT", path: `/zones/${x}*${LIST}` });
  await stack.must("destroy", "--yes", "--skip-preview");
  // The list whose answer was lost is emptied once more: that it shows nobody may be old.
  expect(writes()).toEqual(["delete A", "list x A:", "list x A:", "list y A:", "remove rule x", "remove rule y"]);
  expect(emulator.state().certificates).toEqual([]);
});

function hostsOf(zone: string): string[] {
  return ["api", "more", "www"].map((host) => `${host}.${zone}`);
}
