import type { Emulator } from "../../src/emulator";
import { dynamicProvider } from "../../src/provider";
import type { DynamicProvider } from "../../src/provider";
import type { Properties } from "../../src/provider/handler";
import { Session } from "../../src/provider/session";
import type { Patience } from "../../src/provider/wait";

/** The provider as the engine calls it, but in this process: what takes minutes there can be told to take seconds. */
export interface Handlers {
  readonly ca: DynamicProvider;
  readonly list: DynamicProvider;
  readonly rule: DynamicProvider;
  /** What was said aloud. */
  readonly lines: readonly string[];
}

export function handlersFor(
  emulator: Emulator,
  patience?: Patience,
  environment: Readonly<Record<string, string>> = {},
): Handlers {
  const lines: string[] = [];
  const credentials = { CLOUDFLARE_API_TOKEN: emulator.apiToken, CLOUDFLARE_BASE_URL: emulator.apiUrl };
  const session = new Session((line) => lines.push(line), { ...credentials, ...environment }, patience);
  return {
    ca: dynamicProvider("ca-certificate", session),
    list: dynamicProvider("hostname-associations", session),
    rule: dynamicProvider("mtls-rule", session),
    lines,
  };
}

/** Check and create, as for a resource that is new. */
export async function made(provider: DynamicProvider, news: Properties): Promise<{ id: string; outs: Properties }> {
  const { inputs, failures } = await provider.check({}, news);
  if ((failures as unknown[]).length > 0) throw new Error(JSON.stringify(failures));
  return provider.create(inputs);
}

/** What the call was refused with. */
export async function refusalOf(call: Promise<unknown>): Promise<Error & { id?: string; properties?: Properties }> {
  const thrown: unknown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof Error) return thrown;
  throw new Error("the call was not refused");
}
