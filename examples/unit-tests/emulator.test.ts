import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import { startEmulator } from "pulumi-cloudflare-mtls/emulator";
import type { Emulator } from "pulumi-cloudflare-mtls/emulator";
import { createCa } from "./test-ca";

/* What the stack does: the real engine brings it up in an emulated account, and clients knock. It needs `pulumi` on PATH. */

const folder = mkdtempSync(join(tmpdir(), "stack-test-"));
let cloudflare: Emulator;

beforeAll(async () => {
  cloudflare = await startEmulator({ zones: ["example.com"] });
});

afterAll(async () => {
  await cloudflare.close();
  rmSync(folder, { recursive: true });
});

function status(hostname: string, client: { cert?: string; key?: string } = {}): Promise<number | undefined> {
  const { host, port } = cloudflare.edge;
  const options = { host, port, servername: hostname, headers: { host: hostname }, agent: false };
  return new Promise((answered, failed) => {
    request({ ...options, rejectUnauthorized: false, ...client }, (response) => {
      response.resume();
      answered(response.statusCode);
    })
      .on("error", failed)
      .end();
  });
}

test("only a partner's certificate is let in, and destroy leaves nothing", async () => {
  const ca = await createCa();
  const { accountId, zones, apiUrl, apiToken } = cloudflare;
  writeFileSync(join(folder, "ca.pem"), ca.pem);
  const envVars = {
    PULUMI_BACKEND_URL: `file://${folder}`,
    PULUMI_CONFIG_PASSPHRASE: "test",
    CLOUDFLARE_BASE_URL: apiUrl,
    CLOUDFLARE_API_TOKEN: apiToken,
  };
  const stack = await LocalWorkspace.createStack({ stackName: "test", workDir: __dirname }, { envVars });
  try {
    const config = { accountId, zoneId: zones["example.com"] ?? "", ca: join(folder, "ca.pem") };
    const all = Object.entries({ ...config, "hostnames[0]": "api.example.com" });
    await stack.setAllConfig(Object.fromEntries(all.map(([key, value]) => [key, { value }])), true);
    await stack.up();
    expect(await status("api.example.com")).toBe(403);
    expect(await status("api.example.com", ca.client)).toBe(200);
    await stack.destroy();
    expect(cloudflare.state().certificates).toEqual([]);
  } finally {
    await stack.workspace.removeStack("test", { force: true });
  }
}, 300_000);
