import type { Emulator } from "../../src/emulator";
import { dynamicProvider } from "../../src/provider";
import type { DynamicProvider } from "../../src/provider";
import { Session } from "../../src/provider/session";

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
): Process {
  const lines: string[] = [];
  const variables = { CLOUDFLARE_BASE_URL: emulator.apiUrl, CLOUDFLARE_API_TOKEN: emulator.apiToken };
  const session = new Session((line) => lines.push(line), { ...variables, ...(environment as Record<string, string>) });
  session.isPreview = isPreview;
  return { session, lines, provider: (kind) => dynamicProvider(kind, session) };
}

/** The reasons in a check's answer, as the engine prints them. */
export function reasonsOf({ failures }: { failures: unknown }): string[] {
  return (failures as { property: string; reason: string }[]).map(({ reason }) => reason);
}
