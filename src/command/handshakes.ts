import { on, once } from "node:events";
import { addAbortSignal } from "node:stream";
import { connect, type TLSSocket } from "node:tls";

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
  const { servername, version, certificate: cert, key } = what;
  const versions = version && { minVersion: version, maxVersion: version };
  const at = edge.connect ?? { host: servername, port: 443 };
  const within = AbortSignal.any([edge.signal, AbortSignal.timeout(edge.timeout)]);
  const socket = connect({ ...at, servername, ca: edge.ca, cert, key, ALPNProtocols: ["http/1.1"], ...versions });
  addAbortSignal(within, socket);
  // Whoever waits for something hears of it; a last word is for nobody.
  socket.on("error", () => undefined);
  try {
    await once(socket, "secureConnect");
    if (what.isSecond) await head(socket, servername, "/");
    const status = await head(socket, what.host, what.path);
    // OpenSSL has these only where the server asked for a certificate, and said which signatures it takes.
    return { status, tls: socket.getProtocol() ?? "", asks: socket.getSharedSigalgs().length > 0 };
  } catch (error) {
    edge.signal.throwIfAborted();
    return { trouble: within.aborted ? "ETIMEDOUT" : ((error as NodeJS.ErrnoException).code ?? "no HTTP") };
  } finally {
    socket.destroy();
  }
}

/** More than any head of an answer. */
const LONGEST = 262_144;

/** Written by hand, because Node.js closes a connection behind the answer to a HEAD that tells no length. */
async function head(socket: TLSSocket, host: string, path: string): Promise<number> {
  const lines = [`HEAD ${path} HTTP/1.1`, `Host: ${host}`, "User-Agent: pulumi-cloudflare-mtls verify", "Accept: */*"];
  // What somebody's JSON says of a path mustn't become a request of its own.
  if (!/^[!-~]+$/.test(host + path)) throw Object.assign(new Error(), { code: "EINVAL" });
  socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  let heard = "";
  for await (const [chunk] of on(socket, "data", { close: ["end", "close"] }) as AsyncIterable<[Buffer]>) {
    heard += chunk.toString("latin1");
    // Hints come before the answer, with a status of their own.
    const [, status] = /^(?:HTTP\/1\.1 1\d\d[^]*?\r\n\r\n)*HTTP\/1\.[01] ([2-5]\d\d)[^]*?\r\n\r\n/.exec(heard) ?? [];
    if (status !== undefined) return Number(status);
    if (heard.length > LONGEST) break;
  }
  throw new Error("The connection ended, or what came is no answer of HTTP.");
}
