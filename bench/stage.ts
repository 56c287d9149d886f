import type { Emulator } from "../src/emulator";
import { authorities } from "../test/support/authority";
import type { Authority } from "../test/support/authority";
import { startEmulator } from "../test/support/emulator";
import { cloudflareAt } from "../test/support/pulumi";
import { Stack } from "../test/support/stack";
import { watch } from "./watch";
import type { Use } from "./watch";

/** One run of the engine. */
export interface Measured {
  readonly calls: number;
  readonly seconds: number;
  readonly provider: Use;
  readonly program: Use;
  readonly engine: Use;
  readonly stdout: string;
}

const APPLY = ["--yes", "--skip-preview"];

/** A stack over some zones of an emulated account, and what it costs to run it. */
export class Stage {
  private constructor(
    readonly emulator: Emulator,
    readonly stack: Stack,
    readonly authorities: Readonly<Record<"A" | "B", Authority>>,
  ) {}

  static async use<T>(zones: number, latency: number, work: (stage: Stage) => Promise<T>): Promise<T> {
    const names = Array.from({ length: zones }, (_, index) => `zone-${index}.com`);
    const emulator = await startEmulator({ zones: names, latency });
    const stack = await Stack.create("bench", cloudflareAt(emulator), "");
    try {
      return await work(new Stage(emulator, stack, await authorities("A", "B")));
    } finally {
      stack.remove();
      await emulator.close();
    }
  }

  /** One component over all the zones, with this many hostnames in each. */
  declare(cas: readonly ("A" | "B")[], hostnames = 5): void {
    const zones = Object.entries(this.emulator.zones).map(([name, zoneId]) => ({
      zoneId,
      hostnames: Array.from({ length: hostnames }, (_, index) => `host-${String(index).padStart(4, "0")}.${name}`),
    }));
    const { accountId } = this.emulator;
    const keyed = Object.fromEntries(cas.map((name) => [name, { certificates: this.authorities[name].pem }]));
    this.stack.program(`new MutualTls("m", ${JSON.stringify({ accountId, cas: keyed, zones })});`);
  }

  /** Dynamic resources that do nothing, as the SDK makes them. */
  declareEmpty(count: number): void {
    this.stack.program(`
      const provider = { create: async () => ({ id: "1", outs: {} }), diff: async () => ({ changes: false }) };
      for (let index = 0; index < ${count}; index++) new pulumi.dynamic.Resource(provider, "empty-" + index, {});
    `);
  }

  apply(command: "up" | "refresh" | "destroy"): Promise<Measured> {
    return this.run(command, ...APPLY);
  }

  async run(...command: string[]): Promise<Measured> {
    const before = this.emulator.requests.length;
    const stop = watch(this.stack.folder);
    const started = performance.now();
    try {
      const { stdout } = await this.stack.must(...command);
      const seconds = (performance.now() - started) / 1000;
      return { calls: this.emulator.requests.length - before, seconds, ...stop(), stdout };
    } finally {
      stop();
    }
  }
}
