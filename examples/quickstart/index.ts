import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { MutualTls } from "pulumi-cloudflare-mtls";

const config = new pulumi.Config();

// A CA's key is its identity in the stack. To rotate, add the next CA beside the present one, give its certificates to the
// clients, and then take the old one out.
const files = config.requireObject<Record<string, string>>("cas");
const cas = Object.fromEntries(
  Object.entries(files).map(([key, file]) => [key, { certificates: readFileSync(file, "utf8") }]),
);

const mtls = new MutualTls("mtls", {
  accountId: config.require("accountId"),
  cas,
  zones: [
    {
      zoneId: config.require("zoneId"),
      hostnames: config.requireObject<string[]>("hostnames"),
    },
  ],
});

export const caCertificateIds = Object.fromEntries(Object.entries(mtls.cas).map(([key, ca]) => [key, ca.id]));
export const expressions = Object.values(mtls.rules).map((rule) => rule.expressions);
