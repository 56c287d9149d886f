import * as pulumi from "@pulumi/pulumi";
import { MutualTls } from "pulumi-cloudflare-mtls";

const config = new pulumi.Config();
const platform = new pulumi.StackReference(config.require("platform"));

// The CA is the platform's: it is used here, never written, and destroy leaves it. Its list is shared with the other teams.
const partners = {
  id: platform.requireOutput("caId") as pulumi.Output<string>,
  issuerSkis: platform.requireOutput("issuerSkis") as pulumi.Output<string[]>,
};

new MutualTls("team", {
  accountId: config.require("accountId"),
  cas: { partners },
  zones: [{ zoneId: config.require("zoneId"), hostnames: config.requireObject<string[]>("hostnames") }],
});
