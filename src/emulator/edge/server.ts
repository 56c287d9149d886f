import { constants } from "node:crypto";
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions, type TLSSocket } from "node:tls";
import { type ClientAuth, readClientAuth } from "./client-auth";
import { type Answer, plain } from "./firewall";
import { greet } from "./greeting";
import { answerRequest } from "./request";
import { createServerCertificates, type ServerCertificates } from "./server-certificate";
import type { EdgeView } from "./view";

/** Whose certificates pass on a host: those of the CAs associated with it, or those of every CA of the account. */
export type Verification = "host" | "account";

export interface EdgeOptions {
  readonly host: string;
  readonly port: number;
  readonly verification: Verification;
  /** Milliseconds for a client to say hello, and again to finish its handshake. @default 10_000 */
  readonly patience?: number;
}

export interface Edge {
  readonly host: string;
  readonly port: number;
  /** The root under which the edge's own certificates are, as PEM: `curl --cacert`, NODE_EXTRA_CA_CERTS. */
  readonly certificate: string;
  /** From the next connection on. */
  setVerification(reading: Verification): void;
  /** Ends open connections at once. */
  close(): Promise<void>;
}

/** What was settled by a connection's handshake and holds until it ends, whatever changes in the account meanwhile. */
export interface Handshake {
  readonly serverName: string | undefined;
  readonly clientAuth: ClientAuth;
}

/** Milliseconds between two requests of a connection, and for the headers of one. */
const REQUEST_PATIENCE = 60_000;
const TLS_ALERT_UNEXPECTED_MESSAGE = Buffer.from([21, 3, 3, 0, 2, 2, 10]);
