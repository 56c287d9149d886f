import type { Emulator, EmulatorOptions } from "../../src/emulator";
import { mean, startEmulator } from "./emulator";
import { Prober } from "./prober";
import type { Client } from "./prober";
import { cloudflareAt } from "./pulumi";
import { Stack } from "./stack";

/*
 * What a test uses, and leaves nothing of behind: each is disposed of after the test, the last one first.
 */

// A run of the CLI takes two seconds, and many times that on a machine that is busy with something else.
jest.setTimeout(300_000);

const inUse: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const dispose of inUse.splice(0).reverse()) await dispose();
});

export async function useEmulator(options: EmulatorOptions): Promise<Emulator> {
  const emulator = await startEmulator(options);
  inUse.push(() => emulator.close());
  return emulator;
}

/** A stack whose token and API address stand in the environment, which `environment` may override. */
export async function useStack(
  emulator: Emulator,
  program: string,
  environment: Record<string, string> = {},
): Promise<Stack> {
  const stack = await Stack.create(
    "stack",
    {
      ...cloudflareAt(emulator),
      ...environment,
    },
    program,
  );
  inUse.push(() => stack.remove());
  mean(emulator, () => stack.meaning);
  return stack;
}

export function useProber(
  emulator: Emulator,
  hostnames: readonly string[],
  clients: readonly Client[],
  pause = 20,
  path = "/",
): Prober {
  const prober = new Prober(emulator.edge, hostnames, clients, pause, path);
  inUse.push(() => prober.stop());
  return prober;
}
