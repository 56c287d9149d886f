import { setTimeout as sleep } from "node:timers/promises";
import { canonicalHostname } from "../rules/hostname";
import { buildExpressions } from "../rules/expression";
import { rulesOf } from "../plan/picture";
import { UNNAMED } from "../plan/demand";
import { shownWrong } from "../wording/shown";
import { clientOf, fileAt, type Client } from "./clients";
import { parentOf, targetsOf, type Target } from "./declared";
import type { Edge } from "./handshakes";
import { wholeNumber } from "./options";
import { table, wrapped } from "./table";
import { UsageError, withProgress, type Command, type Given } from "./terminal";
import { verify, type Probe, type Verification } from "./verification";

const HELP = `Usage: pulumi stack export | cloudflare-mtls verify --stack - --certificate client.pem --key client.key
       cloudflare-mtls verify --hostname NAME [--hostname NAME …] --certificate client.pem --key client.key

Makes real TLS handshakes with each hostname of a stack, from here, and tells what the edge does: whether it asks for a
client certificate, and what it answers a client without one, a client with one of an unknown CA (made for this run),
and a client with yours, over TLS 1.3 and 1.2; with the Host in capitals; and on a connection that was made for another
hostname of the zone. It sends HEAD requests only, at most nine to a hostname, and to four hostnames at a time.

What should come is worked out from the stack's rules. Without --stack, all of the path must be closed to clients
without a certificate, and open to yours.

  --stack FILE          what \`pulumi stack export\` printed, or \`pulumi stack output --json\` with a MutualTls among the
                        outputs; - is stdin
  --hostname NAME       a hostname to look at; with --stack, one of the stack's; may be repeated (all of the stack)
  --path PATH           the path that is asked for (the first one that the rule closes)
  --certificate FILE    a client certificate in PEM, with its intermediates
  --key FILE            its private key, in PEM without a passphrase; it is used and never shown
  --connect HOST:PORT   connect there, whatever DNS says: to an emulator, or to one part of the edge
  --ca-file FILE        roots to trust the edge by, in PEM (those of Node.js and NODE_EXTRA_CA_CERTS)
  --wait SECONDS        knock again, every five seconds, where something isn't as declared yet: a list or a rule takes a
                        minute to reach every part of the edge (0)
  --timeout SECONDS     that a connection and its answer may take (10)
  --json                a JSON text instead of the table
  -h, --help            this text

It ends with 0 where all is as declared, 1 where something isn't, 2 where it was called wrongly, 130 where it was stopped.
`;

const AT_ONCE = 4;
const PAUSE = 5000;

/** Knocks at every hostname, and says where the edge does something else than the stack declares. */
export const command: Command = {
  help: HELP,
  options: ["stack", "hostname", "path", "certificate", "key", "connect", "ca-file", "timeout", "wait"],
  flags: ["json"],
  async run(given, terminal) {
    const own = clientsIn(given);
    const targets = targetsIn(given, own);
    const stop = new AbortController();
    terminal.onStop(() => stop.abort());
    const edge = { ...edgeIn(given), signal: stop.signal };
    const found: Verification[] = [];
    const queue = targets.values();
    const until = Date.now() + 1000 * (wholeNumber("--wait", given.wait?.at(-1), 3600) ?? 0);
    const count = () => `${found.length} of ${targets.length} hostnames were looked at`;
    const work = async (told: (what: string) => void) => {
      for (const target of queue) {
        let one = await verify(edge, target, own);
        while (one.findings.length > 0 && Date.now() + PAUSE < until) {
          await sleep(PAUSE, undefined, edge);
          one = await verify(edge, target, own);
        }
        found.push(one);
        told(count());
      }
    };
    try {
      await withProgress(terminal, async (told) => {
        told(count());
        await Promise.all(Array.from({ length: AT_ONCE }, () => work(told)));
      });
    } catch (error) {
      if (!stop.signal.aborted) throw error;
      terminal.err(`Stopped: ${count()}.`);
      return 130;
    }
    const inOrder = targets.flatMap((target) => found.find((one) => one.target === target) ?? []);
    terminal.out(given.json ? `${JSON.stringify(jsonOf(inOrder), undefined, 2)}\n` : textOf(inOrder));
    if (own.length === 0)
      terminal.err("Without --certificate and --key nobody knows whether a rightful client is let in.");
    return inOrder.some(({ findings }) => findings.length > 0) ? 1 : 0;
  },
};

function clientsIn(given: Given): Client[] {
  const [certificate, key] = [given.certificate?.at(-1), given.key?.at(-1)];
  if ((certificate === undefined) !== (key === undefined))
    throw new UsageError("--certificate and --key belong together");
  return certificate === undefined || key === undefined ? [] : [clientOf(certificate, key)];
}

function targetsIn(given: Given, own: readonly Client[]): Target[] {
  const hostnames = [...new Set((given.hostname ?? []).map(hostnameOf))];
  const path = given.path?.at(-1);
  if (path !== undefined && !/^\/[!-~]*$/.test(path))
    throw new UsageError(`--path must begin with a slash, and is ${shownWrong(path)}`);
  const file = given.stack?.at(-1);
  if (file === undefined && hostnames.length === 0) throw new UsageError("--stack or a --hostname is needed");
  const all = file === undefined ? hostnames.map((one) => closed(one, own)) : stackAt(file);
  const strange = hostnames.find((hostname) => !all.some((target) => target.hostname === hostname));
  if (strange !== undefined) throw new UsageError(`the stack has no hostname ${strange}`);
  const meant = all.filter(({ hostname }) => hostnames.length === 0 || hostnames.includes(hostname));
  return path === undefined ? meant : meant.map((target) => ({ ...target, path }));
}

function stackAt(file: string): Target[] {
  const text = fileAt("--stack", file === "-" ? 0 : file);
  try {
    return targetsOf(text);
  } catch (error) {
    throw new UsageError(`--stack: ${(error as Error).message}`);
  }
}

/** As a rule of this package would have it: open to the own certificate's issuer alone. */
function closed(hostname: string, [own]: readonly Client[]): Target {
  const target = { hostname, path: "/", asks: true, rules: [], refusals: [403], other: parentOf(hostname) };
  const shows = own?.shows(target);
  const issuerSki = typeof shows === "object" ? shows.issuerSki : UNNAMED;
  const expressions = [...buildExpressions({ hostnames: [hostname], issuerSkis: [issuerSki] }).values()];
  return { ...target, rules: rulesOf({ ref: hostname, action: "block", expressions }) };
}

function hostnameOf(given: string): string {
  const read = canonicalHostname(given);
  if ("problem" in read) throw new UsageError(read.problem);
  return read.hostname;
}

function edgeIn(given: Given): Omit<Edge, "signal"> {
  const [connect, file] = [given.connect?.at(-1), given["ca-file"]?.at(-1)];
  const [, six, four, port] = /^(?:\[([0-9a-f:]+)\]|([^:]+)):(\d{1,5})$/i.exec(connect ?? "") ?? [];
  const host = six ?? four;
  if (connect !== undefined && host === undefined)
    throw new UsageError(`--connect must be HOST:PORT, as 127.0.0.1:8443, and is ${shownWrong(connect)}`);
  const ca = file === undefined ? undefined : fileAt("--ca-file", file);
  if (ca !== undefined && !ca.includes("-----BEGIN CERTIFICATE-----"))
    throw new UsageError("the file of --ca-file holds no certificate in PEM");
  const timeout = 1000 * (wholeNumber("--timeout", given.timeout?.at(-1), 300) ?? 10);
  if (timeout === 0) throw new UsageError("--timeout must be a second at least");
  return { connect: host === undefined ? undefined : { host, port: Number(port) }, ca, timeout };
}

const HEAD = ["HOSTNAME", "PATH", "TLS", "ASKS", "NONE", "UNKNOWN CA", "YOURS", "CAPITALS", "REUSE", ""];

function textOf(all: readonly Verification[]): string {
  const rows = all.map(({ target, asks, tls, probes, findings }) => {
    const plain = (client: Client["name"]) =>
      cell(probes.filter((one) => one.client === client && one.as.startsWith("TLS")));
    const other = (as: Probe["as"]) => cell(probes.filter((one) => one.as === as));
    return [
      ...[target.hostname, target.path, tls.map((version) => version.slice(4)).join(" ") || "-"],
      ...[asks === undefined ? "-" : `${asks ? "yes" : "no"}${asks === target.asks ? "" : "!"}`],
      ...[plain("none"), plain("unknownCa"), plain("yours"), other("capitals"), other("reuse")],
      findings.length > 0 ? "WRONG" : "as declared",
    ];
  });
  const findings = all.flatMap(({ target, findings }) =>
    findings.map((finding) => wrapped(`${target.hostname}: ${finding}`)),
  );
  return [table([HEAD, ...rows]), ...(findings.length > 0 ? ["\n", ...findings] : [])].join("");
}

/** What was answered, each once; an exclamation mark where it is wrong. */
function cell(probes: readonly Probe[]): string {
  const answers = probes.flatMap(({ heard, isWrong }) => {
    if ("status" in heard) return `${heard.status}${isWrong ? "!" : ""}`;
    return isWrong ? "none!" : [];
  });
  return [...new Set(answers)].join(" ") || "-";
}

function jsonOf(all: readonly Verification[]): object {
  return {
    isAsDeclared: all.every(({ findings }) => findings.length === 0),
    hostnames: all.map(({ target: { hostname, path, asks: isToAsk, other }, asks, tls, probes, findings }) => ({
      ...{ hostname, path, other, isToAsk, asks, tls },
      answers: probes.map(({ client, as, heard, expected, isWrong }) => {
        const answer = "status" in heard ? { status: heard.status } : { trouble: heard.trouble };
        return { client, as, ...answer, expected, isWrong };
      }),
      findings,
    })),
  };
}
