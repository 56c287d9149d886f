import { Agent, request } from "node:https";
import type { TLSSocket } from "node:tls";

/** Where the edge is, and how it is asked. */
export interface Edge {
  /** Instead of what DNS says of the hostname, and of port 443. */
  readonly connect?: { readonly host: string; readonly port: number };
  /** Roots that are trusted instead of those that Node.js knows. */
  readonly ca?: string;
  /** Milliseconds for one connection with its answers. */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

export type TlsVersion = "TLSv1.2" | "TLSv1.3";

export interface Knock {
  /** That the handshake asks for. */
  readonly servername: string;
  /** As the request spells it. */
  readonly host: string;
  readonly path: string;
  readonly version?: TlsVersion;
  readonly certificate?: string;
  readonly key?: string;
  /** A request for the handshake's own host goes before, on the same connection. */
  readonly isSecond?: boolean;
}

/** What came of it: an answer, or the code of what stood in its place. */
export type Heard =
  { readonly status: number; readonly tls: string; readonly asks: boolean } | { readonly trouble: string };

/** That the edge doesn't speak the one version that was offered. */
export const NOT_SPOKEN = /^ERR_SSL_(TLSV1_ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|VERSION_TOO_LOW)$/;

/** A new connection, a full handshake, and a HEAD request. It changes nothing there. */
export async function knock(edge: Edge, what: Knock): Promise<Heard> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, maxCachedSessions: 0 });
  const within = AbortSignal.any([edge.signal, AbortSignal.timeout(edge.timeout)]);
  try {
    if (what.isSecond) await head(edge, agent, within, { ...what, host: what.servername, path: "/" });
    return await head(edge, agent, within, what);
  } catch (error) {
    edge.signal.throwIfAborted();
    return { trouble: within.aborted ? "ETIMEDOUT" : ((error as NodeJS.ErrnoException).code ?? "no answer") };
  } finally {
    agent.destroy();
  }
}

function head({ connect, ca }: Edge, agent: Agent, signal: AbortSignal, what: Knock): Promise<Heard> {
  const { servername, host, path, version, certificate: cert, key } = what;
  const versions = version && { minVersion: version, maxVersion: version };
  return new Promise((resolve, reject) => {
    const headers = { Host: host, "User-Agent": "pulumi-cloudflare-mtls verify" };
    const at = connect ?? { host: servername, port: 443 };
    request({ method: "HEAD", path, headers, ...at, servername, ca, cert, key, ...versions, agent, signal })
      .on("response", (response) => {
        const socket = response.socket as TLSSocket;
        // OpenSSL has these only where the server asked for a certificate, and said which signatures it takes.
        const asks = socket.getSharedSigalgs().length > 0;
        const tls = socket.getProtocol() ?? "";
        response.resume().on("end", () => resolve({ status: response.statusCode ?? 0, tls, asks }));
      })
      .on("error", reject)
      .end();
  });
}
