import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { CaCertificate, MutualTls } from "pulumi-cloudflare-mtls";
import type { MutualTlsZone } from "pulumi-cloudflare-mtls";

const config = new pulumi.Config();
const accountId = config.require("accountId");

// It stands beside the component, so that the component uses it as the teams do: on lists that all of them share.
const ca = new CaCertificate("partners", {
  accountId,
  certificates: readFileSync(config.require("ca"), "utf8"),
});

new MutualTls("platform", {
  accountId,
  cas: { partners: ca },
  zones: config.requireObject<MutualTlsZone[]>("zones"),
});

export const caId = ca.id;
export const issuerSkis = ca.issuerSkis;
