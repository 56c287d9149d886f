import { createServer, request } from "node:http";
import type { AddressInfo, Server, Socket } from "node:net";
import { connect } from "node:net";
import { createServer as createTlsServer } from "node:tls";

/** What stands between a client and the API: each listens on loopback, on a port of its own. */
export interface Line {
  readonly port: number;
  close(): Promise<void>;
}

/** TLS in front of a server that speaks none, as `certificate`. */
export async function startTlsFront(target: number, leaf: { certificate: string; key: string }): Promise<Line> {
  const server = createTlsServer({ cert: leaf.certificate, key: leaf.key }, (secured) =>
    joined(secured, connect(target, "127.0.0.1")),
  );
  return line(server);
}

export interface Proxy extends Line {
  /** The first line of each request that it was asked to pass on. */
  readonly asked: readonly string[];
  /** What it could read of those requests, in whole headers. */
  readonly read: readonly string[];
}

/**
 * An HTTP proxy: tunnels for https, whole requests for http. It resolves names itself, and only those that it is told.
 *
 * @param ports where each name leads to
 * @param credentials `user:password` that it insists on
 */
export async function startProxy(ports: Readonly<Record<string, number>>, credentials?: string): Promise<Proxy> {
  const asked: string[] = [];
  const read: string[] = [];
  const expected = credentials === undefined ? undefined : `Basic ${Buffer.from(credentials).toString("base64")}`;
  const server = createServer((incoming, answer) => {
    const { method = "", url = "", headers } = incoming;
    asked.push(`${method} ${url}`);
    read.push(JSON.stringify(headers));
    const { hostname, port, pathname, search } = new URL(url);
    const passed = request({
      host: "127.0.0.1",
      port: ports[hostname] ?? port,
      method,
      path: pathname + search,
      headers,
    });
    passed.on("response", (response) => response.pipe(answer.writeHead(response.statusCode ?? 0, response.headers)));
    passed.on("error", () => answer.writeHead(502).end("<h1>502</h1>"));
    incoming.pipe(passed);
  });
  server.on("connect", ({ url = "", headers }, client: Socket) => {
    asked.push(`CONNECT ${url}`);
    read.push(JSON.stringify(headers));
    const port = ports[url.split(":")[0] ?? ""];
    if (expected !== undefined && headers["proxy-authorization"] !== expected)
      client.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n<h1>Who are you?</h1>");
    else if (port === undefined) client.end("HTTP/1.1 502 Bad Gateway\r\n\r\n<h1>No such host</h1>");
    else {
      const target = connect(port, "127.0.0.1", () => client.write("HTTP/1.1 200 Connection established\r\n\r\n"));
      joined(client, target);
    }
  });
  return { ...(await line(server)), asked, read };
}

function joined(one: Socket, other: Socket): void {
  one.pipe(other).pipe(one);
  one.on("error", () => other.destroy());
  other.on("error", () => one.destroy());
}

async function line(server: Server): Promise<Line> {
  const open = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        for (const socket of open) socket.destroy();
      }),
  };
}
