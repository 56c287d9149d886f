import { authorities } from "../support/authority";
import type { Authority } from "../support/authority";
import { Dashboard } from "../support/dashboard";
import { knock } from "../support/prober";
import { useEmulator, useStack } from "../support/use";
import { programOf } from "../support/wish";

/* Cloudflare has a CA of its own in every zone. Its client certificates verify wherever it is associated too. */

test("a host that the managed CA serves as well is named in preview, and the rule keeps that CA's clients out", async () => {
  const { A, managed } = await authorities("A", "managed");
  const emulator = await useEmulator({ zones: ["x.com"] });
  emulator.seed({ managedCa: managed.pem });
  const dashboard = new Dashboard(emulator);
  const zoneId = dashboard.zoneId("x.com");
  await dashboard.call("PUT", `/zones/${zoneId}/certificate_authorities/hostname_associations`, {
    hostnames: ["api.x.com", "old.x.com"],
  });
  // What people write by hand: any certificate that verifies will do.
  await dashboard.makeRules("x.com", 1);
  const expression = `(http.host eq "old.x.com" and not cf.tls_client_auth.cert_verified)`;
  await dashboard.addRule("x.com", { action: "block", expression, description: "by hand", enabled: true });
  const client = async (name: string, authority: Authority) => ({ name, ...(await authority.issue(name)) });
  const clients = [await client("ours", A), await client("managed", managed), { name: "nobody" }];
  const answers = (hostname: string) =>
    Promise.all(clients.map(async (who) => (await knock(emulator.edge, hostname, who)).status));

  const zones = { x: { zoneId, hostnames: ["API.x.com", "www.x.com"] } };
  const wish = { accountId: emulator.accountId, cas: { a: A.pem }, zones };
  const stack = await useStack(emulator, programOf(wish));
  const preview = await stack.must("preview");
  expect(preview.output).toContain("warning: the managed CA also covers api.x.com: ");
  await stack.must("up", "--yes", "--skip-preview");
  expect(await answers("old.x.com")).toEqual([403, 200, 403]);
  expect(await answers("api.x.com")).toEqual([200, 403, 403]);

  // Said of what changes, and not again by a preview in which nothing does. The managed CA's own list is let alone.
  expect((await stack.must("preview", "--expect-no-changes")).output).not.toContain("managed CA");
  await stack.must("destroy", "--yes", "--skip-preview");
  expect(emulator.state().zones["x.com"]?.hostnames).toEqual({ managed: ["api.x.com", "old.x.com"] });
});
