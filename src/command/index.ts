#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { closest } from "../wording/did-you-mean";
import type { Command, Terminal } from "./terminal";
import { UsageError } from "./usage-error";

/** Loaded when called: each leans on much that the other doesn't need. */
const COMMANDS: Readonly<Record<string, { summary: string; load(): Promise<{ run: Command }> }>> = {
  emulator: { summary: "a Cloudflare account on this machine, API and edge", load: () => import("./emulator.js") },
  import: { summary: "a program that takes over what an account holds", load: () => import("./import.js") },
};

export async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = args;
  try {
    if (name === "--version" || name === "-v") {
      terminal.out(`${version()}\n`);
      return 0;
    }
    if (name === "--help" || name === "-h" || name === "help") {
      terminal.out(help());
      return 0;
    }
    const { run } = await commandOf(name).load();
    return await run(rest, terminal);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    terminal.err(`cloudflare-mtls: ${error.message}`);
    terminal.err(`See cloudflare-mtls ${name !== undefined && name in COMMANDS ? `${name} ` : ""}--help.`);
    return 2;
  }
}

function commandOf(name: string | undefined) {
  const command = name === undefined ? undefined : COMMANDS[name];
  if (command) return command;
  if (name === undefined) throw new UsageError(`a command is needed: ${Object.keys(COMMANDS).join(", ")}`);
  const meant = closest(name, Object.keys(COMMANDS));
  throw new UsageError(`unknown command "${name}"${meant === undefined ? "" : `; did you mean ${meant}?`}`);
}

function help(): string {
  const commands = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(12)}${summary}\n`);
  return `Usage: cloudflare-mtls COMMAND [options]\n\n${commands.join("")}\n  --version   the version of this package\n  --help      this text, or a command's own\n`;
}

function version(): string {
  const manifest = JSON.parse(readFileSync(join(__dirname, "../../package.json"), "utf8")) as { version: string };
  return manifest.version;
}

/** `kill` of npx ends npm and its shell, which leaves its child behind without a word. */
function onOrphaned(stop: () => void): void {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    stop();
  }, 500);
  watch.unref();
}

if (require.main === module) {
  const terminal: Terminal = {
    out: (text) => void process.stdout.write(text),
    err: (line) => void process.stderr.write(`${line}\n`),
    onStop: (stop) => {
      for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, stop);
      if (process.env.npm_lifecycle_event === "npx") onOrphaned(stop);
    },
  };
  // The exit is asked for: a request that the emulator still delays must not keep it running.
  void main(process.argv.slice(2), terminal).then((code) => process.exit(code));
}
