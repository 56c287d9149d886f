import { request } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";

/** Who knocks: without a certificate, or with one. */
export interface Client {
  readonly name: string;
  readonly certificate?: string;
  readonly key?: string;
}

export interface Edge {
  readonly host: string;
  readonly port: number;
}

/** One request on a connection of its own. */
export interface Probe {
  readonly client: string;
  readonly hostname: string;
  /** Milliseconds since the epoch. */
  readonly sent: number;
  readonly answered: number;
  /** The HTTP status, or the code of the error that stood in its place. */
  readonly status: number | string;
}

const ANSWER_WITHIN = 10_000;

/** Sends one request to the edge, as a client that has never been there: new connection, full handshake. */
export async function knock(edge: Edge, hostname: string, client: Client, path = "/"): Promise<Probe> {
  const sent = Date.now();
  const status = await new Promise<number | string>((done) => {
    const sending = request({
      host: edge.host,
      port: edge.port,
      servername: hostname,
      headers: { Host: hostname },
      path,
      agent: false,
      // The edge's own certificate isn't what is proved here.
      rejectUnauthorized: false,
      timeout: ANSWER_WITHIN,
      cert: client.certificate,
      key: client.key,
    });
    sending.on("response", (response) => {
      response.resume();
      response.on("end", () => done(response.statusCode ?? 0));
    });
    sending.on("timeout", () => sending.destroy(Object.assign(new Error("no answer"), { code: "ETIMEDOUT" })));
    sending.on("error", (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
    sending.end();
  });
  return { client: client.name, hostname, sent, answered: Date.now(), status };
}

/** Knocks again and again, as every client at every hostname, until it is stopped. */
export class Prober {
  readonly probes: Probe[] = [];
  private running = true;
  private readonly loops: Promise<void>[];

  constructor(
    edge: Edge,
    private readonly hostnames: readonly string[],
    private readonly clients: readonly Client[],
    pause = 15,
    path = "/",
  ) {
    this.loops = hostnames.flatMap((hostname) =>
      clients.map(async (client) => {
        while (this.running) {
          this.probes.push(await knock(edge, hostname, client, path));
          await sleep(pause);
        }
      }),
    );
  }

  async stop(): Promise<void> {
    this.running = false;
    await Promise.all(this.loops);
  }

  /** Waits until every client was answered at every hostname, on a request sent from now on. */
  async round(): Promise<void> {
    const from = Date.now();
    const answered = (client: string, hostname: string) =>
      this.probes.findLast((probe) => probe.client === client && probe.hostname === hostname && probe.sent >= from);
    while (this.running && !this.hostnames.every((host) => this.clients.every(({ name }) => answered(name, host)))) {
      await sleep(5);
    }
  }

  /**
   * What one client got at one hostname, each answer once for as long as it lasted: [403, 200] is one change.
   *
   * @param from milliseconds since the epoch: requests sent before don't count
   */
  story(client: string, hostname: string, from = 0): (number | string)[] {
    return this.of(client, hostname)
      .filter(({ sent }) => sent >= from)
      .map(({ status }) => status)
      .filter((status, index, all) => status !== all[index - 1]);
  }

  of(client: string, hostname: string): Probe[] {
    return this.probes
      .filter((probe) => probe.client === client && probe.hostname === hostname)
      .sort((a, b) => a.sent - b.sent);
  }
}
