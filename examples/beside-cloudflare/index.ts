import { readFileSync } from "node:fs";
import * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import { MutualTls } from "pulumi-cloudflare-mtls";

const config = new pulumi.Config();
const zoneId = config.require("zoneId");
const hostname = `api.${config.require("zone")}`;

// One provider, and so one token, for Cloudflare's resources and for these.
const provider = new cloudflare.Provider("partners", { apiToken: config.requireSecret("cloudflareToken") });

const mtls = new MutualTls(
  "partners",
  {
    accountId: config.require("accountId"),
    cas: { partners: { certificates: readFileSync(config.require("ca"), "utf8") } },
    zones: [{ zoneId, hostnames: [hostname] }],
  },
  { provider },
);

// The host is reachable once it is protected, and no longer than that.
new cloudflare.DnsRecord(
  "api",
  { zoneId, name: hostname, type: "A", content: config.require("origin"), proxied: true, ttl: 1 },
  { provider, dependsOn: mtls },
);
