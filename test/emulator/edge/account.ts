import { request, type RequestOptions } from "node:https";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import { startEdge, type Edge, type EdgeOptions } from "../../../src/emulator/edge/server";
import type { EdgeAuthority, EdgeRule, EdgeSettings, EdgeView } from "../../../src/emulator/edge/view";

/** An account as plain data, which a test may change at any moment. */
export interface Account {
  /** CAs by id, each with its PEM blocks. */
  authorities: Record<string, string[]>;
  /** Ids of CAs by host name, in both zones. */
  associations: Record<string, string[]>;
  rules: EdgeRule[];
  settings?: Partial<EdgeSettings>;
}

export const ZONE = "example.com";
export const OTHER_ZONE = "example.org";
export const HOST = "api.example.com";

export function viewOf(account: Account): EdgeView {
  const authority = (id: string): EdgeAuthority => ({ id, certificates: account.authorities[id] ?? [] });
  return {
    get settings() {
      return {
        verification: "host",
        urlNormalization: "cloudflare",
        sessionResumption: "none",
        ...account.settings,
      } as const;
    },
    colo: () => ({
      zoneOf(hostname) {
        const zone = [ZONE, OTHER_ZONE].find((name) => hostname === name || hostname.endsWith(`.${name}`));
        return zone === undefined
          ? undefined
          : {
              name: zone,
              associated: (name) => (account.associations[name] ?? []).map(authority),
              account: () => Object.keys(account.authorities).map(authority),
              rules: () => account.rules,
            };
      },
      isRevoked: () => false,
    }),
  };
}

export function block(expression: string, id = "r1"): EdgeRule {
  return { id, action: "block", enabled: true, expression };
}

/** Starts an edge for each test of a file, and ends it with the test. */
export function useEdge(): (account: Account, options?: Partial<EdgeOptions>) => Promise<Edge> {
  const open: Edge[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((edge) => edge.close()));
  });
  return async (account, options = {}) => {
    const edge = await startEdge(viewOf(account), { host: "127.0.0.1", port: 0, ...options });
    open.push(edge);
    return edge;
  };
}

export interface Response {
  status: number;
  body: string;
  /** What the edge saw, where it let the request pass. */
  seen: { host: string; path: string; loggedBy: string[]; clientAuth: Record<string, unknown> };
  headers: Record<string, unknown>;
}

export type Address = Omit<Edge, "close">;

/** A request that verifies the edge as a strict client does, over a connection of its own unless an agent is given. */
export function get(edge: Address, servername: string, options: RequestOptions = {}): Promise<Response> {
  return new Promise((resolve, reject) => {
    const call = request(
      {
        host: edge.host,
        port: edge.port,
        servername,
        headers: { Host: servername },
        ca: edge.certificate,
        agent: false,
        ...options,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => {
          const body = Buffer.concat(chunks).toString("utf8");
          const seen = body.startsWith("{") ? (JSON.parse(body) as Response["seen"]) : ({} as Response["seen"]);
          resolve({ status: response.statusCode ?? 0, body, seen, headers: response.headers });
        });
      },
    );
    call.on("error", reject);
    call.end();
  });
}

export function handshake(edge: Address, options: ConnectionOptions = {}): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect(
      { host: edge.host, port: edge.port, servername: HOST, ca: edge.certificate, ...options },
      () => resolve(socket),
    );
    socket.on("error", reject);
  });
}
