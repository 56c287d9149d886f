/** What options were given, each as often as it came. */
export type Given = Readonly<Record<string, readonly string[] | undefined>>;

/** A sub-command. */
export interface Command {
  readonly help: string;
  /** Names of its options that take a value. */
  readonly options: readonly string[];
  /** Of those that take none: given, they have an empty text. */
  readonly flags?: readonly string[];
  /** It answers the exit code. */
  run(given: Given, terminal: Terminal): Promise<number>;
}

export interface Terminal {
  /** For what other programs read. */
  out(text: string): void;
  /** For people, a line at a time. */
  err(line: string): void;
  /** Calls back, once, when the command is to end. */
  onStop(stop: () => void): void;
}

/** A command was called in a way that it can't follow. The message says what to change. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** What a command says while it works on something for more than a second: then, and every five seconds. */
export async function withProgress<T>(
  terminal: Terminal,
  work: (told: (what: string) => void) => Promise<T>,
): Promise<T> {
  let latest = "";
  let seconds = 0;
  const clock = setInterval(() => {
    if (seconds++ % 5 === 0 && latest) terminal.err(latest);
  }, 1000);
  try {
    return await work((what) => (latest = what));
  } finally {
    clearInterval(clock);
  }
}
