import * as pulumi from "@pulumi/pulumi";

/** A zone id, or anything that has one as `id`: a `cloudflare.Zone`, or what `cloudflare.getZone` returns. */
export type ZoneId =
  pulumi.Input<string> | { readonly id: pulumi.Input<string> } | pulumi.Output<{ readonly id: string }>;

export function zoneIdOf(zone: ZoneId): pulumi.Output<string> {
  return pulumi
    .output(zone as pulumi.Input<string | { id: pulumi.Input<string> }>)
    .apply((known) => pulumi.output<string>(typeof known === "object" ? known.id : known));
}
