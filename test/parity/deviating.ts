import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Emulator } from "../../src/emulator";
import type { Fields } from "./cloud";

interface Exchange {
  readonly method: string;
  /** With its query, from behind /client/v4. */
  readonly path: string;
  readonly body: Fields & { readonly hostnames?: readonly string[] };
  /** What the emulator answered, to be changed in place. */
  status: number;
  headers: Record<string, string>;
  answer: { errors: { code: number; message: string }[]; result: Result; [name: string]: unknown };
}

type Result = Record<string, unknown> & { hostnames?: string[] | null; rules?: Record<string, unknown>[] };

/** One way in which Cloudflare may turn out to be another than the emulator. */
export interface Deviation {
  readonly claim: string;
  /** Answers in the emulator's place, to which the call never gets. */
  readonly instead?: (exchange: Exchange) => boolean;
  readonly change?: (exchange: Exchange) => void;
}

const isCertificate = ({ path }: Exchange) => /\/mtls_certificates\/[^/]+$/.test(path);
const isList = ({ path }: Exchange) => path.includes("/hostname_associations");

export const DEVIATIONS: readonly Deviation[] = [
  {
    claim: "a second upload of a certificate",
    change: (exchange) => {
      if (exchange.answer.errors[0]?.code === 1471) exchange.status = 409;
    },
  },
  {
    claim: "a bundle",
    change: ({ answer: { result } }) => {
      const blocks = /^(?:-----BEGIN[^-]*-----[^-]*-----END[^-]*-----\n)+$/.exec(String(result?.certificates));
      if (blocks)
        result.certificates = blocks[0]
          .split(/(?<=END CERTIFICATE-----\n)/)
          .reverse()
          .join("");
    },
  },
  {
    claim: "deleting twice",
    change: (exchange) => {
      if (!isCertificate(exchange)) return;
      for (const error of exchange.answer.errors)
        error.message = error.message.replace("already deleted", "no longer here");
    },
  },
  {
    claim: "a deleted CA",
    change: (exchange) => {
      if (exchange.method === "GET" && isCertificate(exchange) && exchange.status === 404)
        exchange.answer.errors = [{ code: 1005, message: "Certificate not found" }];
    },
  },
  {
    claim: "spelling of hostnames",
    change: ({ answer: { result } }) => void result?.hostnames?.sort(),
  },
  {
    claim: "a list that nobody wrote",
    change: ({ answer: { result } }) => {
      if (result?.hostnames === null) result.hostnames = [];
    },
  },
  {
    claim: "GET after PUT",
    instead: emptiesInVain(),
  },
  {
    claim: "its fields",
    change: ({ path, answer: { result } }) => {
      if (path.endsWith("/client_certificates")) delete result?.ski;
    },
  },
  {
    claim: "a rule that a PUT repeats",
    change: ({ method, answer: { result } }) => {
      if (method === "PUT") for (const rule of result?.rules ?? []) rule.version = String(Number(rule.version) + 1);
    },
  },
  {
    claim: "the spelling of an expression",
    change: ({ answer: { result } }) => {
      for (const rule of result?.rules ?? []) rule.expression = String(rule.expression).replace(/^\((.*)\)$/, "$1");
    },
  },
];

/** The first time that this list is emptied Cloudflare says yes and does nothing. */
function emptiesInVain(): NonNullable<Deviation["instead"]> {
  let waits: unknown;
  return (exchange) => {
    const { mtls_certificate_id: ca, hostnames = [] } = exchange.body;
    if (exchange.method !== "PUT" || !isList(exchange)) return false;
    if (hostnames.some((hostname) => hostname.includes("-read-back"))) waits = ca;
    if (hostnames.length > 0 || waits !== ca) return false;
    waits = undefined;
    exchange.answer = { success: true, errors: [], messages: [], result: { hostnames: [] } };
    return true;
  };
}

/** Stands before an emulator, as an API of its own. */
export async function startDeviating(
  emulator: Emulator,
  deviations: readonly Deviation[],
): Promise<{ apiUrl: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    void (async () => {
      const { method = "", url = "", headers } = request;
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const text = Buffer.concat(chunks).toString();
      const path = url.replace("/client/v4", "");
      const body = (text === "" ? {} : JSON.parse(text)) as Exchange["body"];
      const exchange: Exchange = { method, path, body, status: 200, headers: {}, answer: { errors: [], result: {} } };
      if (!deviations.some(({ instead }) => instead?.(exchange))) {
        const { authorization = "" } = headers;
        const sent = text === "" ? {} : { body: text };
        const answered = await fetch(emulator.apiUrl + path, { method, headers: { authorization }, ...sent });
        const answer = await answered.text();
        exchange.status = answered.status;
        exchange.headers = Object.fromEntries([...answered.headers].filter(([name]) => name.startsWith("rate")));
        if (answer !== "") exchange.answer = JSON.parse(answer) as Exchange["answer"];
        for (const { change } of deviations) change?.(exchange);
      }
      response.writeHead(exchange.status, { ...exchange.headers, "Content-Type": "application/json" });
      response.end(exchange.status === 204 ? undefined : JSON.stringify(exchange.answer));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    apiUrl: `http://127.0.0.1:${port}/client/v4`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
