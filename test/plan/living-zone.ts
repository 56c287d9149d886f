import { Agent, request } from "node:https";
import type { Emulator } from "../../src/emulator";
import { Picture } from "../../src/plan/picture";
import type { Authority as Upload, Rule } from "../../src/plan/picture";
import { CLOUDFLARE_MANAGED_CA } from "../../src/wording/managed-ca";
import { Caller, PHASE } from "../emulator/api/caller";
import { startEmulator } from "../support/emulator";
import type { Authority } from "../support/authority";
import type { Client } from "../support/prober";

/** How Cloudflare's documents can be read: a leaf is verified against the CAs of its host, or against all of the account. */
export const READINGS = ["host", "account"] as const;
export type Reading = (typeof READINGS)[number];

/** A zone of the emulator: rules and lists are written and read over the API, and clients come to its edge. */
export class LivingZone {
  private readonly uploads: Upload[] = [];
  private readonly connections: Connection[] = [];

  private constructor(
    private readonly emulator: Emulator,
    private readonly api: Caller,
  ) {}

  static async start(): Promise<LivingZone> {
    const emulator = await startEmulator({ zones: ["example.com"], quota: 50 });
    return new LivingZone(emulator, new Caller(emulator));
  }

  close(): Promise<void> {
    for (const connection of this.connections) connection.close();
    return this.emulator.close();
  }

  /** Uploads a bundle, and answers its id. */
  async upload(...bundle: Authority[]): Promise<string> {
    const id = await this.api.ca(bundle.map(({ pem }) => pem).join("\n"));
    this.uploads.push({ id, issuerSkis: bundle.map(({ ski }) => ski).filter((ski) => ski !== "") });
    return id;
  }

  /** Replaces every rule of the zone, and answers what the API shows then. */
  async rule(rules: readonly Partial<Rule>[]): Promise<readonly Rule[]> {
    const path = `${this.api.zone()}/rulesets/phases/${PHASE}/entrypoint`;
    const { success, errors } = await this.api.call("PUT", path, { rules });
    if (!success) throw new Error(errors.map(({ message }) => message).join("\n"));
    return (await this.api.entryPoint()).result.rules as unknown as Rule[];
  }

  /** Associates the host with these CAs and no others, and answers the picture that the API shows, but for the rules. */
  async associate(hostname: string, ids: readonly string[]): Promise<Picture> {
    let picture = new Picture({ authorities: this.uploads }).withList(CLOUDFLARE_MANAGED_CA, []);
    for (const { id } of this.uploads) {
      await this.api.putHostnames(ids.includes(id) ? [hostname] : [], id);
      picture = picture.withList(id, (await this.api.getHostnames(id)).result.hostnames as string[]);
    }
    return picture;
  }

  /** Makes a handshake, under the lists as they are now and in this reading. */
  async connect(hostname: string, client: Client, verification: Reading): Promise<Connection> {
    this.emulator.configure({ verification });
    const connection = new Connection(this.emulator.edge, hostname, client);
    this.connections.push(connection);
    await connection.isLetIn("/");
    return connection;
  }
}

/** A client's connection: one handshake, whose outcome stays, and many requests that meet the rules as they are by then. */
export class Connection {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });
  private isMade = false;

  constructor(
    private readonly edge: Emulator["edge"],
    private readonly hostname: string,
    private readonly client: Client,
  ) {}

  close(): void {
    this.agent.destroy();
  }

  /** Whether the edge lets a request for this path through. */
  async isLetIn(path: string): Promise<boolean> {
    const status = await this.ask(path);
    if (status !== 200 && status !== 403) throw new Error(`${this.client.name} got ${status} at ${path}`);
    return status === 200;
  }

  private ask(path: string): Promise<number | undefined> {
    return new Promise((resolve, reject) => {
      const { host, port, certificate: ca } = this.edge;
      const { certificate: cert, key } = this.client;
      const headers = { Host: this.hostname };
      const sending = request({
        host,
        port,
        servername: this.hostname,
        headers,
        path,
        agent: this.agent,
        ca,
        cert,
        key,
      });
      sending.on("response", (response) => {
        response.resume();
        // Another handshake would be one under other lists.
        if (sending.reusedSocket !== this.isMade) reject(new Error("The connection wasn't kept."));
        this.isMade = true;
        response.on("end", () => resolve(response.statusCode));
      });
      sending.on("error", reject);
      sending.end();
    });
  }
}

/** A client with a certificate of this authority; the certificates between, where it sends any. */
export async function clientOf(authority: Authority, name: string, chain: readonly Authority[] = []) {
  const { certificate, key } = await authority.issue(name);
  const sent = [certificate, ...chain.map(({ pem }) => pem)].join("\n");
  return { name, certificate: sent, key, issuerSki: authority.ski };
}
