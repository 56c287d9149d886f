import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { createAuthority } from "../test/support/authority";

const HOSTNAMES = 3000;
const CERTIFICATES = 20;

/** Milliseconds, each the median of fresh processes. */
export interface ProcessTimes {
  readonly validation: number;
  readonly own: number;
  readonly official: number;
  readonly sdk: number;
}

/** One measurement in a process of its own. */
function once(script: string, args: readonly string[], input?: string): number {
  return Number(execFileSync(process.execPath, [join(__dirname, script), ...args], { encoding: "utf8", input }));
}

export async function timesOfProcesses(runs: number): Promise<ProcessTimes> {
  const hostnames = Array.from({ length: HOSTNAMES }, (_, number) => `Host-${number}.tenants.example.com`);
  const input = JSON.stringify({ certificates: await bundle(), hostnames });
  const times: Record<keyof ProcessTimes, number[]> = { validation: [], own: [], official: [], sdk: [] };
  // In turns, so that a busy moment of the machine meets all of them.
  for (let run = 0; run < runs; run++) {
    times.validation.push(once("validation.js", [], input));
    times.own.push(once("load.js", [join(__dirname, ".."), "@pulumi/pulumi"]));
    times.official.push(once("load.js", ["@pulumi/cloudflare", "@pulumi/pulumi"]));
    times.sdk.push(once("load.js", ["@pulumi/pulumi"]));
  }
  const { validation, own, official, sdk } = times;
  return { validation: median(validation), own: median(own), official: median(official), sdk: median(sdk) };
}

export function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;
}

/** Roots and what they signed, every other pair with RSA keys. */
async function bundle(): Promise<string> {
  const pems: string[] = [];
  for (let number = 0; number < CERTIFICATES / 2; number++) {
    const key = number % 2 === 0 ? "P-256" : "RSA";
    const root = await createAuthority(`CA ${number}`, { key });
    pems.push(root.pem, (await root.intermediate(`CA ${number} below`, { key })).pem);
  }
  return pems.join("\n");
}
