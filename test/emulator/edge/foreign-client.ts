import { spawn } from "node:child_process";

/** Runs a client that we didn't write, without blocking the edge that runs in this process. */
export function run(command: string, args: readonly string[], input = ""): Promise<{ status: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.on("error", reject);
    child.on("close", (status) => resolve({ status: status ?? -1, output }));
    child.stdin.on("error", () => undefined).end(input);
  });
}
