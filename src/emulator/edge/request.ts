import type { IncomingMessage, ServerResponse } from "node:http";
import type { ClientAuth } from "./client-auth";
import { type Answer, decide, plain } from "./firewall";
import { fieldsOf, readTarget, type Target } from "./request-fields";
import type { Colo, EdgeView } from "./view";

/** What was settled by a connection's handshake and holds until it ends, whatever changes in the account meanwhile. */
export interface Handshake {
  readonly colo: Colo;
  /** In lower case. */
  readonly serverName: string | undefined;
  readonly clientAuth: ClientAuth;
}

/** Answers one request by the rules as they are now. */
export function answerRequest(
  view: EdgeView,
  handshake: Handshake,
  port: number,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const { status, content, contentType, headers } = answerOrReason(view, handshake, port, request);
  // Whatever the client still sends of a body is of no use here.
  request.resume();
  response.writeHead(status, {
    "content-type": contentType,
    "content-length": Buffer.byteLength(content),
    "cache-control": "no-store",
    ...headers,
  });
  response.end(content);
}

function answerOrReason(...about: Parameters<typeof answerTo>): Answer {
  try {
    return answerTo(...about);
  } catch (error) {
    return plain(500, `The edge emulator failed: ${String(error)}`);
  }
}

function answerTo(view: EdgeView, handshake: Handshake, port: number, request: IncomingMessage): Answer {
  const target = readTarget(request, view.settings.urlNormalization);
  if (target === undefined) return plain(400, "The request names no host, or several, or no path alone.");
  const hostname = target.host.toLowerCase();
  if (hostname !== handshake.serverName) return misdirected(hostname, handshake.serverName);
  const zone = handshake.colo.zoneOf(hostname);
  // Cloudflare's answer for a name that it doesn't serve.
  if (zone === undefined) return plain(409, `error code: 1001\nNo zone of this account serves ${hostname}.`);
  const ruling = decide(zone.rules(), fieldsOf(request, target, port, handshake.clientAuth));
  return ruling.answer ?? passed(request, target, handshake.clientAuth, ruling.logged);
}

/** A connection's verdict on the client holds for one host: another host's requests have no business on it. */
function misdirected(hostname: string, serverName: string | undefined): Answer {
  const asked = serverName === undefined ? "no host at all" : serverName;
  return plain(421, `The request is for ${hostname}, but the TLS handshake asked for ${asked}.`);
}

function passed(request: IncomingMessage, target: Target, clientAuth: ClientAuth, logged: readonly string[]): Answer {
  const seen = { host: target.host, method: request.method, path: target.sent, loggedBy: logged, clientAuth };
  return {
    status: 200,
    // The fields hold one character a byte.
    content: Buffer.from(`${JSON.stringify(seen, undefined, 2)}\n`, "latin1").toString("utf8"),
    contentType: "application/json",
  };
}
