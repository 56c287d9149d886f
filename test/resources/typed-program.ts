import * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import { CLOUDFLARE_MANAGED_CA, CaCertificate, HostnameAssociations, MtlsRule, MutualTls } from "../../src";
import type { HostnameAssociationsArgs, MtlsRuleArgs, MutualTlsArgs } from "../../src";

/* Compiled by types.test.ts, and never run: what a program may say, as the types of Pulumi and of @pulumi/cloudflare give it. */

export function program(accountId: string, certificates: string): void {
  const HOSTNAMES: readonly string[] = ["api.example.com"];
  const zone = cloudflare.getZone({ filter: { name: "example.com" } });
  const ca = new CaCertificate("ca", { accountId, certificates, zoneIds: [zone.then(({ id }) => id)] as const });

  const zoneIds: MtlsRuleArgs["zoneId"][] = [zone, zone.then(({ id }) => id), zone.then(({ zoneId }) => zoneId)];
  const hostnames: HostnameAssociationsArgs["hostnames"][] = [
    HOSTNAMES,
    Promise.resolve(HOSTNAMES),
    pulumi.output(HOSTNAMES),
    [pulumi.output("api.example.com")],
    ["api.example.com", "www.example.com"] as const,
    new pulumi.Config().requireObject<readonly string[]>("hostnames"),
  ];
  const lists = [
    new HostnameAssociations("list", { zoneId: zone, caCertificateId: ca.id, hostnames: HOSTNAMES }),
  ] as const;
  const other = new MtlsRule("other", { zoneId: zone, hostnames: HOSTNAMES, issuerSkis: ca.issuerSkis });
  const [ruleId] = [other.ruleIds[0]];
  const positions: MtlsRuleArgs["position"][] = [
    { after: other.ruleIds[0] },
    { before: other.ruleIds.apply(([id]) => id ?? "") },
    { before: ruleId } as const,
    other.rulesetId.apply((id) => ({ after: id })),
    Promise.resolve("last" as const),
  ];
  const issuerSkis = ["AB"] as const;
  new MtlsRule("rule", { zoneId: zone, hostnames: HOSTNAMES, issuerSkis, paths: ["/a"] as const, associations: lists });

  const args = {
    accountId: zone.then(({ account }) => account.id),
    cas: { own: { certificates }, made: ca, told: { id: ca.id, issuerSkis } },
    zones: [{ key: "x", zoneId: zone, hostnames: HOSTNAMES, position: { after: other.ruleIds[0] } }],
    issuerSkis: HOSTNAMES,
  } as const satisfies MutualTlsArgs;
  new MutualTls("mtls", args, {
    aliases: [{ name: "before" }],
    transforms: [
      ({ type, props, opts }) =>
        type === CaCertificate.__pulumiType
          ? {
              props,
              opts: {
                ...opts,
                deleteBeforeReplace: true,
                aliases: [{ name: "partners", parent: pulumi.rootStackResource }],
              },
            }
          : undefined,
    ],
  });
  void [zoneIds, hostnames, positions];
}

/** Who is let in, in every form. */
export function clients(ca: CaCertificate, other: pulumi.StackReference): void {
  const limits = { subjects: ["CN=hooks,O=Partner"], issuerSkis: ca.issuerSkis };
  const cas: MtlsRuleArgs["cas"] = [
    ca,
    { issuerSkis: ca.issuerSkis, certificates: ca.certificates },
    limits,
    { id: CLOUDFLARE_MANAGED_CA },
    { id: CLOUDFLARE_MANAGED_CA, clientCertificate: pulumi.secret("pem") },
  ];
  const revoked: MtlsRuleArgs["revoked"] = [Buffer.from("der"), "0x0A", pulumi.output("crl")];
  const response: MtlsRuleArgs["response"] = { statusCode: 403, contentType: "text/plain", content: "no" };
  const zones = [{ zoneId: "z", hostnames: ["a.example.com"], paths: ["/admin/*"], everyHost: true }];
  const used = { id: other.requireOutput("id"), issuerSkis: other.requireOutput("issuerSkis") };
  const all = { own: { certificates: "pem", subjects: ["CN=a"] }, ca, used, managed: { id: CLOUDFLARE_MANAGED_CA } };
  new MutualTls("clients", { accountId: "a", cas: all, zones, revoked, response });
  void cas;
}

/** And what it may not: each is an error, or the compiler says that none is here. */
export function mistakes(): unknown {
  // @ts-expect-error: a number is no place.
  const position: MtlsRuleArgs["position"] = { after: 1 };
  // @ts-expect-error: numbers are no hostnames.
  const hostnames: HostnameAssociationsArgs["hostnames"] = [1];
  // @ts-expect-error: an object without an id is no zone.
  const zoneId: MtlsRuleArgs["zoneId"] = Promise.resolve({ name: "example.com" });
  // @ts-expect-error: without issuers anybody's certificates would do.
  const cas: MtlsRuleArgs["cas"] = [{ subjects: ["CN=a"] }];
  return [position, hostnames, zoneId, cas];
}
