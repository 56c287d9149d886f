import * as pulumi from "@pulumi/pulumi";

/** A zone id, or what has one as `id`: a `cloudflare.Zone`, or what `cloudflare.getZone` returns, promise or not. */
export type ZoneId = pulumi.Input<string | { readonly id: pulumi.Input<string> }>;

export function zoneIdOf(zone: ZoneId): pulumi.Input<string> {
  if (typeof zone === "string") return zone;
  return pulumi.output(zone).apply((known) => (typeof known === "object" ? known.id : known));
}
