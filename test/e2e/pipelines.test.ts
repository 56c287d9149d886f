import { execFile } from "node:child_process";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { Stage } from "../../examples/stage";
import type { Permission } from "../../src/emulator";
import { createAuthority } from "../support/authority";
import { ROOT } from "../support/example";
import { githubCommands } from "../support/pipelines";
import { cloudflareAt } from "../support/pulumi";
import { engineEnvironment } from "../support/pulumi";

jest.setTimeout(400_000);

/** As their README has it. */
const tokens: { token: string; permissions: Permission[] }[] = [
  { token: "of-preview", permissions: ["account-ssl:read", "zone-ssl:read", "zone-waf:write", "zone:read"] },
  { token: "of-nightly", permissions: ["account-ssl:read", "zone-ssl:read", "zone-waf:read", "zone:read"] },
];
const COMMAND = `"${process.execPath}" "${join(ROOT, "dist/command/index.js")}"`;

test("each job of the pipelines does what their README says, and fails when it should", async () => {
  const own = await createAuthority("own", { notAfter: new Date(Date.now() + 20 * 86_400_000) });
  const { certificate, key } = await own.issue("probe");
  const stage = await Stage.open("quickstart", ROOT, () => undefined, { tokens });
  const { emulator, folder, dashboard, place } = stage;
  try {
    await stage.stack("production");
    const config = { ...place, cas: { "2026": stage.file("2026.pem", own.pem) } };
    const keyed = Object.entries(config).map(([name, value]) => [`cloudflare-mtls-quickstart:${name}`, value]);
    appendFileSync(join(folder, "Pulumi.production.yaml"), `config: ${JSON.stringify(Object.fromEntries(keyed))}\n`);
    const edge = stage.file("edge.pem", emulator.edge.certificate);
    const at = `--connect ${emulator.edge.host}:${emulator.edge.port} --ca-file ${edge}`;
    const env = {
      ...process.env,
      ...engineEnvironment(join(folder, "files/state"), join(folder, "files/home")),
      ...cloudflareAt(emulator),
      ...{ CLOUDFLARE_ACCOUNT_ID: emulator.accountId, PROBE_CERTIFICATE: certificate, PROBE_KEY: key },
    };
    /** The dependencies are there, and the network isn't. */
    const job = async (ends: "well" | "badly", lines: readonly string[], token = emulator.apiToken) => {
      const own = lines.filter((line) => line !== "npm ci").join("\n");
      const text = own.replaceAll("npx cloudflare-mtls", COMMAND).replace(" verify ", ` verify ${at} `);
      const options = { cwd: folder, env: { ...env, CLOUDFLARE_API_TOKEN: token } };
      const [failed, output] = await new Promise<[boolean, string]>((ended) => {
        execFile("sh", ["-e", "-c", text], options, (error, out, err) => ended([error !== null, out + err]));
      });
      if (failed !== (ends === "badly")) throw new Error(`${text}\ndidn't end ${ends}:\n${output}`);
    };
    const { preview = [], up = [], nightly = [] } = githubCommands();
    const [drift = "", expiry = ""] = nightly.slice(1);

    await job("well", preview, "of-preview");
    expect(emulator.state().certificates).toEqual([]);
    await job("well", up);
    await job("well", [drift], "of-nightly");
    await job("badly", [expiry], "of-nightly");
    await job("well", [expiry.replace("30", "10")], "of-nightly");

    // Somebody switches the rule off.
    const [rule] = (await dashboard.entryPoint("example.com")).rules;
    await dashboard.editRule("example.com", rule?.id ?? "", { enabled: false });
    await job("badly", [drift], "of-nightly");
    await job("badly", up.slice(-2));
  } finally {
    await stage.close();
  }
});
