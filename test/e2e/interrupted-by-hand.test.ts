import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createAuthority } from "../support/authority";
import { descendantsOf, killAll } from "../support/processes";
import { useEmulator, useStack } from "../support/use";
import { programOf } from "../support/wish";

/* docs/interrupted-runs.md, done: each way to interrupt the upload of a CA, then the commands of its row and no others. */

const PAGE = readFileSync(resolve(__dirname, "../../docs/interrupted-runs.md"), "utf8");

/** Row by row: what happened, and the commands that the last column names. */
const ROWS = PAGE.split("\n")
  .filter((line) => line.startsWith("| ") && line.includes("`pulumi "))
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .map(([, happened = "", , remedy = ""]) => ({
    happened,
    commands: Array.from(remedy.matchAll(/`pulumi ([^`]+)`/g), ([, args = ""]) => args.split(" ")),
  }));

interface Victim {
  readonly cli: number;
  readonly provider: number;
  /** Resolves once the CLI printed this. */
  readonly says: (words: string) => Promise<void>;
}

const WAYS: Readonly<Record<string, (victim: Victim) => void | Promise<void>>> = {
  "Ctrl-C, once": async ({ cli, says }) => {
    process.kill(cli, "SIGINT");
    await says("^C received; cancelling.");
  },
  "Ctrl-C, twice": async ({ cli, says }) => {
    process.kill(cli, "SIGINT");
    await says("^C received; cancelling.");
    process.kill(cli, "SIGINT");
    await says("^C received; terminating");
  },
  "the provider's process was killed (out of memory)": ({ provider }) => killAll([provider]),
  "the CLI was killed, or its machine or container is gone": ({ cli }) => killAll([cli]),
  "the CLI and the provider were killed": ({ cli, provider }) => killAll([cli, provider]),
};

test("the page and this test know the same ways to interrupt a run", () => {
  expect(ROWS.map(({ happened }) => happened).sort()).toEqual(Object.keys(WAYS).sort());
});

test.each(ROWS)("$happened: what the page says brings the stack in order, and nothing is there twice", async (row) => {
  const A = await createAuthority("A");
  const emulator = await useEmulator({ zones: ["x.com"] });
  const { accountId } = emulator;
  const zones = { x: { zoneId: emulator.zones["x.com"] ?? "", hostnames: ["api.x.com"] } };
  const stack = await useStack(emulator, programOf({ accountId, cas: { a: A.pem }, zones }));

  const hold = emulator.inject({ kind: "hold", method: "POST", path: `/accounts/${accountId}/mtls_certificates` });
  const run = stack.start("up", "--yes", "--skip-preview");
  let said = "";
  run.process.stdout?.on("data", (text: Buffer) => (said += String(text)));
  run.process.stderr?.on("data", (text: Buffer) => (said += String(text)));
  await until(() => hold.hits > 0);
  const cli = run.process.pid ?? 0;
  const processes = [cli, ...descendantsOf([cli])];
  const provider = processes.find((pid) => commandOf(pid).includes("dynamic-provider")) ?? 0;
  expect(provider).not.toBe(0);
  await WAYS[row.happened]?.({ cli, provider, says: (words) => until(() => said.includes(words)) });
  hold.release();
  await run.ended;
  // Carried out in each case, heard of or not.
  await until(() => emulator.state().certificates.length === 1);
  killAll(processes.filter((pid) => pid !== cli));

  for (const command of row.commands) await stack.must(...command);

  const state = stack.state();
  expect(state.pending_operations ?? []).toEqual([]);
  expect(emulator.state().certificates).toHaveLength(1);
  const uploads = emulator.requests.filter(({ method, status }) => method === "POST" && status === 200);
  expect(uploads.filter(({ path }) => path.endsWith("/mtls_certificates"))).toHaveLength(1);
  const again = await stack.must("up", "--yes", "--skip-preview");
  expect(again.output).toContain("5 unchanged");
  expect(again.output).not.toContain("pending operations");
  await stack.must("destroy", "--yes", "--skip-preview");
  expect(emulator.state().certificates).toEqual([]);
  expect(emulator.state().zones["x.com"]?.rules).toEqual([]);
});

async function until(holds: () => boolean): Promise<void> {
  const last = Date.now() + 60_000;
  while (!holds()) {
    if (Date.now() > last) throw new Error("waited in vain");
    await sleep(20);
  }
}

function commandOf(pid: number): string {
  try {
    return execFileSync("ps", ["-o", "args=", "-p", String(pid)], { encoding: "utf8" });
  } catch {
    return "";
  }
}
