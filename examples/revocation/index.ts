import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { MutualTls } from "pulumi-cloudflare-mtls";

const config = new pulumi.Config();

new MutualTls("devices", {
  accountId: config.require("accountId"),
  cas: { own: { certificates: readFileSync(config.require("ca"), "utf8") } },
  zones: [{ zoneId: config.require("zoneId"), hostnames: config.requireObject<string[]>("hostnames") }],
  // Cloudflare checks no CRL of an uploaded CA. Run `pulumi up` as often as the CA publishes one.
  revoked: [readFileSync(config.require("crl"))],
});
