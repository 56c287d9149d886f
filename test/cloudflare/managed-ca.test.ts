import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { connect } from "../../src/cloudflare/client";
import { getHostnameAssociations, putHostnameAssociations } from "../../src/cloudflare/hostname-associations";
import { CLOUDFLARE_MANAGED_CA } from "../../src/wording/managed-ca";
import { mean, startEmulator } from "../support/emulator";
import type { Meaning } from "../support/emulator";

/* A call that names no CA is about the Cloudflare-managed one. Only code that means it may make one, whatever a test is about. */

async function account(meaning: Meaning) {
  const emulator = await startEmulator({ zones: ["x.com"] });
  mean(emulator, () => meaning);
  const { apiUrl: baseUrl, apiToken } = emulator;
  const cloudflare = connect(
    { baseUrl, headers: { Authorization: `Bearer ${apiToken}` }, secrets: [apiToken] },
    () => undefined,
  );
  return { emulator, cloudflare, zoneId: emulator.zones["x.com"] ?? "" };
}

test.each([
  ["read", "nothing", /^Calls about the managed CA that nobody meant: GET /],
  ["read", "read", undefined],
  ["written", "read", /^Calls about the managed CA that nobody meant: PUT /],
  ["written", "write", undefined],
] as const)(
  "a list of the managed CA that is %s where %s was meant ends a test accordingly",
  async (call, meaning, why) => {
    const { emulator, cloudflare, zoneId } = await account(meaning);
    if (call === "read") await getHostnameAssociations(cloudflare, zoneId, CLOUDFLARE_MANAGED_CA);
    else await putHostnameAssociations(cloudflare, zoneId, CLOUDFLARE_MANAGED_CA, ["api.x.com"]);
    const closed = emulator.close();
    await (why ? expect(closed).rejects.toThrow(why) : closed);
  },
);

test.each(["", undefined, null])("the id %p is a mistake, and makes no call", async (id) => {
  const { emulator, cloudflare, zoneId } = await account("nothing");
  for (const call of [
    () => getHostnameAssociations(cloudflare, zoneId, id as string),
    () => putHostnameAssociations(cloudflare, zoneId, id as string, []),
  ])
    await expect(call()).rejects.toThrow(/^No CA was named/);
  expect(emulator.requests).toEqual([]);
  await emulator.close();
});

test("one file of the package makes such calls, and no test goes past the look at the journal", () => {
  const saying = (folder: string, what: RegExp) =>
    readdirSync(join(__dirname, "../..", folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !file.startsWith("emulator/api/"))
      .filter((file) => what.test(readFileSync(join(__dirname, "../..", folder, file), "utf8")));
  expect(saying("src", /mtls_certificate_id\??:/)).toEqual(["cloudflare/hostname-associations.ts"]);
  // The last looks at how an emulator is started with wrong options.
  expect(saying("test", /import [^;]*startEmulator[^;]*src\/emulator"/).sort()).toEqual([
    "emulator/nasty.test.ts",
    "support/emulator.ts",
  ]);
});
