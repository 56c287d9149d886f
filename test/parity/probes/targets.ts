import { connect } from "node:tls";
import type { ConnectionOptions } from "node:tls";
import { answers, ask, numbered } from "../edge";
import type { Ground } from "../ground";
import type { Probe } from "../probe";
import type { Observed } from "../told";

/** For which of these paths an expression holds. */
async function holdsFor(ground: Ground, expression: string, paths: readonly string[]): Promise<Observed> {
  const questions = await ask(ground, [expression]);
  const seen: Record<string, Observed> = {};
  for (const path of paths) seen[path] = await questions.holds(expression, { path });
  return seen;
}

/** What is agreed on, or the code of the error. */
function handshake(ground: Ground, options: ConnectionOptions): Promise<Observed> {
  ground.count();
  return new Promise((done) => {
    const common = { ...ground.edge, servername: ground.hostname(), rejectUnauthorized: false, timeout: 10_000 };
    const socket = connect({ ...common, ...options }, () => {
      done(`${socket.alpnProtocol || "none"}, ${socket.getProtocol() ?? "none"}`);
      socket.destroy();
    });
    socket.on("timeout", () => socket.destroy(new Error("no answer")));
    socket.on("error", ({ code, message }: NodeJS.ErrnoException) => done(code ?? message));
  });
}

/** Of requests to the edge, with or without a certificate. */
export const targets: readonly Probe[] = [
  {
    claim: "SNI and Host that disagree",
    needsEdge: true,
    async observe(ground) {
      const other = `http.host eq "${ground.hostname("-b")}"`;
      const questions = await ask(ground, [other]);
      return {
        "of one zone, by the rules of the Host": await questions.holds(other, { host: ground.hostname("-b") }),
        "without SNI": numbered(await questions.seen({ servername: "" })),
      };
    },
  },
  {
    claim: "`http.host`",
    needsEdge: true,
    async observe(ground) {
      const bare = `http.host eq "${ground.hostname()}"`;
      const questions = await ask(ground, [bare]);
      return {
        "bare where a port was sent": await questions.holds(bare, { host: `${ground.hostname()}:443` }),
        "with a final dot": numbered(await questions.seen({ host: `${ground.hostname()}.` })),
      };
    },
  },
  {
    claim: "URL normalisation",
    needsEdge: true,
    observe: (ground) =>
      holdsFor(ground, 'http.request.uri.path eq "/a/b"', [
        ...["/a/b", "//a/b", "/a//b", "/a/./b", "/a/x/../b", "/%61/b", "/a%2Fb", "/a%2fb", "/A/b", "/a\\b"],
      ]),
  },
  {
    claim: "a percent sign that begins no escape",
    needsEdge: true,
    observe: async (ground) => holdsFor(ground, 'http.request.uri.path eq "/100%25"', ["/100%", "/100%25"]),
  },
  {
    claim: "normalisation of a query",
    needsEdge: true,
    observe: (ground) => holdsFor(ground, 'http.request.uri.query eq "p=//a/./b%41"', ["/?p=//a/./b%41"]),
  },
  {
    claim: "`raw.http.request.uri` and the like",
    needsEdge: true,
    observe: (ground) => holdsFor(ground, 'raw.http.request.uri.path eq "//a/./%62"', ["//a/./%62"]),
  },
  {
    claim: "a target with a fragment, `*`, or a scheme but http",
    needsEdge: true,
    async observe(ground) {
      const questions = await ask(ground);
      const seen: Record<string, Observed> = {};
      for (const path of ["/a#b", "*", `ftp://${ground.hostname()}/`])
        seen[path] = (await questions.seen({ path })).status;
      return seen;
    },
  },
  {
    claim: "a refusal",
    needsEdge: true,
    async observe(ground) {
      const { status, type, text } = await (await ask(ground)).seen();
      return { status, type: type.toLowerCase(), "a page": /^<!DOCTYPE html>/i.test(text) };
    },
  },
  {
    claim: "challenges",
    needsEdge: true,
    observe: async (ground) => numbered(await (await ask(ground, [], { action: "managed_challenge" })).seen()),
  },
  {
    claim: "HTTP versions",
    needsEdge: true,
    async observe(ground) {
      await answers(ground);
      return {
        "HTTP/2": await handshake(ground, { ALPNProtocols: ["h2"] }),
        "HTTP/1.1": await handshake(ground, { ALPNProtocols: ["http/1.1"] }),
        "TLS 1.2": await handshake(ground, { maxVersion: "TLSv1.2" }),
        "TLS 1.3": await handshake(ground, { minVersion: "TLSv1.3" }),
      };
    },
  },
];
