import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { onMachine, repository, type Machine } from "./machine";

const sdk = (
  JSON.parse(readFileSync(join(repository, "node_modules/@pulumi/pulumi/package.json"), "utf8")) as { version: string }
).version;
const release = { CLOUDFLARE_MTLS_PULUMI: "release" };

// What the official script does, as far as it matters: curl into a temporary file, unpack, copy under --install-root.
const installScript = `
while [ "$1" != "--install-root" ]; do shift; done
file=$(mktemp -t pulumi.tar.gz.XXXXXX)
curl --fail -L -o "$file" https://github.com/pulumi || exit 1
mkdir -p "$2/bin"; cp "$file" "$2/bin/pulumi"; chmod +x "$2/bin/pulumi"
`;

/** Stands for get.pulumi.com. */
async function downloadHost<T>(listener: RequestListener, use: (env: NodeJS.ProcessEnv) => Promise<T>): Promise<T> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  try {
    return await use({ ...release, TEST_DOWNLOAD_HOST: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const answers: RequestListener = (_request, response) => void response.end(installScript);
const hangs: RequestListener = () => undefined;

function expectGivenUp(machine: Machine, run: Awaited<ReturnType<Machine["run"]>>): void {
  expect(run.code).toBe(1);
  expect(run.stderr).toContain("got no answer for 15 s and was given up");
  expect(run.milliseconds).toBeLessThan(22_000);
  expect(machine.cached()).toEqual([]);
  expect(machine.living()).toEqual([]);
}

// Together, because each of the two that hang takes its 15 seconds.
test.concurrent(
  "the official release is installed into the cache by the SDK, and not downloaded again",
  onMachine(async (machine) => {
    const bin = join(machine.cache, `pulumi-${sdk}-release`, "bin");
    machine.script(
      "curl",
      `echo curl >> "$LOG"; while [ "$1" != "-o" ]; do shift; done; printf '#!/bin/sh\\necho v${sdk}\\n' > "$2"`,
    );
    const runs = await downloadHost(answers, async (env) => [
      await machine.run(["engine"], env),
      await machine.run(["engine"], release),
    ]);
    for (const run of runs) expect(run).toMatchObject({ code: 0, stdout: `${bin}\n` });
    expect(machine.calls()).toEqual(["curl"]);
    expect(machine.cached()).toEqual([`pulumi-${sdk}-release`]);
  }),
  30_000,
);

test.concurrent(
  "a download that curl cannot make says why in curl's words",
  onMachine(async (machine) => {
    machine.script("curl", 'echo "curl: (6) Could not resolve host: github.com" >&2; exit 6');
    const { code, stderr } = await downloadHost(answers, (env) => machine.run(["engine"], env));
    expect(code).toBe(1);
    expect(stderr).toContain("curl: (6) Could not resolve host: github.com");
    expect(machine.cached()).toEqual([]);
  }),
  30_000,
);

test.concurrent(
  "a host that never answers is given up within seconds",
  onMachine(async (machine) =>
    expectGivenUp(machine, await downloadHost(hangs, (env) => machine.run(["engine"], env))),
  ),
  30_000,
);

test.concurrent(
  "a curl that hangs is given up within seconds, and dies with all that it started",
  onMachine(async (machine) => {
    machine.script("curl", "sleep 300 & sleep 300");
    expectGivenUp(machine, await downloadHost(answers, (env) => machine.run(["engine"], env)));
  }),
  30_000,
);
