import { startEmulator, type Emulator, type EmulatorOptions } from "../emulator/index";
import { wholeNumber } from "./options";
import { UsageError, type Command, type Given, type Terminal } from "./terminal";

const OPTIONS = [
  "zone",
  "account",
  "token",
  "host",
  "port",
  "edge-port",
  "verification",
  "url-normalization",
  "lag",
  "nasty",
];

const HELP = `Usage: cloudflare-mtls emulator --zone NAME[=ID] [options]

Starts a Cloudflare account on this machine: the API for client certificates and custom rules, and a TLS edge.
Prints one line of JSON with apiUrl, edgeUrl, accountId, apiToken and zones, and runs until SIGTERM or Ctrl-C.

  --zone NAME[=ID]          a zone of the account; may be repeated
  --account ID              id of the account, 32 lower-case hex digits (a new one)
  --token TOKEN             the API token (a new one)
  --host ADDRESS            where to listen (127.0.0.1)
  --port N                  port of the API (a free one)
  --edge-port N             port of the edge (a free one)
  --verification host|account
                            check a leaf against the CAs of its host, or of the whole account (host)
  --url-normalization cloudflare|rfc3986|none
                            what rules see of a path: slashes merged, escapes and dot segments resolved; the same
                            without merged slashes; or the path as it was sent (cloudflare)
  --lag MS                  milliseconds until associations show, and until a cleared CA can be deleted (0)
  --nasty SEED              all at once, as the seed has it: lists, rules and deletes that lag, an edge that lags by
                            connection, calls that fail, sessions that carry verdicts, rules respelled
  -h, --help                this text
`;

/** Runs an emulator until it is told to stop. */
export const command: Command = {
  help: HELP,
  options: OPTIONS,
  async run(given, terminal) {
    const log = (line: string) => terminal.err(line);
    const emulator = await startEmulator({ ...readOptions(given), log }).catch(explain);
    const { apiUrl, edgeUrl, accountId, apiToken, zones } = emulator;
    terminal.out(`${JSON.stringify({ apiUrl, edgeUrl, accountId, apiToken, zones })}\n`);
    await stopped(terminal, emulator);
    return 0;
  },
};

function readOptions(given: Given): EmulatorOptions {
  const text = (name: string) => given[name]?.at(-1);
  const zones = (given.zone ?? []).map(readZone);
  if (zones.length === 0) throw new UsageError("at least one --zone is needed");
  const lag = wholeNumber("--lag", text("lag"), 86_400_000);
  const nasty = wholeNumber("--nasty", text("nasty"), 0xffff_ffff);
  return {
    zones,
    accountId: text("account"),
    apiToken: text("token"),
    host: text("host"),
    port: wholeNumber("--port", text("port"), 65_535),
    edgePort: wholeNumber("--edge-port", text("edge-port"), 65_535),
    // Other words are refused by the emulator itself.
    verification: text("verification") as EmulatorOptions["verification"],
    urlNormalization: text("url-normalization") as EmulatorOptions["urlNormalization"],
    lag: { associations: lag, deletion: lag },
    ...(nasty === undefined ? {} : { nasty }),
  };
}

function readZone(text: string): { name: string; id?: string } {
  const [name = "", id] = text.split("=", 2);
  return id === undefined ? { name } : { name, id };
}

/** What can go wrong at the start is the user's to change. */
function explain(error: unknown): never {
  const { code, port } = error as { code?: unknown; port?: unknown };
  if (code === "EADDRINUSE") {
    throw new UsageError(`port ${String(port)} is in use; give another, or none to have a free one chosen`);
  }
  if (error instanceof TypeError || typeof code === "string") throw new UsageError((error as Error).message);
  throw error;
}

function stopped(terminal: Terminal, emulator: Emulator): Promise<void> {
  return new Promise((resolve, reject) => {
    terminal.onStop(() => void emulator.close().then(resolve, reject));
  });
}
