/** A command was called in a way that it can't follow. The message says what to change. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
