import type { Emulator } from "../../src/emulator";
import { dynamicProvider } from "../../src/provider";
import type { DynamicProvider } from "../../src/provider";
import type { Properties } from "../../src/provider/engine/contract";
import { Session } from "../../src/provider/session";
import type { Patience } from "../../src/provider/session/waiting";
import { mean } from "./emulator";
import type { Meaning } from "./emulator";

export type Kind = "ca-certificate" | "hostname-associations" | "mtls-rule";
export const KINDS: readonly Kind[] = ["ca-certificate", "hostname-associations", "mtls-rule"];

export interface Process {
  readonly session: Session;
  /** What the reader of the command's output sees of it. */
  readonly lines: string[];
  readonly provider: (kind: Kind) => DynamicProvider;
}

/** What the engine starts a process for: a session of its own, with the emulator's token in its environment. */
export function processAt(
  emulator: Pick<Emulator, "apiUrl" | "apiToken">,
  { isPreview = false, ...environment }: { isPreview?: boolean; [variable: string]: string | boolean | undefined } = {},
  patience?: Patience,
): Process {
  const lines: string[] = [];
  const variables = { CLOUDFLARE_BASE_URL: emulator.apiUrl, CLOUDFLARE_API_TOKEN: emulator.apiToken };
  const all = { ...variables, ...(environment as Record<string, string>) };
  const session = new Session((line) => lines.push(line), all, patience && { patience });
  session.isPreview = isPreview;
  let meaning: Meaning = "nothing";
  mean(emulator, () => meaning);
  const provider = (kind: Kind) => {
    if (kind === "mtls-rule") meaning = "read";
    return dynamicProvider(kind, session);
  };
  return { session, lines, provider };
}

/** The reasons in a check's answer, as the engine prints them. */
export function reasonsOf({ failures }: { failures: unknown }): string[] {
  return (failures as { property: string; reason: string }[]).map(({ reason }) => reason);
}

/** Check and create, as for a resource that is new. */
export async function made(provider: DynamicProvider, news: Properties): Promise<{ id: string; outs: Properties }> {
  const checked = await provider.check({}, news);
  const reasons = reasonsOf(checked);
  if (reasons.length > 0) throw new Error(reasons.join("\n"));
  return provider.create(checked.inputs);
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
