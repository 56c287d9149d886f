import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { MALFORMED } from "./call";
import type { Control } from "./control";
import { dispatch, type Account } from "./dispatch";
import { failureReply, send } from "./envelope";
import type { Faults } from "./faults";
import { journalled, type JournalEntry } from "./journal";

export interface Api extends Account {
  readonly faults: Faults;
  readonly journal: JournalEntry[];
  readonly control: Control;
}

export const BASE_PATH = "/client/v4";
const CONTROL_PATH = "/__emulator/";

/** The HTTP server of the API and, beside it, of the emulator's own controls. */
export function createApiServer(api: Api): Server {
  const server = createServer((request, response) => {
    serve(api, request, response).catch((error: unknown) => {
      // Ours, not the caller's: a defect of the emulator must not pass for an answer of Cloudflare.
      api.log(`the emulator failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      request.socket.destroy();
    });
  });
  // Longer than pooled clients keep a connection, so that no request meets one that closes at that moment.
  server.keepAliveTimeout = 120_000;
  return server;
}

async function serve(api: Api, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = "GET", url = "/" } = request;
  const body = await parsedBody(request);
  if (url.startsWith(CONTROL_PATH)) {
    send(response, api.control({ method, path: url, body, from: request.socket.remoteAddress ?? "" }));
    return;
  }
  const target = url.startsWith(`${BASE_PATH}/`) ? url.slice(BASE_PATH.length) : url;
  const entry = journalled(method, target, body === MALFORMED ? "(malformed JSON)" : body);
  api.journal.push(entry);
  await sleep(api.settings.latency);
  await answer(api, entry, { method, target, headers: request.headers, body }, response);
}

async function answer(
  api: Api,
  entry: JournalEntry,
  request: Parameters<typeof dispatch>[1],
  response: ServerResponse,
): Promise<void> {
  const met = api.faults.meet(request.method, request.target);
  const kind = met?.failure.kind;
  if (kind !== undefined) entry.fault = kind;
  if (met?.failure.kind === "latency") await sleep(met.failure.milliseconds);
  if (kind === "hold") await met?.released;
  // No answer until the emulator closes or the caller gives up.
  if (kind === "timeout") return;
  if (kind === "reset-before") {
    response.destroy();
    return;
  }
  const reply = (met && failureReply(met.failure)) ?? dispatch(api, request);
  entry.status = reply.status;
  if (reply.body !== undefined) entry.answer = reply.body;
  if (kind === "reset-after") response.destroy();
  else send(response, reply);
}

async function parsedBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  if (text === "") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return MALFORMED;
  }
}
