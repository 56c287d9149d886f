import { authorities } from "../support/authority";
import { Dashboard } from "../support/dashboard";
import { knock } from "../support/prober";
import { useEmulator, useStack } from "../support/use";

/* A rule for some paths of every host, and what a refused client is answered. */

test("a rule by path alone closes the paths on every host, says so in preview, and lets clients in where they are asked", async () => {
  const { A } = await authorities("A");
  const emulator = await useEmulator({ zones: ["x.com"] });
  const zoneId = new Dashboard(emulator).zoneId("x.com");
  const args = {
    accountId: emulator.accountId,
    cas: { a: { certificates: A.pem } },
    zones: [{ key: "x", zoneId, hostnames: ["api.x.com"], paths: ["/admin/*"], everyHost: true }],
    response: { statusCode: 401, contentType: "application/json", content: '{"error":"a certificate is needed"}' },
  };
  const stack = await useStack(emulator, `new MutualTls("m", ${JSON.stringify(args)});`);
  const client = { name: "A", ...(await A.issue("a")) };
  const answers = async (hostname: string, path: string) =>
    Promise.all(
      [client, { name: "nobody" }].map(async (who) => (await knock(emulator.edge, hostname, who, path)).status),
    );

  expect((await stack.must("preview")).output).toContain(
    `every host of zone ${zoneId} needs a certificate on /admin/*. There all but api.x.com refuse everybody`,
  );
  await stack.must("up", "--yes", "--skip-preview");
  expect(await answers("api.x.com", "/admin/1")).toEqual([200, 401]);
  expect(await answers("www.x.com", "/admin/1")).toEqual([401, 401]);
  expect(await answers("www.x.com", "/public")).toEqual([200, 200]);
  const response = await fetchOf(emulator, "api.x.com", "/admin/1");
  expect(response).toEqual({ type: "application/json", body: args.response.content });

  // Somebody takes the response away on the dashboard: a refresh shows it, and the next run brings it back.
  const dashboard = new Dashboard(emulator);
  const [rule] = (await dashboard.entryPoint("x.com")).rules;
  await dashboard.editRule("x.com", rule?.id ?? "", { action_parameters: {} });
  expect(await answers("api.x.com", "/admin/1")).toEqual([200, 403]);
  expect((await stack.must("up", "--yes", "--skip-preview", "--refresh")).output).toMatch(/~ 1 updated|1 updated/);
  expect(await answers("api.x.com", "/admin/1")).toEqual([200, 401]);

  // Without a response of its own it is Cloudflare's page again.
  stack.program(`new MutualTls("m", ${JSON.stringify({ ...args, response: undefined })});`);
  await stack.must("up", "--yes", "--skip-preview");
  expect(await answers("api.x.com", "/admin/1")).toEqual([200, 403]);
  await stack.must("destroy", "--yes", "--skip-preview");
  expect(await answers("www.x.com", "/admin/1")).toEqual([200, 200]);
});

test("the managed CA without an issuer is let in alone, with a warning, and beside another CA it is refused in preview", async () => {
  const { A } = await authorities("A");
  const emulator = await useEmulator({ zones: ["x.com"] });
  const zoneId = new Dashboard(emulator).zoneId("x.com");
  const program = (cas: string) =>
    `new MutualTls("m", { accountId: "${emulator.accountId}", cas: ${cas}, zones: [{ key: "x", zoneId: "${zoneId}", hostnames: ["api.x.com"] }] });`;
  const stack = await useStack(emulator, program("{ managed: { id: CLOUDFLARE_MANAGED_CA } }"));
  expect((await stack.must("preview")).output).toContain("warning: api.x.com: the rule names no issuer");
  await stack.must("up", "--yes", "--skip-preview");
  expect(emulator.state().zones["x.com"]?.hostnames).toEqual({ managed: ["api.x.com"] });
  stack.program(program(`{ managed: { id: CLOUDFLARE_MANAGED_CA }, a: { certificates: ${JSON.stringify(A.pem)} } }`));
  const beside = await stack.run("preview");
  expect(beside.code).not.toBe(0);
  expect(beside.output).toContain("The Cloudflare-managed CA is named without an issuer beside other CAs");
  await stack.must("destroy", "--yes", "--skip-preview");
  expect(emulator.state().zones["x.com"]?.hostnames).toEqual({});

  // Somebody else's CA is on the host: found in preview, and by a run without one.
  const dashboard = new Dashboard(emulator);
  await dashboard.putHostnames("x.com", (await dashboard.upload(A.pem, "theirs")).id, ["api.x.com"]);
  stack.program(program("{ managed: { id: CLOUDFLARE_MANAGED_CA } }"));
  for (const run of [await stack.preview(), await stack.up()]) {
    expect(run.code).not.toBe(0);
    expect(run.output).toContain("api.x.com: an uploaded CA is associated there in zone");
  }
});

async function fetchOf(emulator: { edge: { host: string; port: number } }, hostname: string, path: string) {
  const { request } = await import("node:https");
  return new Promise<{ type: string | undefined; body: string }>((done, fail) => {
    const { host, port } = emulator.edge;
    request({
      host,
      port,
      path,
      servername: hostname,
      headers: { Host: hostname },
      rejectUnauthorized: false,
      agent: false,
    })
      .on("response", (response) => {
        let body = "";
        response.on("data", (part: Buffer) => (body += part.toString()));
        response.on("end", () => done({ type: response.headers["content-type"], body }));
      })
      .on("error", fail)
      .end();
  });
}
