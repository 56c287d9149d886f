import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";

/** How one run of the CLI ended. */
export interface Run {
  readonly code: number | null;
  /** Everything that was printed, on both streams. */
  readonly output: string;
  readonly stdout: string;
}

/** Starts the Pulumi CLI in a project's folder; `ended` resolves whatever its exit code. */
export function startPulumi(
  args: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>>,
): { process: ChildProcess; ended: Promise<Run> } {
  const child = spawn("pulumi", [...args, "--non-interactive", "--color", "never"], {
    cwd,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let output = "";
  child.stdout.on("data", (data: Buffer) => {
    stdout += String(data);
    output += String(data);
  });
  child.stderr.on("data", (data: Buffer) => (output += String(data)));
  const ended = new Promise<Run>((done, failed) => {
    child.on("error", (error) =>
      failed(
        new Error(`The Pulumi CLI could not be started (${error.message}). \`npm start\` and \`npm test\` install it.`),
      ),
    );
    child.on("close", (code) => done({ code, output, stdout }));
  });
  return { process: child, ended };
}

/** No account, no question, no look for updates: state in a folder, and plugins from PATH. */
export function engineEnvironment(stateFolder: string, home: string): Record<string, string> {
  return {
    PULUMI_BACKEND_URL: `file://${stateFolder}`,
    PULUMI_CONFIG_PASSPHRASE: "emulator",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_HOME: home,
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
}

/** Where a program and its provider find an emulated account, whatever credentials the user's own environment has. */
export function cloudflareAt({ apiUrl, apiToken }: { readonly apiUrl: string; readonly apiToken: string }) {
  return {
    CLOUDFLARE_BASE_URL: apiUrl,
    CLOUDFLARE_API_TOKEN: apiToken,
    CLOUDFLARE_API_KEY: "",
    CLOUDFLARE_EMAIL: "",
  };
}
