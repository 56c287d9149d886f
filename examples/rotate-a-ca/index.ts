import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { MutualTls } from "pulumi-cloudflare-mtls";

const config = new pulumi.Config();

// A key is the CA's identity in the stack: a rotation adds a key, and later takes the old one out.
const files = config.requireObject<Record<string, string>>("cas");
const cas = Object.fromEntries(
  Object.entries(files).map(([key, file]) => [
    key,
    { certificates: readFileSync(file, "utf8"), expiryWarningDays: 90 },
  ]),
);

const mtls = new MutualTls("partners", {
  accountId: config.require("accountId"),
  cas,
  zones: [{ zoneId: config.require("zoneId"), hostnames: config.requireObject<string[]>("hostnames") }],
});

/** For whoever watches that the next rotation starts in time. */
export const validUntil = Object.fromEntries(Object.entries(mtls.cas).map(([key, ca]) => [key, ca.notAfter]));
