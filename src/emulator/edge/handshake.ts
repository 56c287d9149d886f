import type { TLSSocket } from "node:tls";
import { type ClientAuth, readClientAuth } from "./client-auth";
import type { Colo } from "./view";

/** What was settled by a connection's handshake and holds until it ends, whatever changes in the account meanwhile. */
export interface Handshake {
  readonly colo: Colo;
  /** In lower case. */
  readonly serverName: string | undefined;
  readonly clientAuth: ClientAuth;
  readonly tlsVersion: string;
  /** The client's. */
  readonly address: string;
}

/** `trusted` are the certificates that the client's was checked against, as PEM. */
export function readHandshake(
  socket: TLSSocket,
  colo: Colo,
  serverName: string | undefined,
  trusted: readonly string[],
): Handshake {
  return {
    colo,
    serverName,
    clientAuth: readClientAuth(socket, trusted, (fingerprint) => colo.isRevoked(fingerprint)),
    tlsVersion: socket.getProtocol() ?? "",
    address: plainAddress(socket.remoteAddress ?? "").replace(/%.*$/, ""),
  };
}

/** An IPv4 address as itself, which a socket for both shows within an IPv6 one. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/, "");
}
