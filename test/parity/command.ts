import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import type { Budget, Target } from "./cloud";
import { Journal } from "./journal";
import { beginAt, cleanUp, compare, LIMITS, lookAt, newBudget } from "./kit";
import type { Place } from "./kit";
import { probes } from "./probes";
import { report, short } from "./report";
import { reasonOf } from "./told";

const CLOUDFLARE = "https://api.cloudflare.com/client/v4";
const TOKEN = "CLOUDFLARE_PARITY_TOKEN";
const FOLDER = join(__dirname, "../../build/parity");

const HELP = `Usage: npm run parity -- --account ID --zone ID [options]
       npm run parity -- --clean JOURNAL

Tries the claims of docs/emulator-differences.md at an emulator and at Cloudflare, and writes a report of what is the same. It
makes certificates, hostname lists and custom rules in a zone that nothing else uses, and takes them away again. It asks first.

  --account ID     id of the account
  --zone ID        id of a zone without custom rules and without hostnames that use client certificates
  --edge HOST:PORT tries the edge, too: the address at which all hostnames of the zone are served
  --only TEXT      only claims with this text in them
  --out FOLDER     for the report and for the journal of what was made (build/parity)
  --base-url URL   of the API (${CLOUDFLARE})
  --yes            begins without asking
  --clean JOURNAL  takes away what an earlier run left, and nothing else
  -h, --help       this text

The token is read from ${TOKEN} and from nowhere else. It needs: Account › SSL and Certificates › Edit;
Zone › SSL and Certificates › Edit; Zone › WAF › Edit; Zone › Zone › Read.
Exit codes: 0 all is the same, 1 something differs or couldn't be tried, 2 nothing was begun, 3 something was left behind.
`;

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;
const names = { account: text, zone: text, edge: text, only: text, out: text, "base-url": text, clean: text };
const OPTIONS = { ...names, yes: flag, help: { ...flag, short: "h" } };

type Given = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>["values"];

const err = (line: string) => void process.stderr.write(`${line}\n`);

/** `npm run parity`: the exit code. */
export async function parity(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  try {
    const { values: given } = parseArgs({ args: [...args], options: OPTIONS });
    if (given.help) {
      process.stdout.write(HELP);
      return 0;
    }
    const token = environment[TOKEN]?.trim();
    if (!token) throw new Error(`There is no token in ${TOKEN}. See npm run parity -- --help.`);
    const baseUrl = (given["base-url"] ?? CLOUDFLARE).replace(/\/+$/, "");
    if (!/^https:\/\/|^http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/.test(baseUrl))
      throw new Error("--base-url must begin with https://, as the token is sent there; http:// is for this machine.");
    if (given.clean !== undefined) return await clean(given.clean, baseUrl, token);
    return await run(given, { baseUrl, token, accountId: id(given, "account"), zoneId: id(given, "zone") });
  } catch (error) {
    err(reasonOf(error));
    return 2;
  }
}

function id(given: Given, name: "account" | "zone"): string {
  const value = given[name] ?? "";
  if (/^[0-9a-f]{32}$/.test(value)) return value;
  throw new Error(`--${name} must be an id of 32 characters of 0-9 and a-f. See npm run parity -- --help.`);
}

async function run(given: Given, target: Target): Promise<number> {
  const folder = given.out ?? FOLDER;
  const [, host, port] = /^(.+):(\d+)$/.exec(given.edge ?? "") ?? [];
  if (given.edge !== undefined && host === undefined) throw new Error("--edge must be a host and a port.");
  const chosen = probes.filter(({ claim }) => claim.includes(given.only ?? ""));
  if (chosen.length === 0) throw new Error("No claim with a probe has the text of --only in it.");
  if (!(await cleanEarlier(folder, target))) return 3;
  const looked = await lookAt(target);
  const place = host === undefined ? looked : { ...looked, edge: { host, port: Number(port) } };
  const journal = beginAt(place, folder);
  err(announcement(place, journal, chosen.length));
  if (!given.yes && !(await confirmed(place.zoneName))) {
    journal.remove();
    err("Nothing was made.");
    return 2;
  }
  const budget = newBudget();
  onSignals(budget);
  const outcome = await compare(place, chosen, journal, budget, err);
  const file = join(folder, `parity-${journal.head.mark}`);
  const { markdown, json } = report(place, outcome, new Date());
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${file}.md`, markdown);
  writeFileSync(`${file}.json`, json);
  err(`The report: ${file}.md and .json`);
  if (outcome.left.length > 0) return sayLeft(outcome.left, journal);
  return outcome.findings.some(({ verdict }) => ["different", "not tried"].includes(verdict)) ? 1 : 0;
}

function announcement({ baseUrl, accountId, zoneId, zoneName }: Place, { head, file }: Journal, count: number) {
  return `At ${baseUrl}, ${count} probes will make, one after the other, and take away again:
- in account ${short(accountId)}: CA certificates named "parity-${head.mark} …", at most two at a time. They take CA slots.
- in zone ${zoneName} (${short(zoneId)}): the hostname lists of these CAs, with the hostnames parity-${head.mark}*.${zoneName};
  custom rules for these hostnames alone, and a ruleset where the zone has none;
  client certificates of the managed CA, which are revoked and stay on the zone's list.
That takes at most ${LIMITS.calls} requests and ${LIMITS.time / 60_000} minutes. The journal of what is made: ${file ?? ""}`;
}

async function confirmed(zoneName: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new Promise<string>((resolve) => terminal.once("close", () => resolve("")));
  const answer = await Promise.race([terminal.question("Type the zone's name to go on: "), closed]);
  terminal.close();
  return answer.trim() === zoneName;
}

/** Ctrl-C reaches a program under npm twice: the second one mustn't cut off what the first one began. */
function onSignals(budget: Budget): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => {
      err(`${signal}: cleaning up …`);
      budget.stop(`it was ended by ${signal}`);
    });
}

/** What runs left that were killed. Another account's can't be reached with this token, and a run that goes on is let alone. */
async function cleanEarlier(folder: string, target: Target): Promise<boolean> {
  for (const file of Journal.filesIn(folder)) {
    const journal = Journal.read(file);
    const { head } = journal;
    const isHere = (["baseUrl", "accountId", "zoneId"] as const).every((key) => head[key] === target[key]);
    if (!isHere) err(`An earlier run in another zone has left something: npm run parity -- --clean ${file}`);
    else if (isRunning(head.pid))
      throw new Error(
        `Another run is going on in this zone, process ${head.pid}. If that is something else: npm run parity -- --clean ${file}`,
      );
    else if ((await cleanedUp(journal, target)) !== 0) return false;
  }
  return true;
}

function isRunning(pid: number): boolean {
  try {
    // In a container every run may have the same number.
    return pid !== process.pid && process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function clean(file: string, baseUrl: string, token: string): Promise<number> {
  const journal = Journal.read(file);
  // Whoever wrote the file doesn't decide where the token goes.
  if (journal.head.baseUrl !== baseUrl)
    throw new Error(`The journal is of ${journal.head.baseUrl}. If the token is for that API, say so with --base-url.`);
  return cleanedUp(journal, { ...journal.head, token });
}

async function cleanedUp(journal: Journal, target: Target): Promise<number> {
  const left = await cleanUp(target, journal);
  if (left.length > 0) return sayLeft(left, journal);
  journal.remove();
  err(`Nothing of the earlier run ${journal.head.mark} is there any more.`);
  return 0;
}

function sayLeft(left: readonly string[], { file }: Journal): number {
  err(`Left behind: ${left.join("; ")}.\nTry again in a few minutes: npm run parity -- --clean ${file ?? ""}`);
  return 3;
}
