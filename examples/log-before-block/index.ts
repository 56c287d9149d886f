import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { MutualTls } from "pulumi-cloudflare-mtls";

const config = new pulumi.Config();

new MutualTls("api", {
  accountId: config.require("accountId"),
  cas: { own: { certificates: readFileSync(config.require("ca"), "utf8") } },
  zones: [{ zoneId: config.require("zoneId"), hostnames: config.requireObject<string[]>("hostnames") }],
  action: config.require<"log" | "block">("action", { allowedValues: ["log", "block"] }),
});
