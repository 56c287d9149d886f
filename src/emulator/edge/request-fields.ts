import type { IncomingMessage } from "node:http";
import type { Http2ServerRequest } from "node:http2";
import type { Fields } from "../../language/index";
import type { Handshake } from "./handshake";
import { normalizedPath, type UrlNormalization } from "./url-normalization";

/** The target of a request, as the client spelled it, but for the path. */
export interface Target {
  /** Without a port: Cloudflare's recipe for requests on other ports compares `http.host` with the bare name. */
  readonly host: string;
  /** The path as it was sent, which is what an origin gets, too (DOC, the default). */
  readonly sent: string;
  /** As rules see it. */
  readonly path: string;
  /** With its question mark, or empty. */
  readonly search: string;
}

type Lists = Record<string, string[]>;
type Request = IncomingMessage | Http2ServerRequest;

/**
 * Undefined without one host, or with two in HTTP/2's two places for it, and without a path alone: what Cloudflare makes of a fragment, or of "*", isn't recorded.
 * A target with scheme and host ("GET https://…") says more than the header and wins.
 */
export function readTarget(request: Request, how: UrlNormalization): Target | undefined {
  const [, absoluteHost, absoluteUri] = /^https?:\/\/([^/?#]*)(.*)$/i.exec(request.url ?? "") ?? [];
  const named = headersOf(request).host ?? [];
  const host = (absoluteHost ?? named[0] ?? "").replace(/:\d*$/, "");
  const uri = absoluteHost === undefined ? (request.url ?? "/") : (absoluteUri ?? "").replace(/^(?!\/)/, "/");
  const [, sent, search = ""] = /^(\/[^?#]*)(\?[^#]*)?$/.exec(uri) ?? [];
  if (host === "" || sent === undefined || named.length !== 1) return undefined;
  return { host, sent, path: normalizedPath(sent, how), search };
}

/** Everything that an expression may read of a request at this edge. The query is as sent: only paths are normalised (INF). */
export function fieldsOf(request: Request, target: Target, port: number, handshake: Handshake): Fields {
  const { host, sent, path, search } = target;
  const { clientAuth, tlsVersion, address } = handshake;
  const headers = headersOf(request);
  const query = search.slice(1);
  const args = listsOf(query === "" ? [] : query.split("&"));
  const first = (name: string): string => headers[name]?.join(", ") ?? "";
  return {
    ...Object.fromEntries(Object.entries(clientAuth).map(([name, value]) => [`cf.tls_client_auth.${name}`, value])),
    "cf.edge.server_port": port,
    "cf.tls_version": tlsVersion,
    "http.cookie": headers.cookie?.join("; ") ?? "",
    "http.host": host,
    "http.referer": first("referer"),
    "http.request.cookies": listsOf(headers.cookie?.flatMap((line) => line.split(/; */)) ?? []),
    "http.request.full_uri": `https://${host}${path}${search}`,
    "http.request.headers": headers,
    "http.request.headers.names": Object.keys(headers),
    "http.request.headers.values": Object.values(headers).flat(),
    "http.request.method": request.method ?? "",
    "http.request.timestamp.sec": Math.floor(Date.now() / 1000),
    "http.request.uri": `${path}${search}`,
    "http.request.uri.args": args,
    "http.request.uri.args.names": Object.keys(args),
    "http.request.uri.args.values": Object.values(args).flat(),
    "http.request.uri.path": path,
    "http.request.uri.path.extension": /[^/]\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? "",
    "http.request.uri.query": query,
    "http.request.version": `HTTP/${request.httpVersion.replace(/^2\.0$/, "2")}`,
    "http.user_agent": first("user-agent"),
    "http.x_forwarded_for": first("x-forwarded-for"),
    "ip.src": address,
    "raw.http.request.full_uri": `https://${host}${sent}${search}`,
    "raw.http.request.uri": `${sent}${search}`,
    "raw.http.request.uri.path": sent,
    "raw.http.request.uri.query": query,
    ssl: true,
  };
}

/**
 * Names in lower case, the values of one name in the order in which they came. HTTP/2's :authority is its Host, and says
 * the same where both are given.
 */
function headersOf({ rawHeaders, httpVersionMajor }: Request): Lists {
  const headers = emptyLists();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] ?? "").toLowerCase().replace(":authority", "host");
    if (!name.startsWith(":")) (headers[name] ??= []).push(rawHeaders[at + 1] ?? "");
  }
  if (httpVersionMajor === 2 && headers.host) headers.host = [...new Set(headers.host)];
  return headers;
}

function listsOf(pairs: readonly string[]): Lists {
  const lists = emptyLists();
  for (const pair of pairs) {
    const equals = pair.indexOf("=");
    const name = equals < 0 ? pair : pair.slice(0, equals);
    (lists[name] ??= []).push(equals < 0 ? "" : pair.slice(equals + 1));
  }
  return lists;
}

/** Without a prototype: a client may well send a header named "constructor". */
function emptyLists(): Lists {
  return Object.create(null) as Lists;
}
