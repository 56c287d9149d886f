import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ProjectStack } from "../support/project-stack";
import { cloudflareAt } from "../support/pulumi";
import { createAuthority } from "../support/authority";
import { expectAsShown, ROOT } from "../support/example";
import { knock } from "../support/prober";
import { engineEnvironment, startPulumi } from "../support/pulumi";
import { useEmulator } from "../support/use";

test("`pulumi new` makes a project of the template, and the first `up` of it protects the host", async () => {
  const own = await createAuthority("own");
  const emulator = await useEmulator({ zones: ["example.com"] });
  // Inside the repository, so that it finds the packages that `npm install` would bring.
  mkdirSync(join(ROOT, "build/e2e"), { recursive: true });
  const folder = mkdtempSync(join(ROOT, "build/e2e/new-"));
  try {
    const project = join(folder, "shop");
    const args = ["new", join(ROOT, "template"), "--offline", "--generate-only", "--yes", "--name", "shop"];
    const made = await startPulumi([...args, "--dir", project], ROOT, engineEnvironment(folder, folder)).ended;
    expect(made).toMatchObject({ code: 0 });
    const stack = new ProjectStack("dev", project, cloudflareAt(emulator), folder);
    await stack.init();
    const zoneId = emulator.zones["example.com"];
    const ca = stack.file("ca.pem", own.pem);
    stack.configure({ accountId: emulator.accountId, zoneId, hostname: "api.example.com", ca });
    await stack.up("--skip-preview");
    const status = async (client: object) =>
      (await knock(emulator.edge, "api.example.com", { name: "", ...client })).status;
    expect([await status({}), await status(await own.issue("client"))]).toEqual([403, 200]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("an example does what its README shows", () => expectAsShown("log-before-block"));
