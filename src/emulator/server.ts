import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { MALFORMED } from "./api/call";
import type { Control } from "./control/http";
import { BASE_PATH, dispatch, type Account } from "./api/dispatch";
import { failed, send } from "./api/envelope";
import { failureReply } from "./control/faults";
import type { Failure, Faults } from "./control/faults";
import { unrecorded } from "./api/refusals";
import { journalled, type JournalEntry } from "./control/journal";

export interface Api extends Account {
  readonly faults: Faults;
  readonly journal: JournalEntry[];
  readonly control: Control;
}

const CONTROL_PATH = "/__emulator/";

/** The HTTP server of the API and, beside it, of the emulator's own controls. */
export function createApiServer(api: Api): Server {
  const server = createServer((request, response) => {
    serve(api, request, response).catch((error: unknown) => {
      if (request.errored) return;
      // Ours, not the caller's: a defect of the emulator must not pass for an answer of Cloudflare, and says so.
      api.log(`the emulator failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      if (response.headersSent) request.socket.destroy();
      else send(response, failed(unrecorded(`the emulator failed: ${String(error)}`, undefined, 500)));
    });
  });
  // Longer than pooled clients keep a connection, so that no request meets one that closes at that moment.
  server.keepAliveTimeout = 120_000;
  return server;
}

async function serve(api: Api, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = "GET", url = "/", headers } = request;
  const body = await parsedBody(request);
  if (url.startsWith(CONTROL_PATH)) {
    send(response, api.control({ method, path: url, body, from: request.socket.remoteAddress ?? "" }));
    return;
  }
  const path = url.startsWith(`${BASE_PATH}/`) ? url.slice(BASE_PATH.length) : url;
  const entry = journalled(headers["user-agent"] ?? "", method, path, body === MALFORMED ? "(malformed JSON)" : body);
  api.journal.push(entry);
  if (api.settings.latency > 0) await sleep(api.settings.latency);

  const met = api.faults.meet(method, path);
  if (met) {
    entry.fault = met.failure.kind;
    const survives = await suffer(met.failure, met.released, request);
    if (!survives) return;
  }
  const reply = (met && failureReply(met.failure)) ?? dispatch(api, { method, url, headers, body });
  entry.status = reply.status;
  if (reply.body !== undefined) entry.answer = reply.body;
  if (met?.failure.kind === "reset-after") request.socket.resetAndDestroy();
  else send(response, reply);
}

/** What a fault does before the request is worked on; false when it never will be. */
async function suffer(failure: Failure, released: Promise<void>, { socket }: IncomingMessage): Promise<boolean> {
  if (failure.kind === "latency") await sleep(failure.milliseconds);
  if (failure.kind === "hold") await released;
  if (failure.kind === "reset-before") socket.resetAndDestroy();
  // A timeout leaves the connection open until the caller gives up or the emulator closes.
  return failure.kind !== "reset-before" && failure.kind !== "timeout";
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
