import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { MutualTls } from "pulumi-cloudflare-mtls";

const config = new pulumi.Config();

new MutualTls("hooks", {
  accountId: config.require("accountId"),
  cas: {
    partner: {
      certificates: readFileSync(config.require("ca"), "utf8"),
      // Other customers of this CA have valid certificates too. Only these subjects are let in.
      subjects: config.requireObject<string[]>("subjects"),
    },
  },
  zones: [{ zoneId: config.require("zoneId"), hostnames: config.requireObject<string[]>("hostnames") }],
});
