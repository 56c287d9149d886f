import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, truncateSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Emulator } from "../../src/emulator";
import { createAuthority } from "../support/authority";
import { descendantsOf, killAll } from "../support/processes";
import type { Stack } from "../support/stack";
import { useEmulator, useStack } from "../support/use";
import { programOf } from "../support/wish";

/*
 * docs/interrupted-runs.md, done: each way to interrupt the upload of a CA, and the deletion of a rule, then the commands of its row
 * and no others.
 */

const PAGE = readFileSync(resolve(__dirname, "../../docs/interrupted-runs.md"), "utf8");

interface Row {
  readonly happened: string;
  readonly commands: readonly (readonly string[])[];
}

/** Row by row of the table under a heading: what happened, and the commands that the column names. */
function rowsUnder(heading: string, column: string): Row[] {
  const section = PAGE.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? "";
  const [head = [], , ...rows] = section
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .map((line) => line.split("|").map((cell) => cell.trim()));
  return rows.map((cells) => ({
    happened: cells[1] ?? "",
    commands: Array.from((cells[head.indexOf(column)] ?? "").matchAll(/`pulumi ([^`]+)`/g), ([, args = ""]) =>
      args.split(" "),
    ),
  }));
}

const UP = rowsUnder("An interrupted `up`", "what to do");
const FINISHING = rowsUnder("An interrupted `destroy`", "to finish it");
const GOING_BACK = rowsUnder("An interrupted `destroy`", "to go back");

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

test.each([
  ["up", UP],
  ["destroy, to finish it", FINISHING],
  ["destroy, to go back", GOING_BACK],
])("the page and this test know the same ways to interrupt a run: %s", (_, rows) => {
  expect(rows.map(({ happened }) => happened).sort()).toEqual(Object.keys(WAYS).sort());
  expect(rows.filter(({ commands }) => commands.length === 0)).toEqual([]);
});

test.each(UP)("$happened: what the page says brings the stack in order, and nothing is there twice", async (row) => {
  const { emulator, stack } = await begin();
  const upload = { method: "POST", path: `/accounts/${emulator.accountId}/mtls_certificates` };
  await interrupt(row, { emulator, stack, command: "up", call: upload }, () => certificatesOf(emulator).length === 1);
  for (const command of row.commands) await stack.must(...command);
  await expectOrder(emulator, stack);
});

test("a state file that was cut off: what the page says brings the stack in order", async () => {
  const { emulator, stack } = await begin();
  const row = UP.find(({ happened }) => happened.startsWith("the CLI was killed")) ?? { happened: "", commands: [] };
  const upload = { method: "POST", path: `/accounts/${emulator.accountId}/mtls_certificates` };
  await interrupt(row, { emulator, stack, command: "up", call: upload }, () => certificatesOf(emulator).length === 1);

  const file = join(stack.folder, "state/.pulumi/stacks/e2e/test.json");
  truncateSync(file, 100);
  expect((await stack.run("stack", "export")).output).toContain("failed to load checkpoint");
  copyFileSync(`${file}.bak`, file);
  for (const command of row.commands) await stack.must(...command);
  await expectOrder(emulator, stack);
});

describe("a destroy, when its rule is being deleted", () => {
  async function interrupted(row: Row): Promise<Begun> {
    const begun = await begin();
    const { emulator, stack } = begun;
    await stack.must("up", "--yes", "--skip-preview");
    const deletion = { method: "DELETE", path: `/zones/${emulator.zones["x.com"] ?? ""}/rulesets/*` };
    const isGone = () => rulesOf(emulator).length === 0;
    await interrupt(row, { emulator, stack, command: "destroy", call: deletion }, isGone);
    return begun;
  }

  test.each(FINISHING)("$happened: what the page says finishes it", async (row) => {
    const { emulator, stack } = await interrupted(row);
    for (const command of row.commands) await stack.must(...command);
    const { resources = [], pending_operations = [] } = stack.state();
    expect({ resources, pending_operations }).toEqual({ resources: [], pending_operations: [] });
    expect(certificatesOf(emulator)).toEqual([]);
    expect(rulesOf(emulator)).toEqual([]);
  });

  test.each(GOING_BACK)("$happened: what the page says goes back, and nothing is there twice", async (row) => {
    const { emulator, stack } = await interrupted(row);
    for (const command of row.commands) await stack.must(...command);
    expect(rulesOf(emulator)).toHaveLength(1);
    await expectOrder(emulator, stack);
  });
});

interface Begun {
  readonly emulator: Emulator;
  readonly stack: Stack;
}

async function begin(): Promise<Begun> {
  const A = await createAuthority("A");
  const emulator = await useEmulator({ zones: ["x.com"] });
  const { accountId } = emulator;
  const zones = { x: { zoneId: emulator.zones["x.com"] ?? "", hostnames: ["api.x.com"] } };
  return { emulator, stack: await useStack(emulator, programOf({ accountId, cas: { a: A.pem }, zones })) };
}

interface Interruption extends Begun {
  readonly command: "up" | "destroy";
  /** The call that is under way. */
  readonly call: { readonly method: string; readonly path: string };
}

/** Interrupts the run while the call is held. The call is carried out in each case, heard of or not. */
async function interrupt(
  { happened }: Row,
  { emulator, stack, command, call }: Interruption,
  isCarriedOut: () => boolean,
): Promise<void> {
  const hold = emulator.inject({ kind: "hold", ...call });
  const run = stack.start(command, "--yes", "--skip-preview");
  let said = "";
  run.process.stdout?.on("data", (text: Buffer) => (said += String(text)));
  run.process.stderr?.on("data", (text: Buffer) => (said += String(text)));
  await until(() => hold.hits > 0);
  const cli = run.process.pid ?? 0;
  const processes = [cli, ...descendantsOf([cli])];
  const provider = processes.find((pid) => commandOf(pid).includes("dynamic-provider")) ?? 0;
  expect(provider).not.toBe(0);
  await WAYS[happened]?.({ cli, provider, says: (words) => until(() => said.includes(words)) });
  hold.release();
  await run.ended;
  await until(isCarriedOut);
  killAll(processes.filter((pid) => pid !== cli));
}

/** Nothing is pending, nothing was uploaded twice, nothing is left to change; and a destroy leaves nothing. */
async function expectOrder(emulator: Emulator, stack: Stack): Promise<void> {
  expect(stack.state().pending_operations ?? []).toEqual([]);
  expect(certificatesOf(emulator)).toHaveLength(1);
  const uploads = emulator.requests.filter(({ method, status }) => method === "POST" && status === 200);
  expect(uploads.filter(({ path }) => path.endsWith("/mtls_certificates"))).toHaveLength(1);
  const again = await stack.must("up", "--yes", "--skip-preview");
  expect(again.output).toContain("5 unchanged");
  expect(again.output).not.toContain("pending operations");
  await stack.must("destroy", "--yes", "--skip-preview");
  expect(certificatesOf(emulator)).toEqual([]);
  expect(rulesOf(emulator)).toEqual([]);
}

function certificatesOf(emulator: Emulator): readonly unknown[] {
  return emulator.state().certificates;
}

function rulesOf(emulator: Emulator): readonly unknown[] {
  return emulator.state().zones["x.com"]?.rules ?? [];
}

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
