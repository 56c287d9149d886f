import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { MutualTls } from "pulumi-cloudflare-mtls";

const config = new pulumi.Config();

const mtls = new MutualTls("partners", {
  accountId: config.require("accountId"),
  cas: { partners: { certificates: readFileSync(config.require("ca"), "utf8") } },
  zones: [{ zoneId: config.require("zoneId"), hostnames: config.requireObject<string[]>("hostnames") }],
});

export const expressions = Object.values(mtls.rules).map((rule) => rule.expressions);
