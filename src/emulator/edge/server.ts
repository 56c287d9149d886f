import { constants } from "node:crypto";
import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer, type Socket } from "node:net";
import { createSecureContext, createServer as createTlsServer, type TlsOptions, type TLSSocket } from "node:tls";
import { readClientAuth } from "./client-auth";
import { greet } from "./greeting";
import { answerRequest, type Handshake } from "./request";
import { createServerCertificates, type ServerCertificates } from "./server-certificate";
import type { Colo, EdgeView } from "./view";

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

interface Gate {
  readonly view: EdgeView;
  readonly certificates: ServerCertificates;
  readonly patience: number;
  /** Takes over a connection whose handshake is done. */
  admit(socket: TLSSocket, handshake: Handshake): void;
}

const REQUEST_PATIENCE = 6;
/** Cloudflare's limit for all headers of a request together. */
const MOST_HEADERS = 131_072;
const ALERT_UNEXPECTED_MESSAGE = Buffer.from([21, 3, 3, 0, 2, 2, 10]);
const PLAIN_HTTP = "The plain HTTP request was sent to an HTTPS port.\n";
const HOST_NAME = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/;

/** Starts a TLS edge that asks for client certificates where the view has associations, and applies the view's rules. */
export async function startEdge(view: EdgeView, options: EdgeOptions): Promise<Edge> {
  const { host, patience = 10_000 } = options;
  const handshakes = new WeakMap<Socket, Handshake>();
  const sockets = new Set<Socket>();
  const http = createRequestServer(view, handshakes, REQUEST_PATIENCE * patience, () => port);
  const gate: Gate = {
    view,
    certificates: createServerCertificates(),
    patience,
    admit: (socket, handshake) => {
      handshakes.set(socket, handshake);
      http.emit("connection", socket);
    },
  };
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => socket.destroy());
    accept(gate, socket).catch((error: unknown) => drop(socket, error));
  });
  const { port } = await listen(server, options.port, host);
  return {
    host,
    port,
    certificate: gate.certificates.root,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** One client's oddity must not end the edge for all. */
function drop(socket: Socket, error: unknown): void {
  process.emitWarning(`The edge emulator dropped a connection: ${String(error)}`);
  socket.destroy();
}

/** Never listens: connections come to it when their handshake is done. */
function createRequestServer(
  view: EdgeView,
  handshakes: WeakMap<Socket, Handshake>,
  patience: number,
  port: () => number,
): HttpServer {
  // A server that doesn't listen has no clock for the heads of its requests either, and so each connection gets one.
  const clocks = new WeakMap<Socket, NodeJS.Timeout>();
  const wind = (socket: Socket): void => {
    clearTimeout(clocks.get(socket));
    if (!socket.destroyed) clocks.set(socket, setTimeout(() => socket.destroy(), patience).unref());
  };
  return createHttpServer({ keepAliveTimeout: patience, maxHeaderSize: MOST_HEADERS }, (request, response) => {
    const { socket } = request;
    const handshake = handshakes.get(socket);
    if (handshake === undefined) throw new Error("A request came over a connection without a handshake.");
    clearTimeout(clocks.get(socket));
    response.on("close", () => wind(socket));
    answerRequest(view, handshake, port(), request, response);
  }).on("connection", (socket: Socket) => {
    socket.on("close", () => clearTimeout(clocks.get(socket)));
    wind(socket);
  });
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
      shakeHands(gate, socket, greeting.serverName);
  }
}

/** Says a last word and reads on, for a socket closed over unread bytes would be reset and the word be lost. */
function dismiss(socket: Socket, lastWord: string | Buffer): void {
  socket.end(lastWord);
  socket.resume();
  setTimeout(() => socket.destroy(), 1000).unref();
}

/**
 * A TLS server of its own for every connection: whether to ask for a certificate, and what to check it against, are
 * options of a server and not of a name. As nothing is shared, no session of one connection can be resumed on another,
 * which would carry the first one's verdict along.
 */
function shakeHands(gate: Gate, socket: Socket, serverName: string | undefined): void {
  const colo = gate.view.colo();
  const { asks, trusted } = demandOf(gate.view, colo, serverName);
  const terms = {
    ...gate.certificates.issue(ownNameOf(socket, serverName)),
    minVersion: "TLSv1.2",
    secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
  } as const;
  // An uploaded intermediate is trusted as it stands, without its root: an option of contexts that servers don't take.
  const context = createSecureContext({ ...terms, ca: trusted, allowPartialTrustChain: true });
  const options: TlsOptions = {
    ...terms,
    // None, where leaving it out would mean every public CA: from these Node would complete the chain that it reports.
    ca: [],
    SNICallback: (_, choose) => choose(null, context),
    requestCert: asks,
    rejectUnauthorized: false,
    ALPNProtocols: ["http/1.1"],
    handshakeTimeout: gate.patience,
  };
  createTlsServer(options, (secured) => {
    try {
      const clientAuth = readClientAuth(secured, trusted, (fingerprint) => colo.isRevoked(fingerprint));
      gate.admit(secured, { colo, serverName, clientAuth });
    } catch (error) {
      drop(secured, error);
    }
  })
    .on("tlsClientError", (_, refused) => refused.destroy())
    .emit("connection", socket);
}

/** Whether a host wants a certificate, and the certificates that one is checked against. */
function demandOf(view: EdgeView, colo: Colo, serverName: string | undefined): { asks: boolean; trusted: string[] } {
  const zone = serverName === undefined ? undefined : colo.zoneOf(serverName);
  if (zone === undefined || serverName === undefined) return { asks: false, trusted: [] };
  const associated = zone.associated(serverName);
  const asks = associated.length > 0;
  const authorities = asks && view.settings.verification === "account" ? zone.account() : associated;
  return { asks, trusted: authorities.flatMap(({ certificates }) => certificates) };
}

/** The name asked for, or the address that the client reached where it asked for none or for nonsense. */
function ownNameOf(socket: Socket, serverName: string | undefined): string {
  if (serverName !== undefined && HOST_NAME.test(serverName)) return serverName;
  return (socket.localAddress ?? "localhost").replace(/^::ffff:(?=\d+\.)/, "");
}

function listen(server: TcpServer, port: number, host: string): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => resolve(server.address() as AddressInfo));
  });
}
