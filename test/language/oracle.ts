import { Worker } from "node:worker_threads";
import { edge, type Fields, type Scheme } from "../../src/language/index";
import { bytesOf } from "../../src/language/reader";

/**
 * Cloudflare's own open engine (wirefilter), as Arcjet builds it into WebAssembly. Its names are fixed, and so the tests
 * give our parser the same names with the same types. It has no any(), all(), starts_with() and the like.
 */
export interface Oracle {
  /** The verdict, or the engine's error text. "undetermined": an expression reads a map's key that is not there. */
  ask(expression: string, facts: Facts): Promise<boolean | string>;
  close(): Promise<number>;
}

export interface Facts {
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly ip: string;
  readonly city: string;
  readonly vpn: boolean;
  readonly tor: boolean;
  readonly relay: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

export const LONGEST_EXPRESSION = 1024;

const { lower, upper, len } = edge.functions;

export const oracleScheme: Scheme = {
  fields: {
    "http.host": "Bytes",
    "http.request.headers": { map: "Bytes" },
    "http.request.method": "Bytes",
    "http.request.uri.path": "Bytes",
    "ip.src": "Ip",
    "ip.src.city": "Bytes",
    "ip.src.relay": "Bool",
    "ip.src.tor": "Bool",
    "ip.src.vpn": "Bool",
  },
  functions: { ...(lower && { lower }), ...(upper && { upper }), ...(len && { len }) },
  constants: [],
  isForeign: () => false,
};

export function fieldsOf(facts: Facts): Fields {
  return {
    "http.host": bytesOf(facts.host),
    "http.request.headers": facts.headers,
    "http.request.method": bytesOf(facts.method),
    "http.request.uri.path": bytesOf(facts.path),
    "ip.src": facts.ip,
    "ip.src.city": bytesOf(facts.city),
    "ip.src.relay": facts.relay,
    "ip.src.tor": facts.tor,
    "ip.src.vpn": facts.vpn,
  };
}

/** The package is ESM only, which jest's module system can't load: the engine runs in a worker. */
const PROGRAM = `
const { parentPort, workerData } = require("node:worker_threads");
const unknown = () => "unknown";
let details;
const imports = {
  "arcjet:js-req/bot-identifier": { detect: () => [] },
  "arcjet:js-req/email-validator-overrides":
    { isFreeEmail: unknown, isDisposableEmail: unknown, hasMxRecords: unknown, hasGravatar: unknown },
  "arcjet:js-req/filter-overrides": { ipLookup: () => details },
  "arcjet:js-req/sensitive-information-identifier": { detect: () => [] },
  "arcjet:js-req/verify-bot": { verify: () => "unverifiable" },
};
import(workerData).then(({ initializeWasm }) => initializeWasm(imports)).then((engine) => {
  parentPort.on("message", ({ id, expression, request, ip }) => {
    details = JSON.stringify(ip);
    let answer;
    try {
      const result = engine.matchFilters(JSON.stringify(request), "{}", [expression], true);
      answer = result.undeterminedExpressions.length > 0 ? "undetermined" : result.matchedExpressions.length > 0;
    } catch (error) {
      answer = String(error.payload ?? error.message).replace(/\\n$/, "");
    }
    parentPort.postMessage({ id, answer });
  });
});`;

interface Answer {
  readonly id: number;
  readonly answer: boolean | string;
}

/** The run for mutants asks the same hundreds of times in one process, and keeps the answers: no mutant is in them. */
const answers = (globalThis as { keptAnswers?: Map<string, boolean | string> }).keptAnswers;

export function openOracle(): Oracle {
  const waiting = new Map<number, (answer: boolean | string) => void>();
  let asked = 0;
  let worker: Worker | undefined;
  /** Only when it is asked: nobody closes it where all tests of a file are skipped. */
  const start = () => {
    const started = new Worker(PROGRAM, {
      eval: true,
      workerData: `file://${require.resolve("@arcjet/analyze-wasm")}`,
    });
    started.on("message", ({ id, answer }: Answer) => {
      waiting.get(id)?.(answer);
      waiting.delete(id);
    });
    return started;
  };
  const post = (expression: string, { host, method, path, ip, headers, ...rest }: Facts) =>
    new Promise<boolean | string>((resolve) => {
      const id = asked++;
      waiting.set(id, resolve);
      worker ??= start();
      worker.postMessage({ id, expression, request: { host, method, path, ip, headers }, ip: detailsOf(rest) });
    });
  return {
    ask: async (expression, facts) => {
      const question = JSON.stringify([expression, facts]);
      const answer = answers?.get(question) ?? (await post(expression, facts));
      answers?.set(question, answer);
      return answer;
    },
    close: () => worker?.terminate() ?? Promise.resolve(0),
  };
}

/** All 25 or none: with one missing, the engine calls every expression about the address undetermined. */
function detailsOf({ city, vpn, tor, relay }: Pick<Facts, "city" | "vpn" | "tor" | "relay">) {
  const texts = `asn asn_country asn_domain asn_name asn_type continent continent_name country country_name crawler_name
  postal_code region service timezone`.split(/\s+/);
  return {
    ...Object.fromEntries(texts.map((name) => [name, name])),
    city,
    latitude: 1,
    longitude: 2,
    accuracy_radius: 3,
    is_crawler: false,
    is_hosting: false,
    is_mobile: false,
    is_proxy: false,
    is_relay: relay,
    is_tor: tor,
    is_vpn: vpn,
  };
}
