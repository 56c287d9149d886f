import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseOptions } from "../../src/command/options";
import type { Command } from "../../src/command/terminal";

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** `out` with each sentence in one line. */
  readonly sentences: string;
}

/** Runs a command to its end in this process. `stopAfter` milliseconds Ctrl-C comes. */
export async function runCommand(command: Command, args: readonly string[], stopAfter?: number): Promise<Ended> {
  let [out, err] = ["", ""];
  const code = await command.run(parseOptions(args, command), {
    out: (text) => (out += text),
    err: (line) => (err += `${line}\n`),
    onStop: (stop) => void (stopAfter !== undefined && setTimeout(stop, stopAfter)),
  });
  return { code, out, err, sentences: out.replaceAll("\n  ", " ") };
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

const DOCS = join(__dirname, "../../docs");

/** Without ids, times and how wide columns are. */
const plain = (text: string) =>
  text
    .replace(/[0-9a-f]{32}/g, "<id>")
    .replace(/\d{4}-\d\d-\d\d/g, "<date>")
    .replace(/(?<=<date>,? +)\d+/g, "<days>")
    .replace(/ +/g, " ");

/** docs/commands.md shows this output. */
export function expectOnPage(out: string): void {
  expect(plain(readFileSync(join(DOCS, "commands.md"), "utf8"))).toContain(plain(`\n${out}\`\`\``));
}

/** The picture of that page has these words. */
export function expectDrawn(svg: string): void {
  const words = (text: string) => [...plain(text).matchAll(/>([^<>]+)<\/text>/g)].map(([, word]) => word);
  expect(words(readFileSync(join(DOCS, "status.svg"), "utf8"))).toEqual(words(svg));
}
