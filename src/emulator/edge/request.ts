import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import { type Answer, page, plain } from "./answer";
import type { ClientAuth } from "./client-auth";
import { decide } from "./firewall";
import type { Handshake } from "./handshake";
import { fieldsOf, readTarget, type Target } from "./request-fields";
import type { EdgeView } from "./view";

type Request = IncomingMessage | Http2ServerRequest;

/** Answers one request by the rules as they are now. */
export function answerRequest(
  view: EdgeView,
  handshake: Handshake,
  port: number,
  request: Request,
  response: ServerResponse | Http2ServerResponse,
): void {
  const { status, content, contentType, headers } = answerOrReason(view, handshake, port, request);
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

function answerTo(view: EdgeView, handshake: Handshake, port: number, request: Request): Answer {
  const { colo, serverName, clientAuth } = handshake;
  const target = readTarget(request, view.settings.urlNormalization);
  if (target === undefined) return plain(400, "The request names no host, or several, or no path alone.");
  const hostname = target.host.toLowerCase();
  const zone = colo.zoneOf(hostname);
  if (zone === undefined) {
    return page(409, 1001, "DNS resolution error", `No zone of this account serves ${hostname}.`);
  }
  // DOC: clients reuse a connection for other hosts of its certificate, and what the handshake showed goes for all of them.
  if (serverName !== hostname && colo.zoneOf(serverName ?? "")?.name !== zone.name) {
    const asked = serverName === undefined ? "no host at all" : serverName;
    const sentence = `The request is for ${hostname}, but the TLS handshake asked for ${asked}.`;
    return page(409, 1013, "HTTP hostname and TLS SNI hostname mismatch", sentence);
  }
  const ruling = decide(zone.rules(), fieldsOf(request, target, port, handshake));
  return ruling.answer ?? passed(request, target, clientAuth, ruling.logged);
}

function passed(request: Request, target: Target, clientAuth: ClientAuth, logged: readonly string[]): Answer {
  const seen = { host: target.host, method: request.method, path: target.sent, loggedBy: logged, clientAuth };
  return {
    status: 200,
    // The fields hold one character a byte.
    content: Buffer.from(`${JSON.stringify(seen, undefined, 2)}\n`, "latin1").toString("utf8"),
    contentType: "application/json",
  };
}
