import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { MutualTls } from "pulumi-cloudflare-mtls";

const config = new pulumi.Config();

// `adopt` counts when the stack makes the resource. After the first `pulumi up` both can go.
new MutualTls("partners", {
  accountId: config.require("accountId"),
  cas: { partners: { certificates: readFileSync(config.require("ca"), "utf8"), adopt: true } },
  zones: [
    {
      zoneId: config.require("zoneId"),
      hostnames: config.requireObject<string[]>("hostnames"),
      adopt: config.require("ruleId"),
    },
  ],
});
