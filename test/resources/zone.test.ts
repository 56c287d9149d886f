import * as pulumi from "@pulumi/pulumi";
import type * as cloudflare from "@pulumi/cloudflare";
import { zoneIdOf } from "../../src/resources/zone";
import type { ZoneId } from "../../src/resources/zone";

const ID = "023e105f4ecef8ad9ca31a8372d0c353";

function known(zoneId: pulumi.Input<string>): Promise<string> {
  return new Promise((done) => pulumi.output(zoneId).apply(done));
}

// Never called: it compiles only while the published types of @pulumi/cloudflare fit.
export function takesEveryZone(
  zone: cloudflare.Zone,
  found: cloudflare.GetZoneResult,
  later: pulumi.Output<cloudflare.GetZoneResult>,
): ZoneId[] {
  return [zone, found, later, zone.id, found.id, "an id"];
}

// The same for the config keys that src/cloudflare/credentials.ts reads: they are that package's own.
export function sharesItsConfigKeys({ apiToken, apiKey, email, baseUrl }: typeof cloudflare.config): unknown[] {
  return [apiToken, apiKey, email, baseUrl];
}

test.each<[string, ZoneId]>([
  ["a text", ID],
  ["an output", pulumi.output(ID)],
  ["a zone's resource", { id: pulumi.output(ID) }],
  ["what getZone returns", { id: ID }],
  ["what getZoneOutput returns", pulumi.output({ id: ID })],
])("a zone id comes from %s", async (_what, zone) => {
  expect(await known(zoneIdOf(zone))).toBe(ID);
});
