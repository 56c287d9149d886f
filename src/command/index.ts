#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { shownWrong, withoutSecrets } from "../wording/shown";
import { didYouMean, parseOptions } from "./options";
import { UsageError, type Command, type Terminal } from "./terminal";

/** Loaded when called: each leans on much that the other doesn't need. */
const COMMANDS: Readonly<Record<string, { summary: string; load(): Promise<{ command: Command }> }>> = {
  emulator: { summary: "a Cloudflare account on this machine, API and edge", load: () => import("./emulator.js") },
  verify: { summary: "handshakes with each hostname of a stack, from outside", load: () => import("./verify.js") },
  status: { summary: "what an account enforces where, until when", load: () => import("./status.js") },
  import: { summary: "a program that takes over what an account holds", load: () => import("./import.js") },
};

export async function main([name, ...rest]: readonly string[], given: Terminal): Promise<number> {
  const terminal: Terminal = { ...given, err: (line) => given.err(withoutSecrets(line)) };
  const print = (text: string) => {
    terminal.out(text);
    return 0;
  };
  try {
    if (name === "--version" || name === "-v") return print(`${version()}\n`);
    if (name === "--help" || name === "-h" || name === "help") return print(help());
    const { command } = await commandOf(name).load();
    if (rest.includes("--help") || rest.includes("-h")) return print(command.help);
    return await command.run(parseOptions(rest, command), terminal);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    terminal.err(`cloudflare-mtls: ${error.message}`);
    terminal.err(`See cloudflare-mtls ${name !== undefined && name in COMMANDS ? `${name} ` : ""}--help.`);
    return 2;
  }
}

function commandOf(name: string | undefined) {
  const names = Object.keys(COMMANDS);
  if (name === undefined) throw new UsageError(`a command is needed: ${names.join(", ")}`);
  const command = names.includes(name) ? COMMANDS[name] : undefined;
  if (!command) throw new UsageError(`unknown command ${shownWrong(name)}${didYouMean(name, names)}`);
  return command;
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
