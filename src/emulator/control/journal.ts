/** One API call as it arrived and as it was answered. Other headers are not kept, so no token can be in it. */
export interface JournalEntry {
  /** ISO 8601, when the request had arrived whole. */
  readonly when: string;
  /** What the caller calls itself: the User-Agent. */
  readonly agent: string;
  readonly method: string;
  /** As the client wrote it after /client/v4, with its query. */
  readonly path: string;
  /** Parsed JSON, or the text that it wasn't. A private key's text is left out. */
  readonly body: unknown;
  /** 0 until it is answered, and for ever when the caller got no answer and nothing was done. */
  status: number;
  /** The answer's body. With a fault of kind "reset-after" the caller never saw it. */
  answer?: unknown;
  /** The kind of the fault that it met. */
  fault?: string;
}

export function journalled(agent: string, method: string, path: string, body: unknown): JournalEntry {
  const kept: unknown = JSON.parse(JSON.stringify(body ?? null, redact));
  return { when: new Date().toISOString(), agent, method, path, body: kept, status: 0 };
}

function redact(name: string, value: unknown): unknown {
  if (name === "private_key") return "[redacted]";
  if (typeof value !== "string") return value;
  return value.replace(/(-----BEGIN [A-Z ]*PRIVATE KEY-----)[\s\S]*?(-----END|$)/g, "$1[redacted]$2");
}
