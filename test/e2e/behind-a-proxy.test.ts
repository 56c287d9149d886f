import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAuthority } from "../support/authority";
import { startProxy, startTlsFront } from "../support/lines";
import { useEmulator, useStack } from "../support/use";
import { programOf } from "../support/wish";

/* The variables reach the process that makes the calls, and don't come between the engine's own processes. */

test("behind an inspecting proxy a stack goes up with HTTPS_PROXY and NODE_EXTRA_CA_CERTS, and stops without the latter", async () => {
  const name = "api.cloudflare.test";
  const [A, company, emulator] = await Promise.all([
    createAuthority("A"),
    createAuthority("Company"),
    useEmulator({ zones: ["x.com"] }),
  ]);
  const front = await startTlsFront(
    Number(new URL(emulator.apiUrl).port),
    await company.issue(name, { hostnames: [name] }),
  );
  const proxy = await startProxy({ [name]: front.port });
  const folder = mkdtempSync(join(tmpdir(), "company-"));
  try {
    const address = `http://127.0.0.1:${proxy.port}`;
    // In small letters Pulumi's own processes read it too, and would look for each other behind the proxy.
    const environment = { HTTPS_PROXY: address, https_proxy: address, NO_PROXY: "", no_proxy: "127.0.0.1" };
    const zones = { x: { zoneId: emulator.zones["x.com"] ?? "", hostnames: ["api.x.com"] } };
    const stack = await useStack(emulator, programOf({ accountId: emulator.accountId, cas: { a: A.pem }, zones }), {
      ...environment,
      CLOUDFLARE_BASE_URL: `https://${name}/client/v4`,
    });
    const refused = await stack.up();
    expect(refused.code).not.toBe(0);
    expect(refused.output).toContain("behind an inspecting proxy, name its CA in NODE_EXTRA_CA_CERTS");
    expect(emulator.requests).toEqual([]);

    const file = join(folder, "company.pem");
    writeFileSync(file, company.pem);
    stack.setEnvironment({ NODE_EXTRA_CA_CERTS: file });
    await stack.must("up", "--yes", "--skip-preview");
    expect(emulator.state().zones["x.com"]?.rules).toHaveLength(1);
    expect(new Set(proxy.asked)).toEqual(new Set([`CONNECT ${name}:443`]));
    expect(proxy.read.join()).not.toContain(emulator.apiToken);
  } finally {
    rmSync(folder, { recursive: true });
    await Promise.all([proxy.close(), front.close()]);
  }
});
