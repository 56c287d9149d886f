import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { CLOUDFLARE_MANAGED_CA, MutualTls } from "pulumi-cloudflare-mtls";

const config = new pulumi.Config();

new MutualTls("sensors", {
  accountId: config.require("accountId"),
  cas: {
    cloudflare: {
      id: CLOUDFLARE_MANAGED_CA,
      // The issuer is read from it, so that no other CA's certificates are let in.
      clientCertificate: readFileSync(config.require("clientCertificate"), "utf8"),
    },
  },
  zones: [{ zoneId: config.require("zoneId"), hostnames: config.requireObject<string[]>("hostnames") }],
});
