import { randomBytes } from "node:crypto";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createControl, type Controlled } from "./control/http";
import { BASE_PATH } from "./api/dispatch";
import { createFaults, readFault, type Fault, type InjectedFault } from "./control/faults";
import type { JournalEntry } from "./control/journal";
import { createRateLimit } from "./api/rate-limit";
import { createApiServer } from "./server";
import type { Caller } from "./api/tokens";
import { chanceOf, type Chance } from "./account/chance";
import { edgeViewOf } from "./account/edge-view";
import { startEdge, type Edge } from "./edge/server";
import { checkedId, checkedZones, seedOf, type EmulatorOptions } from "./options";
import { failuresByChance, nastySettings } from "./control/nasty";
import { plant, type Seed } from "./control/seed";
import { applySettings, initialSettings, merged, type Settings, type SettingsChange } from "./account/settings";
import { restore, snapshotOf, type Snapshot } from "./control/snapshot";
import { stateOf, type AccountState } from "./control/state";
import { createStore, newId, type Store } from "./account/store";

export type { Fault, InjectedFault } from "./control/faults";
export type { JournalEntry } from "./control/journal";
export type { Permission, Token } from "./api/tokens";
export type { EmulatorOptions, EmulatorZone } from "./options";
export type { Seed, SeedCertificate } from "./control/seed";
export type { Settings, SettingsChange } from "./account/settings";
export type { Snapshot } from "./control/snapshot";
export type { AccountState } from "./control/state";

/** A Cloudflare account on this machine: its API, and its edge with real TLS handshakes. */
export interface Emulator {
  /** Ends in /client/v4: what `cloudflare:baseUrl` and CLOUDFLARE_BASE_URL take. */
  readonly apiUrl: string;
  /** `certificate` is the root above the edge's own certificates, for clients that should trust it. */
  readonly edge: { readonly host: string; readonly port: number; readonly certificate: string };
  readonly edgeUrl: string;
  readonly accountId: string;
  readonly apiToken: string;
  /** Ids by name. */
  readonly zones: Readonly<Record<string, string>>;
  /** Every API call so far, and each further one as it comes. */
  readonly requests: readonly JournalEntry[];
  /** Turns lag, latency, quota, rate limit, or the edge's verification and URL normalisation. */
  configure(change: SettingsChange): void;
  /** Makes requests fail, in the ways that networks and Cloudflare fail. */
  inject(fault: Fault): InjectedFault;
  /** Puts in place what others own and the API can't make. Answers the ids of the certificates. */
  seed(seed: Seed): { certificates: string[] };
  /** What the account holds at this moment. */
  state(): AccountState;
  /** All of it, to be put back later. */
  snapshot(): Snapshot;
  /** Puts the account back to a snapshot, with the same ids: a test needn't make again what it begins with. */
  restore(snapshot: Snapshot): void;
  /** Frees both ports, and cuts what still hangs on them. */
  close(): Promise<void>;
}

/**
 * Starts an emulator: its API, and an edge that asks for certificates and applies the rules.
 *
 * @throws TypeError that names the option which can't be, as a zone that is none or an unknown `urlNormalization`
 */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const { host = "127.0.0.1", port = 0, edgePort = 0, log = () => undefined } = options;
  const { accountId = newId(), apiToken = randomBytes(20).toString("hex"), tokens = [] } = options;
  const store = createStore(checkedId(accountId, "the account id"), checkedZones(options.zones));
  const seed = seedOf(options.nasty);
  const settings = initialSettings(seed === undefined ? options : merged(nastySettings(seed), options));
  const callers = [{ token: apiToken }, ...tokens].map((token): Caller => ({ ...token, id: newId() }));

  const edge = await startEdge(edgeViewOf(store, settings, chanceOf(seed ?? 0)), { host, port: edgePort });
  const controlled = controlledBy(store, settings, edge, chanceOf(~(seed ?? 0)));
  const api = { store, settings, callers, rateLimit: createRateLimit(settings), log };
  const server = createApiServer({ ...controlled, ...api, control: createControl(controlled) });
  const bound = await listen(server, host, port).catch(async (error: unknown) => {
    await edge.close();
    throw error;
  });

  return {
    ...{ accountId, apiToken, edge: controlled.edge },
    apiUrl: `http://${authority(host, bound.port)}${BASE_PATH}`,
    edgeUrl: `https://${authority(edge.host, edge.port)}`,
    zones: Object.fromEntries([...store.zones.values()].map(({ name, id }) => [name, id])),
    requests: controlled.journal,
    configure: (change) => controlled.configure(change),
    inject: (fault) => controlled.faults.inject(readFault(fault)),
    seed: (seed) => controlled.seed(seed),
    state: () => controlled.state(),
    snapshot: () => controlled.snapshot(),
    restore: (snapshot) => controlled.restore(snapshot),
    async close() {
      await Promise.all([closeServer(server), edge.close()]);
    },
  };
}

/** What can be looked at and turned while it runs, from the program and over HTTP alike. */
function controlledBy(store: Store, settings: Settings, edge: Edge, chance: Chance): Controlled {
  return {
    journal: [],
    faults: createFaults(failuresByChance(chance, settings)),
    settings,
    edge: { host: edge.host, port: edge.port, certificate: edge.certificate },
    configure: (change) => applySettings(settings, change),
    seed: (seed) => plant(store, seed),
    state: () => stateOf(store),
    snapshot: () => snapshotOf(store),
    restore: (snapshot) => restore(store, snapshot),
  };
}

function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => resolve(server.address() as AddressInfo));
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function authority(host: string, port: number): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}
