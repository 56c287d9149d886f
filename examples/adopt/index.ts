import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { MutualTls } from "pulumi-cloudflare-mtls";

const config = new pulumi.Config();

// The rule that was made by hand. Only the first `pulumi up` needs it: then `pulumi config rm ruleId`, and nothing changes.
const ruleId = config.get("ruleId");

new MutualTls("partners", {
  accountId: config.require("accountId"),
  cas: { partners: { certificates: readFileSync(config.require("ca"), "utf8"), adopt: ruleId !== undefined } },
  zones: [
    {
      zoneId: config.require("zoneId"),
      hostnames: config.requireObject<string[]>("hostnames"),
      adopt: ruleId,
    },
  ],
});
