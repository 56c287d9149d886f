import { execFileSync } from "node:child_process";

/** Everything that these processes started, and what that started in turn, as `ps` shows it at this moment. */
export function descendantsOf(ancestors: readonly number[]): number[] {
  if (ancestors.length === 0) return [];
  const table = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
  const parents = table
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const found = new Set(ancestors);
  // A child may stand before its parent in the table, so it is read until nothing new turns up.
  for (let before = 0; before !== found.size;) {
    before = found.size;
    for (const [pid, parent] of parents) {
      if (pid !== undefined && parent !== undefined && found.has(parent)) found.add(pid);
    }
  }
  return [...found].filter((pid) => !ancestors.includes(pid));
}

export function killAll(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended by itself meanwhile.
    }
  }
}
