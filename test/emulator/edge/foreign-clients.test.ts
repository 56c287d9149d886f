import { spawn } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAuthority } from "../../support/authority";
import { type Account, block, handshake, HOST, useEdge } from "./account";

const OPEN = "www.example.com";
const start = useEdge();
const folder = mkdtempSync(join(tmpdir(), "edge-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a client that we didn't write, without blocking the edge, which lives in this process. */
function run(command: string, args: readonly string[], input = ""): Promise<{ status: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.on("error", ({ message }) => reject(new Error(`${message}: install ${command}, and have it in PATH.`)));
    child.on("close", (status) => resolve({ status: status ?? -1, output }));
    child.stdin.on("error", () => undefined).end(input);
  });
}

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function scene() {
  const ca = await createAuthority("CA");
  const { certificate, key } = await ca.issue("client");
  const account: Account = {
    authorities: { ca: [ca.pem] },
    associations: { [HOST]: ["ca"] },
    rules: [block(`http.host eq "${HOST}" and not cf.tls_client_auth.cert_verified`)],
  };
  const edge = await start(account);
  return {
    edge,
    root: file("root.pem", edge.certificate),
    cert: file("cert.pem", certificate),
    key: file("key.pem", key),
  };
}

describe("curl", () => {
  it.each(["1.2", "1.3"])("over TLS %s is let in with its certificate and blocked without", async (version) => {
    const { edge, root, cert, key } = await scene();
    const common = ["--silent", "--show-error", "--cacert", root, `--tlsv${version}`, "--tls-max", version];
    const target = ["--connect-to", `${HOST}:443:${edge.host}:${edge.port}`, `https://${HOST}/path?x=1`];
    const welcome = await run("curl", [...common, "--cert", cert, "--key", key, ...target]);
    expect(JSON.parse(welcome.output)).toMatchObject({
      host: HOST,
      path: "/path",
      clientAuth: { cert_verified: true },
    });
    const stranger = await run("curl", [...common, "--write-out", "%{http_code}", ...target]);
    expect(stranger.output).toMatch(/403$/);
  });

  it("may name the edge's port, which the host does not show", async () => {
    const { edge, root } = await scene();
    const { output } = await run("curl", [
      ...["--silent", "--show-error", "--cacert", root, "--resolve", `${OPEN}:${edge.port}:${edge.host}`],
      `https://${OPEN}:${edge.port}/`,
    ]);
    expect(JSON.parse(output)).toMatchObject({ host: OPEN });
  });

  it("verifies the edge by address too", async () => {
    const { edge, root } = await scene();
    const { status, output } = await run("curl", ["--silent", "--cacert", root, `https://${edge.host}:${edge.port}/`]);
    expect([status, output.includes(`No zone of this account serves ${edge.host}.`)]).toEqual([0, true]);
  });

  it("sends a body that the edge does not want", async () => {
    const { edge, root } = await scene();
    const body = file("body", "x".repeat(3_000_000));
    const { output } = await run("curl", [
      ...["--silent", "--show-error", "--cacert", root, "--data-binary", `@${body}`],
      ...["--connect-to", `${OPEN}:443:${edge.host}:${edge.port}`, `https://${OPEN}/`],
    ]);
    expect(JSON.parse(output)).toMatchObject({ method: "POST" });
  });
});

describe("openssl", () => {
  it("sees the request for a certificate in TLS 1.3 on the one host only", async () => {
    const { edge } = await scene();
    for (const servername of [HOST, OPEN]) {
      const target = ["-connect", `${edge.host}:${edge.port}`, "-servername", servername];
      const { output } = await run("openssl", ["s_client", ...target, "-msg", "-tls1_3"], "Q\n");
      expect(output.includes("CertificateRequest")).toBe(servername === HOST);
    }
  });

  it("verifies the edge's certificate in the strictest way", async () => {
    const { edge, root } = await scene();
    const socket = await handshake(edge);
    const leaf = file("leaf.pem", new X509Certificate(socket.getPeerCertificate(true).raw).toString());
    socket.destroy();
    const { status, output } = await run("openssl", [
      ...["verify", "-x509_strict", "-purpose", "sslserver", "-verify_hostname", HOST, "-CAfile", root, leaf],
    ]);
    expect([status, output]).toEqual([0, `${leaf}: OK\n`]);
  });
});
