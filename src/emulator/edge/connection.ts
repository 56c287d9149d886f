import { constants } from "node:crypto";
import { createSecureServer, type Http2SecureServer, type SecureServerOptions } from "node:http2";
import type { Socket } from "node:net";
import { createSecureContext, type SecureContextOptions, type TLSSocket } from "node:tls";
import { type Handshake, plainAddress, readHandshake } from "./handshake";
import { answerRequest } from "./request";
import type { ServerCertificates } from "./server-certificate";
import type { Colo, EdgeView } from "./view";

/** What all connections of an edge share. */
export interface Gate {
  readonly view: EdgeView;
  readonly certificates: ServerCertificates;
  /** What session tickets are sealed with. */
  readonly ticketKeys: Buffer;
  readonly patience: number;
  port(): number;
}

const REQUEST_PATIENCE = 6;
/** Cloudflare's limit for all headers of a request together. */
const MOST_HEADERS = 131_072;
const HOST_NAME = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/;

/**
 * A server of its own for every connection, of HTTP/2 and 1.1: whether to ask for a certificate, and what to check it
 * against, are options of a server and not of a name.
 */
export function serve(gate: Gate, socket: Socket, serverName: string | undefined): void {
  const colo = gate.view.colo();
  const { asks, trusted } = demandOf(gate.view, colo, serverName);
  const terms = termsOf(gate, ownNameOf(socket, serverName));
  // An uploaded intermediate is trusted as it stands, without its root: an option of contexts that servers don't take.
  const context = createSecureContext({ ...terms, ca: trusted, allowPartialTrustChain: true });
  let handshake: Handshake | undefined;
  const server = createSecureServer({
    ...terms,
    // None, where leaving it out would mean every public CA: from these Node would complete the chain that it reports.
    ca: [],
    SNICallback: (_, choose) => choose(null, context),
    requestCert: asks,
    rejectUnauthorized: false,
    allowHTTP1: true,
    handshakeTimeout: gate.patience,
  });
  server
    .prependListener("secureConnection", (secured: TLSSocket) => {
      try {
        handshake = readHandshake(secured, colo, serverName, trusted);
      } catch (error) {
        drop(secured, error);
      }
    })
    .on("tlsClientError", (_, refused: TLSSocket) => refused.destroy())
    .on("request", (request, response) => {
      // A body is of no use here, but there are clients that don't listen while they send: curl 7.88 over HTTP/2.
      request.resume().on("end", () => {
        if (handshake) answerRequest(gate.view, handshake, gate.port(), request, response);
      });
    });
  Object.assign(server, { maxHeaderSize: MOST_HEADERS, keepAliveTimeout: REQUEST_PATIENCE * gate.patience });
  limitPauses(server, socket, REQUEST_PATIENCE * gate.patience);
  server.emit("connection", socket);
}

/** One client's oddity must not end the edge for all. */
export function drop(socket: Socket, error: unknown): void {
  process.emitWarning(`The edge emulator dropped a connection: ${String(error)}`);
  socket.destroy();
}

/**
 * By default no session can be resumed: none of what OpenSSL needs for it is shared. As Cloudflare did until 2025-02
 * (CVE-2025-23419), a resumed session carries the verdict on its certificate along, to whatever name is asked for.
 */
function termsOf({ view, certificates, ticketKeys }: Gate, name: string): SecureServerOptions & SecureContextOptions {
  const own = { ...certificates.issue(name), minVersion: "TLSv1.2" } as const;
  const { SSL_OP_NO_RENEGOTIATION: never, SSL_OP_NO_TICKET: noTicket } = constants;
  return view.settings.sessionResumption === "none"
    ? { ...own, secureOptions: never | noTicket }
    : { ...own, secureOptions: never, ticketKeys, sessionIdContext: "edge" };
}

/** A server that doesn't listen has no clock for the heads of its requests. */
function limitPauses(server: Http2SecureServer, socket: Socket, patience: number): void {
  let clock: NodeJS.Timeout | undefined;
  const wind = (): void => {
    clearTimeout(clock);
    if (!socket.destroyed) clock = setTimeout(() => socket.destroy(), patience).unref();
  };
  socket.on("close", () => clearTimeout(clock));
  server.on("secureConnection", wind).on("request", (_, response) => {
    wind();
    response.on("close", wind);
  });
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
  return plainAddress(socket.localAddress ?? "localhost");
}
