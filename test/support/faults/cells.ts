import type { JournalEntry, Snapshot } from "../../../src/emulator";
import { isWrite } from "../writes";
import type { Operation } from "./operations";

/** One call of a clean run, so named that it is found again in another run from the same moment. */
export interface RecordedCall {
  readonly method: string;
  /** With `*` for each id that came into being during the run. */
  readonly path: string;
  /** Which of those that fit method and path it is, from 1. */
  readonly nth: number;
  /** Which of all calls of the run, from 1. */
  readonly place: number;
  readonly isWrite: boolean;
}

export const FAULTS = [
  "kill before",
  "kill after",
  "reset before",
  "reset after",
  "429",
  "500",
  "HTML 502",
  "timeout",
  "refused from then on",
] as const;

/** Of two components, one goes on where the other was refused. What a call does by itself, one component shows. */
const FAULTS_BESIDE = ["kill after", "reset after", "refused"] as const;
export type FaultName = (typeof FAULTS | typeof FAULTS_BESIDE)[number];

/** A fault at a call of an operation, and the command after it: the same again, or somebody gives up: destroys, or takes a destroy back. */
export interface Cell {
  readonly operation: Operation;
  readonly call: RecordedCall;
  readonly fault: FaultName;
  readonly then: "again" | "destroy" | "up";
}

export function callsOf(journal: readonly JournalEntry[], before: Snapshot): RecordedCall[] {
  const known = JSON.stringify(before);
  const named = journal.map((entry) => ({
    entry,
    path: entry.path.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}/g, (id) =>
      known.includes(id) ? id : "*",
    ),
  }));
  return named.map(({ entry, path }, index) => {
    const pattern = new RegExp(`^${path.split("*").map(quoted).join(".*")}$`);
    const fits = named
      .slice(0, index + 1)
      .filter((other) => other.entry.method === entry.method && pattern.test(other.entry.path));
    return { method: entry.method, path, nth: fits.length, place: index + 1, isWrite: isWrite(entry) };
  });
}

/**
 * Every call of an operation with every fault. A read changes nothing, so that before and after are the same for it:
 * those cells are left out and counted. After what ends a run between or at its writes, somebody may give up, too.
 */
export function cellsOf(operation: Operation, calls: readonly RecordedCall[]): { cells: Cell[]; equal: number } {
  if (operation.beside) return { cells: cellsBeside(operation, calls), equal: 0 };
  const all = calls.flatMap((call) => FAULTS.map((fault): Cell => ({ operation, call, fault, then: "again" })));
  const cells = all.filter(({ call, fault }) => call.isWrite || !fault.endsWith(" after"));
  const ended = cells.filter(({ call, fault }) => call.isWrite && /^(kill|refused)/.test(fault));
  const then = operation.command === "destroy" ? "up" : "destroy";
  const givenUp = ended.map((cell): Cell => ({ ...cell, then }));
  return { cells: [...cells, ...givenUp], equal: all.length - cells.length };
}

/** Every write; whose of the two comes first is open, so which of its kind it is has to do. Afterwards somebody may go back. */
function cellsBeside(operation: Operation, calls: readonly RecordedCall[]): Cell[] {
  const key = ({ method, path, nth }: RecordedCall) => `${method} ${path} ${nth}`;
  const writes = calls.filter((call) => call.isWrite).sort((left, right) => (key(left) < key(right) ? -1 : 1));
  const back = operation.command === "up" && operation.from.plan.x.length === 0 ? "destroy" : "up";
  return writes.flatMap((call) => [
    ...FAULTS_BESIDE.map((fault): Cell => ({ operation, call, fault, then: "again" })),
    { operation, call, fault: "kill after", then: back },
    { operation, call, fault: "refused", then: back },
  ]);
}

/** `create, call 3, PUT hostname_associations: kill after, then destroy` */
export function titleOf({ operation, call, fault, then }: Cell): string {
  const what = call.path
    .replace(/^\/(zones|accounts)\/[0-9a-f]{32}/, (match) => (match.startsWith("/zones") ? "zone" : "account"))
    .replace(/[?/=](\*|[0-9a-f-]{32,36})/g, "/…");
  const which = operation.beside ? `write ${call.nth} of` : `call ${call.place},`;
  return `${operation.name}, ${which} ${call.method} ${what}: ${fault}${then === "again" ? "" : `, then ${then}`}`;
}

function quoted(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
}
