import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { Answer } from "./call";
import type { Refusal } from "./refusals";

/** What goes over the wire: JSON, unless the body is text. */
export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export function succeeded({ status = 200, result, resultInfo }: Answer): Reply {
  if (status === 204) return { status };
  const info = resultInfo === undefined ? {} : { result_info: resultInfo };
  return { status, body: { success: true, errors: [], messages: [], result, ...info } };
}

export function failed({ status, errors }: Pick<Refusal, "status" | "errors">): Reply {
  return { status, body: { success: false, errors, messages: [], result: null } };
}

export function send(response: ServerResponse, reply: Reply): void {
  const { status, body, headers = {} } = reply;
  const isText = typeof body === "string";
  response.writeHead(status, {
    ...headers,
    ...(body === undefined ? {} : { "Content-Type": isText ? "text/html; charset=UTF-8" : "application/json" }),
    "CF-Ray": `${randomBytes(8).toString("hex")}-EMU`,
  });
  response.end(body === undefined || isText ? body : JSON.stringify(body));
}
