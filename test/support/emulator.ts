import { startEmulator as start } from "../../src/emulator";
import type { Emulator, EmulatorOptions, JournalEntry } from "../../src/emulator";

/*
 * Every emulator of the suite, for all but the tests of how one starts. When it is closed, its journal must show no call of this package about the
 * Cloudflare-managed CA that wasn't meant: such a call names no CA, and so is the worst one to make by mistake.
 */

/** What may be done to the managed CA's lists: a program that names it writes them, a rule looks whether they are on its hosts. */
export type Meaning = "nothing" | "read" | "write";

const meanings = new WeakMap<object, (() => Meaning)[]>();

/** Says what whoever uses the emulator means, as it is when the emulator is closed. */
export function mean(emulator: object, meaning: () => Meaning): void {
  meanings.set(emulator, [...(meanings.get(emulator) ?? []), meaning]);
}

export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const emulator = await start(options);
  const close = emulator.close.bind(emulator);
  return Object.assign(emulator, {
    close: async () => {
      await close();
      refuseUnmeant(emulator);
    },
  });
}

function refuseUnmeant(emulator: Emulator): void {
  const meant = (meanings.get(emulator) ?? []).map((meaning) => meaning());
  if (meant.includes("write")) return;
  const mayRead = () => meant.includes("read") || emulator.requests.some(tellsOfRules);
  const unmeant = emulator.requests.filter(isAboutManagedCa).filter(({ method }) => method !== "GET" || !mayRead());
  if (unmeant.length > 0)
    throw new Error(
      `Calls about the managed CA that nobody meant: ${unmeant.map(({ method, path }) => `${method} ${path}`).join(", ")}`,
    );
}

/** A call of this package that names no CA. */
function isAboutManagedCa({ agent, method, path, body }: JournalEntry): boolean {
  if (agent !== "pulumi-cloudflare-mtls" || !path.includes("/hostname_associations")) return false;
  return method === "GET" ? !/[?&]mtls_certificate_id=./.test(path) : !("mtls_certificate_id" in Object(body));
}

/** The guard over a list asks whom the rules let in, whoever wrote them. */
function tellsOfRules({ body, answer }: JournalEntry): boolean {
  return JSON.stringify([body, answer]).includes("cf.tls_client_auth.");
}
