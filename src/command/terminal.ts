/** A sub-command. It answers the exit code. */
export type Command = (args: readonly string[], terminal: Terminal) => Promise<number>;

export interface Terminal {
  /** For what other programs read. */
  out(text: string): void;
  /** For people, a line at a time. */
  err(line: string): void;
  /** Calls back, once, when the command is to end. */
  onStop(stop: () => void): void;
}
