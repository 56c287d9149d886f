import { randomBytes } from "node:crypto";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { drop, type Gate, serve } from "./connection";
import { greet } from "./greeting";
import { createServerCertificates } from "./server-certificate";
import type { EdgeView } from "./view";

export interface EdgeOptions {
  readonly host: string;
  readonly port: number;
  /**
   * Milliseconds for a client to say hello, and again to finish its handshake; six times that to send the head of a
   * request, and for a pause between two requests. @default 10_000
   */
  readonly patience?: number;
}

export interface Edge {
  readonly host: string;
  readonly port: number;
  /** The root above the edge's own certificates, as PEM: for `curl --cacert`, NODE_EXTRA_CA_CERTS and the like. */
  readonly certificate: string;
  /** Ends open connections at once. */
  close(): Promise<void>;
}

const ALERT_UNEXPECTED_MESSAGE = Buffer.from([21, 3, 3, 0, 2, 2, 10]);
const PLAIN_HTTP = "The plain HTTP request was sent to an HTTPS port.\n";

/** Starts a TLS edge that asks for client certificates where the view has associations, and applies the view's rules. */
export async function startEdge(view: EdgeView, options: EdgeOptions): Promise<Edge> {
  const { host, patience = 10_000 } = options;
  const sockets = new Set<Socket>();
  const certificates = createServerCertificates();
  const gate: Gate = { view, certificates, ticketKeys: randomBytes(48), patience, port: () => port };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => socket.destroy());
    accept(gate, socket).catch((error: unknown) => drop(socket, error));
  });
  const { port } = await listen(server, options.port, host);
  return {
    host,
    port,
    certificate: certificates.root,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function accept(gate: Gate, socket: Socket): Promise<void> {
  const greeting = await greet(socket, gate.patience);
  switch (greeting.kind) {
    case "gone":
      socket.destroy();
      break;
    case "http":
      dismiss(
        socket,
        `HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: ${PLAIN_HTTP.length}\r\n\r\n${PLAIN_HTTP}`,
      );
      break;
    case "garbage":
      dismiss(socket, ALERT_UNEXPECTED_MESSAGE);
      break;
    case "hello":
      serve(gate, socket, greeting.serverName);
  }
}

/** Says a last word and reads on, for a socket closed over unread bytes would be reset and the word be lost. */
function dismiss(socket: Socket, lastWord: string | Buffer): void {
  socket.end(lastWord);
  socket.resume();
  setTimeout(() => socket.destroy(), 1000).unref();
}

function listen(server: Server, port: number, host: string): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => resolve(server.address() as AddressInfo));
  });
}
