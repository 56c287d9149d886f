import { randomBytes } from "node:crypto";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createControl } from "./api/control";
import { createFaults, type Fault, type InjectedFault } from "./api/faults";
import type { JournalEntry } from "./api/journal";
import { createRateLimit } from "./api/rate-limit";
import { BASE_PATH, createApiServer } from "./api/server";
import type { Caller } from "./api/tokens";
import { edgeViewOf } from "./edge-view";
import { startEdge, type Edge } from "./edge-pending";
import { checkedId, checkedZones, type EmulatorOptions } from "./options";
import { plant, type Seed } from "./seed";
import { applySettings, defaultSettings, type SettingsChange } from "./settings";
import { stateOf, type AccountState } from "./state";
import { createStore, newId } from "./store";

export type { Fault, InjectedFault } from "./api/faults";
export type { JournalEntry } from "./api/journal";
export type { Permission, Token } from "./api/tokens";
export type { EmulatorOptions, EmulatorZone } from "./options";
export type { Seed, SeedCertificate } from "./seed";
export type { Settings, SettingsChange } from "./settings";
export type { AccountState } from "./state";

/** A Cloudflare account on this machine: its API, and its edge with real TLS handshakes. */
export interface Emulator {
  /** Ends in /client/v4: what `cloudflare:baseUrl` and CLOUDFLARE_BASE_URL take. */
  readonly apiUrl: string;
  readonly edge: { readonly host: string; readonly port: number };
  readonly edgeUrl: string;
  readonly accountId: string;
  readonly apiToken: string;
  /** Ids by name. */
  readonly zones: Readonly<Record<string, string>>;
  /** Every API call so far, and each further one as it comes. */
  readonly requests: readonly JournalEntry[];
  /** Turns lag, latency, quota, rate limit or the edge's verification. */
  configure(change: SettingsChange): void;
  /** Makes requests fail, in the ways that networks and Cloudflare fail. */
  inject(fault: Fault): InjectedFault;
  /** Puts in place what others own and the API can't make. Answers the ids of the certificates. */
  seed(seed: Seed): { certificates: string[] };
  /** What the account holds at this moment. */
  state(): AccountState;
  /** Frees both ports, and cuts what still hangs on them. */
  close(): Promise<void>;
}

export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const { host = "127.0.0.1", port = 0, edgePort = 0, accountId = newId(), log = () => undefined } = options;
  const { apiToken = randomBytes(20).toString("hex"), lag, latency, quota, rateLimit: limit, verification } = options;
  const store = createStore(checkedId(accountId, "the account id"), checkedZones(options.zones));
  const settings = defaultSettings();
  applySettings(settings, { lag, latency, quota, rateLimit: limit, verification });
  const callers: Caller[] = [{ token: apiToken }, ...(options.tokens ?? [])].map((token) => ({
    ...token,
    id: newId(),
  }));
  const journal: JournalEntry[] = [];
  const faults = createFaults();

  const edge = await startEdge(edgeViewOf(store), { host, port: edgePort, verification: settings.verification });
  const configure = (change: unknown): void => {
    applySettings(settings, change);
    edge.setVerification(settings.verification);
  };
  const seed = (value: unknown): { certificates: string[] } => plant(store, value);
  const state = (): AccountState => stateOf(store);
  const control = createControl({ journal, faults, settings, configure, seed, state });
  const rateLimit = createRateLimit();
  const server = createApiServer({ store, settings, callers, rateLimit, faults, journal, control, log });
  const api = await listen(server, host, port).catch(async (error: unknown) => {
    await edge.close();
    throw error;
  });

  return {
    apiUrl: `http://${authority(host, api.port)}${BASE_PATH}`,
    edge: { host: edge.host, port: edge.port },
    edgeUrl: `https://${authority(edge.host, edge.port)}`,
    accountId,
    apiToken,
    zones: Object.fromEntries([...store.zones.values()].map(({ name, id }) => [name, id])),
    requests: journal,
    configure,
    inject: (fault) => faults.inject(fault),
    seed,
    state,
    close: () => close(server, edge),
  };
}

function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => resolve(server.address() as AddressInfo));
  });
}

async function close(server: Server, edge: Edge): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await Promise.all([closed, edge.close()]);
}

function authority(host: string, port: number): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}
