import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePorts } from "../support/ports";

/** A real server that keeps state for Pulumi, and what the engine must know of it. */
export interface Backend {
  readonly environment: Record<string, string>;
  stop(): void;
}

/** PostgreSQL, as Debian's package `postgresql` brings it. */
export async function startPostgreSql(): Promise<Backend> {
  const [initdb = "", postgres = "", psql = ""] = ["initdb", "postgres", "psql"].map((program) =>
    needed(program, postgresFolders()),
  );
  const folder = mkdtempSync(join(tmpdir(), "cloudflare-mtls-postgres-"));
  const user = userOfServer();
  if (user) chownSync(folder, user.uid, user.gid);
  execFileSync(initdb, ["--pgdata", join(folder, "data"), "--username", "pulumi", "--auth", "trust"], {
    ...user,
    cwd: folder,
  });
  const [port] = await freePorts(1);
  const args = ["-D", join(folder, "data"), "-p", `${port}`, "-h", "127.0.0.1", "-k", folder];
  const server = spawn(postgres, args, { ...user, cwd: folder, stdio: "ignore" });
  await ready("PostgreSQL", server, () =>
    Promise.resolve(
      execFileSync(psql, ["-h", "127.0.0.1", "-p", `${port}`, "-U", "pulumi", "-c", "select 1", "postgres"], {
        stdio: "pipe",
      }),
    ),
  );
  return {
    environment: { PULUMI_BACKEND_URL: `postgres://pulumi@127.0.0.1:${port}/postgres?sslmode=disable` },
    stop: () => stop(server, folder),
  };
}

/** The S3-compatible server of moto (`pip install 'moto[server]'`). */
export async function startS3(): Promise<Backend> {
  const [port] = await freePorts(1);
  const server = spawn(needed("moto_server"), ["-H", "127.0.0.1", "-p", `${port}`], { stdio: "ignore" });
  await ready("moto_server", server, async () => {
    const made = await fetch(`http://127.0.0.1:${port}/state`, { method: "PUT" });
    if (!made.ok) throw new Error(`it answered ${made.status}`);
  });
  return {
    environment: {
      PULUMI_BACKEND_URL: `s3://state?endpoint=http://127.0.0.1:${port}&region=us-east-1&s3ForcePathStyle=true`,
      AWS_ACCESS_KEY_ID: "moto",
      AWS_SECRET_ACCESS_KEY: "moto",
      AWS_REGION: "us-east-1",
    },
    stop: () => stop(server),
  };
}

/** Debian keeps the server's programs out of PATH. */
function postgresFolders(): string[] {
  const versions = "/usr/lib/postgresql";
  return existsSync(versions) ? readdirSync(versions).map((version) => join(versions, version, "bin")) : [];
}

function needed(program: string, more: readonly string[] = []): string {
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...more];
  const found = folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
  if (found) return found;
  throw new Error(
    `${program} isn't on PATH. These tests need PostgreSQL (Debian: apt install postgresql) and moto's server (pip install 'moto[server]').`,
  );
}

/** PostgreSQL refuses to run as root: then it runs as the user that its package made. */
function userOfServer(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (option: string) => Number(execFileSync("id", [option, "postgres"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

async function ready(name: string, server: ChildProcess, isReady: () => Promise<unknown>): Promise<void> {
  let reason: unknown;
  for (let attempt = 0; attempt < 120 && server.exitCode === null; attempt++) {
    try {
      await isReady();
      return;
    } catch (error) {
      reason = error;
      await sleep(250);
    }
  }
  stop(server);
  throw new Error(`${name} didn't start: ${String(reason)}`);
}

function stop(server: ChildProcess, folder?: string): void {
  server.kill("SIGKILL");
  if (folder) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
