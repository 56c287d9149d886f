/**
 * Ctrl-C reaches Pulumi as well, which finishes the call that is under way; then everything is taken down.
 * It isn't passed on: a second one would make Pulumi drop that call.
 */
export const interruption = { asked: false };

/** Sees the work to its end, interrupted or not, and says in words and by the exit code whether all of it held. */
export function endWith(work: Promise<boolean>): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (!interruption.asked) console.error(`\n${signal}: stopping when Pulumi has stopped.`);
      interruption.asked = true;
    });
  }
  work.then(
    (holds) => {
      console.log(holds ? "\nAll of it holds." : "\nSomething does not hold: see above.");
      process.exitCode = holds ? 0 : 1;
    },
    (error: unknown) => {
      console.error(
        interruption.asked
          ? "\nInterrupted; nothing is left running."
          : `\n${error instanceof Error ? error.message : String(error)}`,
      );
      process.exitCode = interruption.asked ? 130 : 1;
    },
  );
}
