import type { Permission } from "../../src/emulator";
import { createAuthority } from "../support/authority";
import { useEmulator, useStack } from "../support/use";
import { programOf } from "../support/wish";
import { isWrite, writesOf } from "../support/writes";

/* A token that may not do everything: what it lacks is named with its account or zone, and nothing made is forgotten. */

const ALL: Permission[] = ["account-ssl:write", "zone-ssl:write", "zone-waf:write", "zone:read"];
const lacking = (...missing: Permission[]) => ALL.filter((permission) => !missing.includes(permission));

test("a token without a permission is told which and where, once, in preview and in up, and what was made before stays", async () => {
  const A = await createAuthority("A");
  const emulator = await useEmulator({
    zones: ["x.com"],
    tokens: [
      { token: "another-account", accountId: "0".repeat(32) },
      { token: "no-zone", permissions: lacking("zone:read") },
      { token: "no-account-ssl", permissions: lacking("account-ssl:write") },
      { token: "no-zone-ssl", permissions: lacking("zone-ssl:write") },
      { token: "zone-ssl-read", permissions: [...lacking("zone-ssl:write"), "zone-ssl:read"] },
      { token: "no-waf", permissions: lacking("zone-waf:write") },
      { token: "enough", permissions: ALL },
    ],
  });
  const { accountId } = emulator;
  const zoneId = emulator.zones["x.com"] ?? "";
  const names = { zones: { x: zoneId }, authorities: { A } };
  const stack = await useStack(
    emulator,
    programOf({ accountId, cas: { a: A.pem }, zones: { x: { zoneId, hostnames: ["api.x.com"] } } }),
  );
  const kept = () =>
    (stack.state().resources ?? [])
      .filter(({ type }) => type.includes("dynamic"))
      .map(({ type, id }) => [type.split(":").at(-1), id]);

  const zoneRead = `Zone › Zone › Read, for zone ${zoneId}.`;
  const accountSsl = `Account › SSL and Certificates › Edit, for account ${accountId}.`;
  const zoneSsl = `Zone › SSL and Certificates › Edit, for zone ${zoneId}.`;
  const waf = `Zone › WAF › Edit, for zone ${zoneId}.`;
  const steps: [token: string, needs: string, inPreview: boolean, writes: string[], kept: string[]][] = [
    ["another-account", zoneRead, true, [], []],
    ["no-zone", zoneRead, true, [], []],
    ["no-account-ssl", accountSsl, true, [], []],
    ["no-zone-ssl", zoneSsl, true, ["upload A"], ["CaCertificate"]],
    // May look, so that no preview can tell.
    ["zone-ssl-read", zoneSsl, false, [], ["CaCertificate"]],
    ["no-waf", waf, true, ["list x A: api"], ["CaCertificate", "HostnameAssociations"]],
  ];
  let before: unknown[] = [];
  for (const [token, needs, inPreview, writes, kinds] of steps) {
    stack.setEnvironment({ CLOUDFLARE_API_TOKEN: token });
    for (const args of [...(inPreview ? [["preview"]] : []), ["up", "--yes", "--skip-preview"]]) {
      const from = emulator.requests.length;
      const { code, output } = await stack.run(...args);
      expect({ token, args, code }).not.toEqual({ token, args, code: 0 });
      expect(output).toContain(`The token isn't allowed to do this. It needs: ${needs}`);
      expect(output).toMatch(/was answered with HTTP 403: .* \[code: (10000|9109)\]/);
      // Refused is refused: each call was made once.
      const denied = emulator.requests.slice(from).filter(({ status }) => status === 403);
      const calls = denied.map(({ method, path }) => `${method} ${path}`);
      expect({ token, calls }).toEqual({ token, calls: [...new Set(calls)] });
      expect(denied.length).toBeGreaterThan(0);
      if (args[0] === "preview") expect(emulator.requests.slice(from).filter(isWrite)).toEqual([]);
      else expect({ token, writes: writesOf(emulator, names, from) }).toEqual({ token, writes });
    }
    const now = kept();
    expect({ token, kinds: now.map(([kind]) => kind) }).toEqual({ token, kinds });
    expect(now.slice(0, before.length)).toEqual(before);
    before = now;
  }

  // With what was missing, the same stack goes on from there.
  stack.setEnvironment({ CLOUDFLARE_API_TOKEN: "enough" });
  const from = emulator.requests.length;
  await stack.must("up", "--yes", "--skip-preview");
  // The list that the rule comes to stand on wasn't written in this run, so it is once more.
  expect(writesOf(emulator, names, from)).toEqual(["list x A: api", "make entry point x: api | A"]);
  expect(kept().slice(0, before.length)).toEqual(before);
});

test("a token of another account is told the account where no zone is in question", async () => {
  const A = await createAuthority("A");
  const emulator = await useEmulator({
    zones: ["x.com"],
    tokens: [{ token: "another-account", accountId: "0".repeat(32) }],
  });
  const options = { accountId: emulator.accountId, certificates: A.pem };
  const stack = await useStack(emulator, `new CaCertificate("partners", ${JSON.stringify(options)});`, {
    CLOUDFLARE_API_TOKEN: "another-account",
  });
  const { code, output } = await stack.up();
  expect(code).not.toBe(0);
  expect(output).toContain(`It needs: Account › SSL and Certificates › Edit, for account ${emulator.accountId}.`);
  expect(emulator.requests.map(({ method, status }) => [method, status])).toEqual([["POST", 403]]);
});
