import { isFields } from "../api/call";
import { failed, type Reply } from "../api/envelope";
import { UNRECORDED, type ErrorItem } from "../api/refusals";

/** What goes wrong. Only "latency", "hold" and "reset-after" let the request do its work. */
export type Failure =
  /** Answers in the envelope: 429, 500, or code 971, which comes even with 200. */
  | { kind: "status"; status: number; code?: number; message?: string; retryAfter?: number }
  /** A gateway's page instead of JSON. */
  | { kind: "html"; status?: number }
  | { kind: "latency"; milliseconds: number }
  /** The connection breaks before anything was done. */
  | { kind: "reset-before" }
  /** The work is done, the answer is lost. */
  | { kind: "reset-after" }
  /** No answer, ever. */
  | { kind: "timeout" }
  /** Waits until it is released, then goes on as if nothing had been. */
  | { kind: "hold" };

/** Which requests it hits, and what happens to them. */
export type Fault = Failure & {
  /** Any when absent. */
  method?: string;
  /** The path after /client/v4 with its query; `*` stands for anything. Any when absent. */
  path?: string;
  /** Begins at the nth request that fits. @default 1 */
  nth?: number;
  /** How many requests in a row it hits. Infinity, in JSON null, for all. @default 1 */
  count?: number;
};

/** A fault in place. */
export interface InjectedFault {
  readonly id: number;
  /** How many requests it has hit. */
  readonly hits: number;
  /** Takes it away, and lets go of the requests that it holds. */
  release(): void;
}

export interface Faults {
  inject(fault: Fault): InjectedFault;
  /** The failure that this request meets, if any. The first fault that fits wins. */
  meet(method: string, path: string): { failure: Failure; released: Promise<void> } | undefined;
  /** Those in place. */
  list(): readonly InjectedFault[];
  clear(): void;
}

/** @param byChance what a request meets for which no fault is in place */
export function createFaults(byChance: () => Failure | undefined): Faults {
  let placed: (InjectedFault & Pick<Faults, "meet">)[] = [];
  let lastId = 0;

  return {
    inject(fault) {
      const id = ++lastId;
      const one = place(id, fault, () => {
        placed = placed.filter((other) => other.id !== id);
      });
      placed.push(one);
      return one;
    },
    meet(method, path) {
      for (const fault of placed) {
        const met = fault.meet(method, path);
        if (met) return met;
      }
      const failure = byChance();
      return failure && { failure, released: Promise.resolve() };
    },
    list: () => placed,
    clear() {
      for (const fault of placed) fault.release();
    },
  };
}

function place(id: number, fault: Fault, remove: () => void): InjectedFault & Pick<Faults, "meet"> {
  const { method, path, nth = 1, count } = fault;
  const last = nth + (count ?? 1) - 1;
  const pattern = path === undefined ? /^/ : new RegExp(`^${path.split("*").map(quoted).join(".*")}$`, "s");
  let letGo = (): void => undefined;
  const released = new Promise<void>((resolve) => (letGo = resolve));
  let fitting = 0;
  let hits = 0;
  return {
    id,
    get hits() {
      return hits;
    },
    release() {
      remove();
      letGo();
    },
    meet(requested, target) {
      if ((method !== undefined && method.toUpperCase() !== requested) || !pattern.test(target)) return undefined;
      fitting += 1;
      if (fitting < nth || fitting > last) return undefined;
      hits += 1;
      return { failure: fault, released };
    },
  };
}

function quoted(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
}

const FIELDS: Readonly<Record<Failure["kind"], readonly string[]>> = {
  status: ["status", "code", "message", "retryAfter"],
  html: ["status"],
  latency: ["milliseconds"],
  "reset-before": [],
  "reset-after": [],
  timeout: [],
  hold: [],
};

/** A fault as it comes over HTTP, or a TypeError that says what is wrong with it. */
export function readFault(value: unknown): Fault {
  if (!isFields(value)) throw new TypeError("a fault must be a JSON object");
  const kind = Object.keys(FIELDS).find((name) => name === value.kind) as Failure["kind"] | undefined;
  if (kind === undefined) throw new TypeError(`kind must be one of ${Object.keys(FIELDS).join(", ")}`);
  const texts = ["kind", "method", "path", "message"];
  const known = ["kind", "method", "path", "nth", "count", ...FIELDS[kind]];
  for (const [name, field] of Object.entries(value)) {
    if (!known.includes(name))
      throw new TypeError(`a fault of kind ${kind} has no ${name}; it has ${known.join(", ")}`);
    const wanted = texts.includes(name) ? "string" : "number";
    if (typeof field !== wanted && !(name === "count" && field === null)) {
      throw new TypeError(`${name} must be a ${wanted}`);
    }
  }
  if (kind === "status" && value.status === undefined) throw new TypeError("a fault of kind status needs its status");
  if (kind === "latency" && value.milliseconds === undefined) {
    throw new TypeError("a fault of kind latency needs its milliseconds");
  }
  return { ...value, ...(value.count === null ? { count: Infinity } : {}) } as Fault;
}

/** The answer that a fault gives in the endpoint's stead; undefined when it gives none. */
export function failureReply(failure: Failure): Reply | undefined {
  if (failure.kind === "html") {
    const { status = 502 } = failure;
    const body = `<html>\r\n<head><title>${status} Bad Gateway</title></head>\r\n<body>cloudflare</body>\r\n</html>\r\n`;
    return { status, body };
  }
  if (failure.kind !== "status") return undefined;
  const { status, code = UNRECORDED, message = "Injected by the emulator", retryAfter } = failure;
  const item: ErrorItem = { code, message };
  const reply = failed({ status, errors: [item] });
  return retryAfter === undefined ? reply : { ...reply, headers: { "Retry-After": String(retryAfter) } };
}
