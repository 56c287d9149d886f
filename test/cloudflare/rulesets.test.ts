import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { connect } from "../../src/cloudflare/client";
import { getEntryPoint } from "../../src/cloudflare/rulesets";

async function entryPointOf(result: object) {
  const server = createServer((_request, response) => {
    response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify({ success: true, result }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const cloudflare = connect({ baseUrl: `http://127.0.0.1:${port}`, headers: {}, secrets: [] }, () => undefined);
  try {
    return await getEntryPoint(cloudflare, "0".repeat(32));
  } finally {
    server.close();
  }
}

test("what a rule of somebody's doesn't say of itself has its default: its id as ref, and enabled", async () => {
  const bare = { id: "1", action: "block", expression: "true" };
  const off = { ...bare, id: "2", ref: "two", enabled: false, version: "7" };
  expect(await entryPointOf({ id: "r", rules: [bare, off, { id: "3" }] })).toEqual({
    id: "r",
    rules: [
      { ...bare, ref: "1", enabled: true },
      off,
      { id: "3", ref: "3", action: "", expression: "", enabled: true },
    ],
  });
});

test("an entry point that says nothing of rules has none", async () => {
  expect(await entryPointOf({ id: "r" })).toEqual({ id: "r", rules: [] });
});
