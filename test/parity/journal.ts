import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

/** Whose account it is, and by which mark the things of a run are known. Never the token. */
export interface Head {
  readonly mark: string;
  readonly baseUrl: string;
  readonly accountId: string;
  readonly zoneId: string;
  readonly zoneName: string;
  /** Of the process, so that the next start leaves a run alone that is still going on. */
  readonly pid: number;
}

/** What is about to be made: a certificate or signing request by the digest of its bytes, a list by its CA's id, a rule by the mark. */
export interface Entry {
  readonly makes: "certificate" | "client certificate" | "hostname list" | "rule";
  readonly known: string;
}

const ENDING = ".journal";
const CLEAN = "clean";

/** One file for a run: a line before each thing that is made. It is gone when all of them are. */
export class Journal {
  private open: Entry[];

  private constructor(
    /** Undefined: nothing outlives the process that could need it. */
    readonly file: string | undefined,
    readonly head: Head,
    entries: readonly Entry[],
  ) {
    this.open = [...entries];
  }

  static inMemory(head: Head): Journal {
    return new Journal(undefined, head, []);
  }

  static begin(folder: string, head: Head): Journal {
    mkdirSync(folder, { recursive: true });
    const journal = new Journal(join(folder, `parity-${head.mark}${ENDING}`), head, []);
    journal.write(head);
    return journal;
  }

  /** A line that was cut off by the end of its process came before the call that it speaks of, which was never sent. */
  static read(file: string): Journal {
    const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
    const [head, ...rest] = lines.map((line) => JSON.parse(line) as unknown);
    const { mark } = Object(head) as Partial<Head>;
    if (!/^[0-9a-f]{16}$/.test(mark ?? "")) throw new Error(`${file} is no journal of the parity kit.`);
    const entries = rest.slice(rest.lastIndexOf(CLEAN) + 1);
    return new Journal(file, head as Head, entries as Entry[]);
  }

  static filesIn(folder: string): string[] {
    mkdirSync(folder, { recursive: true });
    return readdirSync(folder)
      .filter((name) => name.endsWith(ENDING))
      .map((name) => join(folder, name));
  }

  /** What was made since all was clean, or was going to be. */
  get entries(): readonly Entry[] {
    return this.open;
  }

  /** On disk before it returns. */
  note(entry: Entry): void {
    this.write(entry);
    this.open.push(entry);
  }

  clean(): void {
    if (this.open.length > 0) this.write(CLEAN);
    this.open = [];
  }

  remove(): void {
    if (this.file !== undefined) rmSync(this.file, { force: true });
  }

  private write(line: Head | Entry | typeof CLEAN): void {
    if (this.file === undefined) return;
    const file = openSync(this.file, "a", 0o600);
    writeSync(file, `${JSON.stringify(line)}\n`);
    fsyncSync(file);
    closeSync(file);
  }
}
