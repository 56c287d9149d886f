import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { MutualTls } from "pulumi-cloudflare-mtls";

const config = new pulumi.Config();

// A key is the CA's identity in the stack. To rotate, add the next CA under a key of its own, give out its certificates, and
// then take the first one out.
const cas = { first: { certificates: readFileSync(config.require("ca"), "utf8") } };

const mtls = new MutualTls("mtls", {
  accountId: config.require("accountId"),
  cas,
  zones: [{ zoneId: config.require("zoneId"), hostnames: [config.require("hostname")] }],
});

export const validUntil = Object.values(mtls.cas).map((ca) => ca.notAfter);
