import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseOptions } from "../../src/command/options";
import type { Command } from "../../src/command/terminal";

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command to its end in this process. `stopAfter` milliseconds Ctrl-C comes. */
export async function runCommand(command: Command, args: readonly string[], stopAfter?: number): Promise<Ended> {
  let [out, err] = ["", ""];
  const code = await command.run(parseOptions(args, command), {
    out: (text) => (out += text),
    err: (line) => (err += `${line}\n`),
    onStop: (stop) => void (stopAfter !== undefined && setTimeout(stop, stopAfter)),
  });
  return { code, out, err };
}

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** Files in a folder of their own, by name; their paths. */
export function filesOf<Name extends string>(contents: Record<Name, string>): Record<Name, string> {
  const folder = mkdtempSync(join(tmpdir(), "command-"));
  folders.push(folder);
  const entries = Object.entries<string>(contents).map(([name, content]) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return [name, path] as const;
  });
  return Object.fromEntries(entries) as Record<Name, string>;
}
