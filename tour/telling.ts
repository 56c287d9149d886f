import { styleText } from "node:util";

const colours = process.stdout.isTTY && !process.env.NO_COLOR;

function paint(style: "bold" | "green" | "red" | "dim", text: string): string {
  return colours ? styleText(style, text) : text;
}

/** The start of a step, in plain words. */
export function tell(text: string): void {
  console.log(`\n${paint("bold", text)}`);
}

export function note(text: string): void {
  console.log(paint("dim", `  ${text}`));
}

/** One thing that was promised, and what was seen. */
export interface Proof {
  readonly promise: string;
  readonly seen: string;
  readonly holds: boolean;
}

export function show({ promise, seen, holds }: Proof): void {
  console.log(`  ${holds ? paint("green", "holds ") : paint("red", "FAILS ")} ${promise}: ${seen}`);
}

/** Runs work that takes a while, and says every second for how long it has. */
export async function showingProgress<T>(what: string, work: Promise<T>): Promise<T> {
  const started = Date.now();
  const seconds = () => ((Date.now() - started) / 1000).toFixed(0);
  const rewrite = process.stdout.isTTY;
  const timer = setInterval(
    () => (rewrite ? process.stdout.write(`\r  ${what} … ${seconds()} s`) : console.log(`  ${what} … ${seconds()} s`)),
    rewrite ? 1000 : 5000,
  );
  try {
    return await work;
  } finally {
    clearInterval(timer);
    if (rewrite) process.stdout.write("\r\x1b[K");
  }
}

/** The proofs as a table, and whether all of them hold. */
export function conclude(proofs: readonly Proof[]): boolean {
  const width = Math.max(...proofs.map(({ promise }) => promise.length));
  console.log(`\n${paint("bold", "What was promised".padEnd(width + 9))}  What was seen`);
  for (const { promise, seen, holds } of proofs) {
    console.log(`${holds ? paint("green", "holds") : paint("red", "FAILS")}    ${promise.padEnd(width)}  ${seen}`);
  }
  return proofs.every(({ holds }) => holds);
}
