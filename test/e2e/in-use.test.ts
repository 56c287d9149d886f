import { createAuthority } from "../support/authority";
import { Dashboard } from "../support/dashboard";
import { useEmulator, useStack } from "../support/use";
import { programOf } from "../support/wish";

/* A CA that others use stays, and they are named; with forceDetach they lose it, but never where a rule stands on it. */

test("a CA that other zones use stays in state with their names, and goes once they let go or forceDetach empties them", async () => {
  const A = await createAuthority("A");
  const emulator = await useEmulator({ zones: ["x.com", "y.org", "z.net"] });
  const dashboard = new Dashboard(emulator);
  const { accountId } = emulator;
  const wish = {
    accountId,
    cas: { a: A.pem },
    zones: { x: { zoneId: dashboard.zoneId("x.com"), hostnames: ["api.x.com"] } },
  };
  const stack = await useStack(emulator, programOf(wish));
  await stack.must("up", "--yes", "--skip-preview");
  const [ca] = stack.resources("CaCertificate");
  const id = ca?.id ?? "";
  await dashboard.putHostnames("y.org", id, ["b.y.org", "a.y.org"]);
  await dashboard.putHostnames("z.net", id, ["shop.z.net", "free.z.net"]);
  await dashboard.makeRules("z.net", 1);
  await dashboard.addRule("z.net", {
    action: "block",
    expression: '(http.host eq "shop.z.net" and not cf.tls_client_auth.cert_verified)',
    description: "the shop's own",
  });

  const refused = await stack.destroy();
  expect(refused.code).not.toBe(0);
  expect(refused.output).toMatch(new RegExp(`CA ${id} .* can't be deleted: .*in use`));
  expect(refused.output).toContain(`zone y.org (${dashboard.zoneId("y.org")}): a.y.org, b.y.org`);
  expect(refused.output).toContain(`zone z.net (${dashboard.zoneId("z.net")}): `);
  expect(refused.output).toContain("not looked at: zones that the token can't see");
  expect(refused.output).toContain("forceDetach: true");
  expect(stack.resources("CaCertificate").map((left) => left.id)).toEqual([id]);
  expect(stack.resources("HostnameAssociations")).toEqual([]);

  stack.program(
    `new CaCertificate("m-a", ${JSON.stringify({ accountId, certificates: A.pem, forceDetach: true })}, { aliases: [{ parent: "urn:pulumi:test::e2e::cloudflare-mtls:index:MutualTls::m" }] });`,
  );
  await stack.must("up", "--yes", "--skip-preview");
  const held = await stack.destroy();
  expect(held.code).not.toBe(0);
  expect(held.output).toContain("forceDetach: zone y.org: a.y.org, b.y.org without this CA from now on");
  expect(held.output).toContain("forceDetach: zone z.net: shop.z.net keeps it, a rule demands its certificates");
  expect(emulator.state().zones["y.org"]?.hostnames[id] ?? []).toEqual([]);
  expect(emulator.state().zones["z.net"]?.hostnames[id]).toEqual(["shop.z.net"]);

  await dashboard.putHostnames("z.net", id, []);
  await stack.must("destroy", "--yes", "--skip-preview");
  expect(emulator.state().certificates).toEqual([]);
});

test("a rule made by hand is taken over in place: named in the preview, with the same id, and the others as they were", async () => {
  const A = await createAuthority("A");
  const emulator = await useEmulator({ zones: ["x.com"] });
  const dashboard = new Dashboard(emulator);
  await dashboard.makeRules("x.com", 2);
  const expression = '(http.host eq "api.x.com" and not cf.tls_client_auth.cert_verified)';
  await dashboard.addRule("x.com", { action: "block", expression, description: "by hand", enabled: true });
  const before = (await dashboard.entryPoint("x.com")).rules;
  const mine = before.find(({ description }) => description === "by hand")?.id ?? "";
  const program = (adopt: string) => `
    const zoneId = ${JSON.stringify(dashboard.zoneId("x.com"))};
    const ca = new CaCertificate("ca", ${JSON.stringify({ accountId: emulator.accountId, certificates: A.pem })});
    const list = new HostnameAssociations("list", { zoneId, caCertificateId: ca.id, hostnames: ["api.x.com"] });
    const { hostnames } = list;
    new MtlsRule("rule", { zoneId, hostnames, issuerSkis: ca.issuerSkis, associations: [list], adopt: ${JSON.stringify(adopt)} });`;

  const stack = await useStack(emulator, program("0123456789abcdef0123456789abcdef"));
  const missing = await stack.preview();
  expect(missing.code).not.toBe(0);
  expect(missing.output).toContain(
    'has no custom rule with the id or ref "0123456789abcdef0123456789abcdef" to take over',
  );

  stack.program(program(mine));
  const preview = await stack.preview();
  expect(preview.output).toContain(`rule ${mine} ("by hand") is taken over and changed in place`);
  expect(preview.output).toContain(expression);
  expect((await dashboard.entryPoint("x.com")).rules).toEqual(before);

  await stack.must("up", "--yes", "--skip-preview");
  const after = (await dashboard.entryPoint("x.com")).rules;
  expect(after.map(({ id }) => id).sort()).toEqual(before.map(({ id }) => id).sort());
  expect(after.filter(({ id }) => id !== mine)).toEqual(before.filter(({ id }) => id !== mine));
  expect(after.find(({ id }) => id === mine)?.expression).toContain("cert_issuer_ski");
  const again = await stack.must("up", "--yes", "--skip-preview");
  expect(again.output).toMatch(/4 unchanged/);

  await stack.must("destroy", "--yes", "--skip-preview");
  expect((await dashboard.entryPoint("x.com")).rules).toEqual(before.filter(({ id }) => id !== mine));
});

test("a CA that another stack owns is got by its id, used under a component, and left alone by destroy", async () => {
  const A = await createAuthority("A");
  const emulator = await useEmulator({ zones: ["x.com"] });
  const dashboard = new Dashboard(emulator);
  const { accountId } = emulator;
  const owner = await useStack(
    emulator,
    `exports.id = new CaCertificate("shared", ${JSON.stringify({ accountId, certificates: A.pem })}).id;`,
  );
  await owner.must("up", "--yes", "--skip-preview");
  const { id } = await owner.outputs();
  const user = (ca: unknown) => `
    const ca = CaCertificate.get("shared", ${JSON.stringify(ca)}, ${JSON.stringify(accountId)});
    const zones = [{ zoneId: ${JSON.stringify(dashboard.zoneId("x.com"))}, hostnames: ["api.x.com"] }];
    new MutualTls("m", { accountId: ${JSON.stringify(accountId)}, cas: { shared: ca }, zones });
    exports.subject = ca.subject;`;
  const stack = await useStack(emulator, user("00000000-0000-0000-0000-000000000000"));
  const absent = await stack.up();
  expect(absent.code).not.toBe(0);
  expect(absent.output).toContain(`Account ${accountId} has no CA 00000000`);

  stack.program(user(id));
  const calls = emulator.requests.length;
  await stack.must("up", "--yes");
  expect(await stack.outputs()).toEqual({ subject: "CN=A" });
  expect(
    emulator.requests
      .slice(calls)
      .filter(({ method }) => method !== "GET")
      .map(({ method, path }) => [method, path.split("/").at(-1)?.split("?")[0]]),
  ).toEqual([
    ["POST", "rulesets"],
    ["PUT", "hostname_associations"],
    ["POST", "rulesets"],
  ]);
  const inUse = await owner.destroy();
  expect(inUse.code).not.toBe(0);
  expect(inUse.output).toContain(`zone x.com (${dashboard.zoneId("x.com")}): api.x.com`);
  await stack.must("destroy", "--yes", "--skip-preview");
  expect(emulator.state().certificates.map((present) => present.id)).toEqual([id]);
  await owner.must("destroy", "--yes", "--skip-preview");
  expect(emulator.state().certificates).toEqual([]);
});
